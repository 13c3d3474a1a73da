from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.scoring.policy"]._create_missing()
        return companies

    def _local_timezone(self):
        self.ensure_one()
        return self.partner_id.tz or self.env.user.tz or "UTC"

    def _local_today(self):
        """Today where the company is."""
        return fields.Date.context_today(self.with_context(tz=self._local_timezone()))

    def _check_rates(self, currencies):
        """Refuse currencies that cannot be converted into the company's."""
        self.ensure_one()
        currencies -= self.currency_id
        rated = self.env["res.currency.rate"].search(
            [
                ("currency_id", "in", currencies.ids),
                ("company_id", "in", (False, self.root_id.id)),
            ]
        )
        unrated = currencies - rated.currency_id
        if unrated:
            raise ValidationError(
                self.env._(
                    "No exchange rate for %(company)s of: %(currencies)s. Add one in"
                    " Invoicing, Configuration, Currencies, then import again.",
                    currencies=", ".join(unrated.mapped("name")),
                    company=self.name,
                )
            )
