from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.customer_analytics import gateway
from odoo.addons.customer_analytics.value.classification import class_movement

from .crm_scoring_run_economics import ACTIVITY

# Months of history that count: a year.
MONTHS = 12


class CrmScoringRun(models.Model):
    """Who moved between classes since the months that the history keeps."""

    _inherit = "crm.scoring.run"

    def _movement(self):
        """Return counts of the last month and of the year, and the values they imply."""
        months = self._history_months()
        now = self._month_before(0)
        result = {"months": len(months) + 1, "spans": [], "model": None}
        if not months:
            return result
        moves_since = {
            month: self._moves_frame([(month, now)])
            for month in dict.fromkeys((months[0], months[-1]))
        }
        pairs = self._successive([*months, now])
        monthly = self._moves_frame(pairs) if pairs else None
        frames = [*moves_since.values(), *([monthly] if pairs else [])]
        classes = self._classes_in(frames)
        for month, moves in moves_since.items():
            counts = class_movement.movement_counts(moves, classes)
            result["spans"].append(
                {
                    "before": fields.Date.to_string(month),
                    "after": fields.Date.to_string(now),
                    "states": [*classes, 0],
                    "counts": counts.counts.tolist(),
                    "entries": counts.entries.tolist(),
                }
            )
        if pairs:
            result["model"] = class_movement.class_movement(
                monthly,
                self._rewards_frame(months),
                self._present_frame(),
                classes,
                self._engine_settings(),
                months=len(pairs),
            )
        return result

    def _classes_in(self, frames):
        """Return the classes of the matrix, and those of a former one that have customers."""
        used = {
            state for moves in frames for state in [*moves["before"], *moves["after"]]
        }
        classes = self.policy_id.with_context(active_test=False).class_ids
        return classes.filtered(lambda cell: cell.active or cell.id in used).ids

    def _history_months(self):
        """Return the months before this one that have been kept, the oldest first."""
        rows = self.env["crm.customer.profile.history"]._read_group(
            [
                ("company_id", "=", self.company_id.id),
                ("month", ">=", self._month_before(MONTHS)),
                ("month", "<", self._month_before(0)),
            ],
            ["month:month"],
            order="month:month",
        )
        return [month for (month,) in rows]

    @staticmethod
    def _successive(months):
        return [
            (before, after)
            for before, after in zip(months, months[1:], strict=False)
            if fields.Date.add(before, months=1) == after
        ]

    def _states_query(self) -> SQL:
        """Return class of each customer in each month, 0 for lost; this run's is staged.

        Months before thresholds were changed count by those in force now.
        """
        history = self.env["crm.customer.profile.history"]
        return SQL(
            """
            SELECT month.partner_id, month.month,
                   CASE WHEN month.revenue_recent <= 0 THEN 0 ELSE same.class_id END
                       AS state
              FROM crm_customer_profile_history AS month
              LEFT JOIN %(staging)s AS staged
                ON staged.partner_id = month.partner_id
               AND staged.company_id = month.company_id
              LEFT JOIN %(comparable)s AS same ON TRUE
             WHERE month.company_id = %(company)s
               AND month.month >= %(since)s AND month.month < %(now)s
             UNION ALL
            SELECT partner_id, %(now)s::date,
                   CASE WHEN revenue_recent <= 0 THEN 0 ELSE class_id END
              FROM %(staging)s WHERE run_id = %(run)s
            """,
            comparable=history._comparable(self.policy_id, "month", SQL("staged")),
            company=self.company_id.id,
            since=self._month_before(MONTHS),
            now=self._month_before(0),
            staging=self._staging_identifier(),
            run=self.id,
        )

    def _moves_frame(self, pairs):
        """Return customers by class before and after, over pairs of months together."""
        query = SQL(
            """
            WITH state AS MATERIALIZED (%(states)s)
            SELECT CASE WHEN earlier.partner_id IS NULL THEN -1
                        ELSE COALESCE(earlier.state, -2) END,
                   COALESCE(later.state, -2), COUNT(*)
              FROM (VALUES %(pairs)s) AS pair(before, after)
              JOIN state AS later ON later.month = pair.after
              LEFT JOIN state AS earlier
                ON earlier.partner_id = later.partner_id AND earlier.month = pair.before
             GROUP BY 1, 2
            """,
            states=self._states_query(),
            pairs=SQL(", ").join(SQL("(%s::date, %s::date)", *pair) for pair in pairs),
        )
        types = dict.fromkeys(("before", "after", "customers"), "int64")
        return gateway.read_frame(self.env.cr, query, types)

    def _rewards_frame(self, months):
        """Return what the customers of each class brought in the month after, added up.

        Only months that have passed whole count.
        """
        query = SQL(
            """
            SELECT state.state, COUNT(*), COALESCE(SUM(brought.margin), 0)
              FROM (%(states)s) AS state
              LEFT JOIN (SELECT customer_id, month, SUM(margin) AS margin
                           FROM %(activity)s GROUP BY customer_id, month) AS brought
                ON brought.customer_id = state.partner_id
               AND brought.month = (state.month + INTERVAL '1 month')::date
             WHERE state.month IN %(months)s AND state.state > 0
               AND state.month + INTERVAL '2 months' <= %(end)s
             GROUP BY state.state
            """,
            states=self._states_query(),
            activity=SQL.identifier(ACTIVITY),
            months=tuple(months),
            end=self._day_after(),
        )
        types = {"class_id": "int64", "customers": "int64", "margin": "float64"}
        return gateway.read_frame(self.env.cr, query, types)

    def _present_frame(self):
        """Return customers of each class now, and what they are worth by the models."""
        query = SQL(
            """
            SELECT state, COUNT(*), SUM(clv)
              FROM (SELECT CASE WHEN revenue_recent <= 0 THEN 0 ELSE class_id END AS state,
                           clv
                      FROM %s WHERE run_id = %s) AS profile
             WHERE state IS NOT NULL
             GROUP BY state
            """,
            self._staging_identifier(),
            self.id,
        )
        types = {"class_id": "int64", "customers": "int64", "clv": "float64"}
        return gateway.read_frame(self.env.cr, query, types)
