from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_scoring_policy_defaults import DEFAULT_BANDS, default_classes

MIN_BANDS, MAX_BANDS = 2, 5
THRESHOLD_METHODS = [
    ("quantile", "Share of customers"),
    ("manual", "Set by hand"),
]


class CrmScoringPolicy(models.Model):
    """The matrix of a policy: its bands, thresholds and classes."""

    _inherit = "crm.scoring.policy"

    value_method = fields.Selection(
        THRESHOLD_METHODS, required=True, default="quantile", tracking=True
    )
    loyalty_method = fields.Selection(
        THRESHOLD_METHODS, required=True, default="manual", tracking=True
    )
    value_band_ids = fields.One2many(
        "crm.customer.band", "policy_id", domain=[("axis", "=", "value")]
    )
    loyalty_band_ids = fields.One2many(
        "crm.customer.band", "policy_id", domain=[("axis", "=", "loyalty")]
    )
    class_ids = fields.One2many("crm.customer.class", "policy_id", string="Classes")

    @api.constrains("value_band_ids", "loyalty_band_ids")
    def _check_band_count(self):
        for policy in self:
            for bands in policy._bands_by_axis().values():
                if bands and not MIN_BANDS <= len(bands) <= MAX_BANDS:
                    raise ValidationError(
                        self.env._(
                            "Each axis of the matrix has %(low)s to %(high)s bands.",
                            low=MIN_BANDS,
                            high=MAX_BANDS,
                        )
                    )

    def _bands_by_axis(self):
        """Return the bands of these policies, lowest first: {(policy, axis): bands}."""
        bands = self.env["crm.customer.band"].search([("policy_id", "in", self.ids)])
        return bands.grouped(lambda band: (band.policy_id, band.axis))

    def _create_default_bands(self):
        for policy in self:
            for axis, rank, name, threshold, quantile in DEFAULT_BANDS:
                band = self.env["crm.customer.band"].create(
                    {
                        "policy_id": policy.id,
                        "axis": axis,
                        "rank": rank,
                        "name": str(name),
                        "threshold": threshold,
                        "quantile": quantile,
                    }
                )
                self._translate_default(band, "name", name)

    def _sync_classes(self):
        """Make a class for each cell that has none; archive those outside the matrix."""
        for policy in self:
            bands = policy._bands_by_axis()
            sizes = {axis: len(bands[policy, axis]) for axis in ("value", "loyalty")}
            defaults = default_classes(sizes)
            classes = policy.with_context(active_test=False).class_ids
            present = classes.grouped(lambda cell: (cell.value_band, cell.loyalty_band))
            for cell, customer_class in present.items():
                customer_class.active = cell in defaults
            for cell in defaults.keys() - present.keys():
                policy._create_default_class(cell, defaults[cell])

    def _create_default_class(self, cell, default):
        name, strategy, color, description = default
        customer_class = self.env["crm.customer.class"].create(
            {
                "policy_id": self.id,
                "value_band": cell[0],
                "loyalty_band": cell[1],
                "name": str(name),
                "strategy": strategy,
                "color": color,
                "description": str(description),
            }
        )
        self._translate_default(customer_class, "name", name)
        self._translate_default(customer_class, "description", description)

    def _translate_default(self, record, field_name, lazy_text):
        """Give a default text in every installed language."""
        for code, _name in self.env["res.lang"].get_installed():
            localized = record.with_context(lang=code)
            localized[field_name] = localized.env._(lazy_text)
