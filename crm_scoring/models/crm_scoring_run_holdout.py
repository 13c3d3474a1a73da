from dataclasses import replace

from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.errors import InsufficientDataError
from odoo.addons.customer_analytics.value import scoring
from odoo.addons.customer_analytics.value.accuracy import (
    holdout_trial,
    ledger_summary,
    model_trial,
    recalibration,
    simple_rules,
)
from odoo.addons.customer_analytics.value.spend import (
    evidence,
    spend_forecast,
    spend_law,
)

from .crm_scoring_run_stages import TRANSACTION_TYPES
from .crm_scoring_run_validation import FORECASTS

# A bigger company is examined on a sample, always the same customers: some 500 MB.
SAMPLED_CUSTOMERS = 200_000
SAMPLED_PURCHASES = 4_000_000
# Spreads consecutive identifiers evenly over 32 bits (Knuth's multiplicative hash).
HASH_FACTOR = 2654435761
HASH_SIZE = 2**32


class CrmScoringRun(models.Model):
    """Validate: the last period is held out, and decides what the run relies on."""

    _inherit = "crm.scoring.run"

    validation_ids = fields.One2many(
        "crm.scoring.run.validation", "run_id", string="Methods", readonly=True
    )
    validation_decile_ids = fields.One2many(
        "crm.scoring.run.validation.decile", "run_id", readonly=True
    )
    holdout_from = fields.Date(
        string="Period Held Out From",
        readonly=True,
        help="What happened from this day on was hidden from the methods, which had to"
        " foretell it.",
    )
    holdout_to = fields.Date(string="Period Held Out To", readonly=True)
    holdout_customer_count = fields.Integer(
        string="Customers Examined",
        readonly=True,
        help="Customers known before the period; of a big company a sample.",
    )
    holdout_buyer_count = fields.Integer(string="Bought Again", readonly=True)
    holdout_spend = fields.Monetary(string="Spent in the Period", readonly=True)
    forecast = fields.Selection(
        FORECASTS,
        readonly=True,
        string="Method in Use",
        help="What expected spend, the probability to buy again and lifetime value rest"
        " on.",
    )
    holdout = fields.Json(readonly=True, help="What the period held out taught.")
    forecast_parameters = fields.Json(
        readonly=True, help="The method in use, where it is not a purchase model alone."
    )

    # === VALIDATE === #

    def _stage_validate(self):
        """Hold out the last period, compare all methods, and keep what that teaches."""
        self.validation_ids.unlink()
        self.validation_decile_ids.unlink()
        self.write({"holdout": False, "forecast": False, "forecast_parameters": False})
        if not self.customer_count:
            self._advance()
            return
        ledger = self._purchase_ledger(self._sample_condition())
        settings = self._engine_settings()
        try:
            values = self._holdout_values(
                holdout_trial.run_holdout_trial(ledger, settings)
            )
        except InsufficientDataError as error:
            values = self._short_history_values(ledger, settings, error)
        self._advance(**values)
        self._log_holdout()

    def _holdout_values(self, trial):
        """Store the figures of a trial, and return what the run keeps of it itself."""
        found, taught = trial.accuracy(trial.used), trial.recalibration
        self._create_accuracies(trial)
        self._create_deciles("spend", trial.spend_table)
        self._create_deciles("probability", trial.probability_table)
        return {
            "holdout_from": trial.first_day,
            "holdout_to": self.as_of,
            "holdout_customer_count": trial.customers,
            "holdout_buyer_count": trial.buyers,
            "holdout_spend": found.total_actual,
            "forecast": trial.used,
            "holdout": {
                "choice": trial.choice.to_dict(),
                "rival": trial.rival,
                "comparison": trial.comparison,
                "recalibration": taught.to_dict() if taught else None,
                "combined_reason": trial.combined_reason,
                "law": trial.law.to_dict() if trial.law else None,
            },
        }

    def _short_history_values(self, ledger, settings, error):
        """Without a period to hold out, the model that fits the history is taken."""
        summary = ledger_summary.ledger_summary(ledger, ledger.end)
        choice = model_trial.model_choice_by_fit(summary, settings)
        return {
            "holdout_from": False,
            "holdout_to": False,
            "holdout_customer_count": 0,
            "holdout_buyer_count": 0,
            "holdout_spend": 0.0,
            "forecast": choice.chosen,
            "holdout": {
                "choice": choice.to_dict(),
                "missing": {
                    "what": error.what,
                    "needed": error.needed,
                    "found": error.found,
                },
            },
        }

    def _create_accuracies(self, trial):
        likely = {row["model"]: row for row in trial.choice.rows()}
        rows = []
        for accuracy in trial.accuracies:
            figures = accuracy.to_dict()
            likelihood = likely.get(accuracy.name, {})
            rows.append(
                {
                    "run_id": self.id,
                    "forecast": accuracy.name,
                    "is_used": accuracy.name == trial.used,
                    "is_rule": accuracy.name in simple_rules.RULES,
                    "has_interval": figures["coverage"] is not None,
                    "has_log_likelihood": bool(likelihood),
                    "log_likelihood": likelihood.get("log_likelihood"),
                    "log_likelihood_error": likelihood.get("standard_error"),
                    **{
                        name: figures[name] or 0.0
                        for name in (
                            "mark",
                            "rmse",
                            "total_predicted",
                            "total_error",
                            "capture",
                            "auc",
                            "calibration_slope",
                            "coverage",
                        )
                    },
                }
            )
        self.env["crm.scoring.run.validation"].create(rows)

    def _create_deciles(self, measure, table):
        self.env["crm.scoring.run.validation.decile"].create(
            [
                {"run_id": self.id, "measure": measure, **row}
                for row in table.rename(columns={"customers": "customer_count"})
                .fillna(0.0)
                .to_dict("records")
            ]
        )

    # === READING AGAIN === #

    def _purchase_ledger(self, condition=None):
        """Return the purchases up to the day of the run, of customers that meet a condition."""
        frame = gateway.read_frame(
            self.env.cr,
            self._transactions_query(condition),
            TRANSACTION_TYPES,
            dates=("day",),
        )
        return evidence.PurchaseLedger.from_transactions(frame, self.as_of)

    def _sample_condition(self):
        """Return the condition that keeps as many customers as fit into memory."""
        share = min(
            1.0,
            SAMPLED_CUSTOMERS / self.customer_count,
            SAMPLED_PURCHASES / self.purchase_count,
        )
        if share == 1.0:
            return SQL("TRUE")
        return SQL(
            "MOD(customer.commercial_partner_id::bigint * %s, %s) < %s",
            HASH_FACTOR,
            HASH_SIZE,
            int(share * HASH_SIZE),
        )

    # === WHAT THE NEXT STAGES TAKE FROM IT === #

    def _engine_settings(self):
        settings = super()._engine_settings()
        choice = (self.holdout or {}).get("choice")
        return (
            replace(settings, purchase_model=choice["chosen"]) if choice else settings
        )

    def _fitted_models(self, staged):
        """Fit the chosen model to all customers, and the forecast in use beside it."""
        settings = self._engine_settings()
        taught = self._holdout_lessons()
        history = None
        is_rhythm = settings.purchase_model == "mbg_cnbd"
        if is_rhythm or self.forecast not in (False, settings.purchase_model):
            ledger = self._purchase_ledger(self._sample_condition())
            history = ledger_summary.ledger_summary(ledger, ledger.end)
            self._fit_forecast(ledger, taught)
        fitted = scoring.fit_models(staged, settings, history)
        return fitted if self.forecast_parameters else replace(fitted, **taught)

    def _holdout_lessons(self):
        """Return the interval and the recalibration that the period held out taught."""
        known = self.holdout or {}
        law, taught = known.get("law"), known.get("recalibration")
        maps = None
        if taught:
            maps = recalibration.Recalibration.from_dict(taught["applied"])
        return {
            "law": spend_law.SpendLaw.from_dict(law) if law else None,
            "recalibration": None if maps is None or maps.is_identity else maps,
        }

    def _fit_forecast(self, ledger, taught):
        try:
            fitted = spend_forecast.SpendForecast.fit(
                self.forecast, ledger, self.settings["horizon_days"], **taught
            )
        except InsufficientDataError:
            fitted = None
        self.forecast_parameters = fitted.to_dict() if fitted else False

    def _forecast_frame(self, staged):
        if not self.forecast_parameters:
            return super()._forecast_frame(staged)
        customers = staged["customer_id"]
        ledger = self._purchase_ledger(
            SQL(
                "customer.commercial_partner_id BETWEEN %s AND %s",
                int(customers.min()),
                int(customers.max()),
            )
        )
        forecast = spend_forecast.SpendForecast.from_dict(self.forecast_parameters)
        return forecast.predict(
            ledger,
            staged.set_index("customer_id")["rfm_score"],
            level=self.settings["interval_level"],
        )
