"""The day of the next purchase, for customers who are more likely than not to make one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..scoring import WEEK_DAYS
from .waiting_time import next_purchase_quantiles

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from .btyd import PurchaseModel

__all__ = ["next_purchase_dates"]

#: Odds from which on a next purchase is announced.
EVEN_ODDS = 0.5
#: Waits beyond this many days are no forecast and get no date.
LONGEST_WAIT_DAYS = 3650.0


def next_purchase_dates(
    model: PurchaseModel,
    summary: pd.DataFrame,
    purchase_probability: np.ndarray,
    observation_end: date,
    *,
    level: float,
) -> dict[str, np.ndarray]:
    """Dates of the next purchase, with an interval.

    Parameters
    ----------
    model
        Purchase model in weeks.
    summary
        Result of :func:`~.scoring.purchase_summary`.
    purchase_probability
        Of at least one purchase within the horizon, one per row.
    observation_end
        Day after which the future begins.
    level
        Probability of the interval.

    Returns
    -------
    dict of ndarray
        ``next_purchase_from``, ``next_purchase_date`` (median) and ``next_purchase_to``;
        not a time where a purchase is less likely than not.
    """
    tail = (1.0 - level) / 2.0
    waits = WEEK_DAYS * next_purchase_quantiles(model, summary, (tail, 0.5, 1.0 - tail))
    is_expected = purchase_probability >= EVEN_ODDS
    end = np.datetime64(observation_end, "D")
    dates = {}
    for name, days in zip(("from", "date", "to"), waits.T, strict=True):
        is_told = is_expected & (days <= LONGEST_WAIT_DAYS)
        whole = np.ceil(np.where(is_told, days, 0.0)).astype("timedelta64[D]")
        day = np.where(is_told, end + whole, np.datetime64("NaT"))
        dates[f"next_purchase_{name}"] = day.astype("datetime64[ns]")
    return dates
