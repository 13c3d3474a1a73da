from odoo import fields, models


class CrmScoringAlertEvent(models.Model):
    """An alert that was raised: what changed, and what came of it."""

    _name = "crm.scoring.alert.event"
    _description = "Raised Customer Alert"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    alert_id = fields.Many2one(
        "crm.scoring.alert",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="alert_id.company_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    date = fields.Date(required=True, readonly=True)
    facts = fields.Text(string="What Changed", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Assigned to", readonly=True, ondelete="set null"
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, ondelete="set null", index="btree_not_null"
    )
    is_open = fields.Boolean(
        string="To Do",
        compute="_compute_is_open",
        search="_search_is_open",
        help="The activity is neither done nor cancelled yet.",
    )

    def _compute_is_open(self):
        for event in self:
            event.is_open = bool(event.sudo().activity_id.active)

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("activity_id.active", "in", list(value))]
