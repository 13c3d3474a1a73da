from odoo import fields, models
from odoo.tools import SQL

# Mailings that left and did not come back.
REACHED = ("pending", "sent", "open", "reply")
CHANNEL_OF_TRACE = {"sms": "phone"}


class CrmCustomerTouchpoint(models.Model):
    """Mailings to customers and to their leads, and clicks on what they link to."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "crm.lead": ["company_id", "partner_id"],
        "mail.mail": ["mail_message_id", "mailing_id"],
        "mailing.mailing": ["source_id", "user_id"],
        "mailing.trace": [
            "is_test_trace",
            "links_click_datetime",
            "mass_mailing_id",
            "model",
            "res_id",
            "sent_datetime",
            "trace_status",
            "trace_type",
        ],
        "res.partner": ["company_id"],
        "utm.source": ["name"],
    }

    kind = fields.Selection(
        selection_add=[("mailing", "Mailing"), ("click", "Click in a Mailing")],
        ondelete={
            "mailing": lambda touchpoints: None,
            "click": lambda touchpoints: None,
        },
    )

    def _touchpoint_queries(self) -> list[SQL]:
        branches = super()._touchpoint_queries()
        if self.env["mailing.trace"].has_access("read"):
            branches += [
                self._mailing_query(kind, model, partner)
                for kind in ("mailing", "click")
                for model, partner in (
                    ("res.partner", "id"),
                    ("crm.lead", "partner_id"),
                )
                if self.env[model].has_access("read")
            ]
        return branches

    def _mailing_query(self, kind, model, partner) -> SQL:
        """Return the mailings to the records of a model, or the clicks in them."""
        query = self._touchpoint_search(model, [])
        self._join_traces(query, model)
        if kind == "mailing":
            query.add_where(SQL("trace.trace_status IN %s", REACHED))
            date, direction = SQL("trace.sent_datetime"), SQL("'out'")
            kind_of_trace = SQL("trace.trace_type")
            channel = self._case_sql(kind_of_trace, CHANNEL_OF_TRACE, "email")
        else:
            date, direction = SQL("trace.links_click_datetime"), SQL("'in'")
            channel = SQL("'web'")
        query.add_where(SQL("%s IS NOT NULL", date))
        return self._touchpoint_query(
            kind,
            query,
            SQL.identifier(query.table, partner),
            record_id=SQL("trace.id"),
            company_id=SQL.identifier(query.table, "company_id"),
            date=date,
            reason=SQL("'marketing'"),
            channel=channel,
            direction=direction,
            user_id=SQL("mailing.user_id"),
            res_model=SQL("'mailing.mailing'"),
            res_id=SQL("mailing.id"),
            name=SQL("source.name"),
        )

    def _join_traces(self, query, model):
        query.add_join(
            "JOIN",
            "trace",
            "mailing_trace",
            SQL(
                "trace.model = %s AND trace.res_id = %s AND NOT %s",
                model,
                SQL.identifier(query.table, "id"),
                SQL("COALESCE(trace.is_test_trace, FALSE)"),
            ),
        )
        query.add_join(
            "JOIN",
            "mailing",
            "mailing_mailing",
            SQL("mailing.id = trace.mass_mailing_id"),
        )
        query.add_join(
            "JOIN", "source", "utm_source", SQL("source.id = mailing.source_id")
        )

    def _message_condition(self) -> SQL:
        """The message of a mailing, where it is kept, is the mailing once more."""
        return SQL(
            """(%s AND NOT EXISTS (
                SELECT 1 FROM mail_mail AS mail
                 WHERE mail.mail_message_id = message.id AND mail.mailing_id IS NOT NULL
            ))""",
            super()._message_condition(),
        )
