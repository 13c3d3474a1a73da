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

        Classes that are in the matrix no longer are told too.
        [{month, class_id, name, customers}]
        """
        history = self.env["crm.customer.profile.history"]
        query = self._chosen_months(Domain("month", ">=", since), domain)
        names = ("month", "class_id")
        columns = [history._field_to_sql(query.table, name, query) for name in names]
        query.groupby = SQL(", ").join(columns)
        rows = self.env.execute_query(query.select(*columns, SQL("COUNT(*)")))
        ids = {class_id for _month, class_id, _customers in rows if class_id}
        names = {
            cell.id: cell.display_name
            for cell in self.env["crm.customer.class"].browse(ids)
        }
        nowhere = self.env._("No class")
        return [
            {
                "month": str(month),
                "class_id": class_id or False,
                "name": names.get(class_id, nowhere),
                "customers": customers,
            }
            for month, class_id, customers in rows
        ]
