from odoo import api, fields, models


class CrmNeedsCluster(models.Model):
    """Customers who need the same; found by machine, named by people."""

    _name = "crm.needs.cluster"
    _description = "Needs Cluster"
    _order = "company_id, number, id"

    name = fields.Char(
        required=True,
        translate=True,
        default=lambda self: self.env._("New cluster"),
        help="Give it the name that people use. It stays when clusters are found again and"
        " most of the customers are the same.",
    )
    active = fields.Boolean(default=True)
    segmentation_id = fields.Many2one(
        "crm.needs.segmentation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="segmentation_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(readonly=True, help="In the order of size, from 0.")
    color = fields.Integer()
    traits = fields.Json(readonly=True, help="What sets it apart from all customers.")
    description = fields.Text(
        string="What Sets It Apart", compute="_compute_description"
    )
    note = fields.Text(
        string="What to Do",
        translate=True,
        help="What the company offers to these customers.",
    )

    # Whether it is there
    jaccard = fields.Float(
        string="Stability",
        readonly=True,
        aggregator="avg",
        help="How alike the cluster was, on average, when it was found again among redrawn"
        " customers: 1 is the same, 0.75 and more is stable.",
    )
    found_again = fields.Integer(
        string="Redraws That Found It", readonly=True, aggregator=None
    )
    redraw_count = fields.Integer(readonly=True, aggregator=None)
    stability = fields.Char(compute="_compute_stability", string="Is It Real")

    # Who is in it
    profile_ids = fields.One2many("crm.customer.profile", "needs_cluster_id")
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_totals"
    )
    clv = fields.Monetary(string="Lifetime Value", compute="_compute_customer_totals")
    revenue_recent = fields.Monetary(
        string="Revenue, Last 12 Months", compute="_compute_customer_totals"
    )

    @api.depends("profile_ids")
    def _compute_customer_totals(self):
        self.update({"customer_count": 0, "clv": 0.0, "revenue_recent": 0.0})
        totals = self.env["crm.customer.profile"]._read_group(
            [("needs_cluster_id", "in", self.ids)],
            ["needs_cluster_id"],
            ["__count", "clv:sum", "revenue_recent:sum"],
        )
        for cluster, count, clv, revenue_recent in totals:
            cluster.customer_count = count
            cluster.clv = clv
            cluster.revenue_recent = revenue_recent

    # === ACTIONS === #

    def action_view_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_profile_action"
        )
        return {
            **action,
            "display_name": self.name,
            "domain": [("needs_cluster_id", "=", self.id)],
        }
