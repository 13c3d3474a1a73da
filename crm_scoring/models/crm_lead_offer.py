from odoo import fields, models


class CrmLead(models.Model):
    """The offer that an opportunity was made from."""

    _inherit = "crm.lead"

    offer_category_id = fields.Many2one(
        "product.category", readonly=True, copy=False, ondelete="set null"
    )
    offer_product_id = fields.Many2one(
        "product.template", readonly=True, copy=False, ondelete="set null"
    )

    def _offer_key(self):
        return (
            self.partner_id.commercial_partner_id,
            self.offer_category_id,
            self.offer_product_id,
        )
