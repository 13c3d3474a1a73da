from odoo import fields, models


class CrmScoringPolicy(models.Model):
    _inherit = "crm.scoring.policy"

    purchase_source = fields.Selection(
        selection_add=[("sale", "Confirmed sales orders less credit notes")],
        ondelete={"sale": "set default"},
    )
