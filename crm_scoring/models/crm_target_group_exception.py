from odoo import api, fields, models


class CrmTargetGroupException(models.Model):
    """A customer whom a person put into a target group, or took out, and why."""

    _name = "crm.target.group.exception"
    _description = "Member of a Target Group by Hand"
    _order = "id desc"
    _rec_name = "partner_id"

    group_id = fields.Many2one(
        "crm.target.group", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="group_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        domain="[('customer_profile_id', '!=', False), ('parent_id', '=', False)]",
    )
    kind = fields.Selection(
        [("include", "Always in"), ("exclude", "Never in")],
        string="Decision",
        required=True,
        default="exclude",
    )
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Decided by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Date(
        string="On", required=True, readonly=True, default=fields.Date.context_today
    )

    _customer_once = models.Constraint(
        "UNIQUE(group_id, partner_id)",
        "It is decided already whether this customer belongs to the group: change that.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Contacts roll up to their customer."""
        partners = self.env["res.partner"]
        for vals in vals_list:
            partner = partners.browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id
        return super().create(vals_list)
