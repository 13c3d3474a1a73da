from odoo import fields, models

from .res_partner import PROFILE_GROUP, profile_field


class CrmLead(models.Model):
    """What is known of the customer behind a lead."""

    _inherit = "crm.lead"

    customer_profile_id = fields.Many2one(
        related="partner_id.customer_profile_id", groups=PROFILE_GROUP
    )
    profile_currency_id = profile_field(
        fields.Many2one, "currency_id", string="Profile Currency"
    )
    customer_class_id = profile_field(fields.Many2one, "class_id", string="Customer Class")
    customer_class_color = profile_field(fields.Integer, "class_color", aggregator=None)
    customer_strategy = profile_field(fields.Selection, "strategy", string="Strategy")
    clv = profile_field(
        fields.Monetary,
        "clv",
        string="Customer Lifetime Value",
        currency_field="profile_currency_id",
    )
    revenue_recent = profile_field(
        fields.Monetary, "revenue_recent", currency_field="profile_currency_id"
    )
    churn_probability = profile_field(fields.Float, "churn_probability")
    customer_loyalty = profile_field(fields.Float, "loyalty")
    last_purchase_date = profile_field(fields.Date, "last_purchase_date")
    profile_confidence = profile_field(fields.Selection, "confidence")
