from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

DELIVERED = Domain("picking_type_code", "=", "outgoing") & Domain(
    "location_dest_id.usage", "=", "customer"
)
# What a supplier sends comes in as well, but brings back nothing.
BROUGHT_BACK = Domain("picking_type_code", "=", "incoming") & Domain(
    "return_id", "!=", False
)


class CrmCustomerTouchpoint(models.Model):
    """Deliveries to customers, goods that came back, and what is written about them."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "stock.location": ["usage"],
        "stock.picking": [
            "company_id",
            "date_done",
            "location_dest_id",
            "name",
            "partner_id",
            "picking_type_id",
            "return_id",
            "state",
            "user_id",
        ],
        "stock.picking.type": ["code"],
    }

    kind = fields.Selection(
        selection_add=[("transfer", "Delivery or Return")],
        ondelete={"transfer": lambda touchpoints: None},
    )

    def _thread_models(self):
        return {
            **super()._thread_models(),
            "stock.picking": {
                "domain": DELIVERED | BROUGHT_BACK,
                "partner": SQL("stock_picking.partner_id"),
                "title": SQL("stock_picking.name"),
                "reason": "delivery",
            },
        }

    def _touchpoint_queries(self) -> list[SQL]:
        branches = super()._touchpoint_queries()
        done = Domain("state", "=", "done") & (DELIVERED | BROUGHT_BACK)
        query = self._touchpoint_search("stock.picking", done)
        if query is not None:
            branches.append(self._transfer_query(query))
        return branches

    def _transfer_query(self, query) -> SQL:
        """Return deliveries and returns; goods go by carrier, however documents go."""
        query.add_join(
            "JOIN",
            "transfer_type",
            "stock_picking_type",
            SQL("transfer_type.id = stock_picking.picking_type_id"),
        )
        columns = {
            "reason": ("delivery", "assistance"),
            "direction": ("out", "in"),
            "driver": ("delivery", "return"),
        }
        return self._touchpoint_query(
            "transfer",
            query,
            SQL("stock_picking.partner_id"),
            company_id=SQL("stock_picking.company_id"),
            date=SQL("stock_picking.date_done"),
            channel=SQL("'post'"),
            user_id=SQL("stock_picking.user_id"),
            res_model=SQL("'stock.picking'"),
            res_id=SQL("stock_picking.id"),
            name=SQL("stock_picking.name"),
            **{
                column: SQL("CASE WHEN %s THEN %s ELSE %s END", IS_DELIVERY, *values)
                for column, values in columns.items()
            },
        )


IS_DELIVERY = SQL("transfer_type.code = 'outgoing'")
