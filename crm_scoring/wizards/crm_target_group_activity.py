from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmTargetGroupActivity(models.TransientModel):
    """One activity for each member of a target group, the most valuable first."""

    _name = "crm.target.group.activity"
    _description = "Activities for a Target Group"

    group_id = fields.Many2one(
        "crm.target.group", required=True, readonly=True, ondelete="cascade"
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        required=True,
        default=lambda self: self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ),
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        ondelete="cascade",
    )
    summary = fields.Char(
        required=True,
        compute="_compute_summary",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Html()
    date_deadline = fields.Date(
        string="Due",
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )
    assignment = fields.Selection(
        [("salesperson", "The customer's salesperson"), ("user", "One person")],
        string="For",
        required=True,
        default="salesperson",
    )
    user_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who gets the activities, or those of customers without a salesperson.",
    )
    max_activities = fields.Integer(
        string="At Most",
        default=100,
        help="The most valuable customers come first; 0 for all of them.",
    )
    member_count = fields.Integer(string="Customers", compute="_compute_activity_count")
    open_count = fields.Integer(
        string="Have It Already", compute="_compute_activity_count"
    )
    activity_count = fields.Integer(
        string="Activities to Plan", compute="_compute_activity_count"
    )

    _max_activities_range = models.Constraint(
        "CHECK(max_activities >= 0)",
        "At most so many activities: a number above 0, or 0 for all customers.",
    )

    @api.depends("group_id")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = wizard.summary or wizard.group_id.name

    @api.depends("group_id", "activity_type_id", "summary", "max_activities")
    def _compute_activity_count(self):
        members = self.env["crm.target.group.member"]
        for wizard in self:
            wizard.member_count = members.search_count(wizard._member_domain())
            waiting = members.search_count(wizard._waiting_domain())
            wizard.open_count = wizard.member_count - waiting
            most = max(wizard.max_activities, 0) or waiting
            wizard.activity_count = min(waiting, most)

    def _member_domain(self):
        """Return the domain of the members who can be called; others are archived."""
        return Domain(
            [
                ("group_id", "=", self.group_id.id),
                ("left_on", "=", False),
                ("partner_id.active", "=", True),
            ]
        )

    def _waiting_domain(self):
        """Return the domain of those who have no such activity open."""
        same = [
            ("activity_type_id", "=", self.activity_type_id.id),
            ("summary", "=", self.summary),
        ]
        return self._member_domain() & Domain(
            "partner_id.activity_ids", "not any", same
        )

    # === ACTIONS === #

    def action_plan(self):
        """Plan the activities and say how many there are."""
        self.ensure_one()
        members = self.env["crm.target.group.member"].search(
            self._waiting_domain(),
            order="clv desc, id",
            limit=self.max_activities or None,
        )
        if not self.member_count:
            raise UserError(
                self.env._(
                    "This group has no customers who could be called: look at it."
                )
            )
        if not members:
            raise UserError(
                self.env._(
                    "Every customer of this group has such an activity open, or is"
                    " archived: there is nothing to plan."
                )
            )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [self._activity_values(partner) for partner in members.partner_id]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Activities planned: %s.", len(members)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _activity_values(self, partner):
        user = self.user_id
        if self.assignment == "salesperson":
            user = partner.user_id.filtered("active") or user
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": partner.id,
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary,
            "note": self.note,
            "date_deadline": self.date_deadline,
            "user_id": user.id,
        }
