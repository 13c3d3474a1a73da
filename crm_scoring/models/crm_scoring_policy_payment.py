from odoo import fields, models


class CrmScoringPolicy(models.Model):
    """When a payment is late, and what is lost of a claim in default."""

    _inherit = "crm.scoring.policy"

    payment_grace_days = fields.Integer(
        string="Days of Grace",
        default=3,
        tracking=True,
        help="A payment that arrives within this many days after the due day is not late."
        " Three days let a transfer ordered on the due day arrive after a weekend; 0 takes"
        " the due day to the letter.",
    )
    loss_given_default = fields.Float(
        string="Lost in Default",
        default=0.45,
        tracking=True,
        help="Part that is lost of a claim 90 days past due, until the company's own"
        " history says better. 45% is the figure that banks take for a claim without"
        " security (Basel Committee, 2006).",
    )

    _payment_grace_days_range = models.Constraint(
        "CHECK(payment_grace_days >= 0 AND payment_grace_days <= 60)",
        "The days of grace must lie between 0 and 60.",
    )
    _loss_given_default_range = models.Constraint(
        "CHECK(loss_given_default > 0 AND loss_given_default < 1)",
        "The part lost in default must lie between 0% and 100%.",
    )

    def _payment_settings(self):
        """Return what the engine takes for payments."""
        self.ensure_one()
        return {
            "grace_days": self.payment_grace_days,
            "loss_given_default": self.loss_given_default,
            "interval_level": self.interval_level,
        }
