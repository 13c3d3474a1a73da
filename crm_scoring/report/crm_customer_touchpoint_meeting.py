from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerTouchpoint(models.Model):
    """Meetings that took place, once for each customer who was invited."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "calendar.attendee": ["event_id", "partner_id", "state"],
        "calendar.event": [
            "active",
            "name",
            "opportunity_id",
            "partner_ids",
            "privacy",
            "start",
            "user_id",
            "videocall_location",
        ],
        "crm.lead": ["company_id"],
        "res.users": ["company_ids"],
        "res.users.settings": ["calendar_default_privacy", "user_id"],
    }

    def _meeting_queries(self) -> list[SQL]:
        held = Domain("start", "<=", fields.Datetime.now()) & Domain(
            "active", "=", True
        )
        query = self._touchpoint_search("calendar.event", held & self._not_private())
        if query is None:
            return []
        self._join_attendees(query)
        return [
            self._touchpoint_query(
                "meeting",
                query,
                SQL("invited.res_partner_id"),
                record_id=SQL("attendee.id"),
                company_id=SQL(
                    "COALESCE(lead.company_id, contact.company_id, %s)", ONLY_COMPANY
                ),
                date=SQL("calendar_event.start"),
                reason=self._told_reason(SQL("calendar_event.name"), USUAL_REASON),
                channel=SQL("CASE WHEN %s THEN 'web' ELSE 'visit' END", IS_CALL),
                direction=SQL("'out'"),
                user_id=SQL("calendar_event.user_id"),
                res_model=SQL("'calendar.event'"),
                res_id=SQL("calendar_event.id"),
                name=SQL("calendar_event.name"),
                driver=SQL("'meeting'"),
            )
        ]

    def _join_attendees(self, query):
        query.add_join(
            "JOIN",
            "invited",
            "calendar_event_res_partner_rel",
            SQL("invited.calendar_event_id = calendar_event.id"),
        )
        query.add_join(
            "LEFT JOIN",
            "lead",
            "crm_lead",
            SQL("lead.id = calendar_event.opportunity_id"),
        )
        query.add_join("JOIN", "attendee", "calendar_attendee", FIRST_OF_CUSTOMER)

    def _not_private(self):
        """Return the meetings whose attendees the host would show to the user."""
        if self.env.su:
            return Domain.TRUE
        private_calendars = (
            self.env["res.users.settings"]
            .sudo()
            ._search([("calendar_default_privacy", "=", "private")])
        )
        is_open = Domain("privacy", "in", ["public", "confidential"])
        by_default = Domain("privacy", "=", False) & (
            Domain("user_id", "=", False)
            | Domain("user_id", "not in", private_calendars.subselect("user_id"))
        )
        mine = Domain("user_id", "=", self.env.uid)
        invited = Domain("partner_ids", "in", self.env.user.partner_id.ids)
        return is_open | by_default | mine | invited


USUAL_REASON = SQL(
    "CASE WHEN calendar_event.opportunity_id IS NULL THEN 'information' ELSE 'sale' END"
)
IS_CALL = SQL("calendar_event.videocall_location IS NOT NULL")
# Who works for several companies may have met a common customer for any of them.
ONLY_COMPANY = SQL(
    """(SELECT MIN(cid) FROM res_company_users_rel
         WHERE user_id = calendar_event.user_id HAVING COUNT(*) = 1)"""
)
# Two persons of one customer in a meeting are one contact; who declined was not there.
FIRST_OF_CUSTOMER = SQL(
    """attendee.event_id = calendar_event.id
       AND attendee.partner_id = invited.res_partner_id
       AND attendee.state IS DISTINCT FROM 'declined'
       AND NOT EXISTS (
           SELECT 1 FROM calendar_attendee AS other
             JOIN res_partner AS colleague ON colleague.id = other.partner_id
             JOIN res_partner AS person ON person.id = attendee.partner_id
            WHERE other.event_id = attendee.event_id
              AND other.id < attendee.id
              AND other.state IS DISTINCT FROM 'declined'
              AND colleague.commercial_partner_id = person.commercial_partner_id
       )"""
)
