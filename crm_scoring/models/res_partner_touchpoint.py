from odoo import models


class ResPartner(models.Model):
    """The way from a contact to all that was exchanged with its company."""

    _inherit = "res.partner"

    # === ACTIONS === #

    def action_view_touchpoints(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_touchpoint_action"
        )
        customer = self.commercial_partner_id
        return {
            **action,
            "display_name": self.env._("Contacts with %s", customer.display_name),
            "domain": [("partner_id", "=", customer.id)],
            "context": {"search_default_group_month": 1},
        }
