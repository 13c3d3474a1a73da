"""Intervals of shares, and of differences between shares, that hold with few cases.

For every screen that shows a percentage: 0 of 20 is no proof of never, 9 of 10 against
3 of 10 is no proof of much. The Wald interval is wrong in both cases; these are not.
Counts may be fractional, so that a weighted share enters with its effective number of
cases (Kish).

References
----------
[1] Wilson (1927). Probable inference, the law of succession, and statistical inference.
    JASA 22, 209-212.
[2] Newcombe (1998a). Two-sided confidence intervals for the single proportion:
    comparison of seven methods. Statistics in Medicine 17, 857-872 (method 3).
[3] Newcombe (1998b). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Stat. in Medicine 17, 873-890 (method 10).
[4] Agresti, Min (2005). Simple improved confidence intervals for comparing matched
    proportions. Statistics in Medicine 24, 729-740.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ..errors import FrameError

__all__ = [
    "ShareInterval",
    "newcombe_difference",
    "normal_quantile",
    "paired_difference",
    "wilson_interval",
]

#: What Agresti and Min add to each of the four cells of a matched pair [4].
PAIRED_CELL = 0.5


@dataclass(frozen=True)
class ShareInterval:
    """A share, or a difference of shares, with its interval.

    Parameters
    ----------
    estimate
        As observed; NaN without cases.
    lower, upper
        Limits, of the shape of ``estimate``; NaN without cases.
    level
        Confidence level.
    """

    estimate: np.ndarray | float
    lower: np.ndarray | float
    upper: np.ndarray | float
    level: float


def normal_quantile(level: float) -> float:
    """Half width of the central interval of a standard normal variable.

    Parameters
    ----------
    level
        Probability of the interval, between 0 and 1.

    Returns
    -------
    float
        z, e.g. 1.96 for .95.

    Raises
    ------
    FrameError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    if not 0.0 < level < 1.0:
        raise FrameError("intervals", "level", "range", 1)
    return float(ndtri(0.5 + level / 2.0))


def wilson_interval(
    successes: np.ndarray | float, trials: np.ndarray | float, *, level: float = 0.95
) -> ShareInterval:
    """Score interval of a share [1].

    Parameters
    ----------
    successes
        How many cases have the property, 0 to ``trials``.
    trials
        How many cases there are; any shape that broadcasts.
    level
        Confidence level.

    Returns
    -------
    ShareInterval
        Observed share and limits within [0, 1].

    Raises
    ------
    FrameError
        On missing, negative or impossible counts.

    Examples
    --------
    >>> found = wilson_interval(81, 263)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.2553, 0.3662)
    """
    z = normal_quantile(level)
    x, n = _checked(successes, trials)
    share, centre, half = _score(x, n, z)
    lower = np.where(x == 0, 0.0, np.maximum(centre - half, 0.0))
    upper = np.where(x == n, 1.0, np.minimum(centre + half, 1.0))
    is_empty = n == 0
    return _interval(
        share,
        np.where(is_empty, np.nan, lower),
        np.where(is_empty, np.nan, upper),
        level,
    )


def newcombe_difference(
    first_successes: np.ndarray | float,
    first_trials: np.ndarray | float,
    second_successes: np.ndarray | float,
    second_trials: np.ndarray | float,
    *,
    level: float = 0.95,
) -> ShareInterval:
    """Hybrid score interval of the difference of two independent shares [3].

    Parameters
    ----------
    first_successes, first_trials
        Counts of the first group.
    second_successes, second_trials
        Counts of the second group, subtracted.
    level
        Confidence level.

    Returns
    -------
    ShareInterval
        First share less second, and limits within [-1, 1].

    Raises
    ------
    FrameError
        On missing, negative or impossible counts.

    Examples
    --------
    >>> found = newcombe_difference(56, 70, 48, 80)
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.0524, 0.3339)
    """
    one = wilson_interval(first_successes, first_trials, level=level)
    two = wilson_interval(second_successes, second_trials, level=level)
    difference = np.subtract(one.estimate, two.estimate)
    below = np.hypot(one.estimate - one.lower, two.upper - two.estimate)
    above = np.hypot(one.upper - one.estimate, two.estimate - two.lower)
    return _interval(difference, difference - below, difference + above, level)


def paired_difference(
    only_first: float, only_second: float, pairs: float, *, level: float = 0.95
) -> ShareInterval:
    """Interval of the difference of two shares in the same cases, adjusted Wald [4].

    Parameters
    ----------
    only_first
        Cases in which only the first method succeeded.
    only_second
        Cases in which only the second one did.
    pairs
        All cases, those in which both or neither succeeded included.
    level
        Confidence level.

    Returns
    -------
    ShareInterval
        Observed difference, first less second; limits around the adjusted one.

    Raises
    ------
    FrameError
        On missing, negative or impossible counts.

    Examples
    --------
    >>> found = paired_difference(8, 2, 100)
    >>> round(found.estimate, 3), round(found.lower, 3), round(found.upper, 3)
    (0.06, -0.004, 0.122)
    """
    z = normal_quantile(level)
    _checked(np.add(only_first, only_second), pairs)
    b, c = _checked(only_first, pairs)[0], _checked(only_second, pairs)[0]
    n = np.asarray(pairs, dtype=float)
    with np.errstate(invalid="ignore"):
        observed = np.divide(b - c, n)
    b, c, n = b + PAIRED_CELL, c + PAIRED_CELL, n + 4 * PAIRED_CELL
    centre = (b - c) / n
    half = z * np.sqrt((b + c) / n - centre**2) / np.sqrt(n)
    lower, upper = np.maximum(centre - half, -1.0), np.minimum(centre + half, 1.0)
    return _interval(observed, lower, upper, level)


def _score(
    x: np.ndarray, n: np.ndarray, z: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share, centre and half width of the score interval."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = x / n
        centre = (x + z**2 / 2.0) / (n + z**2)
        half = z * np.sqrt(x * (1.0 - share) + z**2 / 4.0) / (n + z**2)
    return share, centre, half


def _checked(
    successes: np.ndarray | float, trials: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Return counts as floats of one shape, or raise."""
    x, n = np.broadcast_arrays(
        np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    )
    wrong = ~(np.isfinite(x) & np.isfinite(n) & (x >= 0) & (x <= n))
    if wrong.any():
        raise FrameError("intervals", "successes", "range", int(wrong.sum()))
    return x, n


def _interval(
    estimate: np.ndarray, lower: np.ndarray, upper: np.ndarray, level: float
) -> ShareInterval:
    """Scalars where scalars were asked, arrays otherwise."""
    values = [np.asarray(item, dtype=float) for item in (estimate, lower, upper)]
    if not values[0].ndim:
        values = [float(item) for item in values]
    return ShareInterval(*values, level)
