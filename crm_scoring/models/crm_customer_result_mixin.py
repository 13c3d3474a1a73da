from odoo import fields, models


class CrmCustomerResultMixin(models.AbstractModel):
    """Rows about customers that runs alone write."""

    _name = "crm.customer.result.mixin"
    _inherit = ["crm.scoring.result.mixin"]
    _description = "Scoring Result of a Customer"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
