from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .rights import MANAGER, USER, USER_ALL, RightsCase
from .target_groups import TargetGroupCase

RIGHTS = {
    "crm.target.group": {USER: "rwcd", USER_ALL: "rwcd", MANAGER: "rwcd"},
    "crm.target.group.member": {USER: "r", USER_ALL: "r", MANAGER: "r"},
    "crm.target.group.exception": {USER: "rwcd", USER_ALL: "rwcd", MANAGER: "rwcd"},
    "crm.target.group.snapshot": {USER: "", USER_ALL: "r", MANAGER: "r"},
}


@tagged("post_install", "-at_install")
class TestTargetGroupSecurity(RightsCase, TargetGroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._add_scored("Own", user=cls.users[USER], clv=10)
        cls.colleague = cls._add_scored("Of a colleague", user=cls.employee, clv=20)
        cls.group = cls._add_group("Company's group")

    def _as(self, group, records):
        """Return ``records`` as a user of ``group`` finds them: caches are one's own."""
        self.env.flush_all()
        self.env.invalidate_all()
        return records.with_user(self.users[group])

    def _members_of(self, group):
        """Return all members, whoever may see them."""
        self.env.cr.execute(group._member_query())
        ids = [row[0] for row in self.env.cr.fetchall()]
        return self.env["res.partner"].browse(ids)

    def test_rights_of_each_group_on_each_model(self):
        self.assertRights(RIGHTS)

    def test_a_group_is_changed_by_who_is_responsible_and_by_managers(self):
        for group in (USER, USER_ALL):
            theirs = self._as(group, self.group)
            self.assertFalse(theirs.can_edit)
            with self.assertRaises(AccessError):
                theirs.name = "Mine now"
            with self.assertRaises(AccessError):
                theirs.action_refresh()
            with self.assertRaises(AccessError):
                theirs.unlink()
            own = theirs.create({"name": "Mine", "company_id": self.company.id})
            self.assertTrue(own.can_edit)
            own.domain = "[('clv', '>', 15)]"
        self.assertTrue(self._as(MANAGER, own).can_edit)
        self._as(MANAGER, own).name = "Renamed"
        with self.assertRaises(AccessError):
            own.user_id = self.users[MANAGER]
            own.name = "Given away"

    def test_exceptions_are_decided_by_who_may_change_the_group(self):
        values = {
            "group_id": self.group.id,
            "partner_id": self.own.id,
            "kind": "exclude",
            "reason": "Mine",
        }
        for group in (USER, USER_ALL):
            exceptions = self._as(group, self.env["crm.target.group.exception"])
            with self.assertRaises(AccessError):
                exceptions.create(values)
        self._as(MANAGER, self.env["crm.target.group.exception"]).create(values)

    def test_members_belong_for_all_and_are_seen_by_who_may_see_them(self):
        everyone = self.group.member_ids.partner_id
        self.assertIn(self.colleague, everyone)
        for group, seen in (
            (USER, everyone - self.colleague),
            (USER_ALL, everyone),
            (MANAGER, everyone),
        ):
            with self.subTest(group):
                theirs = self._as(group, self.group)
                self.assertEqual(theirs.member_ids.partner_id, seen)
                self.assertEqual(theirs.member_count, len(seen))
                action = theirs.action_view_customers()
                listed = self._as(group, self.env[action["res_model"]])
                self.assertEqual(
                    listed.search(action["domain"]).partner_id.sorted("id"),
                    seen.sorted("id"),
                )
                values = {"kind": "refreshed", "company_id": self.company.id}
                values |= {"name": "x", "domain": "[]"}
                figures = theirs.get_figures(self.group.id, values)
                self.assertEqual(figures["count"], len(seen))
                overlap = theirs.get_overlap()["parts"]
                self.assertEqual(sum(part["count"] for part in overlap), len(seen))
                partners = self._as(group, self.env["res.partner"])
                self.assertEqual(
                    partners.search(self.group._members_domain()).sorted("id"),
                    seen.sorted("id"),
                )

    def test_a_salespersons_group_has_the_companys_members(self):
        """Who belongs does not depend on who asks, or on whose refresh it was."""
        own = self._as(USER, self.env["crm.target.group"]).create(
            {"name": "Mine", "company_id": self.company.id}
        )
        self.assertNotIn(self.colleague, own.member_ids.partner_id)
        self.assertIn(self.colleague, self._members_of(own))
        on_top = self._as(USER, self.env["crm.target.group"]).create(
            {
                "name": "On top",
                "company_id": self.company.id,
                "domain": repr([("target_group_ids", "in", own.ids)]),
            }
        )
        self.assertIn(self.colleague, self._members_of(on_top))

    def test_hidden_membership_is_not_told(self):
        partner = self._as(USER, self.colleague)
        self.assertFalse(partner.target_group_ids)
        self.assertEqual(self._as(USER, self.own).target_group_ids, self.group)
        self.assertEqual(self._as(USER, self.group).get_history(), [])

    def test_a_filter_on_a_field_one_may_not_read_is_refused(self):
        groups = self._as(USER, self.env["crm.target.group"])
        with self.assertRaises(ValidationError):
            groups.create(
                {
                    "name": "Curious",
                    "company_id": self.company.id,
                    "domain": "[('partner_id.signup_type', '=', 'x')]",
                }
            )

    def test_other_company_is_invisible(self):
        other = self._add_company("Other Company")
        group = self._add_group("Theirs", company_id=other.id)
        self._add_scored("Stranger", company=other)
        group._refresh()
        self.assertTrue(group.sudo().member_ids)
        for model in ("crm.target.group", "crm.target.group.member"):
            name = "id" if model == "crm.target.group" else "group_id"
            found = self._as(MANAGER, self.env[model]).search([(name, "=", group.id)])
            self.assertFalse(found, model)
        snapshots = self._as(MANAGER, self.env["crm.target.group.snapshot"])
        self.assertFalse(snapshots.search([("group_id", "=", group.id)]))
        with self.assertRaises(AccessError):
            self._as(MANAGER, group).get_overlap()
