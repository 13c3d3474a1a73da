from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerProfile(models.Model):
    """The target groups of a customer, to read, filter and group by; kept as members."""

    _inherit = "crm.customer.profile"

    target_group_ids = fields.Many2many(
        "crm.target.group",
        string="Target Groups",
        compute="_compute_target_group_ids",
        search="_search_target_group_ids",
    )
    target_member_ids = fields.One2many(
        "crm.target.group.member",
        string="Memberships",
        compute="_compute_target_group_ids",
    )

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_target_group_ids(self):
        members = self.env["crm.target.group.member"]
        of_customer = {}
        for member in members.browse(
            members._visible(
                Domain("partner_id", "in", self.partner_id.ids)
            ).get_result_ids()
        ):
            key = member.partner_id, member.company_id
            of_customer[key] = of_customer.get(key, members) | member
        for profile in self:
            found = of_customer.get((profile.partner_id, profile.company_id), members)
            profile.target_member_ids = found
            profile.target_group_ids = found.group_id

    @api.model
    def _search_target_group_ids(self, operator, value):
        def members_in(groups):
            def to_sql(model, alias, _query):
                members = model.env["crm.target.group.member"]._visible_rows(groups)
                return SQL(
                    "(%s, %s) IN (SELECT partner_id, company_id FROM %s AS member)",
                    SQL.identifier(alias, "partner_id"),
                    SQL.identifier(alias, "company_id"),
                    members,
                )

            return Domain.custom(to_sql=to_sql)

        return self.env["crm.target.group"]._search_by_group(
            operator, value, members_in
        )

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Join the members: a customer counts in each of its groups."""
        if groupby_spec != "target_group_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        member = query.make_alias(alias, "target_member")
        query.add_join(
            "LEFT JOIN",
            member,
            self.env["crm.target.group.member"]._visible_rows(),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(member, "partner_id"),
                SQL.identifier(alias, "partner_id"),
                SQL.identifier(member, "company_id"),
                SQL.identifier(alias, "company_id"),
            ),
        )
        return SQL.identifier(member, "group_id")

    # === ACTIONS === #

    def action_save_as_target_group(self):
        """Make a group of the selected customers, who stay in it."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Target Group"),
            "res_model": "crm.target.group",
            "views": [(False, "form")],
            "context": {
                "default_kind": "static",
                "default_company_id": self.company_id[:1].id,
                "default_domain": repr([("partner_id", "in", self.partner_id.ids)]),
            },
        }
