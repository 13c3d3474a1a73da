"""The season of a company, of a category of products and of a customer.

An index says how busy a month is: 1 is the average day of the year, 1.5 half as much
again. It is learnt from whole years, cleared of growth, and believed as far as the years
agree: what one year shows and the next does not is chance. Categories are drawn to their
company's season and customers to the season they are given, so nobody with six purchases
gets a season of his own making.

Time is then counted by business instead of by days: a winter week of a beach bar is an
hour. :func:`seasonal_days` says how many average days a stretch of the calendar holds,
:func:`calendar_days` when so many average days will be over. A whole year always holds
its own number of days, so predictions of a year do not change; those of a month and dates
of next purchases do.

* Months: y_km purchases in month m of year k, E_km what an even year with that total and
  the growth between years would bring. The ratio sum y / sum E of a month has the
  quasi-Poisson variance phi / sum E, phi from the disagreement of the years [1]; ratios
  are shrunk to 1 by their signal over signal and noise (James and Stein; [2]).
* Customers: :mod:`.customer_season`.

References
----------
[1] McCullagh, Nelder (1989). Generalized Linear Models, 2nd ed., section 6.2.3.
[2] Miller, Williams (2003). Shrinkage estimators of time series seasonal factors and
    their effect on forecasting accuracy. Int. J. of Forecasting 19, 669-684.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import FrameError, InsufficientDataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = [
    "FLAT",
    "MIN_YEARS",
    "Season",
    "calendar_days",
    "company_season",
    "normalised",
    "seasonal_days",
]

MONTHS = 12
#: Whole years needed: with one, a season cannot be told from growth or chance.
MIN_YEARS = 2
#: Years looked back at most: seasons change.
MAX_YEARS = 5
#: Least index of a month: nothing is impossible.
LEAST = 0.02
#: Lengths of the months, leap years averaged in.
MONTH_DAYS = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
YEAR_DAYS = 365
FLAT = np.ones(MONTHS)


@dataclass(frozen=True)
class Season:
    """How busy each month is.

    Parameters
    ----------
    index
        Twelve numbers, January first, whose mean over the days of a year is 1.
    observed
        The same before shrinkage.
    years
        Whole years that it was learnt from.
    weight
        How far the observed deviations are believed, 0 to 1.
    """

    index: tuple[float, ...]
    observed: tuple[float, ...]
    years: int
    weight: float

    @property
    def peak(self) -> int:
        """Number of the busiest month, 1 for January."""
        return int(np.argmax(self.index)) + 1

    @property
    def strength(self) -> float:
        """How much busier the busiest month is than the average, as a fraction."""
        return float(max(self.index) - 1.0)


def company_season(
    monthly: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    toward: ArrayLike = FLAT,
) -> Season:
    """Estimate the season of a company, or of one of its categories.

    Parameters
    ----------
    monthly
        ``month`` (a day of it) and ``purchases`` (any count or amount that is never
        negative), one row per month; months without purchases may be missing.
    observation_end
        Last day that is known; the month it falls in counts if it is its last day.
    toward
        Twelve indices to draw to, of the company for a category; even if left out.

    Returns
    -------
    Season
        Of the last whole years, at most :data:`MAX_YEARS`.

    Raises
    ------
    InsufficientDataError
        With fewer than :data:`MIN_YEARS` whole years between the first purchase and the
        end, in months.
    FrameError
        If a count is negative or missing.
    """
    counts = _monthly_counts(monthly, observation_end)
    years = min(len(counts) // MONTHS, MAX_YEARS)
    if years < MIN_YEARS or not counts.sum():
        raise InsufficientDataError("months", MIN_YEARS * MONTHS, len(counts))
    seen = counts[-years * MONTHS :].reshape(years, MONTHS)
    first = (np.datetime64(observation_end, "D") + 1).astype("datetime64[M]")
    order = (int(first.astype("int64")) + np.arange(MONTHS)) % MONTHS
    base = np.asarray(toward, dtype=float)[order]
    expected = _expected(seen, order, base)
    ratio, shrunk, weight = _shrunk_ratios(seen, expected)
    index, observed = np.empty(MONTHS), np.empty(MONTHS)
    index[order], observed[order] = base * shrunk, base * ratio
    return Season(
        tuple(normalised(index).tolist()),
        tuple(normalised(observed).tolist()),
        years,
        weight,
    )


def _monthly_counts(monthly: pd.DataFrame, end: np.datetime64) -> np.ndarray:
    """Return the counts of every month from the first to the last whole one."""
    values = monthly["purchases"].to_numpy(dtype=float)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise FrameError("monthly", "purchases", "range", int(wrong.sum()))
    month = monthly["month"].to_numpy().astype("datetime64[M]").astype("int64")
    after = int((np.datetime64(end, "D") + 1).astype("datetime64[M]").astype("int64"))
    known = (month < after) & (values > 0)
    if not known.any():
        return np.zeros(0)
    first = month[known].min()
    return np.bincount(month[known] - first, values[known], int(after - first))


def _expected(seen: np.ndarray, order: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Spread each year's total over its months, with growth and the given season."""
    total = seen.sum(axis=1)
    growth = 0.0
    if (total > 0).all():
        growth = np.polyfit(np.arange(len(total)), np.log(total), 1)[0]
    middle = (np.arange(MONTHS) + 0.5) / MONTHS - 0.5
    share = MONTH_DAYS[order] * base * np.exp(growth * middle)
    return total[:, None] * share / share.sum()


