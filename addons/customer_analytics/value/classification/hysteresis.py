"""Bands that do not flip: a customer leaves a band only when clearly beyond its bound.

An index that wavers around a bound would change band at every run. With hysteresis a
customer rises only above a bound raised by a margin and falls only below one lowered by
it; between the two he stays where he was.

Own rule (METHODS.md, section H); the idea is that of a Schmitt trigger.
"""

from __future__ import annotations

import numpy as np

from ...errors import FrameError
from .classes import band_ranks

__all__ = ["confirmed_ranks", "steady_ranks"]


def steady_ranks(
    values: np.ndarray, bounds: np.ndarray, previous: np.ndarray, margin: float
) -> np.ndarray:
    """Ranks of the bands of customers who have a rank already.

    Parameters
    ----------
    values
        The index of each customer.
    bounds
        Non-decreasing lower bounds of bands 2, 3, ...
    previous
        Rank of each customer so far; 0 for a new one, who is ranked as he stands.
    margin
        Share of a bound by which it must be passed, in [0, 1).

    Returns
    -------
    ndarray
        Ranks from 1; equal to ``previous`` within the margin.

    Raises
    ------
    FrameError
        If the margin is not in [0, 1).

    Examples
    --------
    >>> steady_ranks(np.array([96.0, 104, 106, 94]), np.array([100.0]),
    ...              previous=np.array([2, 1, 1, 2]), margin=0.05)
    array([2, 1, 2, 1])
    """
    if not 0 <= margin < 1:
        raise FrameError("hysteresis", "margin", "range", 1)
    limits = np.asarray(bounds, dtype=float)
    width = margin * np.abs(limits)
    lowest = band_ranks(values, limits + width)
    highest = band_ranks(values, limits - width)
    steady = np.clip(np.asarray(previous), lowest, highest)
    return np.where(np.asarray(previous) > 0, steady, band_ranks(values, limits))


def confirmed_ranks(
    ranks: np.ndarray, previous: np.ndarray, last_ranks: np.ndarray
) -> np.ndarray:
    """Ranks that change only when two periods in a row say so.

    Parameters
    ----------
    ranks
        Rank that each customer's index has now.
    previous
        Rank in force, 0 for a new customer.
    last_ranks
        Rank that the index had in the period before, 0 if unknown.

    Returns
    -------
    ndarray
        A rise or fall is taken over as far as both periods agree on it.

    Examples
    --------
    One good month is not yet a better class, two are:

    >>> confirmed_ranks(np.array([3, 3, 3, 1]), previous=np.array([2, 2, 1, 2]),
    ...                 last_ranks=np.array([2, 3, 2, 3]))
    array([2, 3, 2, 2])
    """
    now, held, before = (np.asarray(item) for item in (ranks, previous, last_ranks))
    risen = np.minimum(now, before)
    fallen = np.maximum(now, before)
    agreed = np.where(
        risen > held, risen, np.where((fallen < held) & (before > 0), fallen, held)
    )
    return np.where(held > 0, agreed, now)
