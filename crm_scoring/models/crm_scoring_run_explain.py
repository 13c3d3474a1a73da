from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics.value import scoring
from odoo.addons.customer_analytics.value.explanation import confidence, outlook

from . import crm_scoring_run_stages as stages

TYPICAL_FIGURES = (
    "expected_purchases",
    "purchase_value",
    "margin_share",
    "clv",
    "clv_service_cost",
    "clv_credit_loss",
    "purchase_interval",
    "days_since_purchase",
    "purchase_probability",
)
# The figures above, in their order.
TYPICAL_CUSTOMER = """
    SELECT AVG(expected_purchases),
           SUM(expected_spend) / NULLIF(SUM(expected_purchases), 0),
           SUM(clv_revenue - clv_product_cost)
               / NULLIF(SUM(expected_spend), 0),
           AVG(clv),
           AVG(clv_service_cost),
           AVG(clv_credit_loss),
           PERCENTILE_CONT(.5) WITHIN GROUP (ORDER BY purchase_interval)
               FILTER (WHERE frequency > 0),
           PERCENTILE_CONT(.5) WITHIN GROUP (ORDER BY days_since_purchase),
           AVG(purchase_probability)
      FROM %s
     WHERE run_id = %s
"""


class CrmScoringRun(models.Model):
    """What is behind the figures: the typical customer, prospects, confidence."""

    _inherit = "crm.scoring.run"

    typical = fields.Json(
        readonly=True, help="The typical customer that each one is compared with."
    )
    confidence_caps = fields.Json(
        readonly=True, help="What in the company's data limits the confidence."
    )

    # === EXPLAIN === #

    def _stage_explain(self):
        """Tell the outlook and the confidence of the next customers that have none."""
        if self._staging_was_emptied():
            return
        staged = self._staged_frame(
            SQL(
                "confidence IS NULL ORDER BY partner_id LIMIT %s",
                stages.CUSTOMERS_PER_STEP,
            ),
            columns={**stages.STAGED_TYPES, "purchase_probability": "float64"},
        )
        if staged.empty:
            self._advance(typical=self._typical_customer())
            return
        fitted = scoring.ScoringModels.from_dict(self.parameters)
        grades = confidence.confidence_grades(
            staged["purchase_count"], self._confidence_circumstances()
        )
        known = set(self.confidence_caps or ())
        self.confidence_caps = sorted(known | set(grades.caps))
        told = outlook.customer_outlook(
            staged, fitted, self._engine_settings(), self.as_of
        )
        self._update_staged(told.assign(confidence=grades.grades))
        self._progress_within_stage(len(staged) / self.customer_count)

    def _confidence_circumstances(self):
        """Return what may limit the confidence, by the engine's name for it."""
        return {
            "small_company": self.repeat_count < confidence.FEWEST_REPEAT_CUSTOMERS,
            "margin_assumed": self.policy_id.margin_method == "rate",
            "model_beaten": bool(self.validation_ids.filtered("is_used").is_rule),
            "not_validated": not self.holdout_from,
        }

    def _typical_customer(self):
        """Return the means and medians of all customers, as the explanation compares.

        The means are such that purchases times value times margin, less the costs, is the
        mean lifetime value.
        """
        values = self.env.execute_query(
            SQL(
                TYPICAL_CUSTOMER,
                self._staging_identifier(),
                self.id,
            )
        )[0]
        return {
            name: float(value or 0)
            for name, value in zip(TYPICAL_FIGURES, values, strict=True)
        }
