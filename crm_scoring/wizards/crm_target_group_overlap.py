from odoo import fields, models


class CrmTargetGroupOverlap(models.TransientModel):
    """Which groups are laid over each other; the client asks them for the parts."""

    _name = "crm.target.group.overlap"
    _description = "Overlap of Target Groups"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    group_ids = fields.Many2many(
        "crm.target.group",
        string="Target Groups",
        domain="[('company_id', '=', company_id)]",
    )
