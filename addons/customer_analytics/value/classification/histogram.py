"""Bins of a histogram that shows thousands of small customers and a few giants alike.

Money of customers is spread over powers of ten: equal steps would put nearly all of them
into the first bin. Where the largest value is many times the mean, bins grow by a constant
factor, and a bin of their own holds the customers that bring nothing or cost money.
"""

from __future__ import annotations

import math

from ...errors import FrameError

__all__ = ["histogram_edges", "is_skewed"]

#: The largest value over the mean of the positive ones, from which steps grow by a factor.
SKEWED = 10.0
#: Part of that mean below which customers share one bin.
SMALLEST = 1e-3


def is_skewed(greatest: float, mean: float) -> bool:
    """Whether values are better shown by ratio than by difference.

    Parameters
    ----------
    greatest
        Largest value.
    mean
        Mean of the values above 0.
    """
    return mean > 0 and greatest > SKEWED * mean


def histogram_edges(
    least: float, greatest: float, mean: float, *, bins: int = 40, unit: float = 0.01
) -> list[float]:
    """Return the edges of the bins, lowest first.

    Parameters
    ----------
    least, greatest
        Smallest and largest value.
    mean
        Mean of the values above 0; 0 if there are none.
    bins
        How many bins, 2 or more.
    unit
        Smallest step of a value, such as a cent.

    Returns
    -------
    list of float
        Strictly increasing, of length ``bins + 1``. A value belongs to the bin whose lower
        edge it reaches; the largest value to the last. Where values are skewed and some are
        not positive, the first bin holds all of these.

    Raises
    ------
    FrameError
        If a limit is no number or there are fewer than 2 bins.

    Examples
    --------
    >>> histogram_edges(0.0, 1.0, 0.5, bins=4)
    [0.0, 0.25, 0.5, 0.75, 1.0]
    >>> [round(edge, 2) for edge in histogram_edges(-5.0, 10_000.0, 100.0, bins=7)]
    [-5.0, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0]
    """
    if bins < 2 or not all(map(math.isfinite, (least, greatest, mean))):
        raise FrameError("histogram", "edges", "range", 1)
    if greatest <= least:
        greatest = least + unit * bins
    if not is_skewed(greatest, mean):
        step = (greatest - least) / bins
        return [least + step * place for place in range(bins)] + [greatest]
    below = [least] if least < unit else []
    low = max(mean * SMALLEST, unit, least)
    if low > unit and low > least:
        below.append(max(unit, least))
    return below + _growing(low, greatest, bins - len(below))


def _growing(low: float, greatest: float, bins: int) -> list[float]:
    """Edges from ``low`` to ``greatest`` that grow by a constant factor."""
    factor = (greatest / low) ** (1.0 / bins)
    return [low * factor**place for place in range(bins)] + [greatest]
