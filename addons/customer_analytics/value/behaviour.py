"""What a customer did: dates, counts, money and rhythm, from transactions.

What counts as a purchase and as a return is the rule of :mod:`.rfm`. Amounts are in the
currency of the transactions, times in days.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .rfm import purchase_days

__all__ = ["purchase_behaviour", "shrunk_margin_rate"]

YEAR_DAYS = 365

#: Weight of the company's own margin rate in a customer's, in average purchases.
PRIOR_PURCHASES = 2.0


def purchase_behaviour(
    transactions: pd.DataFrame, observation_end: np.datetime64
) -> pd.DataFrame:
    """Describe the purchases of each customer up to ``observation_end``.

    Parameters
    ----------
    transactions
        Rows of :data:`~customer_analytics.frames.TRANSACTIONS`.
    observation_end
        Last day that counts.

    Returns
    -------
    DataFrame
        One row per customer with at least one purchase, by customer_id:
        ``first_purchase_date``, ``last_purchase_date``, ``purchase_count``,
        ``days_since_purchase``, ``purchase_interval`` (mean days from one purchase to the
        next, missing for a single one), ``revenue`` and ``margin`` (net of returns),
        ``average_purchase``, ``return_amount``, ``revenue_recent``, ``margin_recent``
        and ``purchase_count_recent`` (last 365 days), ``revenue_previous`` (the 365 days
        before).

    Raises
    ------
    FrameError
        If the transactions break their contract.
    """
    end = pd.Timestamp(observation_end)
    days = purchase_days(transactions, end.to_datetime64())
    days["margin"] = purchase_days(transactions, end.to_datetime64(), value="margin")[
        "value"
    ]
    bought = days[days["is_purchase"]].groupby("customer_id")["day"]
    frame = bought.agg(
        first_purchase_date="min", last_purchase_date="max", purchase_count="count"
    )
    is_recent = (end - days["day"]).dt.days < YEAR_DAYS
    recent = days[days["is_purchase"] & is_recent].groupby("customer_id")["day"].count()
    frame["purchase_count_recent"] = recent.reindex(frame.index, fill_value=0)
    frame = frame.join(_money(days, end).groupby("customer_id").sum())
    frame["average_purchase"] = frame["revenue"] / frame["purchase_count"]
    frame["days_since_purchase"] = (end - frame["last_purchase_date"]).dt.days
    span = (frame["last_purchase_date"] - frame["first_purchase_date"]).dt.days
    repeats = (frame["purchase_count"] - 1).where(frame["purchase_count"] > 1)
    frame["purchase_interval"] = span / repeats
    return frame.reset_index()


def _money(days: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Money of each day of business, in the columns that are added up per customer."""
    age = (end - days["day"]).dt.days
    value = days["value"]
    is_recent = age < YEAR_DAYS
    is_previous = ~is_recent & (age < 2 * YEAR_DAYS)
    return pd.DataFrame(
        {
            "customer_id": days["customer_id"],
            "revenue": value,
            "margin": days["margin"],
            "return_amount": value.clip(upper=0.0).abs(),
            "revenue_recent": value.where(is_recent, 0.0),
            "revenue_previous": value.where(is_previous, 0.0),
            "margin_recent": days["margin"].where(is_recent, 0.0),
        }
    )


def shrunk_margin_rate(behaviour: pd.DataFrame) -> np.ndarray:
    """Margin per unit of revenue of each customer, drawn towards the company's rate.

    A customer's own rate counts with the weight of the revenue seen, the company's with
    the weight of :data:`PRIOR_PURCHASES` average purchases: one order at a loss does not
    make every later one a loss.

    Parameters
    ----------
    behaviour
        Columns revenue, margin, purchase_count of :func:`purchase_behaviour`, all
        customers of the company.

    Returns
    -------
    ndarray
        Rates between -1 and 1, in the order of the rows.
    """
    revenue = behaviour["revenue"].to_numpy(float)
    margin = behaviour["margin"].to_numpy(float)
    total = revenue.sum()
    if total <= 0:
        return np.zeros_like(revenue)
    company_rate = margin.sum() / total
    weight = PRIOR_PURCHASES * total / behaviour["purchase_count"].sum()
    rates = (margin + company_rate * weight) / (np.maximum(revenue, 0.0) + weight)
    return np.clip(rates, -1.0, 1.0)
