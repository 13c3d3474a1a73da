from odoo import api, fields, models

CONFIDENCE_GRADES = [
    ("A", "A - solid"),
    ("B", "B - good"),
    ("C", "C - indicative"),
    ("D", "D - a guess from similar customers"),
]
LOYALTY_SOURCES = [
    ("share", "Share of wallet"),
    ("retention", "Probability of buying again"),
]


class CrmCustomerProfile(models.Model):
    """What is known and expected of one customer of one company; written by runs only."""

    _name = "crm.customer.profile"
    _inherit = ["crm.customer.result.mixin"]
    _description = "Customer Profile"
    _rec_name = "partner_id"
    _order = "clv desc, id"

    computed_at = fields.Datetime(readonly=True)
    as_of = fields.Date(
        string="As of",
        readonly=True,
        help="Only what was known on this day went into the profile.",
    )

    # Behaviour
    first_purchase_date = fields.Date(string="First Purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True)
    purchase_count = fields.Integer(
        string="Purchases",
        readonly=True,
        help="Days on which the customer bought; several documents of one day are one"
        " purchase.",
    )
    purchase_count_recent = fields.Integer(
        string="Purchases, Last 12 Months", readonly=True
    )
    frequency = fields.Integer(
        readonly=True, help="Repeat purchases: purchases after the first."
    )
    recency = fields.Integer(
        string="Age at Last Purchase (days)",
        readonly=True,
        aggregator="avg",
        help="Days from the first to the last purchase, called recency in the literature.",
    )
    tenure = fields.Integer(
        string="Tenure (days)",
        readonly=True,
        aggregator="avg",
        help="Days since the first purchase.",
    )
    days_since_purchase = fields.Integer(
        readonly=True, aggregator="avg", help="Days since the last purchase."
    )
    purchase_interval = fields.Float(
        string="Days Between Purchases",
        readonly=True,
        aggregator="avg",
        help="Mean number of days from one purchase to the next.",
    )
    average_purchase = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Mean value of a purchase, net of taxes and returns.",
    )
    monetary_value = fields.Monetary(
        string="Average Repeat Purchase",
        readonly=True,
        aggregator="avg",
        help="Mean value of a repeat purchase, net of taxes.",
    )
    revenue = fields.Monetary(readonly=True, help="All purchases less returns.")
    revenue_recent = fields.Monetary(string="Revenue, Last 12 Months", readonly=True)
    revenue_previous = fields.Monetary(
        string="Revenue, 12 Months Before",
        readonly=True,
        help="Revenue of the twelve months before the last twelve.",
    )
    margin = fields.Monetary(readonly=True, help="Contribution margin less returns.")
    margin_rate = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Margin per unit of revenue that lifetime value counts with: the customer's"
        " own, drawn towards the company's where purchases are few.",
    )
    return_amount = fields.Monetary(
        string="Returns", readonly=True, help="Value of returns and credit notes."
    )
    rfm_score = fields.Integer(
        string="RFM Score",
        readonly=True,
        aggregator="avg",
        help="Recency, frequency and monetary value in fifths, 1 to 5 each, added up: 3 is"
        " the weakest and 15 the strongest customer.",
    )

    # Prediction, within the policy's horizon
    probability_alive = fields.Float(
        string="Probability Active",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer has not quietly left.",
    )
    purchase_probability = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Probability of at least one purchase within the horizon.",
    )
    purchase_probability_lower = fields.Float(
        string="Purchase Probability, Low", readonly=True, aggregator=None
    )
    purchase_probability_upper = fields.Float(
        string="Purchase Probability, High", readonly=True, aggregator=None
    )
    churn_probability = fields.Float(
        string="Churn Risk",
        readonly=True,
        aggregator="avg",
        help="Probability of no purchase within the horizon.",
    )
    expected_purchases = fields.Float(
        readonly=True,
        help="Expected number of purchases within the horizon.",
    )
    expected_purchases_lower = fields.Integer(
        string="Expected Purchases, Low", readonly=True, aggregator=None
    )
    expected_purchases_upper = fields.Integer(
        string="Expected Purchases, High", readonly=True, aggregator=None
    )
    expected_spend = fields.Monetary(
        readonly=True, help="Expected revenue within the horizon, not discounted."
    )
    next_purchase_date = fields.Date(
        string="Next Purchase Expected",
        readonly=True,
        help="The day by which an active customer buys again with even odds. Empty when"
        " another purchase within the horizon is less likely than not.",
    )
    next_purchase_from = fields.Date(string="Next Purchase, Earliest", readonly=True)
    next_purchase_to = fields.Date(string="Next Purchase, Latest", readonly=True)

    # Value
    clv = fields.Monetary(
        string="Lifetime Value",
        readonly=True,
        help="Net present value of the margins expected within the horizon, less what"
        " serving the customer will cost and what will never be paid.",
    )
    clv_lower = fields.Monetary(
        string="Lifetime Value, Low", readonly=True, aggregator=None
    )
    clv_upper = fields.Monetary(
        string="Lifetime Value, High", readonly=True, aggregator=None
    )
    loyalty = fields.Float(
        string="Degree of Loyalty",
        readonly=True,
        aggregator="avg",
        help="Our share of what the customer spends; until that is known, the probability"
        " that the customer buys again.",
    )
    loyalty_source = fields.Selection(LOYALTY_SOURCES, readonly=True)
    confidence = fields.Selection(
        CONFIDENCE_GRADES,
        readonly=True,
        help="How much the figures rest on the customer's own purchases: A ten and more,"
        " B four to nine, C two or three, D a single one; less where the company's own data"
        " set a limit, as the explanation says.",
    )

    # Class
    value_band = fields.Integer(readonly=True, aggregator=None)
    loyalty_band = fields.Integer(readonly=True, aggregator=None)
    class_id = fields.Many2one(
        "crm.customer.class", readonly=True, ondelete="set null", index=True
    )
    class_color = fields.Integer(related="class_id.color", aggregator=None)
    strategy = fields.Selection(related="class_id.strategy")

    # A constraint, not an index alone: the host's merge of customers heeds constraints.
    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one profile in a company."
    )
    _company_clv_index = models.Index("(company_id, clv DESC)")

    @api.readonly
    def get_history(self, names):
        """Return fields of the customer's months, the oldest first."""
        self.ensure_one()
        return self.env["crm.customer.profile.history"].search_read(
            self._history_domain(), names, order="month"
        )

    def _history_domain(self):
        return [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]

    # === ACTIONS === #

    def action_view_history(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_profile_history_action"
        )
        return {
            **action,
            "domain": self._history_domain(),
        }

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id._get_records_action()
