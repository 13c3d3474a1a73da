from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.errors import InsufficientDataError
from odoo.addons.customer_analytics.value.attributes import split_values
from odoo.addons.customer_analytics.value.prospect.prospect_storage import stored_values
from odoo.addons.customer_analytics.value.prospect.prospect_trial import prospect_trial
from odoo.addons.customer_analytics.value.prospect.prospects import ProspectModel

from .crm_scoring_run_attributes import LEAD_COLUMNS, MULTIPLE

# Customers to learn from, a sample where there are more; leads per step.
MOST_CUSTOMERS = 50_000
LEADS_PER_STEP = 20_000


class CrmScoringRun(models.Model):
    """What leads will be worth if they are won, learnt from customers like them."""

    _inherit = "crm.scoring.run"

    prospect_model = fields.Json(
        readonly=True, prefetch=False, help="What values leads until the next run."
    )
    prospect_basis = fields.Selection(
        [("similar", "Similar customers"), ("mean", "The mean customer")],
        string="Leads Valued By",
        readonly=True,
        help="The mean customer, where attributes did not tell customers apart.",
    )

    def _stage_prospect(self):
        """Learn from the customers first, then value the next leads not valued yet."""
        if self._staging_was_emptied():
            return
        if not self.prospect_model:
            self._fit_prospects()
            return
        results = self.env["crm.lead.value"]
        last = self.env.execute_query(
            SQL(
                "SELECT COALESCE(MAX(lead_id), 0) FROM %s WHERE run_id = %s",
                SQL.identifier(results._staging_table()),
                self.id,
            )
        )[0][0]
        values = results._valued(
            self,
            self._staging_identifier(),
            SQL("lead.id > %s ORDER BY lead.id LIMIT %s", last, LEADS_PER_STEP),
        )
        if values.empty:
            self._advance()
            return
        results._stage(self, values)

    def _fit_prospects(self):
        """Fit the model, try it on customers left out, and keep it or the mean."""
        self.env.flush_all()
        customers = split_values(self._prospect_customers(), MULTIPLE)
        names = list(LEAD_COLUMNS)
        try:
            model = ProspectModel.fit(customers, names)
        except InsufficientDataError as error:
            self._log(
                self.env._(
                    "Leads are not valued: %(found)s customers to learn from,"
                    " %(needed)s needed.",
                    found=error.found,
                    needed=error.needed,
                )
            )
            self._advance()
            return
        trial = prospect_trial(customers, names)
        if not trial.is_better:
            model = model.without_effects(customers)
        self._record_prospect_diagnostics(trial)
        self._log_prospects(trial)
        self.write(
            {
                "prospect_model": stored_values(model),
                "prospect_basis": "similar" if trial.is_better else "mean",
            }
        )

    def _prospect_customers(self):
        """Return lifetime value and attributes of customers."""
        return gateway.read_frame(
            self.env.cr,
            SQL(
                "SELECT staged.clv, %s %s ORDER BY MD5(staged.partner_id::text) LIMIT %s",
                self._customer_attributes_sql(LEAD_COLUMNS),
                self._staged_customers_from(),
                MOST_CUSTOMERS,
            ),
            {"clv": "float64", **dict.fromkeys(LEAD_COLUMNS, "object")},
        )

    def _record_prospect_diagnostics(self, trial):
        self.diagnostic_ids.filtered(lambda row: row.model == "prospect").unlink()
        labels = {
            "explained": self.env._("Variance explained, customers left out"),
            "rank_correlation": self.env._("Rank correlation, customers left out"),
            "capture": self.env._("Value in the best-ranked fifth (chance: 0.2)"),
            "total_ratio": self.env._("Predicted over actual total"),
        }
        self.env["crm.scoring.run.diagnostic"].create(
            [
                {
                    "run_id": self.id,
                    "model": "prospect",
                    "is_used": trial.is_better,
                    "parameter": labels[name],
                    "value": value,
                }
                for name, value in trial.figures().items()
                if trial.customers
            ]
        )

    def _log_prospects(self, trial):
        if trial.is_better:
            message = self.env._(
                "Leads are valued by customers like them: of %(customers)s customers left"
                " out in turn, the fifth ranked best held %(capture).0f %% of all lifetime"
                " value.",
                customers=trial.customers,
                capture=100 * trial.capture,
            )
        else:
            message = self.env._(
                "Leads are valued like the mean customer: what is known of leads does not"
                " tell customers of high value from others."
            )
        self._log(message)
