from odoo.tests import tagged

from odoo.addons.crm_scoring_sale.tests.test_sale_orders import TestSaleOrders


@tagged("post_install", "-at_install")
class TestOrderMargins(TestSaleOrders):
    """All that holds of orders, and the cost that their lines were sold at."""

    def test_the_cost_of_the_line_counts_and_not_that_of_today(self):
        order = self._add_order(5)
        self.product.with_company(self.company).standard_price = 9
        self.assertEqual(order.order_line[0].purchase_price, 6)
        self.assertEqual(self._score().margin, 5 * (10 - 6))

    def test_a_line_without_a_cost_falls_back(self):
        order = self._add_order(5)
        order.order_line[0].purchase_price = 0
        self.assertEqual(self._score().margin, 5 * (10 - 6), "the product's cost")
        self.product.with_company(self.company).standard_price = 0
        self.assertEqual(self._score(margin_rate=0.2).margin, 10, "the policy's rate")

    def test_a_percentage_of_revenue_stays_one(self):
        self._add_order(5)
        self.assertEqual(self._score(margin_method="rate", margin_rate=0.2).margin, 10)
