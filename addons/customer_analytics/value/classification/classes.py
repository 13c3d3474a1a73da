"""Bands of an index and the thresholds between them.

A customer enters a band when the index is at least the band's lower bound. Bands are ranked
from 1, the lowest. ``n`` bands have ``n - 1`` bounds, strictly increasing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["band_ranks", "quantile_bounds"]


def quantile_bounds(values: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Lower bounds such that about the given shares of customers fall below.

    A bound is the smallest observed value above the quantile, so ties never split and the
    customers *at* a quantile stay below: when all values are equal, all are in band 1.

    Parameters
    ----------
    values
        The index of every customer; missing values are left out.
    shares
        Increasing shares of customers below bands 2, 3, ...; each in [0, 1).

    Returns
    -------
    ndarray
        One bound per share, non-decreasing. A bound that nobody reaches lies just above
        the largest value.

    Examples
    --------
    >>> quantile_bounds(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10]), [0.5, 0.8])
    array([6., 9.])
    >>> quantile_bounds(np.array([3.0, 3, 3]), [0.5])
    array([3.])
    >>> band_ranks(np.array([3.0, 3, 3]), quantile_bounds(np.array([3.0, 3, 3]), [0.5]))
    array([1, 1, 1])
    """
    observed = np.unique(values[np.isfinite(values)])
    if not len(observed):
        return np.zeros(len(shares))
    quantiles = np.quantile(
        values[np.isfinite(values)], list(shares), method="inverted_cdf"
    )
    above = np.searchsorted(observed, quantiles, side="right")
    unreached = np.nextafter(observed[-1], np.inf)
    return np.append(observed, unreached)[above]


def band_ranks(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Rank of the band of each value, 1 to ``len(bounds) + 1``.

    Parameters
    ----------
    values
        The index of each customer; a missing value goes to band 1.
    bounds
        Non-decreasing lower bounds of bands 2, 3, ...

    Examples
    --------
    >>> band_ranks(np.array([0.0, 0.33, 0.5, 0.66, np.nan]), np.array([0.33, 0.66]))
    array([1, 2, 2, 3, 1])
    """
    finite = np.where(np.isfinite(values), values, -np.inf)
    return 1 + np.searchsorted(np.asarray(bounds, float), finite, side="right")
