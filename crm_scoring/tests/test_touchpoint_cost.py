from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_cost import CostCase
from .touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestTouchpointCost(CostCase, TouchpointCase):
    """A contact costs what its activity takes, else what its channel costs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write({"cost": 60_000, "capacity": 1000})  # 1 a minute
        cls.purchases = cls._touchpoints(cls.customer)

    def _cost_by_name(self):
        self.env.invalidate_all()
        found = self._touchpoints(self.customer) - self.purchases
        return {row.name: row.cost for row in found}

    def _add_done(self, subject, activity_type):
        self._add_message(
            self.customer,
            subject,
            message_type="notification",
            subtype="mail.mt_activities",
            mail_activity_type_id=activity_type.id,
        )

    def test_activity_says_what_a_contact_costs_and_the_channel_the_others(self):
        us = self.env.user.partner_id
        self._add_message(self.customer, "They wrote", self.customer)
        self._add_message(self.customer, "We wrote", us)
        self._add_message(self.customer, "A text", us, message_type="sms")
        self._add_lead(self.customer)
        for channel, amount in (("email", 2), ("phone", 3), ("other", 4)):
            self._add_cost(channel, amount)
        # Sales, who follow leads, have no cost: the channel tells.
        costs = {"They wrote": 15, "We wrote": 10, "A text": 3, "Offer": 4}
        self.assertEqual(self._cost_by_name(), costs)
        self.sales.write({"cost": 120_000, "capacity": 1000})
        self.assertEqual(self._cost_by_name(), {**costs, "Offer": 90})

    def test_archived_activity_leaves_its_contacts_to_the_channel(self):
        self._add_message(self.customer, "Hello", self.customer)
        self._add_cost("email", 2)
        self._activity("email_received").active = False
        self.assertEqual(self._cost_by_name(), {"Hello": 2})

    def test_direct_cost_counts_and_a_cost_of_nothing_does_not(self):
        self.service.cost = 0
        self._add_message(self.customer, "Hello", self.customer)
        self.assertEqual(self._cost_by_name(), {"Hello": 0})
        self._add_cost("email", 2)
        self.assertEqual(self._cost_by_name(), {"Hello": 2})
        self._activity("email_received").direct_cost = 7
        self.assertEqual(self._cost_by_name(), {"Hello": 7})

    def test_activity_done_costs_by_its_type_and_a_call_as_one(self):
        complaint, plain = self.env["mail.activity.type"].create(
            [
                {"name": "Complaint", "category": "phonecall"},
                {"name": "Chat", "contact_channel": "social"},
            ]
        )
        driver = self.env["crm.cost.driver"].create(
            {"name": "Complaint", "activity_type_id": complaint.id}
        )
        self.env["crm.cost.activity"].create(
            {
                "name": "Settle",
                "department_id": self.service.id,
                "driver_id": driver.id,
                "minutes": 30,
            }
        )
        self._add_cost("social", 1)
        self._add_done("Call", self.env.ref("mail.mail_activity_data_call"))
        self._add_done("Complaint", complaint)
        self._add_done("Chat", plain)
        # A complaint by phone is a call and takes settling besides, as in cost to serve.
        costs = {"Call": 15, "Complaint": 15 + 30, "Chat": 1}
        self.assertEqual(self._cost_by_name(), costs)

    def test_costs_of_another_company_are_not_ours(self):
        other = self._add_company("Other")
        self._department("service", other).write({"cost": 90_000, "capacity": 1000})
        self._add_message(self.customer, "Hello", self.customer)
        self.assertEqual(self._cost_by_name(), {"Hello": 15})

    def test_matrix_adds_unit_costs_up_and_knows_where_there_are_none(self):
        self._run()
        profile = self._profile(self.customer)
        self.assertTrue(profile.get_contact_matrix(0)["has_costs"])
        self._add_message(self.customer, "One", self.customer)
        self._add_message(self.customer, "Two", self.customer)
        total = profile.get_contact_matrix(0)["total"]
        self.assertEqual(total["cost"], 2 * 15)
        self.service.cost = 0
        self.assertFalse(profile.get_contact_matrix(0)["has_costs"])

    def test_channel_has_one_cost_and_none_below_zero(self):
        self._add_cost("email", 2.5)
        for channel, amount in (("email", 3), ("phone", -1)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._add_cost(channel, amount)
