from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

ORDER_ACTIVITIES = {
    "order": ("service", _lt("Enter an order"), 8.0, {"order_line": 2.0}),
}


class CrmCostDepartment(models.Model):
    _inherit = "crm.cost.department"

    @api.model
    def _default_activities(self):
        return {**super()._default_activities(), **ORDER_ACTIVITIES}
