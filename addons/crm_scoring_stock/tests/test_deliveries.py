from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.test_cost import CostCase


@tagged("post_install", "-at_install")
class TestDeliveries(CostCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Beans", "type": "consu"}
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.customers = cls.env["stock.location"].create(
            {"name": "Customers", "usage": "customer", "company_id": cls.company.id}
        )
        cls.customer = cls.customer.with_env(cls.env)
        cls.customer.property_stock_customer = cls.customers
        cls._department("warehouse").write({"cost": 60_000, "capacity": 1000})

    def _deliver(self, lines, day="2025-03-01 10:00:00", validate=True, **values):
        """Transfer ``lines`` products to the customer, or back where values say so."""
        kind = values.pop("kind", self.warehouse.out_type_id)
        customers = self.customers
        stock = self.warehouse.lot_stock_id
        source, target = (
            (stock, customers) if kind.code == "outgoing" else (customers, stock)
        )
        places = {"location_id": source.id, "location_dest_id": target.id}
        move = {**places, "product_id": self.product.id, "product_uom_qty": 1}
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": kind.id,
                "company_id": self.company.id,
                "move_ids": [Command.create(move) for _line in range(lines)],
                **places,
                **values,
            }
        )
        if validate:
            picking.action_confirm()
            picking.move_ids.write({"quantity": 1, "picked": True})
            picking._action_done()
            picking.date_done = day
        return picking

    def test_done_deliveries_and_returns_take_time(self):
        delivery = self._deliver(1)
        self._deliver(1, day="2024-06-30 10:00:00")
        self._deliver(1, validate=False)
        incoming = self.warehouse.in_type_id
        self._deliver(1, kind=incoming, return_id=delivery.id)
        self._deliver(1, kind=incoming)  # bought, not brought back
        self._run()
        self.assertEqual(self._quantity("delivery"), 1)
        self.assertEqual(self._quantity("return"), 1)
        minutes = sum(self._costs().mapped("minutes"))
        self.assertEqual(minutes, 25 + 3 + 40)

    def test_prospects_and_suppliers_are_nobody_s_cost(self):
        self._deliver(1, partner_id=self._add_customer("Sampled").id)
        self._run()
        self.assertFalse(self._costs())
        self.assertGreater(self._department("warehouse").other_hours, 0)
