from odoo import api, fields, models


class CrmCustomerRecordMixin(models.AbstractModel):
    """What is known of a customer from elsewhere, in whatever currency it was said."""

    _name = "crm.customer.record.mixin"
    _description = "Record of a Customer in Any Currency"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for record in self:
            record.currency_id = record.currency_id or record.company_id.currency_id

    @api.constrains("currency_id", "company_id")
    def _check_currency_has_rate(self):
        """An amount that can't be converted would be lost or counted at a wrong rate."""
        for company, records in self.grouped("company_id").items():
            company._check_rates(records.currency_id)
