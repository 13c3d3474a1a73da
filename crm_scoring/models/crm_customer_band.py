from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCustomerBand(models.Model):
    """One band of an axis of the matrix; bands of an axis are ranked from 1, the lowest."""

    _name = "crm.customer.band"
    _description = "Band of the Customer Matrix"
    _order = "policy_id, axis, rank"

    policy_id = fields.Many2one(
        "crm.scoring.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    axis = fields.Selection(
        [("value", "Value"), ("loyalty", "Loyalty")], required=True, readonly=True
    )
    rank = fields.Integer(required=True, readonly=True, help="1 is the lowest band.")
    name = fields.Char(required=True, translate=True)
    threshold = fields.Float(
        string="From",
        help="Lower bound when thresholds are set by hand: lifetime value in the"
        " company's currency, or degree of loyalty between 0 and 1. The lowest band has"
        " none.",
    )
    quantile = fields.Float(
        string="Share of Customers Below",
        help="Lower bound when thresholds follow the distribution: the share of customers"
        " that fall below this band, between 0 and 1.",
    )
    lower_bound = fields.Float(
        string="Bound in Use",
        readonly=True,
        help="Lower bound that the last run applied.",
    )

    _rank_unique = models.Constraint(
        "UNIQUE(policy_id, axis, rank)",
        "Two bands of one axis have the same rank.",
    )
    _quantile_range = models.Constraint(
        "CHECK(quantile >= 0 AND quantile < 1)",
        "The share of customers below a band must be at least 0 % and below 100 %.",
    )

    @api.constrains("threshold", "quantile", "rank", "axis")
    def _check_increasing(self):
        for bands in self.policy_id._bands_by_axis().values():
            for lower, upper in zip(bands[1:], bands[2:], strict=False):
                if upper.threshold <= lower.threshold:
                    raise ValidationError(
                        self.env._(
                            "“%(upper)s” must start above “%(lower)s”: set its lower"
                            " bound higher than %(bound)s.",
                            upper=upper.name,
                            lower=lower.name,
                            bound=lower.threshold,
                        )
                    )
                if upper.quantile <= lower.quantile:
                    raise ValidationError(
                        self.env._(
                            "“%(upper)s” must start above “%(lower)s”: set the share of"
                            " customers below it higher than %(share).0f %%.",
                            upper=upper.name,
                            lower=lower.name,
                            share=lower.quantile * 100,
                        )
                    )
