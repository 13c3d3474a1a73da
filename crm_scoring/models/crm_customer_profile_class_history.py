from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmCustomerProfile(models.Model):
    """How many customers each class had, month by month."""

    _inherit = "crm.customer.profile"

    @api.model
    @api.readonly
    def get_class_history(self, domain, since):
        """Return customers by month and class from ``since`` on, of those who match today.

        In the order of the classes; those that are in the matrix no longer are told too.
        [{month, class_id, name, customers}]
        """
        history = self.env["crm.customer.profile.history"]
        query = self._chosen_months(Domain("month", ">=", since), domain)
        names = ("month", "class_id")
        columns = [history._field_to_sql(query.table, name, query) for name in names]
        query.groupby = SQL(", ").join(columns)
        rows = self.env.execute_query(query.select(*columns, SQL("COUNT(*)")))
        ids = {class_id for _month, class_id, _customers in rows if class_id}
        classes = self.env["crm.customer.class"].with_context(active_test=False)
        names = {
            cell.id: cell.display_name for cell in classes.search([("id", "in", ids)])
        }
        place = {class_id: number for number, class_id in enumerate(names)}
        nowhere = self.env._("No class")
        return [
            {
                "month": str(month),
                "class_id": class_id or False,
                "name": names.get(class_id, nowhere),
                "customers": customers,
            }
            for month, class_id, customers in sorted(
                rows, key=lambda row: (row[0], place.get(row[1], len(place)))
            )
        ]
