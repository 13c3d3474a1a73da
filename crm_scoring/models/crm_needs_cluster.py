from odoo import fields, models


class CrmNeedsCluster(models.Model):
    """Customers who need the same; found by machine, named by people."""

    _name = "crm.needs.cluster"
    _description = "Needs Cluster"
    _inherit = ["crm.customer.totals.mixin"]
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
    profile_ids = fields.One2many(inverse_name="needs_cluster_id")
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
    stability = fields.Text(compute="_compute_stability", string="Is It Real")
