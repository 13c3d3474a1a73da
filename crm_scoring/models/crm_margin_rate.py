from odoo import fields, models


class CrmMarginRate(models.Model):
    """Margin of the products of a category, as a share of revenue."""

    _name = "crm.margin.rate"
    _description = "Margin of a Product Category"
    _rec_name = "category_id"
    _order = "policy_id, category_id"

    policy_id = fields.Many2one(
        "crm.scoring.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="policy_id.company_id", store=True, precompute=True
    )
    category_id = fields.Many2one(
        "product.category",
        required=True,
        ondelete="cascade",
        help="Holds for the categories below it too, unless they have their own.",
    )
    rate = fields.Float(
        string="Margin", help="Contribution margin as a share of revenue."
    )

    _category_unique = models.Constraint(
        "UNIQUE(policy_id, category_id)", "This category has a margin already."
    )
    _rate_range = models.Constraint(
        "CHECK(rate >= 0 AND rate <= 1)",
        "The margin of a category must lie between 0% and 100%.",
    )
