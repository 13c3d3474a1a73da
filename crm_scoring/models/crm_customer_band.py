from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCustomerBand(models.Model):
    """One band of an axis of the matrix; bands of an axis are ranked from 1, the lowest.

    A type of customers has bands of its own: their bounds are its own, their names those
    of the band they follow.
    """

    _name = "crm.customer.band"
    _description = "Band of the Customer Matrix"
    _order = "policy_id, axis, type_id, rank"

    policy_id = fields.Many2one(
        "crm.scoring.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    axis = fields.Selection(
        [("value", "Value"), ("loyalty", "Loyalty")], required=True, readonly=True
    )
    rank = fields.Integer(required=True, readonly=True, help="1 is the lowest band.")
    type_id = fields.Many2one(
        "crm.customer.type",
        string="Customer Type",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the thresholds of the customers of no type.",
    )
    main_id = fields.Many2one(
        "crm.customer.band",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="The band of the matrix that the band of a type follows.",
    )
    name = fields.Char(translate=True)
    threshold = fields.Float(
        string="From",
        help="Where the band begins when thresholds are set by hand: lifetime value in the"
        " company's currency, or degree of loyalty between 0 and 1. The lowest band has"
        " none.",
    )
    quantile = fields.Float(
        string="Share of Customers Below",
        help="Where the band begins when thresholds follow the distribution: the share of"
        " customers that fall below this band, between 0 and 1.",
    )
    share = fields.Float(
        string="Share of Total Held",
        default=1.0,
        help="Where the band begins when thresholds follow the share of the total: what the"
        " customers of this band and of those above together hold, between 0 and 1. The"
        " customer who crosses the share belongs to the band.",
    )
    lower_bound = fields.Float(
        string="Threshold in Use",
        readonly=True,
        help="Where the band began in the last scoring.",
    )
    redefined_by_run = fields.Integer(
        readonly=True,
        copy=False,
        help="Number of the first run that placed customers by the bounds as they are"
        " defined now; 0 if they were never changed. Months of earlier runs are compared"
        " by the bounds in use.",
    )

    _rank_index = models.UniqueIndex(
        "(policy_id, axis, rank, COALESCE(type_id, 0))",
        "Two bands of one axis have the same rank.",
    )
    _named = models.Constraint(
        "CHECK(main_id IS NOT NULL OR name IS NOT NULL)", "A band needs a name."
    )
    _quantile_range = models.Constraint(
        "CHECK(quantile >= 0 AND quantile < 1)",
        "The share of customers below a band must be at least 0% and below 100%.",
    )

    # A hair beyond 0 and 1 is what a run may find where customers are alike.
    _loyalty_range = models.Constraint(
        "CHECK(axis <> 'loyalty' OR threshold BETWEEN -0.000001 AND 1.000001)",
        "Thresholds of loyalty lie between 0% and 100%.",
    )
    _share_range = models.Constraint(
        "CHECK(share > 0 AND share <= 1)",
        "The share of the total that bands hold must be above 0% and at most 100%.",
    )

    @api.depends("name", "main_id.name")
    def _compute_display_name(self):
        for band in self:
            band.display_name = (band.main_id or band).name

    @api.constrains("threshold", "quantile", "share", "rank", "axis")
    def _check_increasing(self):
        if self.env.context.get("bands_together"):
            return  # all are written first, and checked together by who writes them
        every = self.search([("policy_id", "in", self.policy_id.ids)])
        for bands in every.grouped(
            lambda band: (band.policy_id, band.axis, band.type_id)
        ).values():
            for lower, upper in zip(bands[1:], bands[2:], strict=False):
                if problem := upper._problem_above(lower):
                    raise ValidationError(problem)

    def _problem_above(self, lower):
        """Say what keeps this band from starting above ``lower``, or nothing."""
        names = {"upper": self.display_name, "lower": lower.display_name}
        if self.threshold <= lower.threshold:
            return self.env._(
                "“%(upper)s” must start above “%(lower)s”: set its threshold higher than"
                " %(bound)s.",
                bound=lower.threshold,
                **names,
            )
        if self.quantile <= lower.quantile:
            return self.env._(
                "“%(upper)s” must start above “%(lower)s”: set the share of customers"
                " below it higher than %(share).0f %%.",
                share=lower.quantile * 100,
                **names,
            )
        if self.share >= lower.share:
            return self.env._(
                "“%(upper)s” must start above “%(lower)s”: set the share of the total it"
                " holds lower than %(share).0f %%.",
                share=lower.share * 100,
                **names,
            )
        return ""

    def _next(self):
        """Return the band above this one, empty for the highest."""
        return self.search(
            [
                ("policy_id", "=", self.policy_id.id),
                ("axis", "=", self.axis),
                ("type_id", "=", self.type_id.id),
                ("rank", "=", self.rank + 1),
            ]
        )
