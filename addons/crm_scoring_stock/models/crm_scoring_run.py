from odoo import models
from odoo.tools import SQL


class CrmScoringRun(models.Model):
    """Deliveries to customers, their lines, and goods that came back."""

    _inherit = "crm.scoring.run"

    def _activity_count_queries(self):
        delivered = SQL("kind.code = 'outgoing'")
        returned = SQL("kind.code = 'incoming' AND picking.return_id IS NOT NULL")
        return {
            **super()._activity_count_queries(),
            "delivery": self._picking_count_query(delivered),
            "delivery_line": self._picking_line_count_query(delivered),
            "return": self._picking_count_query(returned),
        }

    def _picking_count_query(self, condition) -> SQL:
        return SQL(
            """
            SELECT picking.partner_id, COUNT(*) AS count
              FROM stock_picking AS picking
              JOIN stock_picking_type AS kind ON kind.id = picking.picking_type_id
             WHERE %s AND %s
             GROUP BY picking.partner_id
            """,
            self._counted_pickings(),
            condition,
        )

    def _picking_line_count_query(self, condition) -> SQL:
        return SQL(
            """
            SELECT picking.partner_id, COUNT(*) AS count
              FROM stock_move AS move
              JOIN stock_picking AS picking ON picking.id = move.picking_id
              JOIN stock_picking_type AS kind ON kind.id = picking.picking_type_id
             WHERE move.state = 'done' AND %s AND %s
             GROUP BY picking.partner_id
            """,
            self._counted_pickings(),
            condition,
        )

    def _counted_pickings(self) -> SQL:
        return SQL(
            "picking.company_id = %s AND picking.state = 'done'"
            " AND picking.partner_id IS NOT NULL AND %s",
            self.company_id.id,
            self._moments_of_last_year(SQL("picking.date_done")),
        )
