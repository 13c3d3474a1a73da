from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.test_cost import CostCase


@tagged("post_install", "-at_install")
class TestOrderActivities(CostCase):
    def _add_order(self, lines, day="2025-03-01 10:00:00", confirm=True):
        product = self.env["product.product"].create({"name": "Beans"})
        order = (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create({"product_id": product.id})
                        for _line in range(lines)
                    ],
                }
            )
        )
        if confirm:
            order.action_confirm()
        order.date_order = day
        return order

    def test_confirmed_orders_and_their_lines_take_time(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_order(3)
        self._add_order(2)
        self._add_order(7, confirm=False)
        self._add_order(7, day="2024-06-30 10:00:00")
        self._run()
        cost = self._costs()
        self.assertEqual(cost.activity_id, self._activity("order"))
        self.assertEqual((cost.quantity, cost.minutes), (2, 2 * 8 + 5 * 2))

    def test_calls_on_orders_count(self):
        self.service.write({"cost": 60_000, "capacity": 1000})
        self._add_call(self._add_order(1, confirm=False))
        self._run()
        self.assertEqual(self._quantity("call"), 1)

    def test_companies_from_before_get_the_activities_once(self):
        activities = self._activity("order")
        self.assertEqual(activities.department_id, self.service)
        self.assertEqual(activities.extra_ids.driver_id.code, "order_line")
