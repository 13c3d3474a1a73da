import re

from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_scoring_policy_defaults import DEFAULT_CLASSES, LOST_CLASS, same_rank

STRATEGIES = [
    ("grow", "Grow"),
    ("defend", "Defend"),
    ("convert", "Convert"),
    ("maintain", "Maintain"),
    ("harvest", "Harvest"),
]


class CrmCustomerClass(models.Model):
    """A cell of the value x loyalty matrix; a matrix of another size has its own."""

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
    value_band_count = fields.Integer(
        string="Bands of Value",
        required=True,
        readonly=True,
        help="Bands of value in the matrix that the class is of; 0 for lost customers, whose"
        " class is beside any matrix.",
    )
    loyalty_band_count = fields.Integer(
        string="Bands of Loyalty",
        required=True,
        readonly=True,
        help="Bands of loyalty in the matrix that the class is of; 0 for lost customers.",
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
        "UNIQUE(policy_id, value_band_count, loyalty_band_count, value_band, loyalty_band)",
        "This cell of the matrix has a class already.",
    )

    @api.depends("name", "active", "value_band_count", "loyalty_band_count")
    def _compute_display_name(self):
        """Two matrices may each have their champions: who is of the former one says so."""
        for cell in self:
            name = cell.name or ""
            is_former = not cell.active and cell.value_band_count
            size = f" ({cell.value_band_count} × {cell.loyalty_band_count})"
            cell.display_name = name + size if is_former else name

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

    # === PLACE === #

    def _place(self):
        """Return the ranks of value and of loyalty, 0 and 0 for lost customers."""
        return self.value_band, self.loyalty_band

    def _matrix_size(self):
        return self.value_band_count, self.loyalty_band_count

    def _is_of_matrix(self, size):
        """Whether the class is in a matrix of that size; lost customers are in any."""
        return not self.value_band or self._matrix_size() == size

    def _place_among(self, classes):
        """Return the one of ``classes``, of one matrix, at the same relative place."""
        size = next((cell._matrix_size() for cell in classes if cell.value_band), None)
        if not size or not self.value_band:
            return classes.filtered(lambda cell: cell._place() == self._place())
        place = tuple(map(same_rank, self._place(), self._matrix_size(), size))
        return classes.filtered(lambda cell: cell._place() == place)

    def _counterpart_among(self, classes):
        """Return the one of ``classes`` that is to theirs what this is to its matrix.

        A corner to a corner: where several would share one, there is none.
        """
        there = self._place_among(classes)
        return there if there and there._place_among(self) == self else self.browse()

    # === WORDING === #

    def _has_usual_name(self):
        self.ensure_one()
        source = self.with_context(lang="en_US")
        defaults = [*DEFAULT_CLASSES.values(), LOST_CLASS]
        return any(
            re.fullmatch(rf"{re.escape(source.env._(name))}( \d·\d)?", source.name)
            for name, *_rest in defaults
        )

    def _write_default(self, default, names):
        """Take the strategy, colour and texts that are usual in this place."""
        _name, strategy, color, description = default
        self.write({"strategy": strategy, "color": color})
        for code, name in names.items():
            localized = self.with_context(lang=code)
            localized.name = name
            localized.description = localized.env._(description)

    def _take_wording(self, source):
        """Take what somebody wrote for the class in the same place of another matrix."""
        if not source:
            return
        self.write({"strategy": source.strategy, "color": source.color})
        is_named = not source._has_usual_name()
        for code, _name in self.env["res.lang"].get_installed():
            mine, theirs = self.with_context(lang=code), source.with_context(lang=code)
            mine.description = theirs.description
            if is_named:
                mine.name = theirs.name
