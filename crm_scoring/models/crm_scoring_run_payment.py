from odoo import fields, models
from odoo.tools import SQL, format_date

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.errors import InsufficientDataError
from odoo.addons.customer_analytics.value.payment import payment_models, payment_outlook

from .crm_scoring_run_receivables import RECEIVABLE_DATES, RECEIVABLE_TYPES

# Above this the models are estimated on a part of the customers, and more change nothing.
RECEIVABLES_PER_FIT = 1_000_000
RECEIVABLES_PER_FRAME = 300_000
# Columns of the engine: fields of the model.
RISK_COLUMNS = {
    "instalment_id": "move_line_id",
    "customer_id": "partner_id",
    "invoice_day": "invoice_date",
    "due_day": "due_date",
    "open_amount": "amount_open",
    "payment_day": "expected_payment_date",
    "payment_day_lower": "expected_payment_date_from",
    "payment_day_upper": "expected_payment_date_to",
}


class CrmScoringRun(models.Model):
    """The payment stage: how customers pay, and when what they owe will be paid.

    First the models are estimated, then all instalments are predicted with them; each is
    one step. A company without receivables goes on without.
    """

    _inherit = "crm.scoring.run"

    payment_models = fields.Json(readonly=True, help="How customers pay.")

    def _stage_payment(self):
        if self._staging_was_emptied():
            return
        self.env.flush_all()
        if self.payment_models:
            self._predict_payments()
            self._advance()
        elif not self._fit_payments():
            self._advance()

    # === FIT === #

    def _fit_payments(self):
        """Estimate how customers pay; False if there is nothing to learn from."""
        share = 1 + self._count_receivables() // RECEIVABLES_PER_FIT
        receivables = gateway.read_frame(
            self.env.cr,
            self._receivables_query(customer_share=share),
            RECEIVABLE_TYPES,
            dates=RECEIVABLE_DATES,
        )
        if receivables.empty:
            self._log(
                self.env._(
                    "No posted customer invoice up to %s: payment risk is left out.",
                    format_date(self.env, self.as_of),
                )
            )
            return False
        undisputed = receivables[receivables["is_disputed"] == 0]
        settings = payment_models.PaymentSettings(**self.policy_id._payment_settings())
        try:
            fitted = payment_models.fit_payment_models(
                undisputed.reset_index(drop=True), self.as_of, settings
            )
        except InsufficientDataError:
            self._log(
                self.env._(
                    "%s payments are open or set aside, and none has fallen due so far:"
                    " payment risk needs one at least and is left out.",
                    len(receivables),
                )
            )
            return False
        self.payment_models = fitted.to_dict()
        self._record_payment_diagnostics(fitted)
        self._log_payments(fitted)
        return True

    def _log_payments(self, fitted):
        self._log(
            self.env._(
                "Learned from %(count)s payments fallen due: %(late)s were late, more than"
                " %(grace)s days after the due day.",
                late=fitted.risk.n_late,
                count=fitted.risk.n_cases,
                grace=fitted.settings.grace_days,
            )
        )
        scores = fitted.risk.scores
        if not scores:
            self._log(
                self.env._(
                    "Payment risk rests on the customers' own shares of late payments, drawn"
                    " towards that of all: there are too few payments to try more."
                )
            )
            return
        basis = self.env._("the customers' shares of late payments alone")
        if fitted.risk.has_logistic:
            basis = self.env._("amounts, delays and open invoices as well")
        self._log(
            self.env._(
                "Payment risk was tried on the %(count)s latest payments, with what was known"
                " before: %(expected).0f were expected to be late, %(late)s were. In"
                " %(auc).0f of 100 pairs the later payer had the higher risk. It now uses"
                " %(basis)s.",
                count=scores.n_cases,
                expected=scores.expected_late,
                late=scores.n_late,
                auc=100 * scores.auc,
                basis=basis,
            )
        )

    def _record_payment_diagnostics(self, fitted):
        """Keep how well the latest payments were predicted from the earlier ones."""
        self.diagnostic_ids.filtered(lambda row: row.model == "payment_risk").unlink()
        scores = fitted.risk.scores
        if not scores:
            return
        figures = {
            self.env._("Payments held out"): scores.n_cases,
            self.env._("Of them late"): scores.n_late,
            self.env._("Expected to be late"): scores.expected_late,
            self.env._("AUC"): scores.auc,
            self.env._("AUC of the customers' shares alone"): scores.rate_auc,
            self.env._("Brier score"): scores.brier_score,
            self.env._("Log-loss"): scores.log_loss,
            self.env._("Log-loss of the customers' shares alone"): scores.rate_log_loss,
            self.env._("Log-loss of the average"): scores.base_log_loss,
        }
        self.env["crm.scoring.run.diagnostic"].create(
            [
                {
                    "run_id": self.id,
                    "model": "payment_risk",
                    "is_used": True,
                    "parameter": name,
                    "value": value,
                }
                for name, value in figures.items()
            ]
        )

    # === PREDICT === #

    def _predict_payments(self):
        """Write the payment risk of every customer and open instalment."""
        self.env["crm.payment.risk"]._clear_staging(self.company_id)
        fitted = payment_models.PaymentModels.from_dict(self.payment_models)
        for receivables in gateway.iter_frames(
            self.env.cr,
            self._receivables_query(),
            RECEIVABLE_TYPES,
            dates=RECEIVABLE_DATES,
            key="customer_id",
            rows_per_frame=RECEIVABLES_PER_FRAME,
        ):
            outlook = payment_outlook.instalment_outlook(
                fitted, receivables, self.as_of
            )
            self._stage_payment_risks(receivables.merge(outlook))
            self._update_staged(
                payment_outlook.customer_outlook(
                    fitted, receivables, outlook, self.as_of
                )
            )
        self._update_customers_without_invoice(payment_outlook.company_outlook(fitted))

    def _stage_payment_risks(self, rows):
        rows = rows.drop(columns="settled_day").rename(columns=RISK_COLUMNS)
        self.env["crm.payment.risk"]._stage(self, rows.assign(as_of=self.as_of))

    def _update_customers_without_invoice(self, values):
        """Give those who were never invoiced what is usual among all customers."""
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE run_id = %s AND payment_confidence IS NULL",
                self._staging_identifier(),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value)
                    for name, value in values.items()
                ),
                self.id,
            )
        )
