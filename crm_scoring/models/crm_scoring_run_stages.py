from odoo import models
from odoo.tools import SQL, format_date

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value import indices, scoring

from .crm_scoring_policy import PURCHASE_MODELS

TRANSACTION_TYPES = {"customer_id": "int64", "amount": "float64", "margin": "float64"}
PURCHASE_DIAGNOSTICS = [*dict(PURCHASE_MODELS), "gamma_gamma"]
# Columns of the staging table that the engine reads back.
STAGED_TYPES = {
    "customer_id": "int64",
    "purchase_count": "float64",
    "frequency": "float64",
    "recency": "float64",
    "tenure": "float64",
    "monetary_value": "float64",
    "days_since_purchase": "float64",
    "purchase_interval": "float64",
    "revenue": "float64",
    "margin": "float64",
    "margin_rate": "float64",
    "service_cost_per_purchase": "float64",
    "service_cost_per_year": "float64",
    "credit_loss_rate": "float64",
    "rfm_score": "float64",
}
# Rows in memory at a time: some 100 MB while reading, and a few seconds of prediction.
TRANSACTIONS_PER_FRAME = 500_000
CUSTOMERS_PER_STEP = 50_000


class CrmScoringRun(models.Model):
    """The stages of a run: read, fit, predict, publish. Each step can be repeated."""

    _inherit = "crm.scoring.run"

    # === READ === #

    def _stage_read(self):
        """Summarise every customer's purchases into the staging table."""
        self._check_currencies()
        self.env.flush_all()
        self._clear_staging()
        without_purchase = 0
        for transactions in gateway.iter_frames(
            self.env.cr,
            self._transactions_query(),
            TRANSACTION_TYPES,
            dates=("day",),
            key="customer_id",
            rows_per_frame=TRANSACTIONS_PER_FRAME,
        ):
            summary = scoring.summarise(transactions, self.as_of)
            without_purchase += transactions["customer_id"].nunique() - len(summary)
            self._stage_rows(summary)
        self._advance(**self._totals())
        self._log_read(without_purchase)

    def _stage_rows(self, summary):
        rows = summary.rename(columns={"customer_id": "partner_id"}).assign(
            as_of=self.as_of,
            computed_at=self.env.cr.now().replace(microsecond=0),
        )
        self.env["crm.customer.profile"]._stage(self, rows)

    def _totals(self):
        customers, repeaters, purchases, revenue, first, last = self.env.execute_query(
            SQL(
                "SELECT COUNT(*), COUNT(*) FILTER (WHERE frequency > 0),"
                " COALESCE(SUM(purchase_count), 0), COALESCE(SUM(revenue), 0),"
                " MIN(first_purchase_date), MAX(last_purchase_date)"
                " FROM %s WHERE run_id = %s",
                self._staging_identifier(),
                self.id,
            )
        )[0]
        return {
            "customer_count": customers,
            "repeat_count": repeaters,
            "purchase_count": purchases,
            "revenue": revenue,
            "first_purchase_date": first,
            "last_purchase_date": last,
        }

    def _log_read(self, without_purchase):
        if self.customer_count:
            self._log(
                self.env._(
                    "Read %(purchases)s purchases of %(customers)s customers from"
                    " %(first)s to %(last)s; %(repeaters)s customers bought again.",
                    purchases=self.purchase_count,
                    customers=self.customer_count,
                    first=format_date(self.env, self.first_purchase_date),
                    last=format_date(self.env, self.last_purchase_date),
                    repeaters=self.repeat_count,
                )
            )
        if without_purchase:
            self._log(
                self.env._(
                    "%s customers have credit notes or zero amounts only; without a"
                    " purchase they are not scored.",
                    without_purchase,
                ),
                level="warning",
            )
        if self.as_of >= self.company_id._local_today() and (
            future := self._count_future_purchases()
        ):
            self._log(
                self.env._(
                    "%s purchases are dated in the future and will count from their day"
                    " on: check their dates.",
                    future,
                ),
                level="warning",
            )

    # === FIT === #

    def _stage_fit(self):
        """Estimate the models on all customers; none can be fitted to nobody."""
        if not self.customer_count:
            self._log(
                self.env._(
                    "No purchases were found up to %s. Post customer invoices, import a"
                    " purchase history, or choose other sources in the policy.",
                    format_date(self.env, self.as_of),
                ),
                level="warning",
            )
            self._publish_profiles()
            return
        staged = self._staged_frame()
        fitted = self._fitted_models(staged)
        self._update_staged(indices.company_indices(staged))
        self._record_diagnostics(fitted)
        self._log_fit(fitted)
        self._advance(parameters=fitted.to_dict())

    def _log_fit(self, fitted):
        labels = dict(PURCHASE_MODELS)
        self._log(
            self.env._("Repeat purchases follow %s.", labels[fitted.purchase_model])
        )
        if fitted.is_small:
            self._log(
                self.env._(
                    "With %s repeat customers the estimates lean on what is common in other"
                    " companies, and their intervals are wide.",
                    self.repeat_count,
                )
            )

    def _record_diagnostics(self, fitted):
        self.diagnostic_ids.filtered(
            lambda row: row.model in PURCHASE_DIAGNOSTICS
        ).unlink()
        self.env["crm.scoring.run.diagnostic"].create(
            [{"run_id": self.id, **row} for row in fitted.diagnostics()]
        )

    # === PREDICT === #

    def _stage_predict(self):
        """Predict the next customers that have no lifetime value yet."""
        if self._staging_was_emptied():
            return
        staged = self._staged_frame(
            SQL("clv IS NULL ORDER BY partner_id LIMIT %s", CUSTOMERS_PER_STEP)
        )
        if staged.empty:
            self._advance()
            return
        self._update_staged(
            indices.customer_indices(
                staged,
                self._scoring_models(),
                self._engine_settings(),
                self.as_of,
                forecast=self._forecast_frame(staged),
            )
        )
        self._progress_within_stage(len(staged) / self.customer_count)

    def _forecast_frame(self, _staged):
        """Return what is relied on instead of the models alone, if anything is."""
        return

    def _staging_was_emptied(self):
        """After a crash of the database server the unlogged table is empty: read again."""
        staged = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM %s WHERE run_id = %s",
                self._staging_identifier(),
                self.id,
            )
        )[0][0]
        if staged == self.customer_count:
            return False
        self._log(
            self.env._("The working table was lost: reading the purchases again."),
            level="warning",
        )
        self.write({"stage": "read", "progress": 0})
        return True

    # === PUBLISH === #

    def _stage_publish(self):
        """Replace all profiles in one go."""
        if self._staging_was_emptied():
            return
        self._publish_profiles()

    def _publish_profiles(self):
        for results in self.env["crm.scoring.result.mixin"]._result_models():
            results._publish(self)
        self.env["crm.customer.profile.history"]._keep(self)
        self.env["crm.customer.economics"]._keep_migration(self.company_id)
        self.env["crm.target.group"]._refresh_after(self)
        self.env["crm.scoring.alert"]._raise(self)
        self._finish()
        self._log(
            self.env._("%s customer profiles are up to date.", self.customer_count)
        )

    # === STAGING TABLE === #

    def _clear_staging(self):
        for results in self.env["crm.scoring.result.mixin"]._result_models():
            results._clear_staging(self.company_id)

    def _staging_identifier(self):
        """Return the working copy of the profiles; of a run that is done, the profiles."""
        profiles = self.env["crm.customer.profile"]
        is_published = self.state == "done"
        return SQL.identifier(
            profiles._table if is_published else profiles._staging_table()
        )

    def _staged_frame(self, condition=None, columns=None, dates=()):
        """Return staged columns of this run as a frame, the partner as ``customer_id``."""
        columns = columns or STAGED_TYPES
        names = SQL(", ").join(
            SQL("partner_id AS customer_id")
            if name == "customer_id"
            else SQL.identifier(name)
            for name in (*columns, *dates)
        )
        query = SQL(
            "SELECT %s FROM %s WHERE run_id = %s AND %s",
            names,
            self._staging_identifier(),
            self.id,
            condition or SQL("TRUE"),
        )
        return gateway.read_frame(self.env.cr, query, columns, dates=dates)

    def _update_staged(self, frame):
        """Write columns of the engine into the staged rows, joined by customer."""
        staging = self.env["crm.customer.profile"]._staging_table()
        gateway.update_from(
            self.env.cr,
            staging,
            frame.rename(columns={"customer_id": "partner_id"}),
            key="partner_id",
            condition=SQL("%s = %s", SQL.identifier(staging, "run_id"), self.id),
        )

    def _scoring_models(self):
        return scoring.ScoringModels.from_dict(self.parameters)

    def _engine_settings(self):
        return scoring.ScoringSettings(**self.settings)
