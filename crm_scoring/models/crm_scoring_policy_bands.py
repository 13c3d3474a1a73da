from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.customer_analytics.value.classification import classification

from .crm_scoring_policy_defaults import default_bands

MIN_BANDS, MAX_BANDS = 2, 5
DEFAULT_BAND_COUNT = 3
AXES = ("value", "loyalty")
# What places a customer on each axis, in a profile.
AXIS_FIELDS = {"value": "matrix_value", "loyalty": "loyalty"}
BAND_FIELDS = {f"{axis}_band_ids" for axis in AXES}
VALUE_INDICES = [
    ("clv", "Lifetime value"),
    ("sector", "Lifetime value in the sector"),
]
VALUE_METHODS = [
    ("quantile", "Share of customers"),
    ("cumulative_share", "Share of the total (ABC)"),
    ("natural_breaks", "Natural breaks"),
    ("manual", "Set by hand"),
]
LOYALTY_METHODS = [
    method for method in VALUE_METHODS if method[0] != "cumulative_share"
]
BAND_COUNT_HELP = (
    "2 to 5. Another number resets the names and thresholds of this axis, and makes a matrix"
    " with classes of its own. Those of before keep their names in the history, and come back"
    " as they were with their number of bands."
)
# Column of a band that each method takes its figures from.
METHOD_FIGURES = {
    "quantile": "quantile",
    "cumulative_share": "share",
    "natural_breaks": "rank",
    "manual": "threshold",
}


