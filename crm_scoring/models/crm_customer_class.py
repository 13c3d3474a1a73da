import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_scoring_policy_defaults import DEFAULT_CLASSES

STRATEGIES = [
    ("grow", "Grow"),
    ("defend", "Defend"),
    ("convert", "Convert"),
    ("maintain", "Maintain"),
    ("harvest", "Harvest"),
]


class CrmCustomerClass(models.Model):
    """A cell of the value x loyalty matrix."""

    _name = "crm.customer.class"
    _description = "Customer Class"
    _inherit = ["crm.customer.totals.mixin"]
    _order = "company_id, value_band desc, loyalty_band desc"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    policy_id = fields.Many2one(
        "crm.scoring.policy",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    value_band = fields.Integer(
        required=True,
        readonly=True,
        help="Rank of the value band, 1 is the lowest; 0 for lost customers.",
    )
    loyalty_band = fields.Integer(
        required=True,
        readonly=True,
        help="Rank of the loyalty band, 1 is the lowest; 0 for lost customers.",
    )
    color = fields.Integer()
    strategy = fields.Selection(STRATEGIES, required=True, default="maintain")
    description = fields.Text(
        string="What to Do",
        translate=True,
        help="How the company treats the customers of this class.",
    )

    profile_ids = fields.One2many(inverse_name="class_id")

    _cell_unique = models.Constraint(
        "UNIQUE(policy_id, value_band, loyalty_band)",
        "This cell of the matrix has a class already.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        for customer_class in self:
            if customer_class.customer_count:
                raise UserError(
                    self.env._(
                        "%(count)s customers are in class “%(name)s”. Rename it, or change"
                        " the bands in the scoring policy and score again; a class without"
                        " customers can be deleted.",
                        count=customer_class.customer_count,
                        name=customer_class.name,
                    )
                )
            if customer_class._is_remembered():
                raise UserError(
                    self.env._(
                        "Customers were in class “%s”, or are to be, by their history or by"
                        " hand: archive it instead, and nothing of that is lost.",
                        customer_class.name,
                    )
                )

    def _is_remembered(self):
        """Whether a month, a class given by hand, or a run under way is of this class."""
        in_class = [("class_id", "in", self.ids)]
        staged = self.env["crm.customer.profile"].sudo()._is_staged("class_id", self)
        return staged or any(
            self.env[model].sudo().search_count(in_class, limit=1)
            for model in (
                "crm.customer.profile.history",
                "crm.customer.class.assignment",
            )
        )

    # === DEFAULTS === #

    def _is_usual_elsewhere(self, names):
        """Whether the name is one of the usual ones, but not that of the class's place."""
        self.ensure_one()
        source = self.with_context(lang="en_US")
        usual = [source.env._(default[0]) for default in DEFAULT_CLASSES.values()]
        is_usual = any(
            re.fullmatch(rf"{re.escape(one)}( \d·\d)?", source.name) for one in usual
        )
        return is_usual and source.name != names.get("en_US")

    def _write_default(self, default, names):
        """Take the strategy, colour and texts that are usual in this place."""
        _name, strategy, color, description = default
        self.write({"strategy": strategy, "color": color})
        for code, name in names.items():
            localized = self.with_context(lang=code)
            localized.name = name
            localized.description = localized.env._(description)
