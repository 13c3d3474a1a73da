"""Which share of the customers of one period still buys in the next.

Without a contract nobody says when he leaves; who of the buyers of one period buys again
in the next can be counted all the same. What counts as a purchase is the rule of
:mod:`.rfm`; periods are those of the calendar, whole ones only. Counts are made first
and can be added up over batches of customers; rates and intervals come from the counts.
Those who began together are followed by age in :mod:`.cohorts`.

References
----------
METHODS.md, section G: CRR = (end - new) / start; Wilson (1927) for the intervals.
Farris et al. (2010). Marketing Metrics, 2nd ed., 5.1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...stats.intervals import ShareInterval, wilson_interval
from ..periods import active_periods, first_day, last_whole_period

__all__ = ["period_counts", "period_retention", "retention_rate"]


def retention_rate(
    start: np.ndarray | float,
    end: np.ndarray | float,
    new: np.ndarray | float,
    *,
    level: float = 0.95,
) -> ShareInterval:
    """Retention rate of the customers of a period, (end - new) / start.

    Parameters
    ----------
    start
        Customers at the start of the period.
    end
        Customers at its end.
    new
        Those of ``end`` who were none at the start.
    level
        Confidence level of the Wilson interval.

    Returns
    -------
    ShareInterval
        Of the shape of the counts; NaN where nobody was there at the start.

    Raises
    ------
    FrameError
        If more customers stayed than there were, or a count is missing or negative.

    Examples
    --------
    >>> round(retention_rate(200, 190, 30).estimate, 3)
    0.8
    """
    return wilson_interval(np.subtract(end, new), start, level=level)


def period_counts(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    period: str = "month",
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Buyers of each whole period: from the last one, won back, and for the first time.

    Parameters
    ----------
    transactions
        TRANSACTIONS; all rows of a customer must be present.
    observation_end
        Last day that counts.
    period
        ``month``, ``quarter`` or ``year`` of the calendar.
    groups
        Group (a class, say) of each customer, by customer_id; one group of all
        customers if left out. Customers without a group are left out.

    Returns
    -------
    DataFrame
        By group and period (its first day): start (buyers of the period before), end
        (buyers), new (not among the buyers of the period before) and first (bought for
        the first time ever). The first period of the data has start 0.

    Raises
    ------
    FrameError
        If the transactions break their contract or the period is unknown.
    """
    active = active_periods(transactions, observation_end, period=period, groups=groups)
    last = last_whole_period(observation_end, period)
    active = active[active["period"] <= last]
    customer = active["customer_id"].to_numpy()
    number = active["period"].to_numpy()
    follows = np.zeros(len(active), dtype=bool)
    follows[1:] = (customer[1:] == customer[:-1]) & (number[1:] == number[:-1] + 1)
    table = pd.DataFrame(
        {
            "group": active["group"].to_numpy(),
            "period": number,
            "end": 1,
            "new": (~follows).astype(np.int64),
            "first": (number == active["cohort"].to_numpy()).astype(np.int64),
        }
    )
    sums = table.groupby(["group", "period"], sort=True).sum()
    return _with_every_period(sums, period)


def _with_every_period(sums: pd.DataFrame, period: str) -> pd.DataFrame:
    """Add periods without a buyer, the customers at the start, and dates."""
    if sums.empty:
        return pd.DataFrame(columns=["group", "period", "start", "end", "new", "first"])
    numbers = sums.index.get_level_values("period")
    every = pd.MultiIndex.from_product(
        [sums.index.levels[0], range(numbers.min(), numbers.max() + 1)],
        names=["group", "period"],
    )
    frame = sums.reindex(every, fill_value=0).reset_index()
    before = frame.groupby("group")["end"].shift(1, fill_value=0)
    frame.insert(2, "start", before.to_numpy())
    frame["period"] = first_day(frame["period"].to_numpy(), period)
    return frame


def period_retention(counts: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Retention rate of each group and period.

    Parameters
    ----------
    counts
        Result of :func:`period_counts`, or the sum of several.
    level
        Confidence level.

    Returns
    -------
    DataFrame
        ``counts`` with retention_rate, lower and upper; NaN where nobody was there.
    """
    found = retention_rate(
        *(counts[name].to_numpy(dtype=float) for name in ("start", "end", "new")),
        level=level,
    )
    return counts.assign(
        retention_rate=found.estimate, lower=found.lower, upper=found.upper
    )