class CrmScoringPolicy(models.Model):
    """The matrix of a policy: its bands and thresholds."""

    _inherit = "crm.scoring.policy"

    value_index = fields.Selection(
        VALUE_INDICES,
        string="Value Is",
        required=True,
        default="clv",
        tracking=True,
        help="What the value axis of the matrix goes by. Lifetime value: what the customer"
        " will bring us. In the sector: what it would be if the customer bought everything"
        " from us, so that the potential counts; where the wallet is not known, lifetime"
        " value stands for it.",
    )
    value_method = fields.Selection(
        VALUE_METHODS,
        required=True,
        default="quantile",
        tracking=True,
        help="Share of customers: each band holds a fixed share of the customers. Share of"
        " the total: the best customers who together bring 80%, 95% of the value."
        " Natural breaks: where the values themselves leave gaps.",
    )
    loyalty_method = fields.Selection(
        LOYALTY_METHODS, required=True, default="manual", tracking=True
    )
    value_band_count = fields.Integer(
        string="Number of Value Bands",
        compute="_compute_value_band_count",
        inverse="_inverse_band_counts",
        help=BAND_COUNT_HELP,
    )
    loyalty_band_count = fields.Integer(
        string="Number of Loyalty Bands",
        compute="_compute_loyalty_band_count",
        inverse="_inverse_band_counts",
        help=BAND_COUNT_HELP,
    )
    value_band_ids = fields.One2many(
        "crm.customer.band",
        "policy_id",
        domain=[("axis", "=", "value"), ("type_id", "=", False)],
    )
    loyalty_band_ids = fields.One2many(
        "crm.customer.band",
        "policy_id",
        domain=[("axis", "=", "loyalty"), ("type_id", "=", False)],
    )
    type_ids = fields.One2many(
        "crm.customer.type", "policy_id", string="Customer Types"
    )

    # Apart: together, the one that is not written could not be read in their inverse.
    @api.depends("value_band_ids")
    def _compute_value_band_count(self):
        for policy in self:
            policy.value_band_count = len(policy.value_band_ids)

    @api.depends("loyalty_band_ids")
    def _compute_loyalty_band_count(self):
        for policy in self:
            policy.loyalty_band_count = len(policy.loyalty_band_ids)

    def _inverse_band_counts(self):
        """Resize the axes whose number of bands is another, then the matrix once."""
        wanted = {
            policy: {axis: policy[f"{axis}_band_count"] for axis in AXES}
            for policy in self
        }
        for policy, counts in wanted.items():
            resized = {
                axis: count
                for axis, count in counts.items()
                if count != len(policy._axis_bands(axis))
            }
            if resized:
                policy._check_may_resize()
            for axis, count in resized.items():
                policy._resize_axis(axis, count)
            if all(map(policy._axis_bands, AXES)):
                policy._sync_classes()

    def _check_may_resize(self):
        """A run that has placed the customers already would publish bands that are gone."""
        if self._has_run_under_way():
            raise UserError(
                self.env._(
                    "A scoring run is under way: change the number of bands when it has"
                    " finished, or cancel it."
                )
            )

    def write(self, vals):
        """Check bands that are written together when all of them are."""
        if BAND_FIELDS.isdisjoint(vals):
            return super().write(vals)
        result = super(CrmScoringPolicy, self.with_context(bands_together=True)).write(
            vals
        )
        self._check_bands()
        return result

    def _check_bands(self):
        bands = self.env["crm.customer.band"]
        bands.search([("policy_id", "in", self.ids)])._check_increasing()

    def _axis_bands(self, axis, customer_type=None):
        """Return the bands of an axis, lowest first: of a type, or of the matrix."""
        return self.env["crm.customer.band"].search(
            [
                ("policy_id", "=", self.id),
                ("axis", "=", axis),
                ("type_id", "=", customer_type.id if customer_type else False),
            ],
            order="rank",
        )

    def _create_default_bands(self):
        for policy in self:
            for axis in AXES:
                if not policy._axis_bands(axis):
                    policy._resize_axis(axis, DEFAULT_BAND_COUNT)

    def _resize_axis(self, axis, count):
        """Give the axis ``count`` bands with the usual names and bounds."""
        self.ensure_one()
        if not MIN_BANDS <= count <= MAX_BANDS:
            raise ValidationError(
                self.env._(
                    "Each axis of the matrix has %(low)s to %(high)s bands.",
                    low=MIN_BANDS,
                    high=MAX_BANDS,
                )
            )
        # Who may change the policy may have it make bands; by hand nobody makes or deletes one.
        bands = self.env["crm.customer.band"].sudo()
        bands.search([("policy_id", "=", self.id), ("axis", "=", axis)]).unlink()
        for values in default_bands(axis, count):
            name = values.pop("name")
            band = bands.create(
                {"policy_id": self.id, "axis": axis, "name": str(name), **values}
            )
            self._translate_default(band, "name", name)
        self.with_context(active_test=False).type_ids._follow_bands(axis)
        self._forget_settings(axis)

    # === RULES FOR THE ENGINE === #

    def _axis_rule(self, axis, as_of, customer_type=None):
        """Return how the bounds of ``axis`` are found; frozen ones stay as they are."""
        bands = self._axis_bands(axis, customer_type)[1:]
        is_skewed = axis == "value"
        is_frozen = self.frozen_until and as_of <= self.frozen_until
        if is_frozen and self._has_bounds(axis):
            bounds = tuple(bands.mapped("lower_bound"))
            return classification.AxisRule("manual", bounds, is_skewed)
        method = self[f"{axis}_method"]
        figures = tuple(bands.mapped(METHOD_FIGURES[method]))
        return classification.AxisRule(method, figures, is_skewed)

    def _has_bounds(self, axis):
        """Whether the last run found bounds for the bands of ``axis`` as they are."""
        return axis in (self.last_run_id.threshold_settings or {})

    def _forget_settings(self, axis):
        """Let the next run know that the bands of ``axis`` are new, without bounds yet."""
        run = self.last_run_id.sudo()
        if run:
            held = run.threshold_settings or {}
            run.threshold_settings = {
                name: settings for name, settings in held.items() if name != axis
            }

    def _types_and_rest(self):
        """Return the types in the order they are tried, and last none of them."""
        types = self.env["crm.customer.type"]
        return [*types.search([("policy_id", "=", self.id)]), types]

    def _threshold_settings(self):
        """Return all that decides on bounds, by axis and type (0: none), as a run keeps it.

        Where it changed, customers are placed afresh. Methods find bounds among the
        customers of a type or of none: then it matters what types there are.
        """
        types = [[each.id, each.domain] for each in self._types_and_rest() if each]
        return {
            axis: {
                str(customer_type.id or 0): {
                    "index": self.value_index if axis == "value" else axis,
                    "lost_below": self.lost_below,
                    "types": [] if self[f"{axis}_method"] == "manual" else types,
                    "method": self[f"{axis}_method"],
                    "figures": self._axis_bands(axis, customer_type).mapped(
                        METHOD_FIGURES[self[f"{axis}_method"]]
                    ),
                }
                for customer_type in self._types_and_rest()
            }
            for axis in AXES
        }

    def _translate_default(self, record, field_name, lazy_text):
        """Give a default text in every installed language."""
        for code, _name in self.env["res.lang"].get_installed():
            localized = record.with_context(lang=code)
            localized[field_name] = localized.env._(lazy_text)
