from odoo import Command

from odoo.addons.crm_scoring.tests.test_cost import CostCase


class DeliveryCase(CostCase):
    """A company with a warehouse, and a verb for what it delivers or takes back."""

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
