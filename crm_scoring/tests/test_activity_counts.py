from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import TODAY
from .test_cost import CostCase


@tagged("post_install", "-at_install")
class TestActivityCounts(AccountTestInvoicingCommon, CostCase):
    """Each driver counts the host's own records of the last twelve months."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.company = cls.env.company
        cls.policy = cls.env["crm.scoring.policy"]._for_company(cls.company)
        cls.company.partner_id.tz = "Europe/Rome"
        departments = cls.departments.search([("company_id", "=", cls.company.id)])
        departments.write({"cost": 60_000, "capacity": 1000})
        cls.customer = cls._add_customer("Served", is_company=True)
        cls.contact = cls._add_customer("Contact", parent_id=cls.customer.id)
        cls._add_purchases(cls.customer, (date(2025, 3, 1), 1000))
        cls.seller = cls._add_user("counted_seller", "sales_team.group_sale_salesman")

    def _add_invoice(self, day, lines=1, move_type="out_invoice", post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.contact.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "price_unit": 100,
                            "tax_ids": [],
                        }
                    )
                    for _line in range(lines)
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def _pay(self, invoice, day):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"payment_date": day})._create_payments()

    def _add_message(self, record, author, message_type="comment", **values):
        return self.env["mail.message"].create(
            {
                "model": record._name,
                "res_id": record.id,
                "date": datetime(2025, 4, 4, 9),
                "author_id": author.id,
                "message_type": message_type,
                "subtype_id": self.env.ref("mail.mt_comment").id,
                **values,
            }
        )

    def _counted(self, code):
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        return self._quantity(code)

    def test_posted_invoices_and_their_lines(self):
        self._add_invoice("2025-02-01", lines=3)
        self._add_invoice("2025-06-30", lines=2)
        self._add_invoice("2025-02-01", post=False)
        self._add_invoice("2024-06-30")  # a year and a day ago
        self._add_invoice("2024-07-01")
        self.assertEqual(self._counted("invoice"), 3)
        activity = self._activity("invoice")
        minutes = 3 * activity.minutes + 6 * activity.extra_ids.minutes
        costs = self._costs().filtered(lambda cost: cost.activity_id == activity)
        self.assertAlmostEqual(costs.minutes, minutes)

    def test_credit_notes(self):
        self._add_invoice("2025-02-01")
        self._add_invoice("2025-02-05", move_type="out_refund")
        self.assertEqual(self._counted("credit_note"), 1)

    def test_payments_that_came_late_or_are_overdue(self):
        due = {"invoice_date_due": "2025-03-01", "invoice_payment_term_id": False}
        late, prompt, _open = (
            self._add_invoice("2025-02-01", **due) for _i in range(3)
        )
        self._pay(late, "2025-03-15")
        self._pay(prompt, "2025-02-20")
        self._add_invoice("2025-06-20", **{**due, "invoice_date_due": "2025-07-20"})
        self.assertEqual(self._counted("late_payment"), 2)

    def test_calls_done_on_the_customer_and_on_documents(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.contact.id, "company_id": False}
        )
        for record in (
            self.customer,
            self.contact,
            lead,
            self._add_invoice("2025-02-01"),
        ):
            self._add_call(record)
        self._add_call(self.customer, day=date(2024, 6, 30))
        self._add_call(
            self.customer, activity_type=self.env.ref("mail.mail_activity_data_todo")
        )
        self.assertEqual(self._counted("call"), 4)

    def test_an_activity_marked_as_done_counts_from_that_day(self):
        """The host's own way of closing an activity leaves the message that is counted."""
        activity = self.customer.activity_schedule("mail.mail_activity_data_call")
        activity.action_feedback("They need more beans")
        self.env["crm.scoring.run"].create({"policy_id": self.policy.id})._execute()
        self.assertEqual(self._quantity("call"), 1)

    def test_a_driver_of_ones_own_counts_activities_of_a_type(self):
        complaint = self.env["mail.activity.type"].create({"name": "Complaint"})
        driver = self.env["crm.cost.driver"].create(
            {"name": "Complaint", "activity_type_id": complaint.id}
        )
        activity = self.env["crm.cost.activity"].create(
            {
                "name": "Settle a complaint",
                "department_id": self._department("service").id,
                "driver_id": driver.id,
                "minutes": 45,
            }
        )
        self._add_call(self.customer, activity_type=complaint)
        self._run()
        cost = self._costs()
        self.assertEqual(cost.activity_id, activity)
        self.assertEqual((cost.quantity, cost.minutes), (1, 45))

    def test_messages_that_staff_wrote_and_customers_sent(self):
        self._add_message(self.customer, self.seller.partner_id)
        self._add_message(self.customer, self.contact)  # on the portal: not sent by us
        self._add_message(self.customer, self.contact, "email")
        self._add_message(self.contact, self.contact, "email")
        note = self.env.ref("mail.mt_note").id
        self._add_message(self.customer, self.seller.partner_id, subtype_id=note)
        self.assertEqual(self._counted("email_sent"), 1)
        self.assertEqual(self._quantity("email_received"), 2)

    def test_meetings_count_once_for_the_customer_and_not_for_staff(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.customer.id}
        )
        meeting = {
            "name": "Tasting",
            "start": datetime(2025, 5, 5, 8),
            "stop": datetime(2025, 5, 5, 9),
            "user_id": self.seller.id,
        }
        people = [self.contact.id, self.customer.id, self.seller.partner_id.id]
        self.env["calendar.event"].create(
            [
                {**meeting, "partner_ids": [Command.set(people)]},
                {**meeting, "partner_ids": [], "opportunity_id": lead.id},
                {**meeting, "partner_ids": [Command.set(people)], "active": False},
            ]
        )
        self.assertEqual(self._counted("meeting"), 2)
        self.assertEqual(self._department("sales").other_hours, 0)

    def test_opportunities_of_the_company(self):
        deal = {"name": "Deal", "partner_id": self.contact.id}
        leads = self.env["crm.lead"].create(
            [{**deal, "user_id": self.seller.id, "company_id": False}, deal]
        )
        self._backdate(leads, "2025-05-05 10:00:00")
        self.assertEqual(self._counted("lead"), 2)

    def test_days_are_those_of_the_company(self):
        """Half past eleven in the evening in UTC is the next day in Rome."""
        self._add_message(
            self.customer, self.contact, "email", date=datetime(2025, 6, 30, 21, 30)
        )
        self._add_message(
            self.customer, self.contact, "email", date=datetime(2025, 6, 30, 22, 30)
        )
        self.assertEqual(TODAY, date(2025, 6, 30))
        self.assertEqual(self._counted("email_received"), 1)

    def _backdate(self, records, moment):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)",
            [moment, records.ids],
        )
        records.invalidate_recordset()
