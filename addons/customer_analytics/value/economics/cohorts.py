"""Customers who began together: which share of them still buys at which age.

The triangle of a heat map. What counts as a purchase is the rule of :mod:`.rfm`; cohorts
and ages are calendar periods. Counts are made first and can be added up over batches of
customers; shares and intervals come from the counts. A cell whose period has not passed
whole is hidden: a cohort is never judged by half a month.

A cohort's share counts those who buy *in* a period. A customer who buys twice a year is
missing from ten months of twelve and has not left: choose the period by the trade.

References
----------
METHODS.md, section G: cohort triangle, cells younger than the period hidden.
Wilson (1927). JASA 22, 209-212, for the intervals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from ...stats.intervals import ShareInterval, wilson_interval
from ..periods import active_periods, first_day, last_whole_period, period_number

__all__ = ["CohortTriangle", "cohort_counts", "cohort_triangle"]


@dataclass(frozen=True)
class CohortTriangle:
    """Customers who began together, and who of them still buys.

    Parameters
    ----------
    cohorts
        First day of each cohort's period.
    sizes
        Customers of each cohort.
    counts
        Those who bought in their age-th period, array (cohorts, ages); age 0 is the
        period of the first purchase. NaN where that period has not passed whole.
    share
        ``counts`` over ``sizes``, as an interval of arrays (cohorts, ages).
    by_age
        The same over all cohorts that have reached the age, an interval of (ages,).
    """

    cohorts: np.ndarray
    sizes: np.ndarray
    counts: np.ndarray
    share: ShareInterval
    by_age: ShareInterval

    def to_frame(self) -> pd.DataFrame:
        """Return one row per visible cell, for a heat map.

        Returns
        -------
        DataFrame
            cohort, age, size, customers, share, lower, upper.
        """
        row, age = np.nonzero(~np.isnan(self.counts))
        return pd.DataFrame(
            {
                "cohort": self.cohorts[row],
                "age": age,
                "size": self.sizes[row],
                "customers": self.counts[row, age].astype(np.int64),
                "share": self.share.estimate[row, age],
                "lower": self.share.lower[row, age],
                "upper": self.share.upper[row, age],
            }
        )


def cohort_counts(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    period: str = "month",
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Buyers by the period of their first purchase and their age in periods.

    Parameters
    ----------
    transactions, observation_end, period, groups
        As for :func:`~.periods.active_periods`.

    Returns
    -------
    DataFrame
        group, cohort (first day of its period), age, customers; cells without a buyer
        are left out.

    Raises
    ------
    FrameError
        If the transactions break their contract or the period is unknown.
    """
    active = active_periods(transactions, observation_end, period=period, groups=groups)
    active["age"] = active["period"] - active["cohort"]
    sizes = active.groupby(["group", "cohort", "age"], sort=True).size()
    frame = sizes.rename("customers").reset_index()
    frame["cohort"] = first_day(frame["cohort"].to_numpy(), period)
    return frame


def cohort_triangle(
    counts: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    period: str = "month",
    level: float = 0.95,
) -> CohortTriangle:
    """Share of each cohort that still buys at each age.

    Parameters
    ----------
    counts
        Columns cohort, age, customers of :func:`cohort_counts`, of one group or of
        several, which are added up.
    observation_end, period
        As they were for the counts.
    level
        Confidence level.

    Returns
    -------
    CohortTriangle
        One row per cohort of whole periods, oldest first.

    Raises
    ------
    InsufficientDataError
        If no cohort's first period has passed whole.
    """
    last = last_whole_period(observation_end, period)
    cohorts, table = _counts_by_age(counts, last, period)
    is_whole = cohorts[:, None] + np.arange(table.shape[1]) <= last
    sizes = np.broadcast_to(table[:, :1], table.shape)
    share = wilson_interval(table, sizes, level=level)
    limits = (share.estimate, share.lower, share.upper)
    return CohortTriangle(
        cohorts=first_day(cohorts, period),
        sizes=sizes[:, 0].astype(np.int64),
        counts=np.where(is_whole, table, np.nan),
        share=ShareInterval(*(np.where(is_whole, v, np.nan) for v in limits), level),
        by_age=wilson_interval(
            (table * is_whole).sum(axis=0), (sizes * is_whole).sum(axis=0), level=level
        ),
    )


def _counts_by_age(
    counts: pd.DataFrame, last: int, period: str
) -> tuple[np.ndarray, np.ndarray]:
    """Cohorts (numbers) and their buyers, array (cohorts, ages up to the oldest's)."""
    cohort = period_number(counts["cohort"].to_numpy("datetime64[D]"), period)
    age = counts["age"].to_numpy()
    is_whole = cohort + age <= last
    if not is_whole.any():
        raise InsufficientDataError("whole periods", 1, 0)
    cohorts, row = np.unique(cohort[is_whole], return_inverse=True)
    table = np.zeros((len(cohorts), int(last - cohorts[0]) + 1))
    customers = counts["customers"].to_numpy(dtype=float)
    np.add.at(table, (row, age[is_whole]), customers[is_whole])
    return cohorts, table
