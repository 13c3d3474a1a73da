from odoo import fields, models
from odoo.tools import SQL

from .crm_scoring_alert_class import LEFT


class CrmScoringAlertEvent(models.Model):
    """An alert about a class: the event bears the activity, and lists who left."""

    _name = "crm.scoring.alert.event"
    _inherit = ["crm.scoring.alert.event", "mail.thread", "mail.activity.mixin"]

    partner_id = fields.Many2one(required=False)
    class_id = fields.Many2one(
        "crm.customer.class",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    month_before = fields.Date(
        string="Since",
        readonly=True,
        help="First day of the month in which they were in the class.",
    )

    _customer_or_class = models.Constraint(
        "CHECK(partner_id IS NOT NULL OR class_id IS NOT NULL)",
        "An alert is about a customer or a class.",
    )

    def _compute_display_name(self):
        """Activities show it: the class that bleeds, or the customer."""
        for event in self:
            event.display_name = (event.class_id or event.partner_id).display_name

    # === ACTIONS === #

    def action_view_leavers(self):
        """List the customers who have left the class since."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_profile_action"
        )
        return {
            **action,
            "display_name": self.env._("Left %s", self.class_id.name),
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("left_class_event_id", "in", self.ids),
            ],
            "context": {},
        }

    def _leavers_query(self) -> SQL:
        """Return a query of the partners that the facts count, as the months keep them."""
        span = (self.month_before, self.date.replace(day=1))
        return SQL(
            "SELECT earlier.partner_id %s AND was.class_id = %s AND %s",
            self.alert_id._of_classes([span]),
            self.class_id.id,
            LEFT,
        )
