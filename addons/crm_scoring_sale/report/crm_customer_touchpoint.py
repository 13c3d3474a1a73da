from odoo import fields, models
from odoo.tools import SQL


class CrmCustomerTouchpoint(models.Model):
    """Quotations sent, orders confirmed, and what is written on them."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "sale.order": [
            "amount_untaxed",
            "company_id",
            "currency_rate",
            "date_order",
            "name",
            "partner_id",
            "signed_on",
            "state",
            "user_id",
        ],
    }

    kind = fields.Selection(
        selection_add=[("order", "Quotation or Order")],
        ondelete={"order": lambda touchpoints: None},
    )

    def _thread_models(self):
        return {
            **super()._thread_models(),
            "sale.order": {
                "partner": SQL("sale_order.partner_id"),
                "title": SQL("sale_order.name"),
                "reason": "sale",
                "enclosed": SQL("sale_order.state IN ('sent', 'sale')"),
            },
        }

    def _touchpoint_queries(self) -> list[SQL]:
        branches = super()._touchpoint_queries()
        sent = [("state", "in", ("sent", "sale"))]
        query = self._touchpoint_search("sale.order", sent)
        if query is not None:
            branches.append(self._order_query(query))
        return branches

    def _order_query(self, query) -> SQL:
        """Return quotations to the customer, and orders, which come from the customer."""
        is_order = SQL("sale_order.state = 'sale'")
        return self._touchpoint_query(
            "order",
            query,
            SQL("sale_order.partner_id"),
            company_id=SQL("sale_order.company_id"),
            date=SQL("sale_order.date_order"),
            reason=SQL("'sale'"),
            phase=SQL("CASE WHEN %s THEN 'sale' ELSE 'pre_sale' END", is_order),
            channel=self._document_channel(query, self._order_channel()),
            direction=SQL("CASE WHEN %s THEN 'in' ELSE 'out' END", is_order),
            user_id=SQL("sale_order.user_id"),
            res_model=SQL("'sale.order'"),
            res_id=SQL("sale_order.id"),
            name=SQL("sale_order.name"),
            driver=SQL("CASE WHEN %s THEN 'order' END", is_order),
            amount=SQL(
                "sale_order.amount_untaxed"
                " / COALESCE(NULLIF(sale_order.currency_rate, 0), 1)"
            ),
        )

    def _order_channel(self) -> SQL:
        """Return what an order tells: from the shop, signed on the portal, or e-mailed."""
        told = SQL(
            "WHEN sale_order.signed_on IS NOT NULL THEN 'web'"
            " WHEN sale_order.state = 'sent' THEN 'email'"
        )
        if "website_id" in self.env["sale.order"]._fields:
            shop = SQL("WHEN sale_order.website_id IS NOT NULL THEN 'ecommerce'")
            told = SQL("%s %s", shop, told)
        return SQL("CASE %s END", told)
