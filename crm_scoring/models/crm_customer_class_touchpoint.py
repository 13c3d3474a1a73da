from odoo import models
from odoo.fields import Domain


class CrmCustomerClass(models.Model):
    """Contacts with all customers of a class."""

    _inherit = "crm.customer.class"

    def get_contact_matrix(self, months=12, phase=False):
        self.ensure_one()
        touchpoints = self.env["crm.customer.touchpoint"].with_company(self.company_id)
        companies = Domain("company_id", "in", [self.company_id.id, False])
        in_class = Domain("class_id", "=", self.id)
        return touchpoints._contact_matrix(in_class & companies, months, phase)

    # === ACTIONS === #

    def action_view_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_touchpoint_action"
        )
        return {
            **action,
            "display_name": self.name,
            "domain": [("class_id", "=", self.id)],
            "context": {},
        }
