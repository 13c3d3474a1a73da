from odoo import fields, models

from .crm_customer_profile_mixin import PROFILE_GROUP


class CrmLead(models.Model):
    """What is known of the customer behind a lead."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.customer.profile.mixin"]

    customer_profile_id = fields.Many2one(
        related="partner_id.customer_profile_id", groups=PROFILE_GROUP
    )
