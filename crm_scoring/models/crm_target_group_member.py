from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_customer_profile_mixin import PROFILE_GROUP


class CrmTargetGroupMember(models.Model):
    """A customer's time in a target group; without a day of leaving, it lasts."""

    _name = "crm.target.group.member"
    _inherit = ["crm.customer.profile.mixin"]
    _description = "Member of a Target Group"
    _log_access = False
    _order = "since desc, id desc"
    _rec_name = "partner_id"

    group_id = fields.Many2one(
        "crm.target.group", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="group_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    since = fields.Date(string="Joined", required=True, readonly=True)
    left_on = fields.Date(string="Left", readonly=True)
    is_fixed = fields.Boolean(
        readonly=True, help="One of those who were fixed as members."
    )
    customer_profile_id = fields.Many2one(
        compute="_compute_customer_profile_id",
        search="_search_customer_profile_id",
        compute_sudo=True,
        groups=PROFILE_GROUP,
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")

    # A constraint, not an index alone: the host's merge of customers heeds constraints.
    _partner_group_since_unique = models.Constraint(
        "UNIQUE(partner_id, group_id, since)",
        "A customer joins a group once a day.",
    )
    _current_member = models.UniqueIndex(
        "(group_id, partner_id) WHERE left_on IS NULL",
        "The customer is a member of the group already.",
    )
    _past_member_index = models.Index("(group_id, left_on) WHERE left_on IS NOT NULL")

    @api.depends("partner_id", "group_id")
    def _compute_customer_profile_id(self):
        profiles = self.env["crm.customer.profile"].search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        found = {
            (profile.partner_id, profile.company_id): profile for profile in profiles
        }
        for member in self:
            member.customer_profile_id = found.get(
                (member.partner_id, member.company_id)
            )

    @api.model
    def _search_customer_profile_id(self, operator, value):
        if operator in ("any", "any!"):
            wanted = Domain(value)
        elif operator == "in" and all(value):
            wanted = Domain("id", "in", value)
        else:
            return NotImplemented

        def to_sql(model, alias, query):
            profile = model._field_to_sql(alias, "customer_profile_id", query)
            profiles = model.env["crm.customer.profile"].sudo()._search(wanted)
            return SQL("%s IN %s", profile, profiles.subselect())

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Join the profile in the group's company where a query asks for it.

        Who may see a member may see the profile: the rules of both are alike.
        """
        if field_expr != "customer_profile_id":
            return super()._field_to_sql(alias, field_expr, query)
        profile = query.make_alias(alias, "customer_profile")
        query.add_join(
            "LEFT JOIN",
            profile,
            SQL.identifier("crm_customer_profile"),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(profile, "partner_id"),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(profile, "company_id"),
                self._field_to_sql(alias, "company_id", query),
            ),
        )
        return SQL.identifier(profile, "id")

    @api.model
    def _visible(self, domain=Domain.TRUE):
        """Return a query of the current members whom the user may see."""
        members = self.sudo(False)
        if not members.has_access("read"):
            domain = Domain.FALSE
        return members._search(Domain("left_on", "=", False) & domain, order="id")

    @api.model
    def _visible_rows(self, domain=Domain.TRUE) -> SQL:
        """Return those members as rows of partner_id, group_id and company_id."""
        query = self._visible(domain)
        return query.subselect(
            self._field_to_sql(query.table, "partner_id", query),
            self._field_to_sql(query.table, "group_id", query),
            SQL(
                "%s AS company_id",
                self._field_to_sql(query.table, "company_id", query),
            ),
        )

    # === ACTIONS === #

    def action_view_profile(self):
        self.ensure_one()
        return self.customer_profile_id._get_records_action(
            name=self.env._("Customer Profile")
        )
