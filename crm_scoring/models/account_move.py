from odoo import api, fields, models

from .crm_customer_profile_mixin import PROFILE_GROUP
from .crm_payment_risk import RISK_LEVELS

SALE_TYPES = ("out_invoice", "out_receipt")


class AccountMove(models.Model):
    """How likely a customer's invoice is paid late. It informs; nothing is blocked."""

    _inherit = "account.move"

    payment_risk_ids = fields.One2many(
        "crm.payment.risk", "move_id", string="Open Instalments", groups=PROFILE_GROUP
    )
    late_payment_probability = fields.Float(
        string="Late Payment Risk",
        compute="_compute_late_payment",
        groups=PROFILE_GROUP,
        aggregator=None,
        help="Probability that the invoice is paid late: of its riskiest open instalment,"
        " as of the last scoring; of a draft, what is true of the customer's next"
        " invoice. It informs a person: nothing is blocked because of it.",
    )
    late_payment_level = fields.Selection(
        RISK_LEVELS,
        string="Payment Risk",
        compute="_compute_late_payment",
        groups=PROFILE_GROUP,
        help="Before it is late: medium from one chance in three, high from two in three."
        " Once it is late: medium, and high after 30 days.",
    )

    @api.depends(
        "state",
        "move_type",
        "payment_state",
        "commercial_partner_id",
        "payment_risk_ids.late_probability",
        "payment_risk_ids.level",
    )
    def _compute_late_payment(self):
        self.late_payment_probability = 0.0
        self.late_payment_level = False
        sales = self.filtered(lambda move: move.move_type in SALE_TYPES)
        drafts = sales.filtered(lambda move: move.state == "draft")
        drafts._set_late_payment_of_customer()
        rank = [level for level, _label in RISK_LEVELS].index
        for move in sales - drafts:
            risks = move.payment_risk_ids
            if risks and move.payment_state in ("not_paid", "partial", "blocked"):
                move.late_payment_probability = max(risks.mapped("late_probability"))
                move.late_payment_level = max(risks.mapped("level"), key=rank)

    def _set_late_payment_of_customer(self):
        """Show what is true of the customer's next invoice, where the user may see it."""
        profiles = self.env["crm.customer.profile"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("payment_confidence", "!=", False),
            ]
        )
        by_customer = {(item.partner_id, item.company_id): item for item in profiles}
        for move in self:
            profile = by_customer.get((move.commercial_partner_id, move.company_id))
            if profile:
                move.late_payment_probability = profile.late_payment_probability
                move.late_payment_level = profile.late_payment_level
