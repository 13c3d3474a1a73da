from odoo import models
from odoo.tools import SQL


class CrmScoringRun(models.Model):
    _inherit = "crm.scoring.run"

    def _source_queries(self) -> list[SQL]:
        if self.policy_id.purchase_source == "sale":
            return [self._sale_order_query(), self._invoice_query(("out_refund",))]
        return super()._source_queries()

    def _category_purchase_queries(self) -> list[SQL]:
        queries = super()._category_purchase_queries()
        if self.policy_id.purchase_source == "sale":
            amount = self._sale_amount_sql()
            details = self._details_sql(
                amount,
                user=SQL("sale.user_id"),
                team=SQL("sale.team_id"),
                medium=SQL("sale.medium_id"),
            )
            queries.append(self._sale_order_query(details))
            queries.append(
                self._invoice_query(("out_refund",), self._invoice_details())
            )
        return queries

    def _invoice_details(self) -> SQL:
        """Invoices know the sales team and the medium once orders are installed."""
        return self._details_sql(
            SQL("-line.balance"),
            user=SQL("move.invoice_user_id"),
            team=SQL("move.team_id"),
            medium=SQL("move.medium_id"),
        )

    def _sale_amount_sql(self) -> SQL:
        return SQL("line.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1)")

    def _sale_order_query(self, details=SQL("")) -> SQL:  # noqa: B008
        """Lines of confirmed orders on the company's calendar day.

        ``currency_rate`` is the order's own rate. Down payments are left out: they are a
        way to pay, and the lines they pay for are there already.
        """
        amount = self._sale_amount_sql()
        quantity = SQL("line.product_uom_qty * %s", self._product_units_sql())
        return SQL(
            """
            SELECT sale.partner_id,
                   (sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s)::date
                       AS day,
                   %(amount)s AS amount,
                   %(margin)s AS margin
                   %(details)s
              FROM sale_order_line AS line
              JOIN sale_order AS sale ON sale.id = line.order_id
              %(product)s
             WHERE sale.company_id = %(company)s
               AND sale.state = 'sale'
               AND line.display_type IS NULL
               AND line.is_downpayment IS NOT TRUE
            """,
            timezone=self.company_id._local_timezone(),
            amount=amount,
            margin=self._sale_margin_sql(amount, quantity),
            details=details,
            product=self._product_of_line_sql(),
            company=self.company_id.id,
        )

    def _sale_margin_sql(self, amount, quantity) -> SQL:
        """Margin of an order line; a bridge that knows its cost of then says it here."""
        return self._margin_sql(amount, quantity)
