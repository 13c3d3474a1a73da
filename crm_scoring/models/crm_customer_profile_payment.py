from odoo import fields, models

from .crm_payment_risk import RISK_LEVELS

PAYMENT_GRADES = [
    ("A", "A - solid: ten payments fallen due or more"),
    ("B", "B - good: four to nine payments fallen due"),
    ("C", "C - indicative: one to three payments fallen due"),
    ("D", "D - what is usual among all customers"),
]


class CrmCustomerProfile(models.Model):
    """How the customer pays, and what is owed today."""

    _inherit = "crm.customer.profile"

    payment_confidence = fields.Selection(
        PAYMENT_GRADES,
        readonly=True,
        help="How much the figures rest on the customer's own payments. Empty: the company"
        " has no customer invoice fallen due, and nothing is known.",
    )
    due_instalment_count = fields.Integer(
        string="Payments Fallen Due",
        readonly=True,
        help="Instalments of posted invoices whose due day has passed; those in dispute"
        " and those credited in full are left out.",
    )
    late_instalment_count = fields.Integer(
        string="Of Them Late",
        readonly=True,
        help="Paid, or still open, after the due day and the days of grace of the policy.",
    )
    late_payment_share = fields.Float(
        string="Late So Far",
        readonly=True,
        aggregator="avg",
        help="Late payments as a share of those fallen due.",
    )
    late_payment_probability = fields.Float(
        string="Late Payment Risk",
        readonly=True,
        aggregator="avg",
        help="Probability that the customer's next invoice is paid late. Few payments of"
        " the customer's own are drawn towards what is usual among all customers. It"
        " informs a person: nothing is blocked because of it.",
    )
    late_payment_probability_lower = fields.Float(
        string="Late Payment Risk, Low", readonly=True, aggregator=None
    )
    late_payment_probability_upper = fields.Float(
        string="Late Payment Risk, High", readonly=True, aggregator=None
    )
    late_payment_level = fields.Selection(
        RISK_LEVELS,
        string="Payment Risk",
        readonly=True,
        help="Of the next invoice: medium from one chance in three of being paid late,"
        " high from two in three.",
    )
    expected_days_late = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Days after the due day by which the next invoice is expected to be paid,"
        " counting 0 if it is on time.",
    )
    receivable_open = fields.Monetary(
        string="Open Receivables",
        readonly=True,
        help="Instalments of posted invoices not yet paid, as of the day of the profile.",
    )
    receivable_overdue = fields.Monetary(
        string="Overdue", readonly=True, help="Open receivables past their due day."
    )
    expected_loss = fields.Monetary(
        string="Expected Credit Loss",
        readonly=True,
        help="What is expected never to be paid of the open receivables: the probability"
        " of being unpaid 90 days past due, times the part lost then, times the open"
        " amount. Late is not lost.",
    )
    credit_loss_rate = fields.Float(
        string="Credit Loss",
        readonly=True,
        aggregator="avg",
        help="Part of future sales on credit that is expected never to be paid.",
    )

    # === EXPLANATION === #

    def _state_payment(self):
        if not self.payment_confidence:
            return None
        return {
            "name": self._field_label("late_payment_level"),
            "icon": "fa-credit-card",
            "sentence": self.env._(
                "%(late)s of %(due)s payments were late so far: the next one is late with a"
                " probability of %(risk)s, and %(days)s late on average.",
                late=self.late_instalment_count,
                due=self.due_instalment_count,
                risk=self._percent(self.late_payment_probability),
                days=self._days(self.expected_days_late),
            ),
            "rows": [],
            "advice": self._payment_advice(),
        }

    def _payment_advice(self):
        if self.currency_id.compare_amounts(self.receivable_open, 0) <= 0:
            return []
        return [
            self.env._(
                "Open today: %(open)s, of which %(overdue)s overdue; expected loss %(loss)s.",
                open=self._money(self.receivable_open),
                overdue=self._money(self.receivable_overdue),
                loss=self._money(self.expected_loss),
            )
        ]

    # === ACTIONS === #

    def action_view_payment_risk(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_scoring.crm_payment_risk_action"
        )
        return {
            **action,
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
