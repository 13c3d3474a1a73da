"""Whether suggestions hit: the company's own later purchases as the judge.

Purchases up to a day teach the affinities; of the customers who bought something new
afterwards it is counted how many bought one of the items suggested to them, and how many
one of the most popular items that they did not have. Both lists are as long, judged on
the same customers, so the interval is that of matched pairs (Agresti & Min 2005).

References
----------
METHODS.md, section C, for intervals of shares; recommendations must beat
popularity out of sample.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...errors import FrameError, InsufficientDataError
from ...stats.intervals import ShareInterval, paired_difference
from .recommendation import ITEM_PURCHASES, ItemAffinity, item_affinity, recommend

__all__ = ["HitRate", "hit_rate"]


@dataclass(frozen=True)
class HitRate:
    """How often one of k suggestions was bought.

    Parameters
    ----------
    customers
        Who bought something new after the split.
    count
        Suggestions per customer, k.
    hit_rate
        Share of them who bought one of the suggestions.
    popularity_hit_rate
        The same for the most popular items.
    difference
        The first less the second, with its interval.
    """

    customers: int
    count: int
    hit_rate: float
    popularity_hit_rate: float
    difference: ShareInterval

    @property
    def is_better(self) -> bool:
        """Whether the suggestions beat popularity beyond chance."""
        return bool(self.difference.lower > 0)

    @property
    def is_worse(self) -> bool:
        """Whether popularity beats the suggestions beyond chance."""
        return bool(self.difference.upper < 0)


def hit_rate(
    purchases: pd.DataFrame,
    split_day: np.datetime64,
    *,
    count: int = 3,
    level: float = 0.95,
    max_customers: int | None = None,
    rng: np.random.Generator | None = None,
) -> HitRate:
    """Compare suggestions with popularity on what was bought later.

    Parameters
    ----------
    purchases
        ITEM_PURCHASES.
    split_day
        Last day that the suggestions may know.
    count
        Suggestions per customer.
    level
        Confidence level of the difference.
    max_customers
        Judge at most so many customers, drawn by ``rng``; all if left out.
    rng
        Source of randomness, needed with ``max_customers``.

    Returns
    -------
    HitRate
        Of the customers with purchases on both sides of the split, something new among
        the later ones.

    Raises
    ------
    FrameError
        If the purchases break their contract, or ``rng`` is missing.
    InsufficientDataError
        If nobody bought anything new, or there are too few items before.
    """
    ITEM_PURCHASES.check(purchases)
    day = purchases["day"].to_numpy("datetime64[D]")
    is_past = day <= np.datetime64(split_day, "D")
    past, later = purchases[is_past], purchases[~is_past]
    affinity = item_affinity(past)
    new = _new_purchases(past, later, affinity)
    judged = np.unique(new["customer_id"].to_numpy())
    if not len(judged):
        raise InsufficientDataError("customers with a new item", 1, 0)
    if max_customers is not None and len(judged) > max_customers:
        if rng is None:
            raise FrameError("hit_rate", "rng", "missing", 1)
        judged = np.sort(rng.choice(judged, max_customers, replace=False))
    known = past[past["customer_id"].isin(judged)]
    popular = replace(affinity, log_lift=np.zeros_like(affinity.log_lift))
    first, second = (
        _hits(recommend(law, known, count=count, customers=judged), new, judged)
        for law in (affinity, popular)
    )
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    return HitRate(
        customers=len(judged),
        count=count,
        hit_rate=float(first.mean()),
        popularity_hit_rate=float(second.mean()),
        difference=paired_difference(only_first, only_second, len(judged), level=level),
    )


def _new_purchases(
    past: pd.DataFrame, later: pd.DataFrame, affinity: ItemAffinity
) -> pd.DataFrame:
    """Pairs of a known customer and a known item that are first seen later."""
    keys = ["customer_id", "item_id"]
    later = later[keys].drop_duplicates()
    known = later["customer_id"].isin(past["customer_id"])
    later = later[known & later["item_id"].isin(affinity.items)]
    marked = later.merge(
        past[keys].drop_duplicates(), on=keys, how="left", indicator=True
    )
    return marked.loc[marked["_merge"].eq("left_only"), keys]


def _hits(suggested: pd.DataFrame, new: pd.DataFrame, judged: np.ndarray) -> np.ndarray:
    """Whether each customer bought one of his suggestions."""
    keys = ["customer_id", "item_id"]
    bought = suggested[keys].merge(new, on=keys)["customer_id"]
    return np.isin(judged, bought.to_numpy())
