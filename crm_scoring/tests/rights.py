from .common import ScoringCase

USER = "crm_scoring.group_crm_scoring_user"
USER_ALL = "crm_scoring.group_crm_scoring_user_all"
MANAGER = "crm_scoring.group_crm_scoring_manager"
OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}


class RightsCase(ScoringCase):
    """One user of each group, and an employee who is in none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: cls._add_user(group.rpartition(".")[2], group)
            for group in (USER, USER_ALL, MANAGER)
        }
        cls.employee = cls._add_user("employee", "base.group_user")

    def assertRights(self, rights):
        """Check ``{model: {group: letters}}``; who is in no group may do nothing."""
        for model, by_group in rights.items():
            for group, allowed in by_group.items():
                self._assert_allowed(model, self.users[group], allowed)
            self._assert_allowed(model, self.employee, "")

    def _assert_allowed(self, model, user, letters):
        records = self.env[model].with_user(user)
        allowed = {
            letter
            for letter, operation in OPERATIONS.items()
            if records.has_access(operation)
        }
        self.assertEqual(allowed, set(letters), (model, user.login))
