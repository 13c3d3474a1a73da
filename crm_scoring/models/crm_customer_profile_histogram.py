from functools import reduce
from operator import add

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.customer_analytics.value.classification.histogram import (
    histogram_edges,
    is_skewed,
)

from .crm_scoring_policy_bands import AXES, AXIS_FIELDS
from .crm_scoring_policy_bounds import OTHER_CUSTOMERS

BINS = 40
# Where the customers of each type lie, lost ones aside.
AXIS_RANGES = """
    SELECT COALESCE(type_id, %(other)s), MIN(%(value)s), MAX(%(value)s),
           MIN(%(loyalty)s), MAX(%(loyalty)s), SUM(GREATEST(%(value)s, 0)),
           COUNT(*) FILTER (WHERE %(value)s > 0)
      FROM %(customers)s
     GROUP BY type_id
"""
JOINERS = (min, max, min, max, add, add)


class CrmCustomerProfile(models.Model):
    """How the customers of the matrix are spread over its axes."""

    _inherit = "crm.customer.profile"

    @api.model
    def _matrix_axes(self, type_id):
        """Return how each axis of the matrix is cut into bins: {axis: {is_log, edges}}.

        By all customers of the type, whatever the filter: thresholds stay in their place
        while filters change. Who sees them all gets the bins of the last run.
        """
        key = str(type_id or "all")
        known = self.env["crm.customer.economics"]
        if known.has_access("read"):
            known = known.search([("company_id", "=", self.env.company.id)])
            if axes := (known.matrix_axes or {}).get(key):
                return axes
        query = self._portfolio_query([], type_id)
        query.add_where(SQL("%s > 0", self._portfolio_column("value_band", query)))
        columns = [
            SQL("%s AS %s", self._field_to_sql(query.table, name), SQL.identifier(name))
            for name in ("type_id", *AXIS_FIELDS.values())
        ]
        found = self._axes_of(
            SQL("(%s) AS customers", query.select(*columns)),
            self.env.company.currency_id.decimal_places,
        )
        return found["all"]

    @api.model
    def _axes_of(self, customers, decimals):
        """Return the axes of ``customers``, a table in SQL: {"all" or type: axes}."""
        rows = self.env.execute_query(
            SQL(
                AXIS_RANGES,
                other=OTHER_CUSTOMERS,
                customers=customers,
                **{
                    axis: SQL("COALESCE(%s, 0)", SQL.identifier(name))
                    for axis, name in AXIS_FIELDS.items()
                },
            )
        )
        ranges = {str(type_id): figures for type_id, *figures in rows}
        ranges["all"] = (
            [
                reduce(join, figures)
                for join, figures in zip(
                    JOINERS, zip(*ranges.values(), strict=True), strict=True
                )
            ]
            if ranges
            else [0.0] * len(JOINERS)
        )
        return {key: self._axes_within(*one, decimals) for key, one in ranges.items()}

    @api.model
    def _axes_within(
        self, low, high, low_loyalty, high_loyalty, total, positive, decimals
    ):
        mean = total / (positive or 1)
        loyalty = (min(low_loyalty, 0.0), max(high_loyalty, 1.0))
        unit = 10.0**-decimals
        return {
            "value": {
                "is_log": is_skewed(high, mean),
                "edges": histogram_edges(low, high, mean, bins=BINS, unit=unit),
            },
            "loyalty": {
                "is_log": False,
                "edges": histogram_edges(*loyalty, 0.5, bins=BINS),
            },
        }

    @api.model
    def _bin_columns(self, query, axes):
        """Return the bin of each axis that a customer is in; lost ones are in none."""
        return [
            self._joined_number(
                query,
                f"{axis}_bin",
                SQL(
                    "CASE WHEN %s > 0 THEN WIDTH_BUCKET(%s, %s::double precision[]) END",
                    self._portfolio_column("value_band", query),
                    self._portfolio_column(name, query),
                    axes[axis]["edges"][1:-1],
                ),
                BINS - 1,
            )
            for axis, name in AXIS_FIELDS.items()
        ]

    @api.model
    def _histograms(self, axes, rows):
        """Return the axes with customers and lifetime value of each bin."""
        found = {}
        for axis in AXES:
            counts, sums = [0] * BINS, [0.0] * BINS
            for row in rows:
                if row[axis] is not None:
                    counts[row[axis]] += int(row["customers"])
                    sums[row[axis]] += row["clv"]
            found[axis] = {
                **axes[axis],
                "counts": counts,
                "sums": list(map(self._money_figure, sums)),
            }
        return found
