from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .crm_scoring_policy_bands import AXES, BAND_FIELDS

# What a band of a type starts with: the band of the matrix that it follows.
FOLLOWED = ("rank", "threshold", "quantile", "share", "lower_bound")


class CrmCustomerType(models.Model):
    """Customers whose value and loyalty are judged among themselves: hotels, offices."""

    _name = "crm.customer.type"
    _inherit = ["crm.customer.filter.mixin", "crm.customer.totals.mixin"]
    _description = "Customer Type"
    _order = "policy_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="A customer belongs to the first type in this order that it matches.",
    )
    policy_id = fields.Many2one(
        "crm.scoring.policy",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self._default_policy_id(),
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    value_method = fields.Selection(related="policy_id.value_method")
    loyalty_method = fields.Selection(related="policy_id.loyalty_method")
    domain = fields.Char(
        string="Which Customers",
        required=True,
        default="[]",
        help="Customers that match and are of no earlier type are of this one, from the"
        " next scoring on.",
    )
    value_band_ids = fields.One2many(
        "crm.customer.band", "type_id", domain=[("axis", "=", "value")]
    )
    loyalty_band_ids = fields.One2many(
        "crm.customer.band", "type_id", domain=[("axis", "=", "loyalty")]
    )
    profile_ids = fields.One2many(inverse_name="type_id")

    @api.model
    def _default_policy_id(self):
        return self.env["crm.scoring.policy"]._for_company(self.env.company)

    @api.constrains("domain")
    def _check_domain(self):
        self._check_filter("domain", "res.partner")

    @api.constrains("policy_id")
    def _check_policy(self):
        """Bands follow the matrix of one policy: a type does not change to another."""
        for customer_type in self:
            bands = customer_type.value_band_ids | customer_type.loyalty_band_ids
            if bands.policy_id - customer_type.policy_id:
                raise ValidationError(
                    self.env._(
                        "Type “%s” stays with its company: make a new one in the other.",
                        customer_type.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Give new types the bounds of the matrix, to begin with."""
        types = super().create(vals_list)
        for axis in AXES:
            types._follow_bands(axis)
        return types

    def write(self, vals):
        """Check bands that are written together when all of them are."""
        if BAND_FIELDS.isdisjoint(vals):
            return super().write(vals)
        result = super(CrmCustomerType, self.with_context(bands_together=True)).write(
            vals
        )
        self.policy_id._check_bands()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        for customer_type in self:
            if customer_type.customer_count:
                raise UserError(
                    self.env._(
                        "%(count)s customers are of type “%(name)s”. Archive it and score"
                        " again: they go to the next type that they match.",
                        count=customer_type.customer_count,
                        name=customer_type.name,
                    )
                )
            if customer_type._is_remembered():
                raise UserError(
                    self.env._(
                        "Customers were of type “%s”, by their history or a scoring run"
                        " under way: archive it instead, and nothing of that is lost.",
                        customer_type.name,
                    )
                )

    def _is_remembered(self):
        """Whether a month of the history, or a run under way, is of this type."""
        months = self.env["crm.customer.profile.history"].sudo()
        return bool(
            months.search_count([("type_id", "in", self.ids)], limit=1)
            or self.env["crm.customer.profile"].sudo()._is_staged("type_id", self)
        )

    # === BANDS === #

    def _follow_bands(self, axis):
        """Make the bands of an axis, like those of the matrix; the rights are the type's."""
        bands = self.env["crm.customer.band"].sudo()
        bands.search([("type_id", "in", self.ids), ("axis", "=", axis)]).unlink()
        bands.create(
            [
                {
                    "policy_id": main.policy_id.id,
                    "axis": axis,
                    "type_id": customer_type.id,
                    "main_id": main.id,
                    **{name: main[name] for name in FOLLOWED},
                }
                for customer_type in self
                for main in customer_type.policy_id.sudo()._axis_bands(axis)
            ]
        )

    # === RUN === #

    @api.model
    def _assign_staged(self, run):
        """Give each staged customer of ``run`` the first type that it matches, or none."""
        staging = run._staging_identifier()
        self.env.cr.execute(
            SQL("UPDATE %s SET type_id = NULL WHERE run_id = %s", staging, run.id)
        )
        partners = self.env["res.partner"].with_context(active_test=False)
        for customer_type in self.search([("policy_id", "=", run.policy_id.id)]):
            wanted = customer_type._working_filter("domain", "res.partner")
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET type_id = %s WHERE run_id = %s AND type_id IS NULL"
                    " AND partner_id IN %s",
                    staging,
                    customer_type.id,
                    run.id,
                    partners._search(wanted).subselect(),
                )
            )
