"""Concentration: how much of the value few customers make.

For revenue, the Lorenz curve, the Gini coefficient and "the best 20 % make 70 %". For
profit, which can be negative and breaks all three, the whale curve: customers from the
most to the least profitable, their profit added up. It rises above the total and falls
back by what the last customers lose.

All are descriptions of the customers given, not estimates of a wider population: they
have no sampling error. Values are in money, shares are fractions of 1.

References
----------
[1] Gini (1914). Sulla misura della concentrazione e della variabilita dei caratteri.
    Atti del Reale Istituto Veneto di Scienze, Lettere ed Arti 73, 1203-1248.
[2] Kaplan, Narayanan (2001). Measuring and managing customer profitability. Journal of
    Cost Management 15(5), 5-15.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import FrameError, InsufficientDataError

__all__ = ["WhaleCurve", "gini", "lorenz_curve", "top_share", "whale_curve"]

#: A total smaller than this part of the money that moved is rounding, not profit.
ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class WhaleCurve:
    """Cumulative profit of customers, the most profitable first.

    Parameters
    ----------
    curve
        Columns customer_share (0 to 1), cumulative_profit (money) and profit_share (of
        the total; NaN throughout if the total is not positive), from the origin on.
    ranking
        Positions of the customers in the input, the most profitable first; equal ones
        in the order of the input.
    total, peak, side_loss
        Profit of all, its largest cumulative value, and what is lost after it: money.
    peak_customer_share
        Share of customers, best first, with which the peak is reached.
    peak_share, side_loss_share
        Peak and side loss over the total; NaN if the total is not positive.
    loss_makers
        Number of customers with a negative profit.
    """

    curve: pd.DataFrame
    ranking: np.ndarray
    total: float
    peak: float
    side_loss: float
    peak_customer_share: float
    peak_share: float
    side_loss_share: float
    loss_makers: int

    @property
    def is_relative(self) -> bool:
        """Whether there is a total profit to which shares can refer."""
        return bool(np.isfinite(self.peak_share))


def lorenz_curve(
    values: Sequence[float] | np.ndarray, *, points: int | None = None
) -> pd.DataFrame:
    """Share of the value that the smallest customers make together.

    Parameters
    ----------
    values
        Revenue, or another amount that is never negative, per customer. Net revenue
        below zero is for the caller to settle, e.g. as no revenue.
    points
        Number of equidistant points to return; None is one per customer and the origin.

    Returns
    -------
    DataFrame
        Columns customer_share and value_share, both from 0 to 1; value_share is NaN but
        at the origin if all values are 0.

    Raises
    ------
    FrameError
        On missing or negative values.
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> lorenz_curve([1, 3])
       customer_share  value_share
    0             0.0         0.00
    1             0.5         0.25
    2             1.0         1.00
    """
    amounts = np.sort(_amounts(values))
    total = amounts.sum()
    share = np.append(0.0, np.cumsum(amounts) / (total if total > 0 else np.nan))
    if total > 0:
        share[-1] = 1.0
    position = np.linspace(0.0, 1.0, len(share))
    if points is not None:
        wanted = np.linspace(0.0, 1.0, points)
        position, share = wanted, np.interp(wanted, position, share)
    return pd.DataFrame({"customer_share": position, "value_share": share})


def gini(values: Sequence[float] | np.ndarray, *, corrected: bool = False) -> float:
    """Gini coefficient: 0 when all customers are equal, towards 1 when one has it all.

    Parameters
    ----------
    values
        Revenue, or another amount that is never negative, per customer.
    corrected
        Whether to multiply by n / (n - 1), so that one customer with everything among
        few is 1 and companies of unequal size compare.

    Returns
    -------
    float
        sum (2 i - n - 1) x_(i) / (n sum x), values ascending; NaN if all are 0, and for
        a single customer if corrected.

    Raises
    ------
    FrameError
        On missing or negative values.
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> gini([0, 0, 0, 8]), gini([0, 0, 0, 8], corrected=True)
    (0.75, 1.0)
    """
    amounts = np.sort(_amounts(values))
    size, total = len(amounts), amounts.sum()
    if total <= 0 or (corrected and size == 1):
        return float("nan")
    weight = 2.0 * np.arange(1, size + 1) - size - 1.0
    value = weight @ (amounts / total) / size
    return float(value * size / (size - 1) if corrected else value)


def top_share(values: Sequence[float] | np.ndarray, share: float = 0.2) -> float:
    """Share of the value that the largest customers make.

    Parameters
    ----------
    values
        Revenue, or another amount that is never negative, per customer.
    share
        Which part of the customers, above 0 and up to 1; a fraction of a customer
        counts as such, so 20 % of 7 are the best and .4 of the second.

    Returns
    -------
    float
        Between ``share`` and 1; NaN if all values are 0.

    Raises
    ------
    FrameError
        On missing or negative values, or a share outside its range.
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> top_share([6, 1, 1, 1, 1])
    0.6
    """
    if not 0.0 < share <= 1.0:
        raise FrameError("concentration", "share", "range", 1)
    amounts = -np.sort(-_amounts(values))
    total = amounts.sum()
    if total <= 0:
        return float("nan")
    picked = min(share * len(amounts), float(len(amounts)))
    whole = int(picked)
    rest = (picked - whole) * amounts[whole] if whole < len(amounts) else 0.0
    return float((amounts[:whole].sum() + rest) / total)


def whale_curve(
    profit: Sequence[float] | np.ndarray, *, points: int | None = None
) -> WhaleCurve:
    """Add up the profit of customers, the most profitable first.

    Parameters
    ----------
    profit
        Profit or margin per customer, in money; may be negative.
    points
        About how many points of the curve to return, its peak always among them; None
        is one per customer and the origin.

    Returns
    -------
    WhaleCurve
        Shares of the total are given only where there is a total profit.

    Raises
    ------
    FrameError
        On missing values.
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> whale = whale_curve([90, 50, 0, -40])
    >>> whale.peak_share, whale.side_loss
    (1.4, 40.0)
    """
    amounts = _vector(profit)
    ranking = np.argsort(-amounts, kind="stable")
    cumulative = np.append(0.0, np.cumsum(amounts[ranking]))
    total = float(cumulative[-1])
    top = int(np.argmax(cumulative))
    moved = np.abs(amounts).sum()
    scale = total if total > ROUNDING * moved else float("nan")
    peak = float(cumulative[top])
    return WhaleCurve(
        curve=_whale_points(cumulative, scale, top, points),
        ranking=ranking,
        total=total,
        peak=peak,
        side_loss=peak - total,
        peak_customer_share=top / len(amounts),
        peak_share=peak / scale,
        side_loss_share=(peak - total) / scale,
        loss_makers=int((amounts < 0).sum()),
    )


def _whale_points(
    cumulative: np.ndarray, scale: float, top: int, points: int | None
) -> pd.DataFrame:
    """Rows of the curve, thinned to some that include both ends and the peak."""
    place = np.arange(len(cumulative))
    if points is not None and points < len(cumulative):
        even = np.linspace(0, len(cumulative) - 1, points).round().astype(int)
        place = np.unique(np.append(even, top))
    return pd.DataFrame(
        {
            "customer_share": place / (len(cumulative) - 1),
            "cumulative_profit": cumulative[place],
            "profit_share": cumulative[place] / scale,
        }
    )


def _amounts(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Values as floats; none missing, none negative, at least one."""
    amounts = _vector(values)
    negative = int((amounts < 0).sum())
    if negative:
        raise FrameError("concentration", "values", "range", negative)
    return amounts


def _vector(values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Values as floats; none missing, at least one."""
    amounts = np.asarray(values, dtype=float)
    if amounts.ndim != 1:
        raise FrameError("concentration", "values", "type", amounts.size)
    missing = int((~np.isfinite(amounts)).sum())
    if missing:
        raise FrameError("concentration", "values", "null", missing)
    if not len(amounts):
        raise InsufficientDataError("customers", 1, 0)
    return amounts
