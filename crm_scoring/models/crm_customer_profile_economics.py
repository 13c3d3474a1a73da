from odoo import fields, models


class CrmCustomerProfile(models.Model):
    """How long the customer may be expected to stay one."""

    _inherit = "crm.customer.profile"

    expected_lifetime_days = fields.Integer(
        string="Expected Lifetime (days)",
        readonly=True,
        aggregator="avg",
        help="How much longer the customer may be expected to stay one, from today on and"
        " within the next five years; what comes later is not counted. A customer who has"
        " probably left already has few days left.",
    )
    expected_lifetime_days_lower = fields.Integer(
        string="Expected Lifetime, Low (days)",
        readonly=True,
        aggregator=None,
        help="0 where the customer may well have left already.",
    )
    expected_lifetime_days_upper = fields.Integer(
        string="Expected Lifetime, High (days)",
        readonly=True,
        aggregator=None,
        help="1826 days are five years, the longest time that counts.",
    )
