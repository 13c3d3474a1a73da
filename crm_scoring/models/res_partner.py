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
    profile_history_ids = fields.One2many(
        "crm.customer.profile.history",
        "partner_id",
        readonly=True,
        groups=PROFILE_GROUP,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_customer_profile_id(self):
        profiles = self.env["crm.customer.profile"].browse(
            self._visible_profiles(
                Domain("partner_id", "in", self.commercial_partner_id.ids)
            ).get_result_ids()
        )
        by_partner = {profile.partner_id: profile for profile in profiles}
        for partner in self:
            partner.customer_profile_id = by_partner.get(partner.commercial_partner_id)

    @api.model
    def _search_customer_profile_id(self, operator, value):
        """Customers, and their contacts, whose profile here matches."""
        if operator in ("any", "any!"):
            wanted = Domain(value)
        elif operator == "in" and not any(value):
            return ~Domain("commercial_partner_id", "in", self._profiled(Domain.TRUE))
        elif operator == "in":
            wanted = Domain("id", "in", [item for item in value if item])
        else:
            return NotImplemented
        return Domain("commercial_partner_id", "in", self._profiled(wanted))

    @api.model
    def _visible_profiles(self, domain):
        """Return a query of the current company's profiles that the user may see.

        The fields of a profile are shown with its rights lifted, so that they can be
        sorted and grouped; whose profile is shown follows the user's own rights.
        """
        profiles = self.env["crm.customer.profile"].sudo(False)
        if not profiles.has_access("read"):
            domain = Domain.FALSE
        in_company = Domain("company_id", "=", self.env.company.id)
        return profiles._search(in_company & domain, order="id")

    @api.model
    def _profiled(self, profile_domain):
        """Return a subquery of the customers whose visible profile matches."""
        profiles = self.env["crm.customer.profile"]
        query = self._visible_profiles(profile_domain)
        return query.subselect(profiles._field_to_sql(query.table, "partner_id"))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Join the profile of the current company where a query asks for it."""
        if field_expr != "customer_profile_id":
            return super()._field_to_sql(alias, field_expr, query)
        profile_alias = query.make_alias(alias, "customer_profile")
        visible = self._visible_profiles(Domain.TRUE)
        query.add_join(
            "LEFT JOIN",
            profile_alias,
            visible.subselect(
                SQL.identifier(visible.table, "id"),
                SQL.identifier(visible.table, "partner_id"),
            ),
            SQL(
                "%s = %s",
                SQL.identifier(profile_alias, "partner_id"),
                self._field_to_sql(alias, "commercial_partner_id", query),
            ),
        )
        return SQL.identifier(profile_alias, "id")

    # === ACTIONS === #

    def action_view_customer_profile(self):
        self.ensure_one()
        return self.customer_profile_id._get_records_action(
            name=self.env._("Customer Profile")
        )

    def action_record_wallet_declaration(self):
        """Ask what the customer spends in total, its rank of us, or its intention."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What They Spend in Total"),
            "res_model": "crm.wallet.declaration",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_company_id": self.env.company.id,
            },
        }
