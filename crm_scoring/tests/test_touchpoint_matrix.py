from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import TODAY
from .touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestTouchpointMatrix(TouchpointCase):
    """The matrix of a profile and of a class, and the latest contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_purchases(cls.customer, (TODAY - timedelta(days=9), 100))
        cls._add_word("broken", "assistance")
        cls._add_cost("email", 2)
        for subject in ("Hello", "It is broken", "Broken again"):
            cls._add_message(cls.customer, subject)
        cls._add_meeting(cls.customer)
        cls._add_lead(cls.customer)
        cls._add_message(cls.customer, "Old", date="2020-01-01 10:00:00")

    def setUp(self):
        super().setUp()
        self._run()
        self.profile = self._profile(self.customer)

    def _cells(self, matrix):
        return {
            (row["reason"], cell["channel"]): cell
            for row in matrix["rows"]
            for cell in row["cells"]
            if cell["count"]
        }

    def test_cells_and_totals_equal_what_their_lists_hold(self):
        for months, phase in ((12, False), (0, False), (0, "post_sale"), (0, "sale")):
            matrix = self.profile.get_contact_matrix(months, phase)
            touchpoints = self.env["crm.customer.touchpoint"]
            count = touchpoints.search_count
            with self.subTest(months=months, phase=phase):
                for (reason, channel), cell in self._cells(matrix).items():
                    of_cell = [("reason", "=", reason), ("channel", "=", channel)]
                    domain = ["&", "&", *of_cell, *matrix["domain"]]
                    self.assertEqual(cell["count"], count(domain))
                total = count(matrix["domain"])
                self.assertEqual(matrix["total"]["count"], total)
                for axis in ("rows", "columns"):
                    totals = [line["count"] for line in matrix[axis]]
                    self.assertEqual(sum(totals), total)

    def test_cells_hold_counts_costs_and_shades(self):
        cells = self._cells(self.profile.get_contact_matrix(12))
        assistance = cells["assistance", "email"]
        self.assertEqual(assistance["count"], 2)
        self.assertEqual(assistance["cost"], 4)
        self.assertEqual(assistance["count_shade"], 5)
        information = cells["information", "email"]
        self.assertEqual(information["count"], 1)
        self.assertLess(information["count_shade"], 5)
        self.assertEqual(cells["information", "visit"]["cost_shade"], 0)

    def test_period_is_the_last_months_or_everything(self):
        recent = self.profile.get_contact_matrix(12)["total"]["count"]
        everything = self.profile.get_contact_matrix(0)["total"]["count"]
        # The old message; the purchase may have become old since these tests were written.
        self.assertIn(everything - recent, (1, 2))

    def test_channel_not_recorded_has_a_column_only_where_needed(self):
        def channels(matrix):
            return {column["channel"] for column in matrix["columns"]}

        self.assertIn("other", channels(self.profile.get_contact_matrix(0)))
        post_sale = self.profile.get_contact_matrix(0, "post_sale")
        self.assertNotIn("other", channels(post_sale))
        self.assertEqual(len(channels(post_sale)), 8)

    def test_class_adds_up_its_customers(self):
        second = self._add_customer("Second")
        self._add_purchases(second, (TODAY - timedelta(days=9), 100))
        self._add_message(second, "Hello", second)
        self._run()
        total = 0
        classes = (self._profile(self.customer) | self._profile(second)).class_id
        for customer_class in classes:
            matrix = customer_class.get_contact_matrix(0)
            total += matrix["total"]["count"]
            domain = customer_class.action_view_touchpoints()["domain"]
            touchpoints = self.env["crm.customer.touchpoint"]
            self.assertEqual(touchpoints.search_count(domain), matrix["total"]["count"])
        found = self._touchpoints(self.customer) | self._touchpoints(second)
        self.assertEqual(total, len(found))

    def test_user_sees_only_what_the_user_may(self):
        colleague = self._add_user("matrix_colleague", "sales_team.group_sale_salesman")
        user = self._add_user("matrix_user", "sales_team.group_sale_salesman")
        self._add_lead(self.customer, user_id=colleague.id)
        theirs = self.profile.with_user(colleague).get_contact_matrix(0)
        mine = self.profile.with_user(user).get_contact_matrix(0)
        self.assertEqual(theirs["total"]["count"] - mine["total"]["count"], 1)

    def test_latest_contacts_by_month_newest_first(self):
        timeline = self.profile.get_contact_timeline(3)
        contacts = [row for month in timeline["months"] for row in month["contacts"]]
        self.assertEqual(len(contacts), 3)
        self.assertTrue(timeline["has_more"])
        days = [contact["date"] for contact in contacts]
        self.assertEqual(days, sorted(days, reverse=True))
        timeline = self.profile.get_contact_timeline(100)
        self.assertFalse(timeline["has_more"])
        names = [month["month"] for month in timeline["months"]]
        self.assertEqual(names[-1], "January 2020")
        self.assertEqual(len(names), len(set(names)))

    def test_day_is_the_readers(self):
        late = fields.Datetime.to_datetime("2021-12-31 23:30:00")
        self._add_message(self.customer, "Happy new year", date=late)
        profile = self.profile.with_context(tz="Europe/Rome")
        months = profile.get_contact_timeline(100)["months"]
        self.assertIn("January 2022", [month["month"] for month in months])

    def test_queries_do_not_grow_with_contacts(self):
        user = self._add_user("matrix_reader", "sales_team.group_sale_salesman")
        for index in range(30):
            self._add_message(self.customer, f"Message {index}")
        self.env.flush_all()
        profile = self.profile.with_user(user)
        for warm in (True, False):
            self.env.invalidate_all()
            if warm:
                profile.get_contact_matrix()
                profile.get_contact_timeline()
                continue
            with self.assertQueryCount(8):
                profile.get_contact_matrix()
            with self.assertQueryCount(6):
                profile.get_contact_timeline()

    def test_partner_button_opens_the_customers_contacts(self):
        person = self._add_customer("Person", parent_id=self.customer.id)
        action = person.action_view_touchpoints()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.partner_id, self.customer)
