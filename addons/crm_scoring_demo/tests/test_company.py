from datetime import date
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

TODAY = date(2026, 3, 20)
SMALL = {"size": 18, "seed": 4, "months": 9, "history_months": 3}


@tagged("post_install", "-at_install")
class TestCompany(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.demo = cls.env["crm.scoring.demo"]
        cls.company = cls.demo.build_story(TODAY, **SMALL)
        cls.moves = cls._documents("account.move")
        cls.invoices = cls.moves.filtered(lambda m: m.move_type == "out_invoice")

    @classmethod
    def _documents(cls, model):
        records = cls.env[model].with_context(active_test=False)
        return records.search([("company_id", "=", cls.company.id)])

    def test_every_document_is_posted_and_balanced(self):
        self.assertEqual(set(self.moves.mapped("state")), {"posted"})
        for move in self.moves:
            self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0)

    def test_revenue_is_what_the_lines_say(self):
        for invoice in self.invoices:
            lines = invoice.invoice_line_ids
            self.assertAlmostEqual(
                invoice.amount_untaxed_signed, -sum(lines.mapped("balance"))
            )
            # The host rounds the document, not each line.
            self.assertAlmostEqual(
                invoice.amount_untaxed,
                sum(lines.mapped("price_subtotal")),
                delta=0.01 * len(lines),
            )

    def test_italians_pay_vat_and_foreigners_none(self):
        for invoice in self.invoices:
            is_italian = invoice.partner_id.country_id.code == "IT"
            self.assertEqual(bool(invoice.amount_tax), is_italian, invoice.name)

    def test_credit_notes_refund_invoices(self):
        notes = self.moves.filtered(lambda m: m.move_type == "out_refund")
        self.assertTrue(notes)
        for note in notes:
            self.assertLessEqual(note.amount_total, note.reversed_entry_id.amount_total)

    def test_two_currencies_have_monthly_rates(self):
        self.assertEqual(set(self.invoices.currency_id.mapped("name")), {"EUR", "CHF"})
        rates = self._documents("res.currency.rate")
        self.assertEqual(len(rates), SMALL["months"] + 1)

    def test_invoices_are_paid_on_time_late_and_not_at_all(self):
        self.assertLessEqual(
            {"paid", "not_paid"}, set(self.invoices.mapped("payment_state"))
        )
        late = (
            self.env["account.partial.reconcile"]
            .search([("company_id", "=", self.company.id)])
            .filtered(lambda p: p.max_date > p.debit_move_id.date_maturity)
        )
        self.assertTrue(late)

    def test_orders_are_invoiced_or_open(self):
        orders = self._documents("sale.order")
        self.assertLessEqual({"sale", "draft"}, set(orders.mapped("state")))
        self.assertIn("invoiced", orders.mapped("invoice_status"))

    def test_contacts_buy_for_their_company(self):
        contacts = self.invoices.partner_id.filtered("parent_id")
        self.assertTrue(contacts)
        for contact in contacts:
            self.assertNotEqual(contact.commercial_partner_id, contact)

    def test_history_ends_where_invoices_begin(self):
        history = self._documents("crm.purchase.history")
        policy = self.env["crm.scoring.policy"]._for_company(self.company)
        self.assertLessEqual(max(history.mapped("date")), policy.history_end)
        self.assertLess(policy.history_end, min(self.invoices.mapped("invoice_date")))
        self.assertEqual(set(history.mapped("margin_known")), {True, False})

    def test_types_of_customers_are_those_of_the_story(self):
        types = self.env["crm.customer.type"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(types.mapped("name"), ["Hotel e catene", "Uffici", "Privati"])
        customers = self.invoices.partner_id.commercial_partner_id
        for customer_type in types:
            self.assertTrue(customers.filtered_domain(customer_type._filter("domain")))

    def test_leads_are_won_lost_and_open_since_they_came_in(self):
        leads = self._documents("crm.lead")
        self.assertEqual(set(leads.mapped("won_status")), {"won", "lost", "pending"})
        for lead in leads.filtered("date_closed"):
            self.assertLess(lead.create_date, lead.date_closed)
            self.assertEqual(lead.day_close, (lead.date_closed - lead.create_date).days)

    def test_salespeople_own_customers(self):
        users = self.env["res.users"].search([("company_id", "=", self.company.id)])
        people = users.filtered(
            lambda user: user.has_group("sales_team.group_sale_salesman")
        )
        self.assertGreaterEqual(len(people), 4)
        self.assertLessEqual(self.invoices.invoice_user_id, people)

    def test_the_admin_starts_in_the_company(self):
        admin = self.env.ref("base.user_admin")
        self.assertEqual(admin.company_id, self.company)
        self.assertIn(self.company, admin.company_ids)

    def test_a_second_build_adds_nothing(self):
        before = len(self.moves)
        self.assertEqual(self.demo.build_story(TODAY, **SMALL), self.company)
        self.assertEqual(len(self._documents("account.move")), before)

    def test_a_company_is_scored_once(self):
        self.startPatcher(
            patch.object(type(self.env["ir.cron"]), "_commit_progress", _no_commit)
        )
        run = self.demo.score(self.company, TODAY)
        self.assertEqual(run.state, "done")
        self.assertTrue(run.customer_count)
        self.assertEqual(self.demo.score(self.company, TODAY), run)


def _no_commit(_self, *_args, **_kwargs):
    return float("inf")
