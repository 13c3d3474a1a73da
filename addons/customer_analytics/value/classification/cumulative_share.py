"""Bounds by share of the total: the ABC analysis.

Customers are ranked by value; those who together bring the first 80 % of the total are A,
up to 95 % B, the rest C. The customer with whom the sum crosses a share still belongs
above the bound: a class never holds less than its share.

References
----------
Dickie (1951). ABC inventory analysis shoots for dollars not pennies. Factory Management
and Maintenance 109, 92-94.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import FrameError

__all__ = ["cumulative_share_bounds"]


def cumulative_share_bounds(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Lower bounds such that all customers from a bound up hold a share of the total.

    Parameters
    ----------
    values
        Additive index of each customer, such as money. Missing values are left out;
        values of 0 and less add nothing to the total and fall below all bounds.
    shares
        Decreasing shares of the total held from bands 2, 3, ... up; each in (0, 1].

    Returns
    -------
    ndarray
        One bound per share, non-decreasing: the value of the customer with whom the sum,
        from the top, reaches the share. Ties never split. Where no value is positive,
        all customers stay in band 1.

    Raises
    ------
    FrameError
        If a share is not in (0, 1].

    Examples
    --------
    >>> cumulative_share_bounds(np.array([50.0, 30, 10, 6, 4]), [0.95, 0.8])
    array([ 6., 30.])
    """
    wanted = np.asarray(shares, dtype=float)
    wrong = int((~((wanted > 0) & (wanted <= 1))).sum())
    if wrong:
        raise FrameError("thresholds", "shares", "range", wrong)
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    positive = np.sort(finite[finite > 0])[::-1]
    if not len(positive):
        above_all = max(finite.max(initial=0.0), 0.0)
        return np.full(len(wanted), np.nextafter(above_all, np.inf))
    held = np.cumsum(positive) / positive.sum()
    # A sum that reaches the share but for rounding has reached it.
    crossing = np.searchsorted(held, wanted * (1.0 - 1e-12), side="left")
    return positive[np.minimum(crossing, len(positive) - 1)]
