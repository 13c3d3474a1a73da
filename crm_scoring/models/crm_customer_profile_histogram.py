from odoo import api, models
from odoo.tools import SQL

from odoo.addons.customer_analytics.value.classification.histogram import (
    histogram_edges,
    is_skewed,
)

from .crm_scoring_policy_bands import AXES, AXIS_FIELDS

BINS = 40


class CrmCustomerProfile(models.Model):
    """How the customers of the matrix are spread over its axes."""

    _inherit = "crm.customer.profile"

    @api.model
    def _histograms(self, domain, type_id, figures):
        """Return how the customers of the matrix are spread over each axis.

        One pass counts the pairs of bins of both axes; the margins are the histograms.
        """
        mean = figures["value_sum"] / (figures["value_positive"] or 1)
        value = (figures["value_min"], figures["value_max"], mean)
        loyalty = (min(figures["loyalty_min"], 0.0), max(figures["loyalty_max"], 1.0))
        unit = 10.0**-self.env.company.currency_id.decimal_places
        edges = {
            "value": histogram_edges(*value, bins=BINS, unit=unit),
            "loyalty": histogram_edges(*loyalty, 0.5, bins=BINS),
        }
        found = {
            axis: {
                "is_log": axis == "value" and is_skewed(*value[1:]),
                "edges": edges[axis],
                "counts": [0] * BINS,
                "sums": [0.0] * BINS,
            }
            for axis in AXES
        }
        for *places, count, clv in self._bin_rows(domain, type_id, edges):
            for axis, place in zip(AXES, places, strict=True):
                found[axis]["counts"][place] += count
                found[axis]["sums"][place] += float(clv)
        for histogram in found.values():
            histogram["sums"] = list(map(self._money_figure, histogram["sums"]))
        return found

    @api.model
    def _bin_rows(self, domain, type_id, edges):
        """Return customers and lifetime value of each pair of bins; lost ones are apart."""
        query = self._portfolio_query(domain, type_id)
        query.add_where(SQL("%s > 0", self._portfolio_column("value_band", query)))
        bins = [
            SQL(
                "WIDTH_BUCKET(%s, %s::double precision[])",
                self._portfolio_column(AXIS_FIELDS[axis], query),
                edges[axis][1:-1],
            )
            for axis in AXES
        ]
        query.groupby = SQL("1, 2")
        clv = self._field_to_sql(query.table, "clv", query)
        return self.env.execute_query(
            query.select(*bins, SQL("COUNT(*)"), SQL("COALESCE(SUM(%s), 0)", clv))
        )
