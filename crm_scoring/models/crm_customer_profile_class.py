from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.sql import column_exists


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
            "name": self.class_id.name or self.env._("No class"),
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
        """Return the bands of value and loyalty that the customer is in."""
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
