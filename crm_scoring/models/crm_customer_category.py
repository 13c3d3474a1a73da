from odoo import fields, models

TRENDS = [
    ("new", "New"),
    ("growing", "Growing"),
    ("stable", "Stable"),
    ("shrinking", "Shrinking"),
    ("lapsed", "Lapsed"),
]


class CrmCustomerCategory(models.Model):
    """What a customer buys of a main product category; written by runs only."""

    _name = "crm.customer.category"
    _inherit = ["crm.customer.result.mixin"]
    _description = "Category Purchases of a Customer"
    _rec_name = "category_id"
    _order = "revenue desc, id"
    _result_key = ("partner_id", "company_id", "category_id")

    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )

    # Behaviour
    purchase_count = fields.Integer(
        string="Purchases",
        readonly=True,
        help="Days on which the customer bought something of the category.",
    )
    first_purchase_date = fields.Date(string="First Purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True)
    days_since_purchase = fields.Integer(readonly=True, aggregator="avg")
    revenue = fields.Monetary(readonly=True, help="Purchases less returns.")
    margin = fields.Monetary(readonly=True)
    revenue_recent = fields.Monetary(string="Revenue, Last 12 Months", readonly=True)
    revenue_previous = fields.Monetary(
        string="Revenue, 12 Months Before", readonly=True
    )
    spend_share = fields.Float(
        string="Share of Spend",
        readonly=True,
        aggregator="avg",
        help="Share of the category in what the customer spent on the main categories.",
    )

    # Prediction
    purchase_probability = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Probability that the customer buys of the category within the horizon.",
    )
    churn_probability = fields.Float(
        string="Churn Risk",
        readonly=True,
        aggregator="avg",
        help="Probability of no purchase in the category within the horizon.",
    )
    next_purchase_date = fields.Date(
        string="Next Purchase Expected",
        readonly=True,
        help="The day by which the customer buys of the category with even odds, the season"
        " counted in. Empty where no purchase within the horizon is likelier.",
    )
    trend = fields.Selection(
        TRENDS,
        readonly=True,
        help="New: first bought within a year. Growing and shrinking: revenue of the last"
        " 12 months a fifth above or below that of the 12 before.",
    )
    is_lapsed = fields.Boolean(
        string="Lapsed",
        readonly=True,
        help="The customer bought of the category at least twice and has more likely than"
        " not stopped.",
    )
    is_customer_active = fields.Boolean(
        string="Still a Customer",
        readonly=True,
        help="The customer has more likely than not kept buying with us: a lapsed category"
        " then goes to somebody else.",
    )

    _partner_company_category_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, category_id)",
        "A customer has one row per category in a company.",
    )

    # === ACTIONS === #

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()
