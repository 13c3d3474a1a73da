from odoo import models
from odoo.tools import SQL

CHANNEL_OF_MESSAGE = {"sms": "phone", "snailmail": "post", "whatsapp": "social"}
# Written by or to the customer; not what the system notes, sends by itself or to all.
CONTACT_MESSAGES = ("email", "comment", *CHANNEL_OF_MESSAGE)


class CrmCustomerTouchpoint(models.Model):
    """Messages and done activities on the records of customers."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "account.move": [
            "company_id",
            "is_move_sent",
            "move_type",
            "name",
            "partner_id",
        ],
        "crm.lead": ["company_id", "name", "partner_id"],
        "mail.activity.type": ["category", "contact_channel", "contact_reason"],
        "mail.message": [
            "author_id",
            "body",
            "date",
            "is_internal",
            "mail_activity_type_id",
            "message_type",
            "model",
            "record_company_id",
            "res_id",
            "subject",
            "subtype_id",
        ],
        "mail.message.subtype": ["internal"],
        "calendar.event": ["active", "partner_ids", "start"],
    }

    def _message_queries(self) -> list[SQL]:
        """Return the branches of messages and of activities, for each model."""
        branches = []
        for model, thread in self._thread_models().items():
            domain = thread.pop("domain", [])
            for branch in (self._message_query, self._activity_query):
                query = self._touchpoint_search(model, domain)
                if query is not None:
                    branches.append(branch(query, model, **thread))
        return branches

    def _thread_models(self):
        """Return the models whose messages count, with the columns that tell more.

        ``partner`` is the customer, ``reason`` why one writes there, ``enclosed`` is true
        where the first message that leaves is but the envelope of the document itself.
        """
        return {
            "res.partner": {
                "partner": SQL("res_partner.id"),
                "title": SQL("res_partner.name"),
                "reason": "information",
            },
            "crm.lead": {
                "partner": SQL("crm_lead.partner_id"),
                "title": SQL("crm_lead.name"),
                "reason": "sale",
                "phase": "pre_sale",
            },
            "account.move": {
                "domain": [("move_type", "in", ("out_invoice", "out_refund"))],
                "partner": SQL("account_move.partner_id"),
                "title": SQL("account_move.name"),
                "reason": "administration",
                "enclosed": SQL("account_move.is_move_sent IS TRUE"),
            },
        }

    def _message_query(self, query, model, partner, **thread) -> SQL:
        self._join_messages(query, model)
        query.add_where(self._message_condition())
        query.add_where(SQL("message.mail_activity_type_id IS NULL"))
        if "enclosed" in thread:
            query.add_where(SQL("NOT (%s AND %s)", thread["enclosed"], FIRST_TO_LEAVE))
        kind = SQL("message.message_type")
        sent_or_received = SQL(
            "CASE WHEN %s THEN 'email_sent' ELSE 'email_received' END", FROM_US
        )
        other_channels = dict.fromkeys(CHANNEL_OF_MESSAGE, NOTHING)
        return self._touchpoint_query(
            "message",
            query,
            partner,
            channel=self._case_sql(kind, CHANNEL_OF_MESSAGE, "email"),
            driver=self._case_sql(kind, other_channels, sent_or_received),
            direction=SQL("CASE WHEN %s THEN 'out' ELSE 'in' END", FROM_US),
            **self._reason_columns(SQL("message.subject"), thread),
            **self._message_columns(query, model, thread["title"]),
        )

    def _message_condition(self) -> SQL:
        """Return which messages count; mailings are for the bridge that knows them."""
        return SQL(
            "(message.message_type IN %s AND %s OR message.message_type = %s)",
            CONTACT_MESSAGES,
            PUBLIC,
            "email_outgoing",
        )

    def _activity_query(self, query, model, partner, **thread) -> SQL:
        """Return what was done; a meeting that is in the calendar counts there."""
        self._join_messages(query, model)
        query.add_join(
            "JOIN",
            "activity_type",
            "mail_activity_type",
            SQL("activity_type.id = message.mail_activity_type_id"),
        )
        query.add_where(SQL("activity_type.contact_channel IS NOT NULL"))
        query.add_where(SQL("NOT (activity_type.category = 'meeting' AND %s)", MET))
        words = SQL("CONCAT(message.subject, message.body)")
        return self._touchpoint_query(
            "activity",
            query,
            partner,
            channel=SQL("activity_type.contact_channel"),
            driver=SQL("activity_type.id"),
            direction=SQL("CASE WHEN author.partner_share THEN 'in' ELSE 'out' END"),
            **self._reason_columns(words, thread, SQL("activity_type.contact_reason")),
            **self._message_columns(query, model, thread["title"]),
        )

    def _reason_columns(self, subject, thread, stated=None):
        """Return the reason as words tell it, else as stated, else the record's; its phase."""
        usual = thread["reason"]
        otherwise = SQL("COALESCE(%s, %s)", stated or NOTHING, usual)
        reason = self._told_reason(subject, otherwise)
        phase = self._phase_sql(reason)
        if "phase" in thread:
            phase = self._case_sql(reason, {usual: SQL("%s", thread["phase"])}, phase)
        return {"reason": reason, "phase": phase}

    def _join_messages(self, query, model):
        query.add_join(
            "JOIN",
            "message",
            "mail_message",
            SQL(
                "message.model = %s AND message.res_id = %s",
                model,
                SQL.identifier(query.table, "id"),
            ),
        )
        query.add_join(
            "LEFT JOIN", "author", "res_partner", SQL("author.id = message.author_id")
        )

    def _message_columns(self, query, model, title):
        return {
            "record_id": SQL("message.id"),
            "company_id": SQL(
                "COALESCE(%s, message.record_company_id)",
                SQL.identifier(query.table, "company_id"),
            ),
            "date": SQL("message.date"),
            "user_id": self._author_sql(SQL("message.author_id")),
            "res_model": SQL("%s", model),
            "res_id": SQL("message.res_id"),
            "name": SQL("COALESCE(%s, %s, %s)", SUBJECT, BEGINNING, title),
        }


NOTHING = SQL("NULL")
SUBJECT = SQL("NULLIF(message.subject, '')")
BEGINNING = SQL(
    r"NULLIF(LEFT(TRIM(REGEXP_REPLACE(message.body, '<[^>]*>|\s', ' ', 'g')), 100), '')"
)
# The rules of the host on who may read a message beyond its record.
PUBLIC = SQL(
    """message.is_internal IS NOT TRUE AND EXISTS (
           SELECT 1 FROM mail_message_subtype AS subtype
            WHERE subtype.id = message.subtype_id AND subtype.internal IS NOT TRUE
       )"""
)
# An e-mail from an unknown address has no author.
FROM_US = SQL("author.partner_share IS FALSE")
FIRST_TO_LEAVE = SQL(
    """%s AND NOT EXISTS (
           SELECT 1 FROM mail_message AS earlier
             JOIN res_partner AS writer ON writer.id = earlier.author_id
            WHERE earlier.model = message.model
              AND earlier.res_id = message.res_id
              AND earlier.id < message.id
              AND earlier.message_type = 'comment'
              AND writer.partner_share IS FALSE
       )""",
    FROM_US,
)
MET = SQL(
    """EXISTS (
           SELECT 1 FROM calendar_event_res_partner_rel AS invited
             JOIN calendar_event AS event ON event.id = invited.calendar_event_id
            WHERE invited.res_partner_id = contact.id
              AND event.active
              AND event.start::date = message.date::date
       )"""
)
