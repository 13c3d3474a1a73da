from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """The host's merge of contacts: nothing of our customers gets lost."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Profiles move in SQL: let them follow the contact that they now have."""
        dst_partner.sudo()._join_customer_rows(src_partners)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.customer.profile"].sudo()._follow_contacts(dst_partner)
        return result
