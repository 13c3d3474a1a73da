from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Bounds outside which a setting is a slip of the keyboard rather than a policy.
HORIZON_DAYS = (7, 3650)
INTERVAL_LEVEL = (0.5, 0.99)
PURCHASE_MODELS = [
    ("pareto_nbd", "Pareto/NBD"),
    ("mbg_nbd", "MBG/NBD"),
    ("bg_nbd", "BG/NBD"),
    ("mbg_cnbd", "Regular buyers (MBG/CNBD-k)"),
]


class CrmScoringPolicy(models.Model):
    """What a manager sets: one record per company."""

    _name = "crm.scoring.policy"
    _description = "Scoring Policy"
    _inherit = ["mail.thread", "crm.customer.filter.mixin"]
    _rec_name = "company_id"
    _order = "company_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # Purchases
    purchase_source = fields.Selection(
        [("invoice", "Posted customer invoices less credit notes")],
        required=True,
        default="invoice",
        tracking=True,
        help="Where purchases come from. Only one of these counts at a time, so that no"
        " purchase counts twice.",
    )
    use_purchase_history = fields.Boolean(
        string="Add Purchase History",
        default=True,
        tracking=True,
        help="Also count purchases brought from a previous system.",
    )
    history_end = fields.Date(
        string="History Until",
        tracking=True,
        help="Purchase history after this day is left out, because the documents in Odoo"
        " hold it already. Empty: all of it counts.",
    )
    window_months = fields.Integer(
        string="Months Looked Back",
        tracking=True,
        help="Purchases older than this many months are left out. 0: everything on"
        " record counts.",
    )
    customer_domain = fields.Char(
        string="Customers",
        default="[]",
        required=True,
        tracking=True,
        help="Only customers that match are scored.",
    )
    exclude_group_companies = fields.Boolean(
        default=True,
        help="Sales to the companies of this database are no customers' purchases.",
    )

    # Money
    margin_method = fields.Selection(
        [
            ("cost", "Revenue less product cost"),
            ("rate", "A percentage of revenue"),
        ],
        required=True,
        default="cost",
        tracking=True,
    )
    margin_rate = fields.Float(
        default=0.3,
        tracking=True,
        help="Contribution margin as a share of revenue: used for every purchase, or where"
        " a product has no cost or a past purchase no margin. A product category may have"
        " its own.",
    )
    horizon_days = fields.Integer(
        string="Horizon (days)",
        default=365,
        required=True,
        tracking=True,
        help="How far ahead purchases, churn and lifetime value are predicted.",
    )
    discount_rate = fields.Float(
        default=0.1,
        tracking=True,
        help="Yearly rate at which future margins are discounted.",
    )

    # Model
    purchase_model = fields.Selection(
        [("auto", "Chosen by fit"), *PURCHASE_MODELS],
        required=True,
        default="auto",
        tracking=True,
        help="Statistical model of repeat purchases. Chosen by fit: the one that foretells"
        " the company's last period best is taken anew in each run.",
    )
    interval_level = fields.Float(
        default=0.8,
        help="Probability with which a shown interval is meant to hold the truth.",
    )

    # Products
    category_level = fields.Integer(
        string="Level of Product Categories",
        required=True,
        default=1,
        tracking=True,
        help="Which level of the category tree counts as a category of its own: 1 is the"
        " topmost, counted below a single category that holds all others.",
    )

    # Schedule
    schedule = fields.Selection(
        [
            ("manual", "Only by hand"),
            ("daily", "Every night"),
            ("weekly", "Every week"),
            ("monthly", "Every month"),
        ],
        required=True,
        default="daily",
        tracking=True,
    )
    run_ids = fields.One2many("crm.scoring.run", "policy_id", readonly=True)
    last_run_id = fields.Many2one("crm.scoring.run", compute="_compute_last_run_id")
    profile_count = fields.Integer(compute="_compute_profile_count")

    _company_unique = models.Constraint(
        "UNIQUE(company_id)", "This company has a scoring policy already."
    )
    _margin_rate_range = models.Constraint(
        "CHECK(margin_rate > 0 AND margin_rate <= 1)",
        "The margin rate must be above 0% and at most 100%.",
    )
    _discount_rate_range = models.Constraint(
        "CHECK(discount_rate >= 0 AND discount_rate <= 1)",
        "The discount rate must lie between 0% and 100% a year.",
    )
    _window_positive = models.Constraint(
        "CHECK(window_months >= 0)",
        "The months looked back cannot be negative; 0 means everything on record.",
    )

    _category_level_positive = models.Constraint(
        "CHECK(category_level >= 1)",
        "The level of product categories starts at 1, the topmost.",
    )

    @api.depends("run_ids.state")
    def _compute_last_run_id(self):
        last = dict(
            self.env["crm.scoring.run"]._read_group(
                [("policy_id", "in", self.ids), ("state", "=", "done")],
                ["policy_id"],
                ["id:max"],
            )
        )
        for policy in self:
            policy.last_run_id = last.get(policy)

    def _compute_profile_count(self):
        counts = dict(
            self.env["crm.customer.profile"]._read_group(
                [("company_id", "in", self.company_id.ids)], ["company_id"], ["__count"]
            )
        )
        for policy in self:
            policy.profile_count = counts.get(policy.company_id, 0)

    @api.constrains("horizon_days", "interval_level")
    def _check_bounds(self):
        for policy in self:
            if not HORIZON_DAYS[0] <= policy.horizon_days <= HORIZON_DAYS[1]:
                raise ValidationError(
                    self.env._(
                        "The horizon must lie between %(low)s and %(high)s days.",
                        low=HORIZON_DAYS[0],
                        high=HORIZON_DAYS[1],
                    )
                )
            if not INTERVAL_LEVEL[0] <= policy.interval_level <= INTERVAL_LEVEL[1]:
                raise ValidationError(
                    self.env._(
                        "The interval level must lie between %(low).0f %% and %(high).0f %%.",
                        low=INTERVAL_LEVEL[0] * 100,
                        high=INTERVAL_LEVEL[1] * 100,
                    )
                )

    @api.constrains("customer_domain")
    def _check_customer_domain(self):
        self._check_filter("customer_domain", "res.partner")

    def _customer_domain(self):
        return self._working_filter("customer_domain", "res.partner")

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._create_default_bands()
        policies._sync_classes()
        self.env["crm.scoring.alert"]._create_defaults(policies.company_id)
        return policies

    @api.model
    def _create_missing(self):
        """Give each company without a policy the default one."""
        policies = self.sudo().with_context(active_test=False)
        companies = self.env["res.company"].sudo().search([])
        missing = companies - policies.search([]).company_id
        return self.sudo().create([{"company_id": company.id} for company in missing])

    @api.model
    def _for_company(self, company):
        """Return the policy of ``company``, made on the spot if it has none."""
        policy = self.search([("company_id", "=", company.id)], limit=1)
        return policy or self.create({"company_id": company.id})

    def _settings(self):
        """Return what the engine takes from the policy, as a run keeps it."""
        self.ensure_one()
        return {
            "horizon_days": self.horizon_days,
            "discount_rate": self.discount_rate,
            "purchase_model": self.purchase_model,
            "interval_level": self.interval_level,
            "decimals": self.currency_id.decimal_places,
        }

    def _has_run_under_way(self):
        return "running" in self.run_ids.mapped("state")

    # === ACTIONS === #

    def action_score_now(self):
        """Queue a run, or show the one under way, and let the scheduler start it at once."""
        self.ensure_one()
        self.check_access("write")
        run = self.env["crm.scoring.run"]._queue(self)
        return run._get_records_action(name=self.env._("Scoring Run"))

    def action_view_profiles(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_profile_action"
        )
        return {**action, "domain": [("company_id", "=", self.company_id.id)]}

    def action_view_runs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_scoring_run_action"
        )
        return {**action, "domain": [("policy_id", "=", self.id)]}
