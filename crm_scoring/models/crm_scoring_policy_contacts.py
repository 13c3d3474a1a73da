from odoo import fields, models

from .crm_contact_cost import CONTACT_CHANNELS


class CrmScoringPolicy(models.Model):
    """What contacts with customers cost, and what their subjects tell."""

    _inherit = "crm.scoring.policy"

    document_channel = fields.Selection(
        CONTACT_CHANNELS,
        string="Usual Channel of Documents",
        default="other",
        required=True,
        tracking=True,
        help="How orders and invoices usually reach you and your customers, where the"
        " document itself does not tell.",
    )
    contact_cost_ids = fields.One2many(
        "crm.contact.cost", "policy_id", string="Costs of Contacts"
    )
    contact_word_ids = fields.One2many(
        "crm.contact.word", "policy_id", string="Words That Tell Reasons"
    )
