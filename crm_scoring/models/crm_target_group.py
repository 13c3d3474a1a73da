from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .crm_customer_filter_mixin import FILTER_ERRORS

KINDS = [
    ("refreshed", "Follows the data"),
    ("static", "Members fixed"),
]
# A change of these changes who belongs.
MEMBERSHIP_FIELDS = {
    "kind",
    "domain",
    "has_exclusions",
    "excluded_domain",
    "exception_ids",
}


class CrmTargetGroup(models.Model):
    """Customers who belong together for a purpose: a filter over profiles, kept by name.

    Members are kept in ``crm.target.group.member`` with the days they joined and left.
    For other addons: ``_members_domain`` finds the members among partners, and
    ``_member_query`` in SQL; ``_refresh`` brings them up to date.
    """

    _name = "crm.target.group"
    _inherit = ["crm.customer.filter.mixin"]
    _description = "Target Group"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    description = fields.Text(string="Purpose")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="May change the group; managers of Customer Intelligence may change all.",
    )

    # Who belongs
    kind = fields.Selection(
        KINDS,
        string="Membership",
        required=True,
        default="refreshed",
        help="A group that follows the data takes in and lets go customers after each"
        " scoring and every night. Fixed members stay whatever their figures become.",
    )
    fixed_on = fields.Date(readonly=True, copy=False)
    domain = fields.Char(
        string="Customers",
        required=True,
        default="[]",
        help="Customers whose profile matches. Under Customer are the fields of the"
        " contact, under Class those of the class.",
    )
    has_exclusions = fields.Boolean(string="Leave Some Out")
    excluded_domain = fields.Char(
        string="Except",
        default="[]",
        help="Customers whose profile matches this too do not belong.",
    )
    exception_ids = fields.One2many(
        "crm.target.group.exception", "group_id", string="By Hand", copy=True
    )

    # Who does
    member_ids = fields.One2many(
        "crm.target.group.member",
        "group_id",
        domain=[("left_on", "=", False)],
        readonly=True,
    )
    snapshot_ids = fields.One2many(
        "crm.target.group.snapshot", "group_id", readonly=True
    )
    member_count = fields.Integer(
        string="Customers in the Group", compute="_compute_member_totals"
    )
    clv = fields.Monetary(string="Lifetime Value", compute="_compute_member_totals")
    refreshed_at = fields.Datetime(string="Refreshed", readonly=True, copy=False)
    refreshed_for = fields.Date(
        readonly=True,
        copy=False,
        help="Day as of which the members are known. Scoring an earlier day leaves them.",
    )
    error = fields.Text(
        string="Why Not Refreshed",
        readonly=True,
        copy=False,
        help="What went wrong at the last attempt; members stay as they were.",
    )
    can_edit = fields.Boolean(compute="_compute_can_edit")

    @api.depends("member_ids")
    @api.depends_context("uid")
    def _compute_member_totals(self):
        """Count what the user may see: the list that the count opens has as many."""
        self.update({"member_count": 0, "clv": 0.0})
        totals = self.env["crm.target.group.member"]._read_group(
            [("group_id", "in", self.ids), ("left_on", "=", False)],
            ["group_id"],
            ["__count", "clv:sum"],
        )
        for group, count, clv in totals:
            group.member_count = count
            group.clv = clv

    @api.depends_context("uid")
    def _compute_can_edit(self):
        editable = self._filtered_access("write") if self.ids else self
        for group in self:
            group.can_edit = not group.id or group in editable

    @api.constrains("domain", "has_exclusions", "excluded_domain", "company_id")
    def _check_domain(self):
        """The filters must work, with the rights of who writes them."""
        for group in self:
            if group.has_exclusions and group._filter("excluded_domain").is_true():
                raise ValidationError(
                    self.env._(
                        "Choose which customers to leave out; now it is everyone."
                    )
                )
            try:
                with self.env.cr.savepoint():
                    profiles = self.env["crm.customer.profile"].sudo(False)
                    profiles.search(group._profile_domain(), limit=1)
            except FILTER_ERRORS as error:
                raise ValidationError(group._filter_message(error)) from error

    @api.model_create_multi
    def create(self, vals_list):
        groups = super().create(vals_list)
        groups._refresh()
        return groups

    def write(self, vals):
        """Members follow at once; a changed kind lets go or fixes them anew."""
        if "company_id" in vals and any(
            group.company_id.id != vals["company_id"] for group in self
        ):
            raise UserError(
                self.env._(
                    "The members are customers of the group's company: for another company"
                    " make another group."
                )
            )
        if "kind" in vals:
            vals = {**vals, "fixed_on": False}
        written = super().write(vals)
        if MEMBERSHIP_FIELDS & vals.keys():
            self._refresh()
        return written

    def copy_data(self, default=None):
        return [
            {"name": self.env._("%s (copy)", group.name), **vals}
            if "name" not in (default or {})
            else vals
            for group, vals in zip(self, super().copy_data(default), strict=True)
        ]

    def copy(self, default=None):
        """A copy whose members are fixed has those of its original."""
        copies = super().copy(default)
        for group, copied in zip(self, copies, strict=True):
            if copied.kind == "static" and group.refreshed_for:
                copied._take_members(group)
        return copies

    # === FILTER === #

    def _profile_filters(self):
        excluded = [self._filter("excluded_domain")] if self.has_exclusions else []
        return [self._filter("domain"), *excluded]

    def _profile_domain(self):
        """Return the domain of the profiles that the filters choose."""
        chosen, *excluded = self._profile_filters()
        for domain in excluded:
            chosen &= ~domain
        return Domain("company_id", "=", self.company_id.id) & chosen

    def _filter_message(self, error):
        return self.env._(
            "The filter of the target group “%(name)s” does not work: choose its customers"
            " again. (%(error)s)",
            name=self.name,
            error=error,
        )

    # === ACTIONS === #

    def action_refresh(self):
        self.check_access("write")
        failed = self._refresh()
        if failed:
            raise UserError("\n".join(failed.mapped("error")))
        return True

    def action_fix_again(self):
        """Fix as members those whom the filter chooses now."""
        self.check_access("write")
        self.write({"kind": "static"})

    def action_freeze(self):
        """Copy the group with the members of today, who stay."""
        self.ensure_one()
        today = format_date(self.env, fields.Date.context_today(self))
        frozen = self.copy(
            {
                "kind": "static",
                "user_id": self.env.uid,
                "name": self.env._("%(name)s on %(day)s", name=self.name, day=today),
            }
        )
        return frozen._get_records_action()

    def action_view_customers(self):
        customers = self._view_action(
            "crm_customer_profile_action", [("target_group_ids", "in", self.ids)]
        )
        return {**customers, "context": {}}

    def action_view_members(self):
        return self._view_action(
            "crm_target_group_member_action", [("group_id", "=", self.id)]
        )

    def action_view_snapshots(self):
        return self._view_action(
            "crm_target_group_snapshot_action", [("group_id", "=", self.id)]
        )

    def _view_action(self, name, domain):
        """Return an action of ours, on what it shows of this group."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(f"crm_scoring.{name}"),
            "display_name": self.name,
            "domain": domain,
        }

    def action_plan_activities(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan Activities"),
            "res_model": "crm.target.group.activity",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_group_id": self.id},
        }

    def action_compare(self):
        """Open the overlap of the selected groups, or of this one with others."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overlap of Target Groups"),
            "res_model": "crm.target.group.overlap",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_group_ids": self.ids},
        }
