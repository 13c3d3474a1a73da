from odoo import fields, models
from odoo.tools import SQL, format_date

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.economics import company_equity, economics

from . import crm_scoring_run_stages as stages

ACTIVITY = "crm_customer_activity"
# Customers whose possible futures are drawn for the interval of the sum of all.
SAMPLE_SIZE = 2_000
# Months over which new customers are counted: a year, for its seasons.
ACQUISITION_MONTHS = 12


class CrmScoringRun(models.Model):
    """The customers as a whole: who stays, for how long, what all of them are worth."""

    _inherit = "crm.scoring.run"

    # === ECONOMICS === #

    def _stage_economics(self):
        """Predict the lifetime of the next customers; once all have one, add them up."""
        if self._staging_was_emptied():
            return
        staged = self._staged_frame(
            SQL(
                "expected_lifetime_days IS NULL ORDER BY partner_id LIMIT %s",
                stages.CUSTOMERS_PER_STEP,
            )
        )
        if not staged.empty:
            self._update_staged(
                economics.expected_lifetime(
                    staged, self._scoring_models(), self._engine_settings()
                )
            )
            self._progress_within_stage(len(staged) / self.customer_count)
            return
        self._classify()
        self._stage_company_economics()
        self._advance()

    def _stage_company_economics(self):
        self._create_activity()
        figures = {**self._figures_by_class(), **self._figures_of_all()}
        self.env["crm.customer.economics"]._stage_values(self, figures)
        self._drop_activity()
        self._log_economics(figures)

    def _figures_by_class(self):
        """Return what the screen tells of each class, and of all customers beside them."""
        return {
            "cohorts": economics.cohort_tables(self._cohort_counts(), self.as_of),
            "retention": self._retention(),
            "lifetimes": self._lifetimes_by_class(),
            "movement": self._movement(),
        }

    def _figures_of_all(self):
        """Return what the classes do not change."""
        customers = self._value_frame()
        equity = self._equity(customers["clv"].to_numpy())
        shared = economics.concentration(customers)
        return {
            "equity": equity,
            "concentration": shared,
            "matrix_axes": self._matrix_axes(),
            "equity_present": equity["present"]["value"],
            "equity_future": (equity["future"] or {}).get("value"),
            "revenue_gini": (shared["revenue"] or {}).get("gini"),
            "revenue_top_share": (shared["revenue"] or {}).get("top_share"),
            "margin_top_share": (shared["margin"] or {}).get("top_share"),
            "whale_peak_share": (shared["profit"] or {}).get("peak_share"),
        }

    def _follow_classes(self):
        """Tell anew what depends on the classes, once customers changed them by thresholds."""
        self._create_activity()
        figures = self._figures_by_class()
        self._drop_activity()
        return figures

    def _drop_activity(self):
        self.env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(ACTIVITY)))

    def _matrix_axes(self):
        return self.env["crm.customer.profile"]._axes_of(
            SQL(
                "(SELECT * FROM %s WHERE run_id = %s AND value_band > 0) AS customers",
                self._staging_identifier(),
                self.id,
            ),
            self.company_id.currency_id.decimal_places,
        )

    def _log_economics(self, figures):
        if not figures["retention"]:
            self._log(
                self.env._(
                    "Retention needs customers who bought between 24 and 12 months before"
                    " %s; none was found.",
                    format_date(self.env, self.as_of),
                )
            )
        if not figures["movement"]["spans"]:
            self._log(
                self.env._(
                    "Movements between classes need two months of history; this is the"
                    " first."
                )
            )

    # === WHO BOUGHT WHEN === #

    def _create_activity(self):
        """Keep for this step in which months each customer bought, and its margin."""
        activity = SQL.identifier(ACTIVITY)
        self.env.cr.execute(
            SQL(
                """
                DROP TABLE IF EXISTS %(activity)s;
                CREATE TEMPORARY TABLE %(activity)s ON COMMIT DROP AS
                SELECT purchase.customer_id,
                       COALESCE(profile.class_id, 0) AS class_id,
                       DATE_TRUNC('month', purchase.day)::date AS month,
                       CASE WHEN purchase.day > %(year)s THEN 0
                            WHEN purchase.day > %(two_years)s THEN 1
                            ELSE 2 END AS years_ago,
                       BOOL_OR(purchase.amount >= 0) AS is_purchase,
                       SUM(purchase.margin) AS margin
                  FROM (%(purchases)s) AS purchase
                  JOIN %(staging)s AS profile
                    ON profile.partner_id = purchase.customer_id
                   AND profile.run_id = %(run)s
                 GROUP BY 1, 2, 3, 4;
                ANALYZE %(activity)s
                """,
                activity=activity,
                year=fields.Date.subtract(self.as_of, months=12),
                two_years=fields.Date.subtract(self.as_of, months=24),
                purchases=self._transactions_query(),
                staging=self._staging_identifier(),
                run=self.id,
            )
        )

    def _cohort_counts(self):
        """Return buyers by class, cohort and age, for months, quarters and years."""
        query = SQL(
            """
            WITH bought AS (
                SELECT DISTINCT length.months, customer_id, class_id,
                       ((EXTRACT(YEAR FROM month)::int - 1970) * 12
                        + EXTRACT(MONTH FROM month)::int - 1) / length.months AS period
                  FROM %s CROSS JOIN (VALUES (1), (3), (12)) AS length(months)
                 WHERE is_purchase
            ), followed AS (
                SELECT *, MIN(period) OVER (PARTITION BY months, customer_id) AS cohort
                  FROM bought
            )
            SELECT months, class_id, period - cohort, COUNT(*),
                   (DATE '1970-01-01' + cohort * months * INTERVAL '1 month')::date
              FROM followed
             GROUP BY months, class_id, cohort, period
            """,
            SQL.identifier(ACTIVITY),
        )
        columns = ("period_months", "class_id", "age", "customers")
        types = dict.fromkeys(columns, "int64")
        return gateway.read_frame(self.env.cr, query, types, dates=("cohort",))

    def _retention(self):
        """Return the retention of the last year, by the class a year ago where known."""
        month = self._month_before(12)
        history = self.env["crm.customer.profile.history"]
        is_known = bool(
            history.search_count(
                [("company_id", "=", self.company_id.id), ("month", "=", month)],
                limit=1,
            )
        )
        class_then = SQL("COALESCE(history.class_id, 0)")
        query = SQL(
            """
            SELECT %(group)s, COUNT(*) FILTER (WHERE was_buyer),
                   COUNT(*) FILTER (WHERE was_buyer AND is_buyer)
              FROM (SELECT customer_id, class_id,
                           BOOL_OR(is_purchase AND years_ago = 1) AS was_buyer,
                           BOOL_OR(is_purchase AND years_ago = 0) AS is_buyer
                      FROM %(activity)s GROUP BY customer_id, class_id) AS customer
              LEFT JOIN crm_customer_profile_history AS history
                ON history.partner_id = customer.customer_id
               AND history.company_id = %(company)s AND history.month = %(month)s
             GROUP BY 1
            """,
            group=class_then if is_known else SQL("customer.class_id"),
            activity=SQL.identifier(ACTIVITY),
            company=self.company_id.id,
            month=month,
        )
        types = dict.fromkeys(("class_id", "start", "kept"), "int64")
        found = economics.retention_by_class(
            gateway.read_frame(self.env.cr, query, types),
            level=self.settings["interval_level"],
        )
        return {**found, "is_class_then": is_known} if found else {}

    # === WHAT THEY ARE WORTH === #

    def _value_frame(self):
        """Return what each customer brought in the last twelve months and is worth."""
        query = SQL(
            """
            SELECT COALESCE(profile.revenue_recent, 0),
                   COALESCE(profile.margin_recent, recent.margin, 0),
                   COALESCE(profile.cost_to_serve, 0), COALESCE(profile.clv, 0)
              FROM %(staging)s AS profile
              LEFT JOIN (SELECT customer_id, SUM(margin) AS margin FROM %(activity)s
                          WHERE years_ago = 0 GROUP BY customer_id) AS recent
                ON recent.customer_id = profile.partner_id
             WHERE profile.run_id = %(run)s
            """,
            staging=self._staging_identifier(),
            activity=SQL.identifier(ACTIVITY),
            run=self.id,
        )
        columns = ("revenue", "margin", "cost", "clv")
        return gateway.read_frame(self.env.cr, query, dict.fromkeys(columns, "float64"))

    def _equity(self, clv):
        columns = {**stages.STAGED_TYPES, "clv": "float64"}
        sample = self._staged_frame(
            SQL("TRUE ORDER BY HASHINT4(partner_id) LIMIT %s", SAMPLE_SIZE), columns
        )
        return company_equity.company_equity(
            clv,
            sample,
            self._acquired_by_month(),
            self._scoring_models(),
            self._engine_settings(),
        )

    def _acquired_by_month(self):
        """Return the customers won in each whole month of the last year."""
        first = self.first_purchase_date
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(profile.partner_id)
                  FROM GENERATE_SERIES(
                           DATE_TRUNC('month', GREATEST(%(year)s::date, %(first)s::date)),
                           DATE_TRUNC('month', %(end)s::date) - INTERVAL '1 month',
                           INTERVAL '1 month') AS month
                  LEFT JOIN %(staging)s AS profile
                    ON DATE_TRUNC('month', profile.first_purchase_date) = month
                   AND profile.run_id = %(run)s
                 GROUP BY month ORDER BY month
                """,
                end=self._day_after(),
                year=fields.Date.subtract(self._day_after(), months=ACQUISITION_MONTHS),
                first=first,
                staging=self._staging_identifier(),
                run=self.id,
            )
        )
        return [count for (count,) in rows]

    def _lifetimes_by_class(self):
        """Return customers, mean value and lifetime of each class, and of all."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT class_id, COUNT(*), AVG(clv), AVG(expected_lifetime_days),
                       SUM(expected_lifetime_days) / NULLIF(SUM(probability_alive), 0),
                       SUM(probability_alive)
                  FROM %s WHERE run_id = %s
                 GROUP BY GROUPING SETS ((class_id), ())
                HAVING class_id IS NOT NULL OR GROUPING(class_id) = 1
                """,
                self._staging_identifier(),
                self.id,
            )
        )
        columns = (
            "customers",
            "clv",
            "lifetime_days",
            "active_lifetime_days",
            "active_customers",
        )
        return {
            str(class_id or "all"): {
                name: round(float(value or 0.0), 2)
                for name, value in zip(columns, figures, strict=True)
            }
            for class_id, *figures in rows
        }

    def _day_after(self):
        return fields.Date.add(self.as_of, days=1)

    def _month_before(self, months):
        """Return the first day of the month that many months before the run's."""
        return fields.Date.subtract(self.as_of.replace(day=1), months=months)
