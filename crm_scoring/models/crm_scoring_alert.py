from odoo import api, fields, models

TRIGGERS = [
    ("churn_rise", "Churn risk has risen"),
    ("value_drop", "Lifetime value has fallen"),
    ("class_drop", "Moved to a lower class"),
    ("class_rise", "Moved to a higher class"),
    ("at_risk_soon", "About to be at risk"),
]
# Whom the usual alerts watch, however many bands there are.
VALUABLE, HIGH_VALUE = "is_valuable", "is_high_value"


class CrmScoringAlert(models.Model):
    """A rule that turns a change of a customer's profile into an activity for somebody.

    Changes are against the month before; a rule raises a limited number of activities a
    run, the most valuable customers first, and leaves a customer in peace for a while.
    """

    _name = "crm.scoring.alert"
    _inherit = ["crm.customer.filter.mixin"]
    _description = "Customer Alert"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=False, help="Only active alerts raise activities, after each run."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    # When
    trigger = fields.Selection(TRIGGERS, required=True, default="churn_rise")
    factor = fields.Float(
        string="At Least Times",
        default=2.0,
        help="How many times the churn risk of the month before it must be now.",
    )
    threshold = fields.Float(
        string="And At Least",
        default=0.5,
        help="Churn risk from which on the change matters.",
    )
    value_loss = fields.Float(
        string="By At Least",
        default=0.3,
        help="Share of the lifetime value of the month before that is gone.",
    )
    days_ahead = fields.Integer(
        default=14,
        help="How many days before a customer is at risk the activity is raised.",
    )
    profile_domain = fields.Char(
        string="Only Customers",
        default="[]",
        required=True,
        help="Only customers whose profile matches.",
    )

    # Then
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        required=True,
        default=lambda self: self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        ),
        domain="[('res_model', 'in', (False, 'res.partner'))]",
        ondelete="restrict",
    )
    days_to_act = fields.Integer(string="Due within (days)", default=3)
    user_id = fields.Many2one(
        "res.users",
        string="Without Salesperson, to",
        required=True,
        default=lambda self: self._default_user(),
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Who gets the activity of a customer that has no salesperson.",
    )
    note = fields.Text(
        translate=True, help="What to do, added to the facts in the activity."
    )
    max_activities = fields.Integer(
        string="At Most per Run",
        default=20,
        help="The most valuable customers come first; the rest follow in later runs.",
    )
    quiet_days = fields.Integer(
        default=60,
        help="After an alert the same customer raises none of this kind for so long.",
    )

    event_ids = fields.One2many("crm.scoring.alert.event", "alert_id")
    event_count = fields.Integer(compute="_compute_event_count")

    _factor_above_one = models.Constraint(
        "CHECK(factor > 1)", "The risk must rise: enter a factor above 1."
    )
    _threshold_range = models.Constraint(
        "CHECK(threshold >= 0 AND threshold <= 1)",
        "A churn risk lies between 0% and 100%.",
    )
    _value_loss_range = models.Constraint(
        "CHECK(value_loss > 0 AND value_loss <= 1)",
        "The loss of value must be above 0% and at most 100%.",
    )
    _counts_not_negative = models.Constraint(
        "CHECK(days_ahead >= 0 AND days_to_act >= 0 AND quiet_days >= 0"
        " AND max_activities > 0)",
        "Days cannot be negative, and at least one activity must be allowed.",
    )

    @api.model
    def _default_user(self):
        """Who makes the rule; during an installation nobody real does."""
        user = self.env.user
        return user if user.active else self.env.ref("base.user_admin")

    @api.depends("event_ids")
    def _compute_event_count(self):
        counts = dict(
            self.env["crm.scoring.alert.event"]._read_group(
                [("alert_id", "in", self.ids)], ["alert_id"], ["__count"]
            )
        )
        for alert in self:
            alert.event_count = counts.get(alert, 0)

    @api.constrains("profile_domain")
    def _check_profile_domain(self):
        self._check_filter("profile_domain", "crm.customer.profile")

    def _profile_filters(self):
        return [self._filter("profile_domain")]

    @api.model
    def _create_defaults(self, companies):
        """Give each company the usual alerts, switched off."""
        usual = [
            (self.env._("Valuable customer at growing risk"), "churn_rise", VALUABLE),
            (
                self.env._("Valuable customer about to be at risk"),
                "at_risk_soon",
                VALUABLE,
            ),
            (self.env._("Lifetime value has fallen"), "value_drop", VALUABLE),
            (self.env._("Moved to a higher class"), "class_rise", HIGH_VALUE),
        ]
        return self.create(
            [
                {
                    "name": name,
                    "trigger": trigger,
                    "company_id": company.id,
                    "profile_domain": f"[('{level}', '=', True)]",
                }
                for company in companies
                for name, trigger, level in usual
            ]
        )

    # === ACTIONS === #

    def action_view_events(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_scoring_alert_event_action"
        )
        return {**action, "domain": [("alert_id", "=", self.id)]}
