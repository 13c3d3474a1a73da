from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_profile_mixin import PROFILE_GROUP


class ResPartner(models.Model):
    """The profile in the current company, on the customer and on each of its contacts."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.customer.profile.mixin"]

    customer_profile_id = fields.Many2one(
        compute="_compute_customer_profile_id",
        search="_search_customer_profile_id",
        compute_sudo=True,
        groups=PROFILE_GROUP,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_customer_profile_id(self):
        profiles = self.env["crm.customer.profile"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        by_partner = {profile.partner_id: profile for profile in profiles}
        for partner in self:
            partner.customer_profile_id = by_partner.get(partner.commercial_partner_id)

    @api.model
    def _search_customer_profile_id(self, operator, value):
        """Customers, and their contacts, whose profile here matches."""
        in_company = Domain("company_id", "=", self.env.company.id)
        if operator in ("any", "any!"):
            wanted = in_company & Domain(value)
        elif operator == "in" and not any(value):
            return ~Domain("commercial_partner_id", "in", self._profiled(in_company))
        elif operator == "in":
            wanted = in_company & Domain("id", "in", [item for item in value if item])
        else:
            return NotImplemented
        return Domain("commercial_partner_id", "in", self._profiled(wanted))

    @api.model
    def _profiled(self, profile_domain):
        """Return a subquery of the partners whose profile matches ``profile_domain``."""
        profiles = self.env["crm.customer.profile"].sudo()
        query = profiles._search(profile_domain, order="id")
        return query.subselect(profiles._field_to_sql(query.table, "partner_id"))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Join the profile of the current company where a query asks for it."""
        if field_expr != "customer_profile_id":
            return super()._field_to_sql(alias, field_expr, query)
        profile_alias = query.make_alias(alias, "customer_profile")
        query.add_join(
            "LEFT JOIN",
            profile_alias,
            "crm_customer_profile",
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(profile_alias, "partner_id"),
                self._field_to_sql(alias, "commercial_partner_id", query),
                SQL.identifier(profile_alias, "company_id"),
                self.env.company.id,
            ),
        )
        return SQL.identifier(profile_alias, "id")

    # === ACTIONS === #

    def action_view_customer_profile(self):
        self.ensure_one()
        return self.customer_profile_id._get_records_action(
            name=self.env._("Customer Profile")
        )
