from odoo import fields, models
from odoo.tools import SQL


class CrmCustomerTouchpoint(models.Model):
    """Events that customers were registered for."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "event.event": ["date_begin", "name", "user_id"],
        "event.registration": [
            "active",
            "company_id",
            "event_id",
            "partner_id",
            "state",
        ],
    }

    kind = fields.Selection(
        selection_add=[("registration", "Event Registration")],
        ondelete={"registration": lambda touchpoints: None},
    )

    def _touchpoint_queries(self) -> list[SQL]:
        branches = super()._touchpoint_queries()
        held = [
            ("active", "=", True),
            ("state", "in", ("open", "done")),
            ("event_id.date_begin", "<=", fields.Datetime.now()),
        ]
        query = self._touchpoint_search("event.registration", held)
        if query is not None:
            branches.append(self._registration_query(query))
        return branches

    def _registration_query(self, query) -> SQL:
        query.add_join(
            "JOIN",
            "occasion",
            "event_event",
            SQL("occasion.id = event_registration.event_id"),
        )
        # A jsonb of translations: the subject is the same for all readers.
        name = SQL(
            "COALESCE(occasion.name->>%s, occasion.name->>'en_US')", self.env.lang
        )
        return self._touchpoint_query(
            "registration",
            query,
            SQL("event_registration.partner_id"),
            company_id=SQL("event_registration.company_id"),
            date=SQL("occasion.date_begin"),
            reason=SQL("'marketing'"),
            channel=SQL("'event'"),
            direction=SQL("'in'"),
            user_id=SQL("occasion.user_id"),
            res_model=SQL("'event.registration'"),
            res_id=SQL("event_registration.id"),
            name=name,
        )
