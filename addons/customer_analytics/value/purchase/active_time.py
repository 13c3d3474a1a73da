"""Discounted time that a customer will remain one: what costs that run by time run for.

A visit a month is paid while the customer is one, whether or not he buys. With A(t) the
expected part of the next t that he is still a customer (P(alive) times the restricted
mean of the lifetime left, :mod:`.residual_lifetime`), the discounted time is

    sum over months of (A(t_k) - A(t_(k-1))) (1 + d) ** -t_k,

the convention of discounted purchases in :mod:`.clv`: a month counts at its end.

References
----------
Royston, Parmar (2013). Restricted mean survival time. BMC Med. Res. Methodology 13:152.
Pfeifer, Haskins, Conroy (2005). Customer lifetime value, customer profitability, and the
    treatment of acquisition spending. Journal of Managerial Issues 17, 11-25 (costs of
    retention belong to the periods in which the customer is one).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import FrameError
from ..clv import DAYS_PER_MONTH, continuous_rate, period_ends
from ..rows import SummaryRows, summary_rows
from .lifetime_law import lifetime_law
from .residual_lifetime import ROWS_AT_ONCE

if TYPE_CHECKING:
    from pandas import DataFrame

    from .btyd import PurchaseModel

__all__ = ["discounted_active_time"]


def discounted_active_time(
    model: PurchaseModel,
    summary: DataFrame | SummaryRows,
    *,
    horizon: float,
    discount_rate_per_year: float,
    time_unit_days: float = 7.0,
) -> np.ndarray:
    """Return the expected time as a customer within the horizon, discounted to today.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T in the model's time unit.
    horizon
        Length of the future that counts, in time units.
    discount_rate_per_year
        Fraction per year.
    time_unit_days
        Days per time unit.

    Returns
    -------
    ndarray
        Time units per row of the summary, in its order.

    Raises
    ------
    FrameError
        If an argument is out of range.
    """
    if not (np.isfinite(horizon) and horizon >= 0):
        raise FrameError("active_time", "horizon", "range", 1)
    delta = continuous_rate(discount_rate_per_year, time_unit_days=time_unit_days)
    rows = summary_rows(summary)
    ends, factors = period_ends(horizon, delta, DAYS_PER_MONTH / time_unit_days)
    total = np.zeros(len(rows))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        law = lifetime_law(model, rows.take(part))
        for end, factor in zip(ends, factors, strict=True):
            total[part] += factor * law.mean(float(end))
    return rows.expand(model.probability_alive(rows.take(slice(None))) * total)
