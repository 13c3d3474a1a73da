from odoo import api, fields, models
from odoo.exceptions import UserError

GROWTH = [
    ("purchases", "With purchases"),
    ("time", "With time"),
]


class CrmCostDriver(models.Model):
    """What is counted, per customer, to know how often an activity was done."""

    _name = "crm.cost.driver"
    _description = "Cost Driver"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What is counted for each customer."
    )
    sequence = fields.Integer(default=100)
    code = fields.Char(
        readonly=True, copy=False, help="Which of the records in Odoo are counted."
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        string="Done Activities of Type",
        ondelete="cascade",
        help="Counts the activities of this type that were marked as done on a customer"
        " or on one of the customer's documents: complaints, reminders, whatever your"
        " team plans as an activity.",
    )
    grows_with = fields.Selection(
        GROWTH,
        required=True,
        default="time",
        help="What makes the cost go on: more purchases (orders, deliveries, invoices),"
        " or time as a customer (visits, calls).",
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Two cost drivers count the same records."
    )
    _something_counted = models.Constraint(
        "CHECK(code IS NOT NULL OR activity_type_id IS NOT NULL)",
        "Choose the type of the activities that this driver counts.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_built_in(self):
        if built_in := self.filtered("code"):
            raise UserError(
                self.env._(
                    "%s come with the product and cannot be deleted; archive the"
                    " activities that count them instead.",
                    ", ".join(built_in.mapped("name")),
                )
            )
