from odoo import models
from odoo.fields import Domain


class CrmCustomerProfile(models.Model):
    """Contacts with the customer of a profile."""

    _inherit = "crm.customer.profile"

    def _touchpoint_domain(self):
        """Contacts of the profile's company, and those that belong to no company."""
        self.ensure_one()
        companies = Domain("company_id", "in", [self.company_id.id, False])
        return Domain("partner_id", "=", self.partner_id.id) & companies

    def get_contact_matrix(self, months=12, phase=False):
        touchpoints = self.env["crm.customer.touchpoint"].with_company(self.company_id)
        return touchpoints._contact_matrix(self._touchpoint_domain(), months, phase)

    def get_contact_timeline(self, limit=20):
        touchpoints = self.env["crm.customer.touchpoint"].with_company(self.company_id)
        return touchpoints._contact_timeline(self._touchpoint_domain(), limit)
