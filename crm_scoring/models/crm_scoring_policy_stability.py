from odoo import fields, models

from odoo.addons.customer_analytics.value.classification import classification


class CrmScoringPolicy(models.Model):
    """What keeps customers from changing class at every run, and who is in none."""

    _inherit = "crm.scoring.policy"

    steadiness = fields.Selection(
        [
            ("none", "At once"),
            ("margin", "When clearly beyond the threshold"),
            ("two_periods", "When two months in a row agree"),
        ],
        string="A Customer Changes Band",
        required=True,
        default="margin",
        tracking=True,
        help="A figure that wavers around a threshold would otherwise change class every"
        " night. Changed thresholds always apply at once.",
    )
    steadiness_margin = fields.Float(
        string="Beyond by",
        default=0.05,
        tracking=True,
        help="Share of the threshold by which it must be passed, up or down; so must the"
        " probability below which customers are lost.",
    )
    frozen_until = fields.Date(
        string="Keep Thresholds until",
        tracking=True,
        help="Up to this day the thresholds of the last scoring stay as they are, so that"
        " classes can be compared over a year. Empty: found anew at each scoring.",
    )
    lost_below = fields.Float(
        string="Lost below",
        default=0.05,
        tracking=True,
        help="Customers less likely than this to buy within the horizon are lost: they have"
        " a class of their own and do not count for the thresholds. 0: none are.",
    )

    _steadiness_margin_range = models.Constraint(
        "CHECK(steadiness_margin >= 0 AND steadiness_margin < 0.5)",
        "A threshold must be passed by at least 0% and less than 50% of it.",
    )
    _lost_below_range = models.Constraint(
        "CHECK(lost_below >= 0 AND lost_below < 1)",
        "The probability below which customers are lost lies between 0% and 100%.",
    )

    def _steadiness_rule(self):
        return classification.Steadiness(self.steadiness, self.steadiness_margin)
