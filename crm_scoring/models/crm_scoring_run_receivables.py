from odoo import models
from odoo.tools import SQL

RECEIVABLE_TYPES = {
    "instalment_id": "int64",
    "move_id": "int64",
    "customer_id": "int64",
    "amount": "float64",
    "open_amount": "float64",
    "is_disputed": "int64",
}
RECEIVABLE_DATES = ("invoice_day", "due_day", "settled_day")


class CrmScoringRun(models.Model):
    """Which payments count: one row per instalment, as known on the day of the run."""

    _inherit = "crm.scoring.run"

    def _receivables_query(self, customer_share=1) -> SQL:
        """Return the instalments of posted customer invoices, ordered by customer.

        Amounts are in the company's currency. An instalment is settled on the day of its
        last payment, once nothing is left of it in the invoice's currency; what was
        written off is owed no more and was never settled; what was credited in full was
        never owed. Later payments, credit notes and write-offs are not looked at.

        ``customer_share`` takes one customer in so many.
        """
        return SQL(
            """
            SELECT instalment_id, move_id, customer_id, amount,
                   CASE WHEN is_settled THEN 0 ELSE GREATEST(amount - matched, 0)
                   END AS open_amount,
                   is_disputed, invoice_day, due_day,
                   CASE WHEN is_settled AND NOT is_written_off THEN payment_day
                   END AS settled_day
              FROM (%s) AS instalment
             WHERE NOT is_settled OR is_written_off OR payment_day IS NOT NULL
             ORDER BY customer_id, invoice_day, instalment_id
            """,
            self._instalments_query(customer_share),
        )

    def _instalments_query(self, customer_share) -> SQL:
        """Return each instalment with what had been matched with it by the day."""
        return SQL(
            """
            SELECT line.id AS instalment_id, line.move_id,
                   customer.commercial_partner_id AS customer_id,
                   line.balance AS amount,
                   CASE WHEN line.no_followup OR move.payment_state = 'blocked'
                        THEN 1 ELSE 0 END AS is_disputed,
                   move.invoice_date AS invoice_day,
                   COALESCE(line.date_maturity, move.invoice_date) AS due_day,
                   COALESCE(SUM(partial.amount), 0) AS matched,
                   COALESCE(ABS(line.amount_currency - SUM(partial.debit_amount_currency))
                            < currency.rounding / 2, FALSE) AS is_settled,
                   MAX(partial.max_date) FILTER (WHERE %(money)s AND NOT %(write_off)s)
                       AS payment_day,
                   COALESCE(BOOL_OR(%(money)s AND %(write_off)s), FALSE) AS is_written_off
              FROM %(matched_lines)s
             WHERE line.company_id = %(company)s
               AND line.balance > 0
               AND account.account_type = 'asset_receivable'
               AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND move.invoice_date <= %(as_of)s
               AND %(customers)s
               AND %(share)s
             GROUP BY line.id, move.id, customer.id, currency.id
            """,
            money=self._is_money_sql(),
            write_off=self._is_write_off_sql(),
            matched_lines=self._matched_lines_sql(),
            company=self.company_id.id,
            as_of=self.as_of,
            customers=self._customer_condition(),
            share=self._share_sql(customer_share),
        )

    def _matched_lines_sql(self) -> SQL:
        """Receivable lines beside the entries that settled them up to the day."""
        return SQL(
            """
            account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
              JOIN account_account AS account ON account.id = line.account_id
              JOIN res_currency AS currency ON currency.id = line.currency_id
              JOIN res_partner AS customer ON customer.id = move.partner_id
              LEFT JOIN account_partial_reconcile AS partial
                     ON partial.debit_move_id = line.id AND partial.max_date <= %s
              LEFT JOIN account_move_line AS credit ON credit.id = partial.credit_move_id
              LEFT JOIN account_move AS settling ON settling.id = credit.move_id
              LEFT JOIN account_journal AS journal ON journal.id = settling.journal_id
            """,
            self.as_of,
        )

    def _share_sql(self, customer_share) -> SQL:
        """One customer in so many; all of them without a term that misleads the planner."""
        if customer_share == 1:
            return SQL("TRUE")
        return SQL("MOD(customer.commercial_partner_id, %s) = 0", customer_share)

    def _is_money_sql(self) -> SQL:
        """Neither a credit note nor an exchange difference, which settle without money."""
        return SQL(
            "(settling.move_type <> 'out_refund'"
            " AND settling.journal_id IS DISTINCT FROM %s)",
            self.company_id.currency_exchange_journal_id.id or None,
        )

    def _is_write_off_sql(self) -> SQL:
        """An entry of a general journal against an expense.

        A scalar subquery looks up the few such entries one by one; EXISTS would have
        the expenses of all years hashed.
        """
        return SQL(
            """(journal.type = 'general' AND settling.move_type = 'entry' AND (
                SELECT TRUE
                  FROM account_move_line AS loss
                  JOIN account_account AS expense ON expense.id = loss.account_id
                 WHERE loss.move_id = settling.id AND expense.account_type LIKE %s
                 LIMIT 1) IS TRUE)""",
            "expense%",
        )

    def _count_receivables(self):
        """Count roughly, and fast, how many instalments there are."""
        return self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM account_move_line AS line"
                " JOIN account_account AS account ON account.id = line.account_id"
                " WHERE line.company_id = %s AND line.parent_state = 'posted'"
                " AND line.balance > 0 AND account.account_type = 'asset_receivable'",
                self.company_id.id,
            )
        )[0][0]
