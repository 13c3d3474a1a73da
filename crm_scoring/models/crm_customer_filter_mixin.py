from ast import literal_eval

import psycopg2

from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

# What a filter of customers may raise: it is text that somebody wrote some time ago.
FILTER_ERRORS = (
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    UserError,
    psycopg2.DataError,
    psycopg2.ProgrammingError,
)


class CrmCustomerFilterMixin(models.AbstractModel):
    """Records with a filter that somebody chose on the screen, kept as text."""

    _name = "crm.customer.filter.mixin"
    _description = "Record with a Filter of Customers"

    def _filter(self, name):
        """Return the filter in field ``name``; text that is none raises what Python does."""
        return Domain(literal_eval(self[name] or "[]"))

    def _check_filter(self, name, model_name):
        """Refuse a filter in field ``name`` that the model cannot search by."""
        for record in self:
            try:
                record._tried_filter(name, model_name)
            except FILTER_ERRORS as error:
                raise ValidationError(
                    self.env._(
                        "The filter of customers is not valid; choose the customers again."
                        " (%s)",
                        error,
                    )
                ) from error

    def _tried_filter(self, name, model_name):
        """Return the filter in field ``name`` once it has found something, or nothing."""
        domain = self._filter(name)
        with self.env.cr.savepoint():
            self.env[model_name].search(domain, limit=1)
        return domain

    def _working_filter(self, name, model_name):
        """Return the filter in field ``name``; one that broke since it was written is told."""
        try:
            return self._tried_filter(name, model_name)
        except FILTER_ERRORS as error:
            raise UserError(
                self.env._(
                    "The filter of “%(name)s” does not work any more: choose the customers"
                    " again. (%(error)s)",
                    name=self.display_name,
                    error=error,
                )
            ) from error
