from odoo import fields, models


class CrmCustomerProfile(models.Model):
    """What serving the customer costs, and every euro from revenue to lifetime value."""

    _inherit = "crm.customer.profile"

    # The last twelve months
    margin_recent = fields.Monetary(
        string="Margin, Last 12 Months",
        readonly=True,
        help="Revenue less product cost of the last twelve months.",
    )
    cost_to_serve = fields.Monetary(
        string="Cost to Serve",
        readonly=True,
        help="What the activities done for the customer in the last twelve months cost:"
        " working time at the rate of each department, and direct costs.",
    )
    profit_recent = fields.Monetary(
        string="Profit, Last 12 Months",
        readonly=True,
        help="Margin less cost to serve. Below zero, the customer costs more than he"
        " brings.",
    )
    cost_ids = fields.One2many(
        "crm.customer.cost",
        compute="_compute_cost_ids",
        string="Cost to Serve in Detail",
    )
    has_costs = fields.Boolean(compute="_compute_has_costs")

    # The year ahead
    service_cost_per_purchase = fields.Monetary(
        string="Cost to Serve per Purchase",
        readonly=True,
        aggregator="avg",
        help="Expected cost of what comes with a purchase: the customer's own of the last"
        " twelve months, drawn towards the company's where records are few.",
    )
    service_cost_per_year = fields.Monetary(
        string="Cost to Serve per Year",
        readonly=True,
        aggregator="avg",
        help="Expected cost of what runs as long as the customer is one, in a year.",
    )

    # From revenue to lifetime value
    clv_revenue = fields.Monetary(
        string="Future Revenue",
        readonly=True,
        help="Net present value of the revenue expected within the horizon.",
    )
    clv_product_cost = fields.Monetary(
        string="Future Product Cost",
        readonly=True,
        help="What the goods of that revenue will cost.",
    )
    clv_service_cost = fields.Monetary(
        string="Future Cost to Serve",
        readonly=True,
        help="Of the expected purchases, and of the time that the customer will remain"
        " one.",
    )
    clv_credit_loss = fields.Monetary(
        string="Future Credit Loss",
        readonly=True,
        help="Part of that revenue that will never be paid.",
    )

    def _compute_cost_ids(self):
        costs = self.env["crm.customer.cost"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        of_customer = costs.grouped(lambda cost: (cost.partner_id, cost.company_id))
        for profile in self:
            key = (profile.partner_id, profile.company_id)
            profile.cost_ids = of_customer.get(key, self.env["crm.customer.cost"])

    def _compute_has_costs(self):
        departments = self.env["crm.cost.department"]
        for company, profiles in self.grouped("company_id").items():
            profiles.has_costs = departments._has_costs(company)

    # === ACTIONS === #

    def action_view_departments(self):
        """Go to where costs are entered."""
        self.ensure_one()
        policy = self.env["crm.scoring.policy"]._for_company(self.company_id)
        return policy.action_view_departments()
