from odoo import api, fields, models

from .crm_cost_driver import GROWTH


class CrmCostActivity(models.Model):
    """What a department does for customers, how long it takes and what it costs besides."""

    _name = "crm.cost.activity"
    _description = "Activity That Serves Customers"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    department_id = fields.Many2one(
        "crm.cost.department",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        related="department_id.company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    driver_id = fields.Many2one(
        "crm.cost.driver",
        string="Done for Each",
        required=True,
        ondelete="cascade",
        help="What is counted in the customer's records of the last twelve months.",
    )
    grows_with = fields.Selection(
        GROWTH,
        compute="_compute_grows_with",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="How the cost goes on in lifetime value: per future purchase, or per year"
        " as a customer.",
    )
    minutes = fields.Float(string="Minutes Each", help="Working time of doing it once.")
    extra_ids = fields.One2many(
        "crm.cost.activity.extra",
        "activity_id",
        string="Minutes More For",
        help="What makes it take longer: an order with more lines, for example.",
    )
    direct_cost = fields.Monetary(
        string="Direct Cost Each",
        help="Money paid for each besides the working time: freight, commission, fuel.",
    )

    _minutes_not_negative = models.Constraint(
        "CHECK(minutes >= 0)", "The minutes of an activity cannot be negative."
    )
    _direct_cost_not_negative = models.Constraint(
        "CHECK(direct_cost >= 0)", "The direct cost of an activity cannot be negative."
    )

    @api.depends("driver_id")
    def _compute_grows_with(self):
        for activity in self:
            activity.grows_with = activity.driver_id.grows_with or "time"
