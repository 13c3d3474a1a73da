"""Predicted and happened by tenths of customers: what a chart of accuracy shows.

Customers are put in the order of a forecast and cut into ten equal groups. Where the
forecast is right, what was predicted for a group and what happened agree; where it ranks
well, the first groups have most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from .forecasts import Forecast

__all__ = ["probability_deciles", "spend_deciles"]

GROUPS = 10


def spend_deciles(
    forecast: Forecast, baseline: Forecast, spend: np.ndarray
) -> pd.DataFrame:
    """Spend by tenths of customers, the best first.

    Parameters
    ----------
    forecast
        Orders the customers by expected spend.
    baseline
        What a rule expects of the same customers.
    spend
        What happened.

    Returns
    -------
    DataFrame
        ``decile`` (1 the best), ``customers``; ``predicted``, ``actual`` and
        ``baseline`` per customer; ``lift`` (actual over the mean of all) and
        ``cumulative_share`` of all spend.
    """
    order = np.argsort(-forecast.spend, kind="stable")
    table = _grouped(
        order, predicted=forecast.spend, actual=spend, baseline=baseline.spend
    )
    mean, total = spend.mean(), spend.sum()
    sums = (table["actual"] * table["customers"]).cumsum()
    scale = total if total > 0 else np.nan
    return table.assign(
        lift=table["actual"] / (mean if mean > 0 else np.nan),
        cumulative_share=sums / scale,
    )


def probability_deciles(
    forecast: Forecast, baseline: Forecast, purchases: np.ndarray
) -> pd.DataFrame:
    """Share of buyers by tenths of customers, the likeliest first.

    Parameters
    ----------
    forecast
        Orders the customers by probability of a purchase.
    baseline
        What a rule says of the same customers.
    purchases
        What happened.

    Returns
    -------
    DataFrame
        As :func:`spend_deciles`, with probabilities and shares of buyers.
    """
    order = np.argsort(-forecast.probability, kind="stable")
    active = (purchases > 0).astype(float)
    table = _grouped(
        order,
        predicted=forecast.probability,
        actual=active,
        baseline=baseline.probability,
    )
    mean = active.mean() if active.any() else np.nan
    sums = (table["actual"] * table["customers"]).cumsum()
    return table.assign(
        lift=table["actual"] / mean, cumulative_share=sums / (mean * len(active))
    )


def _grouped(order: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    """Mean of each column by tenths of the order."""
    group = np.empty(len(order), dtype=np.int64)
    group[order] = np.arange(len(order)) * GROUPS // len(order) + 1
    frame = pd.DataFrame({"decile": group, **columns}).groupby("decile")
    table = frame.mean()
    table.insert(0, "customers", frame.size())
    return table.reset_index()
