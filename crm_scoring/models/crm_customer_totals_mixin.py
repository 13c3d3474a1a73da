from odoo import api, fields, models


class CrmCustomerTotalsMixin(models.AbstractModel):
    """What customers are sorted into: how many are in it, and what they add up to.

    A model says which field of a profile leads to it, as the inverse of ``profile_ids``.
    """

    _name = "crm.customer.totals.mixin"
    _description = "Totals of Customers"

    company_id = fields.Many2one("res.company")
    currency_id = fields.Many2one(related="company_id.currency_id")
    profile_ids = fields.One2many("crm.customer.profile", readonly=True)
    customer_count = fields.Integer(
        string="Customers", compute="_compute_customer_totals"
    )
    clv = fields.Monetary(string="Lifetime Value", compute="_compute_customer_totals")
    revenue_recent = fields.Monetary(
        string="Revenue, Last 12 Months", compute="_compute_customer_totals"
    )

    @api.depends("profile_ids")
    def _compute_customer_totals(self):
        self.update({"customer_count": 0, "clv": 0.0, "revenue_recent": 0.0})
        name = self._name_on_profile()
        totals = self.env["crm.customer.profile"]._read_group(
            [(name, "in", self.ids)],
            [name],
            ["__count", "clv:sum", "revenue_recent:sum"],
        )
        for record, count, clv, revenue_recent in totals:
            record.customer_count = count
            record.clv = clv
            record.revenue_recent = revenue_recent

    @api.model
    def _name_on_profile(self):
        """Return the field of a profile that says what the customer is sorted into."""
        return self._fields["profile_ids"].inverse_name

    # === ACTIONS === #

    def action_view_customers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_customer_profile_action"
        )
        return {
            **action,
            "display_name": self.display_name,
            "domain": [(self._name_on_profile(), "=", self.id)],
        }
