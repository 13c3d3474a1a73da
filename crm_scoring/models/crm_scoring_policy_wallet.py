from odoo import fields, models


class CrmScoringPolicy(models.Model):
    """Whether an estimated share of wallet may stand for loyalty."""

    _inherit = "crm.scoring.policy"

    loyalty_from_estimate = fields.Boolean(
        string="Loyalty From Estimated Shares",
        tracking=True,
        help="The degree of loyalty is our share of what a customer spends, where the"
        " customer told it. Where the share is only estimated from similar customers,"
        " loyalty stays the probability of buying again, unless this is ticked.",
    )
