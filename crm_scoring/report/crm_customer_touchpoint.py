import re

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from ..models.crm_contact_cost import CONTACT_CHANNELS, CONTACT_REASONS, SALE_PHASES

# Identifiers are the number of the record times this, plus the place of its kind.
MAX_KINDS = 64
# What the branch of a kind says of each contact; all branches have the same types.
COLUMNS = {
    "record_id": "integer",
    "contact_id": "integer",
    "company_id": "integer",
    "date": "timestamp",
    "reason": "varchar",
    "channel": "varchar",
    "phase": "varchar",
    "direction": "varchar",
    "user_id": "integer",
    "res_model": "varchar",
    "res_id": "integer",
    "name": "varchar",
    "amount": "numeric",
    "driver": "varchar",
}
# The phase of the sale to which a contact belongs, where the record does not tell.
PHASE_OF_REASON = {
    "information": "pre_sale",
    "marketing": "pre_sale",
    "sale": "sale",
    "delivery": "sale",
    "administration": "post_sale",
    "assistance": "post_sale",
}


class CrmCustomerTouchpoint(models.Model):
    """Every contact with a customer, read from the host's own records as the user.

    Each kind of record is one branch of a union, made from the search that the user
    could make there: what the host would hide is in no branch.
    """

    _name = "crm.customer.touchpoint"
    _description = "Customer Contact"
    _auto = False
    _order = "date desc, id desc"
    _depends = {
        "crm.customer.profile": ["class_id", "company_id", "partner_id"],
        "res.company": ["currency_id"],
        "res.partner": ["commercial_partner_id", "company_id", "partner_share"],
        "res.users": ["partner_id"],
    }

    name = fields.Char(string="Subject", readonly=True)
    date = fields.Datetime(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", string="Person", readonly=True)
    class_id = fields.Many2one("crm.customer.class", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(
        [
            ("message", "Message"),
            ("activity", "Activity"),
            ("meeting", "Meeting"),
            ("lead", "Lead or Opportunity"),
            ("invoice", "Invoice"),
            ("purchase", "Purchase Before Odoo"),
        ],
        string="Record",
        readonly=True,
        help="The kind of record that the contact was read from.",
    )
    reason = fields.Selection(CONTACT_REASONS, readonly=True)
    channel = fields.Selection(CONTACT_CHANNELS, readonly=True)
    phase = fields.Selection(SALE_PHASES, readonly=True)
    direction = fields.Selection(
        [("in", "From the customer"), ("out", "To the customer")], readonly=True
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    amount = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="What the document is about, without taxes.",
    )
    cost = fields.Monetary(
        readonly=True,
        help="What one contact of this kind costs: the activity's time and direct cost under"
        " Departments and Costs where one covers it, else the figure of its channel in the"
        " scoring policy.",
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True, aggregator=None
    )

    # === SQL === #

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT touch.*, COALESCE(unit.amount, contact_cost.amount) AS cost,
                   company.currency_id, profile.class_id
              FROM (%(branches)s) AS touch
              LEFT JOIN res_company AS company
                ON company.id = COALESCE(touch.company_id, %(company)s)
              LEFT JOIN (%(unit_costs)s) AS unit
                ON unit.company_id = COALESCE(touch.company_id, %(company)s)
               AND unit.driver = touch.driver
              LEFT JOIN crm_contact_cost AS contact_cost
                ON contact_cost.company_id = COALESCE(touch.company_id, %(company)s)
               AND contact_cost.channel = touch.channel
              LEFT JOIN crm_customer_profile AS profile
                ON profile.company_id = COALESCE(touch.company_id, %(company)s)
               AND profile.partner_id = touch.partner_id
            """,
            branches=SQL(" UNION ALL ").join(self._touchpoint_queries()),
            unit_costs=self._unit_cost_query(),
            company=self.env.company.id,
        )

    @api.model
    def _touchpoint_queries(self) -> list[SQL]:
        """Return one SELECT for each kind of record that the user may read.

        A bridge adds its own, made with ``_touchpoint_search`` and ``_touchpoint_query``.
        """
        return [
            *self._message_queries(),
            *self._meeting_queries(),
            *self._document_queries(),
        ]

    @api.model
    def _touchpoint_search(self, model, domain):
        """Return the query of the records that the user may read, None without access."""
        records = self.env[model]
        if not records.has_access("read"):
            return None
        return records._search(domain, active_test=False)

    @api.model
    def _touchpoint_query(self, kind, query, partner, **columns) -> SQL:
        """Return the branch of ``kind``: ``columns`` of a query joined with its partner.

        Colleagues are no customers. Where the phase is not given, the reason tells it.
        ``driver`` is the cost driver that counts the record: its code, or the number of
        the activity's type.
        """
        query.add_join(
            "JOIN",
            "contact",
            "res_partner",
            SQL("contact.id = %s AND contact.partner_share IS NOT FALSE", partner),
        )
        values = {
            "record_id": SQL.identifier(query.table, "id"),
            "contact_id": SQL("contact.id"),
            "phase": self._phase_sql(columns["reason"]),
            **columns,
        }
        self._restrict_to_known(query, kind, values["record_id"])
        number = self._kind_number(kind)
        return query.select(
            SQL("%s::bigint * %s + %s AS id", values["record_id"], MAX_KINDS, number),
            SQL("contact.commercial_partner_id AS partner_id"),
            SQL("%s::varchar AS kind", kind),
            *(
                SQL(
                    "(%s)::%s AS %s",
                    values.get(name, SQL("NULL")),
                    SQL(column_type),
                    SQL.identifier(name),
                )
                for name, column_type in COLUMNS.items()
            ),
        )

    @api.model
    def _phase_sql(self, reason) -> SQL:
        return self._case_sql(reason, PHASE_OF_REASON, SQL("NULL"))

    @api.model
    def _case_sql(self, value, choices, otherwise) -> SQL:
        """Return the choice that belongs to ``value``."""
        cases = (SQL("WHEN %s THEN %s", key, choice) for key, choice in choices.items())
        return SQL("CASE %s %s ELSE %s END", value, SQL(" ").join(cases), otherwise)

    @api.model
    def _told_reason(self, subject, otherwise) -> SQL:
        """Return the reason that a subject tells by its words, else ``otherwise``."""
        words = self.env["crm.contact.word"]._reasons_by_word(self.env.company.id)
        cases = [
            SQL("WHEN %s ILIKE %s THEN %s", subject, self._contains(word), reason)
            for word, reason in words
        ]
        if not cases:
            return otherwise
        return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), otherwise)

    @api.model
    def _author_sql(self, author) -> SQL:
        """Return the user behind a partner; more than one is rare."""
        return SQL("(SELECT MIN(id) FROM res_users WHERE partner_id = %s)", author)

    @staticmethod
    def _contains(text):
        """Return the pattern of what contains ``text``."""
        return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%"

    @api.model
    def _kind_number(self, kind):
        return [key for key, _label in self._fields["kind"].selection].index(kind)

    # === ROWS BY IDENTIFIER === #

    @api.model
    def _restrict_to_known(self, query, kind, record_id):
        """Look rows up where they are: no index knows identifiers made up here."""
        known = self.env.context.get("touchpoint_ids")
        if known is None:
            return
        number = self._kind_number(kind)
        ids = [
            known_id // MAX_KINDS
            for known_id in known
            if known_id % MAX_KINDS == number
        ]
        query.add_where(SQL("%s = ANY(%s::integer[])", record_id, ids))

    @api.model
    def _search(self, domain, *args, **options):
        """Rows known by identifier are looked for where they are, not everywhere."""
        conditions = list(Domain(domain).iter_conditions())
        if len(conditions) == 1 and conditions[0].field_expr == "id":
            operator, value = conditions[0].operator, conditions[0].value
            if operator == "in" and not isinstance(value, (Query, SQL)):
                self = self.with_context(touchpoint_ids=tuple(value))  # noqa: PLW0642
        return super()._search(domain, *args, **options)

    def _check_access(self, operation):
        """Rows that the user's own branches do not hold are not there for the user."""
        result = super()._check_access(operation)
        if result or self.env.su or not self._ids:
            return result
        if hidden := self - self.browse(self._search([("id", "in", self._ids)])):
            error = self.env._("You may not see the records of these contacts.")
            return hidden, lambda: AccessError(error)
        return None

    # === ACTIONS === #

    def action_open_record(self):
        """Open the record itself, with the rights that the user has there."""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id)._get_records_action()
