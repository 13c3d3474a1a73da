from odoo import fields, models

CONTACT_REASONS = [
    ("information", "Information"),
    ("marketing", "Marketing"),
    ("sale", "Sale"),
    ("delivery", "Delivery"),
    ("administration", "Administration"),
    ("assistance", "Assistance"),
]
CONTACT_CHANNELS = [
    ("visit", "Visit"),
    ("post", "Post"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("web", "Web"),
    ("ecommerce", "E-commerce"),
    ("social", "Social"),
    ("event", "Event"),
    ("other", "Not recorded"),
]
SALE_PHASES = [
    ("pre_sale", "Pre-sale"),
    ("sale", "Sale"),
    ("post_sale", "Post-sale"),
]


class CrmContactCost(models.Model):
    """What one contact with a customer costs through one channel."""

    _name = "crm.contact.cost"
    _description = "Cost of One Contact"
    _order = "policy_id, id"
    _rec_name = "channel"

    policy_id = fields.Many2one(
        "crm.scoring.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    channel = fields.Selection(CONTACT_CHANNELS, required=True)
    amount = fields.Monetary(
        string="Cost of One Contact",
        required=True,
        help="Staff time, travel, postage and fees of one contact on average: a visit"
        " takes hours, an e-mail minutes. For contacts that no activity under Departments"
        " and Costs covers.",
    )

    _channel_unique = models.Constraint(
        "UNIQUE(company_id, channel)", "This channel has a cost already."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "The cost of a contact can't be negative."
    )
