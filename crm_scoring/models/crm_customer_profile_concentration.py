from odoo import api, models

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.economics import economics

# What the curves are drawn of, as the engine names it.
AMOUNTS = {
    "revenue": "revenue_recent",
    "margin": "margin_recent",
    "cost": "cost_to_serve",
    "clv": "clv",
}


class CrmCustomerProfile(models.Model):
    """On how few customers the company rests, for any filter."""

    _inherit = "crm.customer.profile"

    @api.model
    @api.readonly
    def get_concentration(self, domain):
        """Return Lorenz curves of revenue, margin and value, and the whale curve of profit.

        Of all customers, for who may see them all, they are those of the economics, as of
        the same run. Of others the engine draws them: four amounts of a million customers
        are 32 MB, and numpy sorts them in a tenth of the time that SQL needs.
        """
        known = self.env["crm.customer.economics"]
        if not domain and known.has_access("read"):
            known = known.search([("company_id", "=", self.env.company.id)])
            if known.concentration:
                return known.concentration
        query = self._portfolio_query(domain)
        amounts = query.select(
            *[self._portfolio_column(name, query) for name in AMOUNTS.values()]
        )
        self.env.flush_query(amounts)
        customers = gateway.read_frame(
            self.env.cr, amounts, dict.fromkeys(AMOUNTS, "float64")
        )
        return economics.concentration(customers)
