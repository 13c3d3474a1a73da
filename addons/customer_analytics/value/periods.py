"""Calendar periods: months, quarters and years as numbers, and who bought in each.

A period that the observation does not cover to its end is never compared with whole
ones; ``last_whole_period`` says where they stop.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import FrameError
from .rfm import purchase_days

__all__ = [
    "PERIOD_MONTHS",
    "active_periods",
    "first_day",
    "last_whole_period",
    "period_months",
    "period_number",
]

#: Months of a period.
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_months(period: str) -> int:
    """Months of a period.

    Parameters
    ----------
    period
        ``month``, ``quarter`` or ``year``.

    Returns
    -------
    int
        1, 3 or 12.

    Raises
    ------
    FrameError
        If the period is unknown.
    """
    if period not in PERIOD_MONTHS:
        raise FrameError("periods", "period", "range", 1)
    return PERIOD_MONTHS[period]


def period_number(days: np.ndarray, period: str) -> np.ndarray:
    """Periods since January 1970.

    Parameters
    ----------
    days
        Days, ``datetime64``.
    period
        ``month``, ``quarter`` or ``year``.

    Returns
    -------
    ndarray
        Whole numbers, of the shape of ``days``.

    Examples
    --------
    >>> period_number(np.array(["1970-06-30", "1971-01-01"], "datetime64[D]"), "quarter")
    array([1, 4])
    """
    months = np.asarray(days).astype("datetime64[M]").astype(np.int64)
    return months // period_months(period)


def first_day(numbers: np.ndarray, period: str) -> np.ndarray:
    """First day of periods given by number.

    Parameters
    ----------
    numbers
        Periods since January 1970.
    period
        ``month``, ``quarter`` or ``year``.

    Returns
    -------
    ndarray
        ``datetime64[s]``, of the shape of ``numbers``.

    Examples
    --------
    >>> first_day([1], "quarter").astype("datetime64[D]")
    array(['1970-04-01'], dtype='datetime64[D]')
    """
    whole = np.asarray(numbers, dtype=np.int64) * period_months(period)
    return whole.astype("datetime64[M]").astype("datetime64[s]")


def last_whole_period(observation_end: np.datetime64, period: str) -> int:
    """Last period that has passed whole.

    Parameters
    ----------
    observation_end
        Last day that counts.
    period
        ``month``, ``quarter`` or ``year``.

    Returns
    -------
    int
        Its number, since January 1970.

    Examples
    --------
    >>> last_whole_period(np.datetime64("1970-03-31"), "quarter")
    0
    >>> last_whole_period(np.datetime64("1970-03-30"), "quarter")
    -1
    """
    next_day = np.array([np.datetime64(observation_end, "D") + 1])
    return int(period_number(next_day, period)[0]) - 1


def active_periods(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    period: str,
    groups: pd.Series | None = None,
) -> pd.DataFrame:
    """Periods in which each customer bought.

    Parameters
    ----------
    transactions
        TRANSACTIONS; all rows of a customer must be present.
    observation_end
        Last day that counts.
    period
        ``month``, ``quarter`` or ``year``.
    groups
        Group of each customer, by customer_id; one group 0 of all customers if left
        out. Customers without a group are left out.

    Returns
    -------
    DataFrame
        customer_id, period (number), cohort (number of the first period ever) and
        group, one row per customer and period with a purchase, sorted by both.

    Raises
    ------
    FrameError
        If the transactions break their contract or the period is unknown.
    """
    days = purchase_days(transactions, observation_end)
    bought = days[days["is_purchase"].to_numpy(dtype=bool)]
    number = period_number(bought["day"].to_numpy("datetime64[D]"), period)
    active = pd.DataFrame(
        {"customer_id": bought["customer_id"].to_numpy(), "period": number}
    ).drop_duplicates(ignore_index=True)
    active["cohort"] = active.groupby("customer_id")["period"].transform("min")
    if groups is None:
        return active.assign(group=0)
    active["group"] = active["customer_id"].map(groups)
    return active[active["group"].notna()].reset_index(drop=True)
