from odoo import models
from odoo.tools import SQL

# A day without an hour is the same day in every time zone at noon.
NOON = SQL("TIME '12:00'")


class CrmCustomerTouchpoint(models.Model):
    """Leads, invoices and purchases of an earlier system."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "account.move": [
            "amount_untaxed_signed",
            "company_id",
            "invoice_date",
            "invoice_user_id",
            "is_move_sent",
            "move_type",
            "name",
            "partner_id",
            "state",
        ],
        "crm.lead": [
            "company_id",
            "create_date",
            "expected_revenue",
            "medium_id",
            "name",
            "partner_id",
            "type",
            "user_id",
        ],
        "crm.purchase.history": ["amount", "company_id", "date", "name", "partner_id"],
        "crm.scoring.policy": ["company_id", "document_channel"],
        "utm.medium": ["contact_channel"],
    }

    def _document_queries(self) -> list[SQL]:
        branches = [self._lead_query(), self._invoice_query(), self._purchase_query()]
        return [branch for branch in branches if branch]

    def _lead_query(self) -> SQL | None:
        """Return requests; the medium tells the channel through which they came."""
        query = self._touchpoint_search("crm.lead", [])
        if query is None:
            return None
        query.add_join(
            "LEFT JOIN", "medium", "utm_medium", SQL("medium.id = crm_lead.medium_id")
        )
        is_lead = SQL("crm_lead.type = 'lead'")
        return self._touchpoint_query(
            "lead",
            query,
            SQL("crm_lead.partner_id"),
            company_id=SQL("crm_lead.company_id"),
            date=SQL("crm_lead.create_date"),
            reason=SQL("CASE WHEN %s THEN 'information' ELSE 'sale' END", is_lead),
            phase=SQL("'pre_sale'"),
            channel=SQL("COALESCE(medium.contact_channel, 'other')"),
            direction=SQL("'in'"),
            user_id=SQL("crm_lead.user_id"),
            res_model=SQL("'crm.lead'"),
            res_id=SQL("crm_lead.id"),
            name=SQL("crm_lead.name"),
            driver=SQL("'lead'"),
            amount=SQL("crm_lead.expected_revenue"),
        )

    def _invoice_query(self) -> SQL | None:
        """Return posted invoices and credit notes; how they left, if Odoo sent them."""
        query = self._touchpoint_search(
            "account.move",
            [
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ],
        )
        if query is None:
            return None
        is_refund = SQL("account_move.move_type = 'out_refund'")
        sent = SQL("CASE WHEN account_move.is_move_sent THEN 'email' END")
        return self._touchpoint_query(
            "invoice",
            query,
            SQL("account_move.partner_id"),
            company_id=SQL("account_move.company_id"),
            date=SQL("account_move.invoice_date + %s", NOON),
            reason=SQL("'administration'"),
            channel=self._document_channel(query, sent),
            direction=SQL("'out'"),
            user_id=SQL("account_move.invoice_user_id"),
            res_model=SQL("'account.move'"),
            res_id=SQL("account_move.id"),
            name=SQL("account_move.name"),
            amount=SQL("account_move.amount_untaxed_signed"),
            driver=SQL("CASE WHEN %s THEN 'credit_note' ELSE 'invoice' END", is_refund),
        )

    def _purchase_query(self) -> SQL | None:
        """Return purchases of an earlier system, which did not say how they were made."""
        query = self._touchpoint_search("crm.purchase.history", [])
        if query is None:
            return None
        return self._touchpoint_query(
            "purchase",
            query,
            SQL("crm_purchase_history.partner_id"),
            company_id=SQL("crm_purchase_history.company_id"),
            date=SQL("crm_purchase_history.date + %s", NOON),
            reason=SQL("'sale'"),
            channel=self._document_channel(query, SQL("NULL")),
            direction=SQL("'in'"),
            res_model=SQL("'crm.purchase.history'"),
            res_id=SQL("crm_purchase_history.id"),
            name=SQL("crm_purchase_history.name"),
        )

    def _document_channel(self, query, told) -> SQL:
        """Return the channel that a document tells, else the usual one of its company."""
        query.add_join(
            "LEFT JOIN",
            "policy",
            "crm_scoring_policy",
            SQL("policy.company_id = %s", SQL.identifier(query.table, "company_id")),
        )
        return SQL("COALESCE(%s, policy.document_channel, 'other')", told)
