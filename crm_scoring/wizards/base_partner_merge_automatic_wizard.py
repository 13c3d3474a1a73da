from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The host's merge of contacts: nothing of our customers gets lost."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        dst_partner.sudo()._join_customer_rows(src_partners)
        return super()._update_foreign_keys(src_partners, dst_partner)
