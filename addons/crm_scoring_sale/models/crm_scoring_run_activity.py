from odoo import models
from odoo.tools import SQL


class CrmScoringRun(models.Model):
    """Orders and their lines, and what was written and said about them."""

    _inherit = "crm.scoring.run"

    def _activity_count_queries(self):
        return {
            **super()._activity_count_queries(),
            "order": self._order_count_query(),
            "order_line": self._order_line_count_query(),
        }

    def _order_count_query(self) -> SQL:
        return SQL(
            "SELECT sale.partner_id, COUNT(*) AS count FROM sale_order AS sale"
            " WHERE %s GROUP BY sale.partner_id",
            self._counted_orders(),
        )

    def _order_line_count_query(self) -> SQL:
        return SQL(
            """
            SELECT sale.partner_id, COUNT(*) AS count
              FROM sale_order_line AS line
              JOIN sale_order AS sale ON sale.id = line.order_id
             WHERE %s
               AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE
             GROUP BY sale.partner_id
            """,
            self._counted_orders(),
        )

    def _counted_orders(self) -> SQL:
        return SQL(
            "sale.company_id = %s AND sale.state = 'sale' AND %s",
            self.company_id.id,
            self._moments_of_last_year(SQL("sale.date_order")),
        )

    def _contact_documents(self):
        document = (
            SQL("document.partner_id"),
            SQL("document.company_id"),
            SQL("document.user_id"),
        )
        return {**super()._contact_documents(), "sale.order": document}
