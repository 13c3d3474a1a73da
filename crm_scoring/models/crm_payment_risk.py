from odoo import api, fields, models
from odoo.tools import SQL

RISK_LEVELS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]


class CrmPaymentRisk(models.Model):
    """When an open instalment of a customer will be paid; written by runs only."""

    _name = "crm.payment.risk"
    _inherit = ["crm.customer.result.mixin"]
    _description = "Payment Risk"
    _rec_name = "move_id"
    _order = "due_date, id"
    _result_key = ("move_line_id",)

    move_line_id = fields.Many2one(
        "account.move.line",
        string="Instalment",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    as_of = fields.Date(
        string="As of",
        readonly=True,
        help="Only what was known on this day counts: a payment after it is not seen.",
    )
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    amount = fields.Monetary(
        string="Instalment Amount", readonly=True, help="In the company's currency."
    )
    amount_open = fields.Monetary(
        string="Open Amount",
        readonly=True,
        help="Not yet paid of it, in the company's currency.",
    )
    days_overdue = fields.Integer(readonly=True, aggregator="avg")
    is_disputed = fields.Boolean(
        string="Set Aside",
        readonly=True,
        help="Marked “No Follow-Up” or blocked on the invoice, as contested ones are."
        " Such an instalment says nothing about how the customer pays.",
    )

    # Prediction
    late_probability = fields.Float(
        string="Late Payment Risk",
        readonly=True,
        aggregator="avg",
        help="Probability of being paid after the due day and the days of grace, given"
        " that it is unpaid so far. 100%: it is late already. It informs a person:"
        " nothing is blocked because of it.",
    )
    expected_payment_date = fields.Date(
        string="Payment Expected",
        readonly=True,
        help="The day by which it is paid with even odds. Empty: it is likelier never"
        " paid.",
    )
    expected_payment_date_from = fields.Date(string="Payment, Earliest", readonly=True)
    expected_payment_date_to = fields.Date(string="Payment, Latest", readonly=True)
    expected_loss = fields.Monetary(
        string="Expected Credit Loss",
        readonly=True,
        help="What of the open amount is expected never to be paid. Late is not lost.",
    )
    level = fields.Selection(
        RISK_LEVELS,
        string="Risk",
        readonly=True,
        help="Before it is late: medium from one chance in three, high from two in three."
        " Once it is late: medium, and high after 30 days.",
    )
    follow_up_date = fields.Date(
        related="move_id.activity_date_deadline",
        string="Next Follow-Up",
        help="Deadline of the next activity on the invoice.",
    )

    # A constraint: rows are published over those of the last run.
    _move_line_unique = models.Constraint(
        "UNIQUE(move_line_id)", "An instalment has one payment risk."
    )
    _company_due_date_index = models.Index("(company_id, due_date)")

    @api.model
    def _publish(self, run):
        """Leave out instalments that were deleted while the run was under way."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s AS staged WHERE run_id = %s AND NOT EXISTS ("
                "SELECT 1 FROM account_move_line AS line"
                " WHERE line.id = staged.move_line_id)",
                SQL.identifier(self._staging_table()),
                run.id,
            )
        )
        return super()._publish(run)

    # === ACTIONS === #

    def action_open(self):
        """Open the invoice; who may not read invoices sees the customer instead."""
        self.ensure_one()
        record = self.move_id if self.move_id.has_access("read") else self.partner_id
        return record._get_records_action()

    def action_follow_up(self):
        """Let the user plan an activity on the invoices, as from the invoice itself."""
        return {
            "name": self.env._("Follow Up"),
            "type": "ir.actions.act_window",
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                **self.env.context,
                "active_model": "account.move",
                "active_id": self.move_id[:1].id,
                "active_ids": self.move_id.ids,
                "default_summary": self.env._("Ask about the payment"),
            },
        }
