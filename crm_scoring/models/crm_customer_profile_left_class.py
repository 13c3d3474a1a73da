from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerProfile(models.Model):
    """Who left a class that bleeds: found by the alert, however many they are."""

    _inherit = "crm.customer.profile"

    left_class_event_id = fields.Many2one(
        "crm.scoring.alert.event",
        string="Left the Class of Alert",
        compute="_compute_left_class_event_id",
        search="_search_left_class_event_id",
        help="For searching: the customers whom an alert about a class counted as lost.",
    )

    def _compute_left_class_event_id(self):
        self.left_class_event_id = False

    @api.model
    def _search_left_class_event_id(self, operator, value):
        if operator != "in" or not all(value):
            return NotImplemented
        events = self.env["crm.scoring.alert.event"].search(
            [("id", "in", value), ("class_id", "!=", False)]
        )

        def to_sql(model, alias, query):
            leavers = SQL(" UNION ALL ").join(
                event._leavers_query() for event in events.sudo()
            )
            return SQL(
                "%s IN (%s)", model._field_to_sql(alias, "partner_id", query), leavers
            )

        return Domain.custom(to_sql=to_sql) if events else Domain.FALSE
