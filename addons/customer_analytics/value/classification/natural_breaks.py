"""Bounds where the values themselves leave gaps: Jenks's natural breaks.

Classes are intervals of the sorted values with the least sum of squared deviations from
their class means. The best partition is found exactly, by dynamic programming over the
distinct values (Fisher 1958); beyond :data:`MOST_POINTS` of them, over as many equal
steps of the range, each standing at its mean.

References
----------
[1] Fisher (1958). On grouping for maximum homogeneity. Journal of the American Statistical
    Association 53, 789-798.
[2] Jenks (1967). The data model concept in statistical mapping. International Yearbook of
    Cartography 7, 186-190.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import FrameError, InsufficientDataError

__all__ = ["goodness_of_variance_fit", "natural_break_bounds"]

#: Distinct points up to which the partition is exact; time grows with their square.
MOST_POINTS = 2000


def natural_break_bounds(
    values: np.ndarray, bands: int, *, is_skewed: bool = False
) -> np.ndarray:
    """Lower bounds of the upper bands of the most homogeneous partition.

    Parameters
    ----------
    values
        The index of each customer; missing values are left out.
    bands
        How many bands, 2 or more.
    is_skewed
        Whether sizes compare by ratio, as those of money do: the partition is then of
        their logarithms (of 1 + the size, with its sign). The squares of a few giants
        would otherwise draw all bounds to them.

    Returns
    -------
    ndarray
        ``bands - 1`` bounds, non-decreasing: the smallest value of each band from the
        second on. With fewer distinct values than bands the lower bands stay empty.

    Raises
    ------
    FrameError
        If fewer than 2 bands are asked for.
    InsufficientDataError
        Without any value.

    Examples
    --------
    >>> natural_break_bounds(np.array([1.0, 2, 3, 11, 12, 13, 31, 32]), 3)
    array([11., 31.])
    """
    if bands < 2:
        raise FrameError("thresholds", "bands", "range", 1)
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if not len(finite):
        raise InsufficientDataError("customers", 1, 0)
    least, means, counts = _points(finite, _ratio_scale if is_skewed else np.asarray)
    wanted = min(bands, len(means))
    starts = _best_starts(means, counts, wanted)
    bounds = least[starts]
    return np.concatenate([np.full(bands - wanted, least[0]), bounds])


def goodness_of_variance_fit(values: np.ndarray, bounds: np.ndarray) -> float:
    """Share of the variance that lies between the bands, 1 for a perfect partition.

    Parameters
    ----------
    values
        The index of each customer, without missing values.
    bounds
        Lower bounds of bands 2, 3, ...

    Returns
    -------
    float
        Between 0 and 1; 1 where all values are equal.
    """
    data = np.asarray(values, dtype=float)
    total = float(np.sum((data - data.mean()) ** 2))
    if total == 0.0:
        return 1.0
    ranks = np.searchsorted(np.asarray(bounds, float), data, side="right")
    counts = np.bincount(ranks)
    sums = np.bincount(ranks, weights=data)
    means = np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
    return 1.0 - float(np.sum((data - means[ranks]) ** 2)) / total


def _ratio_scale(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.log1p(np.abs(values))


def _points(
    values: np.ndarray, scale: Callable[[np.ndarray], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smallest value, scaled mean and count of each distinct value, or step of many."""
    distinct, counts = np.unique(values, return_counts=True)
    scaled = scale(distinct)
    if len(distinct) <= MOST_POINTS:
        return distinct, scaled, counts.astype(float)
    edges = np.linspace(scaled[0], scaled[-1], MOST_POINTS + 1)[1:-1]
    step = np.searchsorted(edges, scaled, side="right")
    _steps, first = np.unique(step, return_index=True)
    total = np.add.reduceat(scaled * counts, first)
    count = np.add.reduceat(counts.astype(float), first)
    return distinct[first], total / count, count


@dataclass(frozen=True, eq=False)
class _Moments:
    """Running sums of the points: number, sum and sum of squares before each."""

    mass: np.ndarray
    first: np.ndarray
    second: np.ndarray

    @classmethod
    def of(cls, means: np.ndarray, counts: np.ndarray) -> _Moments:
        centred = means - np.average(means, weights=counts)
        powers = (counts, counts * centred, counts * centred**2)
        return cls(*(np.concatenate([[0.0], np.cumsum(power)]) for power in powers))

    def spread(self, starts: np.ndarray, end: int) -> np.ndarray:
        """Squared deviations of the points from each start up to ``end``."""
        mass = self.mass[end] - self.mass[starts]
        first = self.first[end] - self.first[starts]
        return self.second[end] - self.second[starts] - first**2 / mass


def _best_starts(means: np.ndarray, counts: np.ndarray, bands: int) -> np.ndarray:
    """Points at which bands 2, 3, ... of the best partition start."""
    size = len(means)
    moments = _Moments.of(means, counts)
    cost = np.array([moments.spread(np.array(0), end) for end in range(1, size + 1)])
    splits = []
    for band in range(2, bands + 1):
        best = np.full(size, np.inf)
        start_of_last = np.zeros(size, dtype=np.int64)
        for end in range(band, size + 1):
            starts = np.arange(band - 1, end)
            totals = cost[starts - 1] + moments.spread(starts, end)
            place = int(np.argmin(totals))
            best[end - 1], start_of_last[end - 1] = totals[place], starts[place]
        cost = best
        splits.append(start_of_last)
    return _trace(splits, size)


def _trace(splits: list[np.ndarray], size: int) -> np.ndarray:
    """Follow the starts of the last bands back from the end."""
    starts, end = [], size
    for start_of_last in reversed(splits):
        end = int(start_of_last[end - 1])
        starts.append(end)
    return np.array(starts[::-1], dtype=np.int64)
