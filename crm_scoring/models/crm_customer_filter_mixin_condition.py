from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import OrderedSet

from .crm_customer_filter_mixin import FILTER_ERRORS

PROFILE, CLASS = "crm.customer.profile", "crm.customer.class"
ANY_OPERATORS = ("any", "any!", "not any", "not any!")


class CrmCustomerFilterMixin(models.AbstractModel):
    """Which records a filter of customers asks for by name: groups, classes."""

    _inherit = "crm.customer.filter.mixin"

    former_class_ids = fields.Many2many(
        CLASS,
        string="Classes of a Former Matrix",
        compute="_compute_former_class_ids",
        context={"active_test": False},
        help="Classes that the filter asks for and that are not in the matrix any more:"
        " nobody is in them since the number of bands was changed.",
    )

    def _compute_former_class_ids(self):
        asked = self._asked_former_classes()
        for record in self:
            record.former_class_ids = asked[record]

    def _profile_filters(self):
        """Return the filters of profiles that the record has."""
        return []

    def _asked_former_classes(self):
        """Return the classes of a former matrix that the filters ask for, by record."""
        every = self.env[CLASS].with_context(active_test=False).sudo()
        every = every.search([("company_id", "in", self.company_id.ids)])
        of_company = every.grouped("company_id")
        return {
            record: record._former_among(of_company.get(record.company_id, every[:0]))
            for record in self
        }

    def _former_among(self, classes):
        """Return those of a company's ``classes`` that are asked for and no longer shown.

        Those named one by one, and those asked for by what no class has any more.
        """
        asked = classes.browse()
        try:
            conditions = self._conditions(CLASS)
        except FILTER_ERRORS:
            return asked  # told where the filter is used
        for condition in conditions:
            for part in condition.iter_conditions():
                found = classes.filtered_domain(part)
                former = found.filtered(lambda cell: not cell.active)
                if part.field_expr == "id" or found == former:
                    asked |= former
        return asked

    def _conditions(self, target, doors=()):
        """Return domains over the model ``target``: what the filters of profiles ask of it.

        Who asks for something of a model of ``doors`` may mean any record.
        """
        profiles = self.env[PROFILE]
        return [
            condition
            for domain in self._profile_filters()
            for condition in self._conditions_on(target, profiles, domain, doors)
        ]

    @api.model
    def _conditions_on(self, target, model, domain, doors):
        """Yield domains over the model ``target`` for the conditions that speak of it."""
        for condition in domain.iter_conditions():
            names = condition.field_expr.split(".")
            field, owner = None, model
            while names and (field is None or field.relational):
                owner = owner if field is None else self.env[field.comodel_name]
                if owner._name == target:
                    yield self._positive(".".join(names), condition)
                    break
                field = owner._fields[names.pop(0)]
            else:
                if not (field and field.relational):
                    continue
                inner = isinstance(condition.value, Domain | list | tuple)
                if field.comodel_name == target:
                    yield self._positive("", condition)
                elif condition.operator in ANY_OPERATORS and inner:
                    yield from self._conditions_on(
                        target,
                        self.env[field.comodel_name],
                        Domain(condition.value),
                        doors,
                    )
                elif field.comodel_name in doors:
                    yield Domain.TRUE

    @api.model
    def _positive(self, path, condition):
        """Return the records that a condition names: who is not in one is asked for too."""
        operator, value = condition.operator, condition.value
        operator = {"!=": "=", "<>": "="}.get(operator, operator.removeprefix("not "))
        if path:
            return Domain(path, operator, value)
        if operator in ANY_OPERATORS:
            return Domain(value)
        if operator not in ("=", "in"):
            return Domain("display_name", operator, value)
        values = (
            value if isinstance(value, list | tuple | set | OrderedSet) else [value]
        )
        if not all(values):
            return Domain.TRUE
        named = [item for item in values if isinstance(item, str)]
        return Domain(
            "id", "in", [item for item in values if item not in named]
        ) | Domain("name", "in", named)
