"""Customers with the same purchase history, counted once.

Every buy-till-you-die model sees a customer through three numbers, repeat purchases,
age at the last one and age now. Customers who share them share every estimate, so the
models work on the distinct rows with weights and the results are spread out afterwards:
the time of a fit need not grow with the number of customers (METHODS.md, section M).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import FrameError
from ..frames import Column, FrameContract

__all__ = [
    "PURCHASE_HISTORY",
    "SummaryRows",
    "TimeScales",
    "summary_rows",
    "time_scales",
]

#: What the models read of RFM_SUMMARY.
PURCHASE_HISTORY = FrameContract(
    "purchase_history",
    {
        "frequency": Column("float", "repeat purchases", minimum=0),
        "recency": Column("float", "age at the last purchase, time units", minimum=0),
        "T": Column("float", "age at the end of the observation", minimum=0),
    },
)

#: Relative excess of recency over T that is taken for rounding.
ROUNDING = 1e-9


@dataclass(frozen=True)
class SummaryRows:
    """Distinct purchase histories and who has them.

    Accepted by every model wherever a summary is; made once, it saves the counting.

    Parameters
    ----------
    frequency
        Repeat purchases of each distinct row.
    recency, T
        Age at the last purchase and now, in the summary's time unit.
    weights
        Customers (or their total weight) behind each distinct row.
    inverse
        For each customer, in the order of the summary, the number of its distinct row.
    """

    frequency: np.ndarray
    recency: np.ndarray
    T: np.ndarray
    weights: np.ndarray
    inverse: np.ndarray

    def __len__(self) -> int:
        """Return the number of distinct rows."""
        return len(self.frequency)

    def expand(self, values: np.ndarray) -> np.ndarray:
        """Return values of distinct rows as values of customers.

        Parameters
        ----------
        values
            One per distinct row.

        Returns
        -------
        ndarray
            One per customer, in the order of the summary.
        """
        return values[self.inverse]

    def take(self, index: np.ndarray | slice) -> SummaryRows:
        """Return some of the distinct rows, each standing for itself.

        Parameters
        ----------
        index
            Which rows; ``inverse`` takes every customer apart.

        Returns
        -------
        SummaryRows
            The rows in the order of ``index``, with an ``inverse`` of their own.
        """
        frequency = self.frequency[index]
        return SummaryRows(
            frequency,
            self.recency[index],
            self.T[index],
            self.weights[index],
            np.arange(len(frequency)),
        )

    @property
    def n_customers(self) -> float:
        """Total weight: the number of customers when no weights were given."""
        return float(self.weights.sum())


def summary_rows(
    summary: pd.DataFrame | SummaryRows, weights: np.ndarray | None = None
) -> SummaryRows:
    """Distinct rows of a summary.

    Parameters
    ----------
    summary
        Columns frequency, recency and T of RFM_SUMMARY; or rows, returned as they are.
    weights
        How many customers each row stands for; one each if left out.

    Returns
    -------
    SummaryRows
        Distinct rows, sorted, so that nothing depends on the order of ``summary``;
        ``expand`` leads back to it.

    Raises
    ------
    FrameError
        On missing, negative or infinite values, fractional frequency, recency above T,
        or recency without a repeat purchase.

    Examples
    --------
    >>> rows = summary_rows(
    ...     pd.DataFrame({"frequency": [1, 0, 1], "recency": [2, 0, 2], "T": [4, 4, 4]})
    ... )
    >>> rows.weights
    array([1., 2.])
    >>> rows.expand(rows.frequency)
    array([1., 0., 1.])
    """
    if isinstance(summary, SummaryRows):
        return summary
    PURCHASE_HISTORY.check(summary)
    columns = [summary[name].to_numpy(dtype=float) for name in PURCHASE_HISTORY.columns]
    _check_history(*columns)
    codes = np.zeros(len(summary), dtype=np.int64)
    for values in columns:
        column_codes, uniques = pd.factorize(values)
        codes = pd.factorize(codes * len(uniques) + column_codes)[0]
    size = int(codes.max()) + 1 if len(codes) else 0
    first = np.empty(size, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    frequency, recency, age = (values[first] for values in columns)
    order = np.lexsort((age, recency, frequency))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    codes = place[codes]
    counts = np.bincount(
        codes, weights=_checked_weights(weights, len(summary)), minlength=size
    )
    return SummaryRows(
        frequency[order],
        np.minimum(recency, age)[order],
        age[order],
        counts,
        codes,
    )


@dataclass(frozen=True)
class TimeScales:
    """The data's own units of time, which make estimates independent of the calendar's.

    Parameters
    ----------
    purchase
        Time per purchase, the first one included: sum of T over sum of (x + 1).
    age
        Mean age of a customer.
    """

    purchase: float
    age: float


def time_scales(rows: SummaryRows) -> TimeScales:
    """Time scales of a summary; 1 where every customer is new (T = 0).

    Parameters
    ----------
    rows
        Distinct rows with weights.

    Returns
    -------
    TimeScales
        In the summary's time unit.

    Examples
    --------
    >>> history = pd.DataFrame({"frequency": [1.0], "recency": [2.0], "T": [4.0]})
    >>> time_scales(summary_rows(history))
    TimeScales(purchase=2.0, age=4.0)
    """
    total = float(rows.weights @ rows.T)
    customers = rows.n_customers
    if total <= 0 or customers <= 0:
        return TimeScales(1.0, 1.0)
    purchases = float(rows.weights @ (rows.frequency + 1.0))
    return TimeScales(total / purchases, total / customers)


def _checked_weights(weights: np.ndarray | None, size: int) -> np.ndarray | None:
    if weights is None:
        return np.ones(size)
    values = np.asarray(weights, dtype=float)
    wrong = ~(np.isfinite(values) & (values >= 0))
    if values.shape != (size,) or wrong.any():
        raise FrameError(PURCHASE_HISTORY.name, "weights", "range", int(wrong.sum()))
    return values


def _check_history(frequency: np.ndarray, recency: np.ndarray, age: np.ndarray) -> None:
    """Raise FrameError unless the three numbers can be a purchase history."""
    problems = (
        ("frequency", "type", frequency != np.rint(frequency)),
        ("recency", "range", recency > age * (1.0 + ROUNDING)),
        ("recency", "range", (frequency == 0) & (recency > 0)),
    )
    for column, reason, wrong in problems:
        if wrong.any():
            raise FrameError(PURCHASE_HISTORY.name, column, reason, int(wrong.sum()))
