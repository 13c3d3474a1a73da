from odoo import api, fields, models


class CrmPurchaseHistory(models.Model):
    """A purchase made before the company moved to Odoo, brought in by the host's import."""

    _name = "crm.purchase.history"
    _inherit = ["crm.customer.record.mixin"]
    _description = "Purchase History"
    _order = "date desc, id desc"

    name = fields.Char(string="Reference", help="Number of the document it comes from.")
    partner_id = fields.Many2one(ondelete="restrict")
    date = fields.Date(required=True)
    amount = fields.Monetary(
        required=True,
        help="Net of taxes; negative for a return or a credit note.",
    )
    margin = fields.Monetary(
        help="Contribution margin. Left out on import: the policy's margin rate is used."
    )
    margin_known = fields.Boolean(
        help="The margin was given; 0 is then a margin of nothing, not an unknown one."
    )

    _company_date_index = models.Index("(company_id, date)")
    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This reference is in the purchase history already: import it with an external"
        " identifier to update it, or leave it out.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_margin_known(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_margin_known(vals))

    @api.model
    def _with_margin_known(self, vals):
        """Tell a margin of 0 from a cell left blank in an imported file."""
        margin = vals.get("margin")
        if "margin_known" in vals or margin is None or margin is False:
            return vals
        return {**vals, "margin_known": True}
