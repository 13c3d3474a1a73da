"""Share of wallet from the rank a customer gives us among his suppliers.

Asking "which of us do you use most?" is easy, asking for amounts is not. The rank and
the number of suppliers tell the share well enough where many customers use several.

References
----------
[1] Keiningham, Aksoy, Buoye, Cooil (2011). Customer loyalty isn't enough. Grow your
    share of wallet. Harvard Business Review 89(10), 29-31.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import FrameError

__all__ = ["is_rank_applicable", "rank_based_share", "rank_based_share_interval"]

#: Least share of customers with several suppliers, and least mean number of suppliers,
#: for ranks to say something [1].
LEAST_SHARED, LEAST_SUPPLIERS = 0.4, 1.4

#: Possible wallets drawn for the interval of a rank.
DRAWS = 4000


def rank_based_share(
    rank: np.ndarray, suppliers: np.ndarray, *, tied: np.ndarray | int = 1
) -> np.ndarray:
    """Return the share of wallet that our rank among a customer's suppliers implies.

    Parameters
    ----------
    rank
        Our rank, 1 the most used; of tied suppliers the best of their places.
    suppliers
        How many suppliers the customer uses, us included.
    tied
        How many of them share our rank, us included.

    Returns
    -------
    ndarray
        (1 - rank / (m + 1)) 2 / m of [1], at the mean of the tied places; NaN where
        rank or suppliers is. Over a customer's suppliers the shares sum to 1.

    Raises
    ------
    FrameError
        On a rank outside 1 to m, ties beyond m, or fewer than one supplier.

    Examples
    --------
    >>> rank_based_share([1, 2, 3], 3).round(3)
    array([0.5  , 0.333, 0.167])
    >>> rank_based_share([1, 3], 3, tied=[2, 1]).round(3)
    array([0.417, 0.167])
    """
    place, count = _places(rank, suppliers, tied)
    return (1.0 - place / (count + 1.0)) * 2.0 / count


def rank_based_share_interval(
    rank: np.ndarray,
    suppliers: np.ndarray,
    *,
    rng: np.random.Generator,
    tied: np.ndarray | int = 1,
    level: float = 0.8,
) -> pd.DataFrame:
    """Return the rank-based share with an interval for what a rank leaves open.

    Parameters
    ----------
    rank, suppliers, tied
        As in :func:`rank_based_share`.
    rng
        Randomness of the interval.
    level
        Probability of the interval.

    Returns
    -------
    DataFrame
        share, lower, upper. The interval takes every division of the wallet that
        agrees with the order as equally likely (own rule); one supplier is the wallet.

    Raises
    ------
    FrameError
        On impossible ranks or a level outside (0, 1).
    """
    if not 0.0 < level < 1.0:
        raise FrameError("supplier_rank", "level", "range", 1)
    place, count = _places(rank, suppliers, tied)
    share = (1.0 - place / (count + 1.0)) * 2.0 / count
    tail = (1.0 - level) / 2.0
    lower, upper = np.full((2, len(place)), np.nan)
    for m in np.unique(count[np.isfinite(place)]).astype(int):
        parts = rng.exponential(1.0, (DRAWS, m))
        parts = -np.sort(-parts / parts.sum(axis=1, keepdims=True), axis=1)
        limits = np.quantile(parts, [tail, 1.0 - tail], axis=0)
        own = np.isfinite(place) & (count == m)
        for target, limit in zip((lower, upper), limits, strict=True):
            target[own] = np.interp(place[own], np.arange(1, m + 1), limit)
    return pd.DataFrame(
        {
            "share": share,
            "lower": np.fmin(lower, share),
            "upper": np.fmax(upper, share),
        }
    )


def is_rank_applicable(suppliers: np.ndarray) -> bool:
    """Tell whether ranks say something of the customers of a market.

    Parameters
    ----------
    suppliers
        How many suppliers each customer uses; NaN is not known.

    Returns
    -------
    bool
        Whether at least 40 % use several, and 1.4 on average [1].

    Examples
    --------
    >>> is_rank_applicable([1, 1, 2, 3]), is_rank_applicable([1, 1, 1, 4])
    (True, False)
    """
    known = np.asarray(suppliers, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return False
    return bool((known > 1).mean() >= LEAST_SHARED and known.mean() >= LEAST_SUPPLIERS)


def _places(
    rank: np.ndarray, suppliers: np.ndarray, tied: np.ndarray | int
) -> tuple[np.ndarray, np.ndarray]:
    """Mean place among the suppliers and their number, both per customer."""
    place, count, shared = (
        np.array(values, dtype=float)
        for values in np.broadcast_arrays(np.atleast_1d(rank), suppliers, tied)
    )
    known = np.isfinite(place) & np.isfinite(count)
    right = (place >= 1) & (count >= 1) & (shared >= 1) & (place + shared - 1 <= count)
    wrong = int((known & ~right).sum())
    if wrong:
        raise FrameError("supplier_rank", "rank", "range", wrong)
    place[~known] = np.nan
    return place + (shared - 1.0) / 2.0, count
