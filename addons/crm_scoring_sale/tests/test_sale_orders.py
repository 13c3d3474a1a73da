from datetime import date

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.common import ScoringCase


@tagged("post_install", "-at_install")
class TestSaleOrders(ScoringCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.write({"purchase_source": "sale", "use_purchase_history": False})
        cls.customer = cls._add_customer("Buyer", is_company=True)
        cls.product = cls.env["product.product"].create(
            {"name": "Coffee", "list_price": 10, "taxes_id": False}
        )
        cls.product.with_company(cls.company).standard_price = 6

    def _add_order(self, quantity, day="2025-03-01 10:00:00", confirm=True, **values):
        order = (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": 10,
                            }
                        ),
                        Command.create({"display_type": "line_note", "name": "Hello"}),
                    ],
                    **values,
                }
            )
        )
        if confirm:
            order.action_confirm()
        order.date_order = day
        return order

    def _score(self, **values):
        self.policy.write(values)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        return self._profile(self.customer)

    def test_confirmed_orders_count_and_quotations_do_not(self):
        self._add_order(5)
        self._add_order(100, confirm=False)
        profile = self._score()
        self.assertEqual(profile.revenue, 50)
        self.assertEqual(profile.purchase_count, 1)

    def test_margin_is_revenue_less_cost(self):
        self._add_order(5)
        self.assertAlmostEqual(self._score(margin_method="cost").margin, 20)

    def test_day_is_the_one_of_the_company(self):
        self._add_order(5, day="2025-03-31 22:30:00")  # half past midnight in Rome
        self.assertEqual(self._score().first_purchase_date, date(2025, 4, 1))

    def test_down_payments_are_no_purchase(self):
        order = self._add_order(5)
        order.write(
            {
                "order_line": [
                    Command.create(
                        {
                            "name": "Down payment",
                            "product_uom_qty": 0,
                            "price_unit": 25,
                            "is_downpayment": True,
                        }
                    )
                ]
            }
        )
        self.assertEqual(self._score().revenue, 50)

    def test_foreign_order_counts_at_its_own_rate(self):
        currency = self._currency("CHF")
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": currency.id, "company_id": self.company.id}
        )
        order = self._add_order(5, confirm=False, pricelist_id=pricelist.id)
        order.order_line[0].price_unit = 10
        order.action_confirm()
        order.date_order = "2025-03-01 10:00:00"
        self.assertEqual(order.currency_id, currency)
        self.assertAlmostEqual(self._score().revenue, 100)

    def test_sales_orders_leave_invoices_and_history_to_other_choices(self):
        self._add_order(5)
        self._add_purchases(self.customer, ("2024-01-01", 7))
        self.assertEqual(self._score().revenue, 50)
        self.assertEqual(self._score(use_purchase_history=True).revenue, 57)
        self.assertEqual(self._score(purchase_source="invoice").revenue, 7)