def _shrunk_ratios(
    seen: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Ratios of months, the same drawn to 1, and the mean weight of what was seen."""
    whole = np.maximum(expected.sum(axis=0), 1e-9)
    ratio = seen.sum(axis=0) / whole
    fitted = np.maximum(ratio * expected, 1e-9)
    freedom = (MONTHS - 1) * (len(seen) - 1)
    phi = max(1.0, float(((seen - fitted) ** 2 / fitted).sum()) / freedom)
    noise = phi / whole
    signal = max(0.0, float(np.mean((ratio - 1.0) ** 2 - noise)))
    weight = signal / (signal + noise)
    return ratio, 1.0 + weight * (ratio - 1.0), float(weight.mean())


def normalised(index: np.ndarray) -> np.ndarray:
    """Return indices with mean 1 over the days of a year.

    Parameters
    ----------
    index
        Shape (..., 12), January first; those below :data:`LEAST` are raised to it.

    Returns
    -------
    ndarray
        In the same shape.
    """
    raised = np.maximum(index, LEAST)
    mean = (raised * MONTH_DAYS).sum(axis=-1, keepdims=True) / MONTH_DAYS.sum()
    return raised / mean


def seasonal_days(
    index: ArrayLike, start: np.datetime64, days: ArrayLike
) -> np.ndarray:
    """Count the average days that a stretch of the calendar holds.

    Parameters
    ----------
    index
        Twelve indices, or one row of twelve per customer.
    start
        Last day before the stretch.
    days
        Its length: one number, one per customer, or several in a row per customer.

    Returns
    -------
    ndarray
        In the shape of ``days``; one per customer where that is one number.

    Examples
    --------
    >>> summer = [0, 0, 0, 0, 1, 3, 4, 3, 1, 0, 0, 0]
    >>> seasonal_days(summer, np.datetime64("2025-06-30"), [31.0, 365.0]).round(0)
    array([122., 365.])
    """
    calendar, busy = _year_ahead(index, start)
    return _mapped(calendar, busy, days)


def calendar_days(
    index: ArrayLike, start: np.datetime64, days: ArrayLike
) -> np.ndarray:
    """Tell when so many average days will be over; the inverse of seasonal_days.

    Parameters
    ----------
    index, start
        As for :func:`seasonal_days`.
    days
        Average days; infinite ones stay so.

    Returns
    -------
    ndarray
        Days of the calendar, in the shape of ``seasonal_days``.
    """
    calendar, busy = _year_ahead(index, start)
    return _mapped(busy, calendar, days)


def _year_ahead(
    index: ArrayLike, start: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """Days and average days from ``start`` to each end of month within a year.

    Both are rows (customers, 14) that go from 0 to :data:`YEAR_DAYS`.
    """
    rows = np.atleast_2d(normalised(np.asarray(index, dtype=float)))
    day = np.datetime64(start, "D") + 1
    month = day.astype("datetime64[M]")
    ends = ((month + np.arange(1, MONTHS + 1)).astype("datetime64[D]") - day).astype(
        int
    )
    edges = np.concatenate([[0], np.minimum(ends, YEAR_DAYS), [YEAR_DAYS]])
    place = (int(month.astype("int64")) + np.arange(MONTHS + 1)) % MONTHS
    busy = np.cumsum(rows[:, place] * np.diff(edges), axis=1)
    busy = np.concatenate([np.zeros((len(rows), 1)), busy], axis=1)
    busy *= YEAR_DAYS / busy[:, -1:]
    return np.broadcast_to(edges.astype(float), busy.shape), busy


def _mapped(given: np.ndarray, wanted: np.ndarray, days: ArrayLike) -> np.ndarray:
    """Read ``wanted`` where ``given`` holds ``days``, linear within a month."""
    asked = np.asarray(days, dtype=float)
    grid = asked.reshape(len(asked), -1) if asked.ndim else asked.reshape(1, 1)
    size = max(len(given), len(grid))
    grid = np.broadcast_to(grid, (size, grid.shape[1]))
    is_finite = np.isfinite(grid)
    years, rest = np.divmod(np.where(is_finite, grid, 0.0), YEAR_DAYS)
    rows, values = (np.broadcast_to(one, (size, 14)) for one in (given, wanted))
    place = (rest[:, :, None] >= rows[:, None, 1:-1]).sum(axis=2)
    low, high = (np.take_along_axis(rows, place + i, axis=1) for i in (0, 1))
    begin, end = (np.take_along_axis(values, place + i, axis=1) for i in (0, 1))
    inner = (rest - low) / np.maximum(high - low, 1e-12)
    mapped = years * YEAR_DAYS + begin + inner * (end - begin)
    found = np.where(is_finite, mapped, np.inf)
    return found.reshape(asked.shape) if asked.ndim else found[:, 0]
