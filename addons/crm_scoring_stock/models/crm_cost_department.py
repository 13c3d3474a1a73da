from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

DELIVERY_ACTIVITIES = {
    "delivery": ("warehouse", _lt("Pack and deliver"), 25.0, {"delivery_line": 3.0}),
    "return": ("warehouse", _lt("Take goods back"), 40.0, {}),
}


class CrmCostDepartment(models.Model):
    _inherit = "crm.cost.department"

    @api.model
    def _default_activities(self):
        return {**super()._default_activities(), **DELIVERY_ACTIVITIES}
