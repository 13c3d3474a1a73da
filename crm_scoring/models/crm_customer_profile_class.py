from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from .crm_scoring_policy_bands import MAX_BANDS
from .crm_scoring_policy_defaults import third

# Thirds of the value axis, however many bands it has: 1 the lowest.
MEDIUM, HIGH = 2, 3


class CrmCustomerProfile(models.Model):
    """Where the customer stands in the matrix, since when, and why."""

    _inherit = "crm.customer.profile"

    type_id = fields.Many2one(
        "crm.customer.type",
        string="Customer Type",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The first type that the customer matched at the last scoring.",
    )
    matrix_value = fields.Float(
        string="Value in the Matrix",
        readonly=True,
        aggregator="avg",
        help="What places the customer on the value axis of the matrix, in the company's"
        " currency.",
    )
    value_rank = fields.Integer(
        string="Value Band as It Stands",
        readonly=True,
        aggregator=None,
        help="Band that the value of this run alone would give.",
    )
    loyalty_rank = fields.Integer(
        string="Loyalty Band as It Stands",
        readonly=True,
        aggregator=None,
        help="Band that the loyalty of this run alone would give.",
    )
    class_since = fields.Date(
        string="In Class Since",
        readonly=True,
        help="First scoring that found the customer in this class without a break.",
    )
    is_class_assigned = fields.Boolean(
        string="Class Given by Hand", readonly=True, default=False
    )

    is_high_value = fields.Boolean(
        string="High Value",
        compute="_compute_value_levels",
        search="_search_is_high_value",
        help="In the upper third of the bands of value, however many there are.",
    )
    is_valuable = fields.Boolean(
        compute="_compute_value_levels",
        search="_search_is_valuable",
        help="Above the lower third of the bands of value, however many there are.",
    )

    @api.depends("value_band", "company_id")
    def _compute_value_levels(self):
        first = {level: self._first_ranks(level) for level in (MEDIUM, HIGH)}
        for profile in self:
            rank, company = profile.value_band, profile.company_id
            profile.is_high_value = rank >= first[HIGH].get(company, MAX_BANDS + 1)
            profile.is_valuable = rank >= first[MEDIUM].get(company, MAX_BANDS + 1)

    @api.model
    def _search_is_high_value(self, operator, value):
        return self._search_value_level(HIGH, operator, value)

    @api.model
    def _search_is_valuable(self, operator, value):
        return self._search_value_level(MEDIUM, operator, value)

    @api.model
    def _search_value_level(self, level, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("value_band", ">=", rank)
            for company, rank in self._first_ranks(level).items()
        )
        if set(value) == {True, False}:
            return Domain.TRUE
        return found if True in value else ~found

    @api.model
    def _first_ranks(self, level):
        """Return the lowest band of value that belongs to a third: {company: rank}."""
        of_matrix = [("axis", "=", "value"), ("type_id", "=", False)]
        counts = (
            self.env["crm.customer.band"]
            .sudo()
            ._read_group(of_matrix, ["company_id"], ["__count"])
        )
        return {
            company: next(
                rank for rank in range(1, count + 1) if third(rank, count) >= level
            )
            for company, count in counts
        }

    def _auto_init(self):
        """Profiles made before the column was there were placed by lifetime value."""
        is_new = not column_exists(self.env.cr, self._table, "matrix_value")
        result = super()._auto_init()
        if is_new:
            self.env.cr.execute(
                SQL("UPDATE %s SET matrix_value = clv", SQL.identifier(self._table))
            )
        return result

    def _state_class(self):
        """Why the customer is in this class, and what is missing to the next band."""
        return {
            "name": self._field_label("class_id"),
            "icon": "fa-th",
            "sentence": self._class_sentence(),
            "rows": [],
            "advice": self._class_advice(),
        }

    def _class_sentence(self):
        words = {
            "name": self.class_id.display_name or self.env._("No class"),
            "since": self._day(self.class_since) if self.class_since else "",
        }
        if self.is_class_assigned:
            given = self._assignment()
            return self.env._(
                "%(name)s since %(since)s, given by %(user)s until %(end)s: %(reason)s",
                user=given.user_id.name or "",
                end=self._day(given.date_to) if given else "",
                reason=given.reason or "",
                **words,
            )
        if self.class_id and not self.class_id.active:
            return self.env._(
                "%(name)s since %(since)s, in a former matrix: the next scoring finds a"
                " class among the new bands.",
                **words,
            )
        bands = self._bands()
        return self.env._(
            "%(name)s since %(since)s: %(bands)s.",
            bands=", ".join(bands.mapped("display_name")) or self.env._("lost"),
            **words,
        )

    def _class_advice(self):
        """Say how far the bounds are that would change the class."""
        values = {"value": self.matrix_value, "loyalty": self.loyalty}
        writers = {"value": self._money, "loyalty": self._percent}
        advice = []
        for band in self._bands():
            write = writers[band.axis]
            if band.rank > 1:
                advice.append(
                    self.env._(
                        "“%(band)s” begins at %(bound)s; this customer: %(own)s.",
                        band=band.display_name,
                        bound=write(band.lower_bound),
                        own=write(values[band.axis]),
                    )
                )
            if above := band._next():
                advice.append(
                    self.env._(
                        "“%(band)s” begins at %(bound)s.",
                        band=above.display_name,
                        bound=write(above.lower_bound),
                    )
                )
        return advice

    def _bands(self):
        """Return the bands of value and loyalty that the customer is in, if they are left."""
        if self.class_id and not self.class_id.active:
            return self.env["crm.customer.band"]
        return self.env["crm.customer.band"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("type_id", "=", self.type_id.id),
                "|",
                "&",
                ("axis", "=", "value"),
                ("rank", "=", self.value_band),
                "&",
                ("axis", "=", "loyalty"),
                ("rank", "=", self.loyalty_band),
            ],
            order="axis desc",
        )

    def _assignment(self):
        return self.env["crm.customer.class.assignment"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_from", "<=", self.as_of),
                ("date_to", ">=", self.as_of),
            ],
            limit=1,
        )

    def _show_classes(self, given_to, day):
        """Put the customers of a company into the classes given by hand from ``day`` on.

        ``given_to`` are the assignments that hold, by customer; the others get the class of
        their bands. The month of the last scoring follows.
        """
        policies = self.env["crm.scoring.policy"].sudo()
        policy = policies.search([("company_id", "in", self.company_id.ids)])
        class_of = policy._class_of_cells()
        nobody = self.env["crm.customer.class.assignment"]
        changed = self.browse()
        for profile in self:
            given = given_to.get(profile.partner_id, nobody)
            cell = profile.value_band, profile.loyalty_band
            class_id = given.class_id.id or class_of.get(cell, False)
            if class_id != profile.class_id.id:
                profile.write({"class_id": class_id, "class_since": day})
                changed |= profile
            profile.is_class_assigned = bool(given)
        changed._show_in_history()

    def _show_in_history(self):
        """Write the class of each customer into the month of the last scoring."""
        month_of = {
            profile: profile.as_of.replace(day=1) for profile in self.filtered("as_of")
        }
        history = self.env["crm.customer.profile.history"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("month", "in", list(set(month_of.values()))),
            ]
        )
        kept = history.grouped(lambda entry: (entry.partner_id, entry.month))
        for profile, month in month_of.items():
            entry = kept.get((profile.partner_id, month), history.browse())
            entry.class_id = profile.class_id

    # === ACTIONS === #

    def action_assign_class(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_class_assignment_action"
        )
        return {
            **action,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
