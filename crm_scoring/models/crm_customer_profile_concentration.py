from odoo import api, models
from odoo.tools import SQL

# Customers ranked by an amount, the largest first, as sums and points of a curve.
RANKED = """
    WITH amount AS MATERIALIZED (%(amounts)s),
    total AS (
        SELECT COUNT(*) AS customers, COALESCE(SUM(value), 0) AS total FROM amount
    ), ranked AS MATERIALIZED (
        SELECT value, ROW_NUMBER() OVER best AS place, SUM(value) OVER best AS held
          FROM amount
        WINDOW best AS (ORDER BY value DESC ROWS UNBOUNDED PRECEDING)
    ), point AS (
        SELECT step * customers / %(steps)s::float AS place_of_step,
               LEAST(step * customers / %(steps)s + 1, customers) AS place
          FROM GENERATE_SERIES(0, %(steps)s) AS step, total
    )
    SELECT (SELECT customers FROM total), (SELECT total FROM total),
           SUM(((SELECT customers FROM total) + 1 - 2 * place) * value),
           SUM(value * LEAST(GREATEST((SELECT %(top)s::float * customers FROM total)
                                      - place + 1, 0), 1))
               FILTER (WHERE place <= (SELECT %(top)s::float * customers FROM total) + 1),
           SUM(value) FILTER (WHERE value > 0), COUNT(*) FILTER (WHERE value > 0),
           COUNT(*) FILTER (WHERE value < 0),
           (SELECT ARRAY_AGG(held - value * (place - place_of_step)
                             ORDER BY place_of_step)
              FROM point JOIN ranked USING (place))
      FROM ranked
"""
STEPS = 100
# The part of the customers that the rule of thumb speaks of: the best fifth.
TOP = 0.2


class CrmCustomerProfile(models.Model):
    """On how few customers the company rests, for any filter."""

    _inherit = "crm.customer.profile"

    @api.model
    @api.readonly
    def get_concentration(self, domain):
        """Return Lorenz curves of revenue, margin and value, and the whale curve of profit.

        Shaped as ``concentration`` of the economics of the company: the best customers
        first, below zero taken for zero but in the whale curve. Of all customers, for who
        may see them all, they are those of the economics, as of the same run.
        """
        economics = self.env["crm.customer.economics"]
        if not domain and economics.has_access("read"):
            known = economics.search([("company_id", "=", self.env.company.id)])
            if known.concentration:
                return known.concentration
        columns = ("revenue_recent", "margin_recent", "cost_to_serve", "clv")
        query = self._portfolio_query(domain)
        revenue, margin, cost, clv = (
            self._portfolio_column(name, query) for name in columns
        )
        moved = SQL("(%s <> 0 OR %s <> 0)", revenue, margin)
        served = SQL("(%s <> 0 OR %s <> 0)", margin, cost)
        profit = SQL("%s - %s", margin, cost)
        return {
            "revenue": self._shared_out(domain, revenue, moved),
            "margin": self._shared_out(domain, margin, moved),
            "value": self._shared_out(domain, clv, SQL("TRUE")),
            "profit": self._whale(domain, profit, served, cost),
        }

    @api.model
    def _ranked(self, domain, amount, condition):
        """Return sums and curve of an amount, the largest first."""
        query = self._portfolio_query(domain, condition=condition)
        amounts = query.select(SQL("(%s)::float AS value", amount))
        row = self.env.execute_query(SQL(RANKED, amounts=amounts, steps=STEPS, top=TOP))
        names = (
            "customers",
            "total",
            "spread",
            "top",
            "peak",
            "winners",
            "losers",
            "curve",
        )
        return {name: figure or 0.0 for name, figure in zip(names, row[0], strict=True)}

    @api.model
    def _shared_out(self, domain, amount, condition):
        """Return how unequally an amount is shared out; nothing where there is none."""
        found = self._ranked(domain, SQL("GREATEST(%s, 0)", amount), condition)
        total = found["total"]
        if total <= 0:
            return False
        return {
            "customers": found["customers"],
            "total": self._money_figure(total),
            "gini": round(found["spread"] / (found["customers"] * total), 6),
            "top_share": round(found["top"] / total, 6),
            "curve": [round(held / total, 5) for held in found["curve"]],
        }

    @api.model
    def _whale(self, domain, profit, condition, cost):
        """Return profit added up from the most to the least profitable customer."""
        found = self._ranked(domain, profit, condition)
        customers, total, peak = (
            found[name] for name in ("customers", "total", "peak")
        )
        if not customers:
            return False
        costly = self._portfolio_query(domain, condition=SQL("%s <> 0", cost))
        costly.limit = 1
        return {
            "customers": customers,
            "total": self._money_figure(total),
            "peak": self._money_figure(peak),
            "side_loss": self._money_figure(max(peak - total, 0.0)),
            "peak_share": round(peak / total, 6) if total > 0 else None,
            "side_loss_share": round(max(peak / total - 1, 0.0), 6)
            if total > 0
            else None,
            "peak_customer_share": round(found["winners"] / customers, 6),
            "loss_makers": found["losers"],
            "has_costs": bool(self.env.execute_query(costly.select(SQL("1")))),
            "is_relative": total > 0,
            "customer_share": [step / STEPS for step in range(STEPS + 1)],
            "cumulative_profit": list(map(self._money_figure, found["curve"])),
        }
