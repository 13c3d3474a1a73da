from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .touchpoints import TouchpointCase

OWN = "crm_scoring.group_crm_scoring_user"
ALL = "crm_scoring.group_crm_scoring_user_all"
SALESMAN = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
class TestTouchpointRights(TouchpointCase):
    """Nobody sees through the timeline what the host would hide."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson = cls._add_user("touch_salesperson", SALESMAN)
        cls.colleague = cls._add_user("touch_colleague", SALESMAN)
        cls.analyst = cls._add_user("touch_analyst", ALL)

    def test_leads_of_others_are_hidden_with_their_messages(self):
        mine = self._add_lead(self.customer, user_id=self.salesperson.id)
        theirs = self._add_lead(self.customer, user_id=self.colleague.id)
        for lead in mine | theirs:
            self._add_message(lead, "About it")
        found = self._touchpoints(self.customer, self.salesperson)
        self.assertEqual(set(found.mapped("res_id")), {mine.id})
        self.assertEqual(set(found.mapped("kind")), {"lead", "message"})
        self.assertEqual(len(self._touchpoints(self.customer)), 4)

    def test_leads_need_the_right_to_read_leads(self):
        self._add_lead(self.customer)
        self._add_message(self.customer, "Hello")
        self.assertEqual(
            self._touchpoints(self.customer, self.analyst).mapped("kind"), ["message"]
        )

    def test_known_identifier_opens_nothing_hidden(self):
        self._add_lead(self.customer, user_id=self.colleague.id)
        hidden = self._touchpoints(self.customer)
        self.assertEqual(len(hidden), 1)
        mine = hidden.with_user(self.salesperson)
        self.assertFalse(mine.read(["name"]))
        self.assertFalse(mine.web_read({"name": {}}))
        self.assertFalse(mine.has_access("read"))
        with self.assertRaises(AccessError):
            mine.action_open_record()
        self.assertTrue(hidden.with_user(self.colleague).read(["name"]))

    def test_private_meeting_is_seen_by_those_who_were_there(self):
        self._add_meeting(self.customer, user=self.colleague, privacy="private")
        self.assertEqual(len(self._touchpoints(self.customer, self.colleague)), 1)
        self.assertFalse(self._touchpoints(self.customer, self.salesperson))
        self._add_meeting(
            self.customer | self.salesperson.partner_id,
            user=self.colleague,
            privacy="private",
        )
        self.assertEqual(len(self._touchpoints(self.customer, self.salesperson)), 1)

    def test_meeting_in_a_private_calendar_is_hidden(self):
        self.colleague.with_user(self.colleague).calendar_default_privacy = "private"
        self._add_meeting(self.customer, user=self.colleague)
        self.assertFalse(self._touchpoints(self.customer, self.salesperson))
        self._add_meeting(self.customer, user=self.colleague, privacy="public")
        self._add_meeting(self.customer, user=self.salesperson)
        self.assertEqual(len(self._touchpoints(self.customer, self.salesperson)), 2)

    def test_customers_of_a_colleague_are_hidden_as_their_profiles_are(self):
        self._add_message(self.customer, "Hello")
        self.customer.user_id = self.colleague
        self.assertFalse(self._touchpoints(self.customer, self.salesperson))
        self.assertTrue(self._touchpoints(self.customer, self.colleague))
        self.assertTrue(self._touchpoints(self.customer, self.analyst))

    def test_other_company_is_hidden(self):
        other = self._add_company("Other Company")
        self._add_purchases(self.customer, ("2025-01-01", 10), company=other)
        self._add_lead(self.customer, company_id=other.id, team_id=False)
        self._add_message(self.customer, "Theirs", record_company_id=other.id)
        self._add_message(self.customer, "Ours", record_company_id=self.company.id)
        self._add_message(self.customer, "Everybody's")
        manager = self._add_user("touch_manager", "sales_team.group_sale_manager")
        self.assertEqual(
            set(self._touchpoints(self.customer, manager).mapped("name")),
            {"Ours", "Everybody's"},
        )
        manager.company_ids = [Command.link(other.id)]
        both = self.env["crm.customer.touchpoint"].with_user(manager)
        both = both.with_context(allowed_company_ids=(self.company | other).ids)
        both = both.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(len(both), 5)

    def test_customers_of_another_company_are_hidden(self):
        other = self._add_company("Other Company")
        stranger = self._add_customer("Stranger", company_id=other.id)
        self._add_message(stranger, "Hello")
        self.assertFalse(self._touchpoints(stranger, self.analyst))

    def test_employee_without_a_group_sees_no_timeline(self):
        employee = self._add_user("touch_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self._touchpoints(self.customer, employee)

    def test_nobody_writes_contacts(self):
        touchpoints = self.env["crm.customer.touchpoint"].with_user(self.salesperson)
        for operation in ("create", "write", "unlink"):
            self.assertFalse(touchpoints.has_access(operation))
