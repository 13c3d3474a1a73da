from odoo import fields, models


class CrmCustomerCost(models.Model):
    """What one activity was done for a customer in the last year, and what it cost."""

    _name = "crm.customer.cost"
    _inherit = ["crm.customer.result.mixin"]
    _description = "Cost to Serve a Customer"
    _rec_name = "activity_id"
    _order = "cost desc, id"
    _result_key = ("partner_id", "company_id", "activity_id")

    activity_id = fields.Many2one(
        "crm.cost.activity",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    department_id = fields.Many2one(related="activity_id.department_id")
    grows_with = fields.Selection(related="activity_id.grows_with")
    quantity = fields.Float(
        string="How Often",
        readonly=True,
        digits=(16, 0),
        help="Counted in the records of the last twelve months.",
    )
    minutes = fields.Float(
        readonly=True, digits=(16, 0), help="Working time that it took."
    )
    cost = fields.Monetary(
        readonly=True, help="Working time at the department's rate, and direct cost."
    )

    # A constraint, not an index alone: the host's merge of customers heeds constraints.
    _partner_company_activity_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, activity_id)",
        "An activity has one cost for each customer of a company.",
    )
