from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import TODAY, ScoringCase


@tagged("post_install", "-at_install")
class TestInvoices(AccountTestInvoicingCommon, ScoringCase):
    """Posted invoices less credit notes, in the company's currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("crm_scoring.group_crm_scoring_manager")
        cls.company = cls.env.company
        cls.policy = cls.env["crm.scoring.policy"]._for_company(cls.company)
        cls.policy.use_purchase_history = False
        cls.customer = cls._add_customer("Invoiced", is_company=True)
        cls.product_a.standard_price = 60.0

    def _add_invoice(self, amount, day="2025-03-01", post=True, **values):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.product_a.id,
                            "quantity": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.set(self.tax_sale_a.ids)],
                        }
                    )
                ],
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    def _score(self, **values):
        self.policy.write(values)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        return self._profile(self.customer)

    def test_posted_invoices_count_net_of_tax(self):
        self._add_invoice(100)
        self._add_invoice(900, post=False)
        profile = self._score()
        self.assertEqual(profile.revenue, 100)
        self.assertEqual(profile.purchase_count, 1)

    def test_credit_note_nets_out_and_is_no_purchase(self):
        self._add_invoice(100, day="2025-03-01")
        self._add_invoice(100, day="2025-04-01")
        self._add_invoice(40, day="2025-04-20", move_type="out_refund")
        profile = self._score()
        self.assertEqual(profile.revenue, 160)
        self.assertEqual(profile.return_amount, 40)
        self.assertEqual(profile.purchase_count, 2)
        self.assertEqual(profile.last_purchase_date, date(2025, 4, 1))

    def test_invoice_cancelled_the_same_day_is_no_purchase(self):
        self._add_invoice(100, day="2025-03-01")
        self._add_invoice(70, day="2025-04-01")
        self._add_invoice(70, day="2025-04-01", move_type="out_refund")
        self.assertEqual(self._score().purchase_count, 1)

    def test_foreign_invoice_counts_at_its_own_rate(self):
        currency = self.setup_other_currency(
            "CHF", rates=[("2025-01-01", 0.5), ("2025-04-01", 0.8)]
        )
        self._add_invoice(100, day="2025-03-01", currency_id=currency.id)
        self._add_invoice(100, day="2025-04-02", currency_id=currency.id)
        self.assertAlmostEqual(self._score().revenue, 200 + 125)

    def test_margin_is_revenue_less_cost_for_invoices_and_credit_notes(self):
        self._add_invoice(100, day="2025-03-01")
        self._add_invoice(100, day="2025-04-01")
        self._add_invoice(100, day="2025-05-01", move_type="out_refund")
        self.assertAlmostEqual(self._score(margin_method="cost").margin, 40)

    def test_cost_is_per_unit_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        invoice = self._add_invoice(1200, post=False)
        invoice.invoice_line_ids.product_uom_id = dozen
        invoice.invoice_line_ids.price_unit = 1200
        invoice.action_post()
        self.assertAlmostEqual(self._score(margin_method="cost").margin, 1200 - 12 * 60)

    def test_margin_without_a_cost_follows_the_rate(self):
        self.product_a.standard_price = 0
        self._add_invoice(100)
        profile = self._score(margin_method="cost", margin_rate=0.25)
        self.assertAlmostEqual(profile.margin, 25)

    def test_contact_moved_to_another_customer_takes_no_purchase_along_twice(self):
        contact = self._add_customer("Buyer", parent_id=self.customer.id)
        self._add_invoice(100, partner_id=contact.id)
        new_firm = self._add_customer("New employer", is_company=True)
        contact.parent_id = new_firm
        self._score()
        revenues = (
            self._profile(self.customer).revenue,
            self._profile(new_firm).revenue,
        )
        self.assertEqual(revenues, (0, 100))

    def test_history_adds_to_invoices_until_the_cut_over(self):
        self._add_invoice(100, day="2025-03-01")
        self._add_purchases(self.customer, ("2024-12-30", 50), ("2025-03-01", 100))
        profile = self._score(use_purchase_history=True, history_end="2024-12-31")
        self.assertEqual(profile.revenue, 150)
        self.assertEqual(profile.purchase_count, 2)

    def test_sales_to_companies_of_the_group_are_left_out(self):
        sister = self._add_company("Sister")
        self._add_invoice(100, partner_id=sister.partner_id.id)
        self._add_invoice(10)
        self._score(exclude_group_companies=True)
        self.assertFalse(self._profile(sister.partner_id))
        self._score(exclude_group_companies=False)
        self.assertEqual(self._profile(sister.partner_id).revenue, 100)


@tagged("post_install", "-at_install")
class TestHistoryTransactions(ScoringCase):
    def setUp(self):
        super().setUp()
        self.customer = self._add_customer()

    def _score(self, **values):
        self.policy.write(values)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        return self._profile(self.customer)

    def test_foreign_purchase_is_converted_at_the_rate_of_its_day(self):
        currency = self._currency("CHF")
        currency.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            [
                {
                    "currency_id": currency.id,
                    "company_id": self.company.id,
                    "name": day,
                    "rate": rate,
                }
                for day, rate in (("2025-01-01", 0.5), ("2025-04-01", 0.8))
            ]
        )
        self._add_purchases(
            self.customer,
            ("2024-12-01", 100),  # before the first rate: that rate, as the host does
            ("2025-03-31", 100),
            ("2025-04-01", 100),
            currency_id=currency.id,
        )
        self.assertAlmostEqual(self._score().revenue, 200 + 200 + 125)

    def test_rate_removed_after_the_import_stops_the_run_with_its_name(self):
        currency = self.env["res.currency"].create({"name": "XQQ", "symbol": "Q"})
        rate = self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2025-01-01",
                "rate": 2,
            }
        )
        self._add_purchases(self.customer, ("2025-03-01", 100), currency_id=currency.id)
        rate.unlink()
        run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn("XQQ", run.error)

    def test_known_margin_beats_the_rate_even_when_it_is_nothing(self):
        self._add_purchases(
            self.customer,
            ("2025-01-01", 100, 0),
            ("2025-02-01", 100, 60),
            ("2025-03-01", 100),
        )
        self.assertAlmostEqual(self._score(margin_rate=0.3).margin, 0 + 60 + 30)

    def test_window_leaves_older_purchases_out(self):
        self._add_purchases(self.customer, ("2020-01-01", 100), ("2025-03-01", 10))
        self.assertEqual(self._score(window_months=12).revenue, 10)
        self.assertEqual(self._score(window_months=0).revenue, 110)

    def test_customer_filter_selects_who_is_scored(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        key = self._add_customer("Key", category_id=[(4, tag.id)])
        self._add_purchases(key, (TODAY - timedelta(days=3), 10))
        self._add_purchases(self.customer, (TODAY - timedelta(days=3), 10))
        self.assertFalse(
            self._score(customer_domain=f"[('category_id', 'in', [{tag.id}])]")
        )
        self.assertTrue(self._profile(key))

    def test_partner_shared_by_companies_is_scored_in_each(self):
        other = self._add_company("Other", currency="USD")
        self._add_purchases(self.customer, ("2025-03-01", 100))
        self._add_purchases(self.customer, ("2025-03-01", 7), company=other)
        self._score()
        self._run(policy=self.env["crm.scoring.policy"]._for_company(other))
        self.assertEqual(self._profile(self.customer).revenue, 100)
        self.assertEqual(self._profile(self.customer, other).revenue, 7)
