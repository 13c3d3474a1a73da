from odoo import models
from odoo.fields import Domain


class CrmTargetGroup(models.Model):
    """A mailing to the members, whoever they are when it is sent."""

    _inherit = "crm.target.group"

    def action_send_mailing(self):
        """Open a new mailing; blacklist and opt-out are the host's business."""
        self.ensure_one()
        domain = self._members_domain()
        if not self.env.user.has_group("crm_scoring.group_crm_scoring_user_all"):
            # The scheduler sends with all rights: what the user may see must be said.
            domain &= Domain("user_id", "in", [self.env.uid, False])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to %s", self.name),
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": {
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "default_mailing_domain": repr(list(domain)),
            },
        }
