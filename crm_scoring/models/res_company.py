from odoo import api, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["crm.scoring.policy"]._create_missing()
        return companies

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
