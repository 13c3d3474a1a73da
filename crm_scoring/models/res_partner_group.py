from odoo import api, fields, models
from odoo.fields import Domain

from .crm_customer_profile_mixin import PROFILE_GROUP


class ResPartner(models.Model):
    """The target groups of a customer, for the host's filters and mailings."""

    _inherit = "res.partner"

    target_group_ids = fields.Many2many(
        "crm.target.group",
        string="Target Groups",
        compute="_compute_target_group_ids",
        search="_search_target_group_ids",
        groups=PROFILE_GROUP,
        help="Groups that the customer itself belongs to; for its contacts see those of"
        " the company.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_target_group_ids(self):
        members = self.env["crm.target.group.member"]
        query = members._visible(Domain("partner_id", "in", self.ids))
        by_partner = members.browse(query.get_result_ids()).grouped("partner_id")
        for partner in self:
            partner.target_group_ids = by_partner.get(partner, members).group_id

    @api.model
    def _search_target_group_ids(self, operator, value):
        members = self.env["crm.target.group.member"]

        def members_in(groups):
            query = members._visible(groups)
            partner = members._field_to_sql(query.table, "partner_id", query)
            return Domain("id", "in", query.subselect(partner))

        return self.env["crm.target.group"]._search_by_group(
            operator, value, members_in
        )
