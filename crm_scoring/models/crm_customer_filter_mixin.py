from ast import literal_eval

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmCustomerFilterMixin(models.AbstractModel):
    """Records with a filter that somebody chose on the screen, kept as text."""

    _name = "crm.customer.filter.mixin"
    _description = "Record with a Filter of Customers"

    def _filter(self, name):
        """Return the filter in field ``name``; text that is none raises what Python does."""
        return Domain(literal_eval(self[name] or "[]"))

    def _check_filter(self, name, model_name):
        """Refuse a filter in field ``name`` that is none of the model's."""
        for record in self:
            try:
                record._filter(name).validate(self.env[model_name])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The filter of customers is not valid; choose the customers again."
                        " (%s)",
                        error,
                    )
                ) from error
