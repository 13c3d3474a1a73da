from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .target_groups import TargetGroupCase


@tagged("post_install", "-at_install")
class TestTargetGroupWizard(TargetGroupCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._add_user("seller", "sales_team.group_sale_salesman")
        cls.second.user_id = cls.seller
        cls.group = cls._add_group("Call them")
        cls.call = cls.env.ref("mail.mail_activity_data_call")

    def _plan(self, **values):
        wizard = self.env["crm.target.group.activity"].create(
            {"group_id": self.group.id, "activity_type_id": self.call.id, **values}
        )
        return wizard

    def _activities(self, partners):
        return partners.activity_ids.filtered(
            lambda activity: activity.summary == "Call them"
        )

    def test_each_member_gets_an_activity_for_its_salesperson(self):
        wizard = self._plan()
        self.assertEqual((wizard.activity_count, wizard.open_count), (3, 0))
        wizard.action_plan()
        everyone = self.first | self.second | self.third
        activities = self._activities(everyone)
        self.assertEqual(len(activities), 3)
        self.assertEqual(activities.activity_type_id, self.call)
        self.assertEqual(self._activities(self.second).user_id, self.seller)
        self.assertEqual(self._activities(self.first).user_id, self.env.user)

    def test_one_person_gets_them_all(self):
        self._plan(assignment="user", user_id=self.seller.id).action_plan()
        everyone = self.first | self.second | self.third
        self.assertEqual(self._activities(everyone).user_id, self.seller)

    def test_number_below_zero_and_nobody_to_call_are_told(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "max_activities_range"),
            self.cr.savepoint(),
        ):
            self._plan(max_activities=-5)
        nobody = self._add_group("Nobody", [("clv", ">", 1e9)])
        with self.assertRaisesRegex(UserError, "no customers"):
            self._plan(group_id=nobody.id).action_plan()

    def test_who_has_it_already_is_left_in_peace(self):
        self._plan(max_activities=1).action_plan()
        self.assertEqual(len(self._activities(self.first)), 1)  # the most valuable
        wizard = self._plan(max_activities=0)
        self.assertEqual((wizard.activity_count, wizard.open_count), (2, 1))
        wizard.action_plan()
        self.assertEqual(len(self._activities(self.first)), 1)
        with self.assertRaisesRegex(UserError, "nothing to plan"):
            self._plan().action_plan()
        self._plan(summary="Something else").action_plan()

    def test_archived_customers_get_none(self):
        self.third.active = False
        self.assertEqual(self._plan().activity_count, 2)

    def test_salesperson_plans_for_own_customers_only(self):
        self.first.user_id = self.env.ref("base.user_admin")
        wizard = self._plan().with_user(self.seller)
        wizard.invalidate_recordset()
        self.assertEqual(wizard.activity_count, 2)
        wizard.action_plan()
        self.assertFalse(self._activities(self.first))

    def test_wizard_opens_with_the_groups_name(self):
        action = self.group.action_plan_activities()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.summary, "Call them")
        self.assertEqual(form.activity_count, 3)

    def test_overlap_opens_with_the_selected_groups(self):
        other = self._add_group("Other")
        action = (self.group | other).action_compare()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(wizard.create({}).group_ids, self.group | other)
