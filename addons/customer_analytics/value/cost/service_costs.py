"""What serving each customer will cost: per purchase, and per year as a customer.

Some activities come with purchases (orders, deliveries, invoices), others with time
(visits, calls). What they cost in the last year foretells the next, but a year of one
customer is a small sample, so his own rate is drawn towards the company's.

Per year by Buehlmann and Straub's credibility [1],

    rate = Z c / e + (1 - Z) m,   Z = e / (e + s2 / a),

with cost c, exposure e in years, variance s2 of the cost of one year and variance a of
the rates between customers. Visits and calls are taken to come at random, one by one: the
cost of a year then has the variance of a compound Poisson sum, the mean of count times
squared unit cost. The mean m is weighted by Z, so that the rates times the exposures add
up to what was spent.

Per purchase the activities do not come at random: a purchase has its order, its delivery
and its invoice. There the company's rate counts as much as two purchases, as in the
margin rate (:mod:`.behaviour`).

References
----------
[1] Buehlmann, Gisler (2005). A Course in Credibility Theory. Springer, chapter 4.
[2] Buehlmann, Straub (1970). Glaubwuerdigkeit fuer Schadensaetze. Mitteilungen der
    Vereinigung Schweizerischer Versicherungsmathematiker 70, 111-133.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError
from ..behaviour import PRIOR_PURCHASES

__all__ = [
    "Credibility",
    "credibility",
    "customer_costs",
    "expected_service_costs",
]

YEAR_DAYS = 365.0
COST_COLUMNS = [
    "customer_id",
    "cost_to_serve",
    "purchase_cost",
    "time_cost",
    "time_square",
]


@dataclass(frozen=True)
class Credibility:
    """Rates of some customers, each drawn to the mean as far as it is uncertain.

    Parameters
    ----------
    rates
        Money per unit of exposure, one per customer.
    factors
        Weight Z of each customer's own rate.
    mean
        Mean m of all.
    between
        Variance a of the rates between customers; 0 where chance alone explains them.
    """

    rates: np.ndarray
    factors: np.ndarray
    mean: float
    between: float


def credibility(cost: np.ndarray, exposure: np.ndarray, within: float) -> Credibility:
    """Return the rate of each customer by Buehlmann and Straub.

    Parameters
    ----------
    cost
        Money spent on each customer, shape ``(customers,)``.
    exposure
        Purchases or years behind it, not negative, same shape; the cost of a customer
        without exposure tells nothing of the rate.
    within
        Variance s2 of the cost of one unit of exposure.

    Returns
    -------
    Credibility
        The mean for customers without exposure; zeros where nobody has any.

    Raises
    ------
    FrameError
        On a missing cost, a negative exposure or variance.
    """
    cost, exposure = np.asarray(cost, dtype=float), np.asarray(exposure, dtype=float)
    for name, is_right in (
        ("cost", np.isfinite(cost)),
        ("exposure", np.isfinite(exposure) & (exposure >= 0)),
        ("within", np.isfinite(within) & np.greater_equal(within, 0)),
    ):
        if not np.all(is_right):
            raise FrameError("credibility", name, "range", int(np.sum(~is_right)))
    total = exposure.sum()
    if total <= 0:
        return Credibility(np.zeros(len(cost)), np.zeros(len(cost)), 0.0, 0.0)
    is_seen = exposure > 0
    own = np.where(is_seen, cost, 0.0) / np.where(is_seen, exposure, 1.0)
    between = _variance_between(own, exposure, within)
    if between > 0:
        factors = exposure / (exposure + within / between)
        mean = float(factors @ own / factors.sum())
    else:
        factors = np.zeros(len(cost))
        mean = float(exposure @ own / total)
    return Credibility(factors * own + (1 - factors) * mean, factors, mean, between)


def _variance_between(own: np.ndarray, exposure: np.ndarray, within: float) -> float:
    """Return the unbiased estimate of [1], section 4.8, not below zero."""
    total = exposure.sum()
    spread = exposure @ (own - exposure @ own / total) ** 2
    room = total - exposure @ exposure / total
    groups = int((exposure > 0).sum())
    if groups < 2 or room <= 0:
        return 0.0
    return max(float((spread - (groups - 1) * within) / room), 0.0)


def customer_costs(rows: pd.DataFrame, with_purchases: Container) -> pd.DataFrame:
    """Sum what each customer cost, by what makes the cost grow.

    Parameters
    ----------
    rows
        ``rows`` of :class:`~.costs.CostToServe`; all of a customer must be present.
    with_purchases
        Keys of the activities that grow with purchases; the others grow with time.

    Returns
    -------
    DataFrame
        By customer_id: ``cost_to_serve``, its parts ``purchase_cost`` and
        ``time_cost``, and ``time_square``, the sum over the activities of the latter of
        count times squared unit cost.
    """
    cost = rows["cost"].to_numpy(dtype=float)
    square = cost**2 / np.maximum(rows["count"].to_numpy(dtype=float), 1.0)
    grows = rows["activity"].isin(list(with_purchases)).to_numpy()
    parts = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "cost_to_serve": cost,
            "purchase_cost": np.where(grows, cost, 0.0),
            "time_cost": np.where(grows, 0.0, cost),
            "time_square": np.where(grows, 0.0, square),
        }
    )
    return parts.groupby("customer_id").sum().reset_index()


def expected_service_costs(
    customers: pd.DataFrame, costs: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Return what each customer cost, and what serving him may be expected to cost.

    Parameters
    ----------
    customers
        All customers of the company: customer_id, ``purchase_count_recent`` (purchases
        of the last year), ``margin_recent`` (margin of the last year) and ``tenure``
        (days since the first purchase).
    costs
        Results of :func:`customer_costs` for the same year, each of other customers;
        who is in none of them cost nothing.

    Returns
    -------
    DataFrame
        customer_id, ``cost_to_serve`` and ``profit_recent`` (margin less cost to serve)
        of the last year, ``service_cost_per_purchase`` and ``service_cost_per_year``,
        all in money, in the order of the customers.
    """
    nobody = pd.DataFrame({name: pd.Series(dtype=float) for name in COST_COLUMNS})
    known = pd.concat([nobody, *costs])
    frame = customers.merge(known, on="customer_id", how="left")
    spent = frame[COST_COLUMNS[1:]].fillna(0.0)
    purchases = frame["purchase_count_recent"].fillna(0.0).to_numpy(dtype=float)
    # A customer of today has been one for a day.
    years = (frame["tenure"].to_numpy(dtype=float) + 1.0).clip(0, YEAR_DAYS) / YEAR_DAYS
    return pd.DataFrame(
        {
            "customer_id": frame["customer_id"],
            "cost_to_serve": spent["cost_to_serve"],
            "profit_recent": frame["margin_recent"] - spent["cost_to_serve"],
            "service_cost_per_purchase": _per_purchase(spent, purchases),
            "service_cost_per_year": _per_year(spent, years),
        }
    )


def _per_purchase(spent: pd.DataFrame, purchases: np.ndarray) -> np.ndarray:
    is_seen = purchases > 0
    cost = spent["purchase_cost"].to_numpy() * is_seen
    mean = cost.sum() / max(purchases.sum(), 1.0)
    return (cost + PRIOR_PURCHASES * mean) / (purchases + PRIOR_PURCHASES)


def _per_year(spent: pd.DataFrame, years: np.ndarray) -> np.ndarray:
    within = spent["time_square"].sum() / years.sum() if len(years) else 0.0
    return credibility(spent["time_cost"].to_numpy(), years, within).rates
