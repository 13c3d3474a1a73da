from odoo import models
from odoo.tools import SQL


class CrmScoringRun(models.Model):
    _inherit = "crm.scoring.run"

    def _sale_margin_sql(self, amount, quantity) -> SQL:
        """Margin with the cost that the order line was entered with, where it has one.

        The host keeps it in the order's currency, for one of the line's unit.
        """
        margin = super()._sale_margin_sql(amount, quantity)
        if self.policy_id.margin_method == "rate":
            return margin
        cost = SQL(
            "line.purchase_price * line.product_uom_qty"
            " / COALESCE(NULLIF(sale.currency_rate, 0), 1)"
        )
        return SQL(
            "CASE WHEN line.purchase_price > 0 THEN %s - %s ELSE %s END",
            amount,
            cost,
            margin,
        )
