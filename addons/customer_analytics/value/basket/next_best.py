"""Next best categories and products of each customer, with what they are worth.

Suggestions come from what goes together (:mod:`.recommendation`) if that found more of
the company's later purchases than popularity did, else from popularity: the judge is the
last part of the company's own history (:mod:`.hit_rate`).

How likely a suggestion is bought within the horizon: the customer's expected purchases
times the new items that a purchase brought in that last part give the number of new items
to come; the suggestion's share in them makes a Poisson rate. What it is worth: the item's
mean revenue and margin per purchase, times how much more or less than others this
customer buys of what he buys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from .hit_rate import HitRate, hit_rate
from .recommendation import ItemAffinity, item_affinity, recommend

if TYPE_CHECKING:
    from typing import Self

__all__ = ["OfferRule", "customer_size", "item_values", "next_best", "offer_rule"]

#: Customers on whom suggestions and popularity are compared.
JUDGED = 20_000
#: Share of the history that is held out, at most the horizon.
HELD_OUT = 1 / 3
#: Weight of the mean size in a customer's, in average item purchases.
PRIOR_PURCHASES = 3.0
#: Items that take part; the rest is too rare to be known.
MAX_ITEMS = 1000
SEED = 20250601


@dataclass(frozen=True)
class OfferRule:
    """How suggestions are made.

    Parameters
    ----------
    affinity
        What goes with what; all lifts 1 where popularity is used.
    verdict
        Comparison with popularity on held-out purchases; None where nobody could be
        judged.
    new_item_rate
        New items per purchase day of known customers.
    """

    affinity: ItemAffinity
    verdict: HitRate | None
    new_item_rate: float

    @property
    def is_popularity(self) -> bool:
        """Whether the most popular items are suggested, because they did better."""
        return not self.affinity.log_lift.any()

    def to_dict(self) -> dict:
        """Return what was decided as plain values for JSON, without the affinities."""
        judged = self.verdict
        return {
            "is_popularity": self.is_popularity,
            "new_item_rate": self.new_item_rate,
            "items": len(self.affinity.items),
            "customers": judged.customers if judged else 0,
            "hit_rate": judged.hit_rate if judged else None,
            "popularity_hit_rate": judged.popularity_hit_rate if judged else None,
            "is_certain": bool(judged and (judged.is_better or judged.is_worse)),
        }

    @classmethod
    def again(cls, purchases: pd.DataFrame, decided: Mapping) -> Self:
        """Return the rule learnt from the same purchases, as ``to_dict`` decided.

        Parameters
        ----------
        purchases
            ITEM_PURCHASES, those of :func:`offer_rule`.
        decided
            Result of :meth:`to_dict`.
        """
        affinity = item_affinity(purchases, max_items=MAX_ITEMS)
        if decided["is_popularity"]:
            affinity = _popular(affinity)
        return cls(affinity, None, decided["new_item_rate"])


def offer_rule(
    purchases: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    horizon_days: int = 365,
    count: int = 3,
) -> OfferRule:
    """Learn what goes together and whether it beats popularity.

    Parameters
    ----------
    purchases
        ITEM_PURCHASES of all customers or of a sample, returns left out.
    observation_end
        Last day that is known.
    horizon_days
        How far ahead suggestions look; the held-out part is not longer.
    count
        Suggestions per customer that are judged.

    Raises
    ------
    FrameError
        If the purchases break their contract.
    InsufficientDataError
        If there are fewer than two items.
    """
    affinity = item_affinity(purchases, max_items=MAX_ITEMS)
    end = np.datetime64(observation_end, "D")
    first = purchases["day"].to_numpy().astype("datetime64[D]").min()
    held_out = min(horizon_days, int((end - first).astype(int) * HELD_OUT))
    split = end - np.timedelta64(held_out, "D")
    try:
        verdict = hit_rate(
            purchases,
            split,
            count=count,
            max_customers=JUDGED,
            rng=np.random.default_rng(SEED),
        )
    except InsufficientDataError:
        return OfferRule(affinity, None, affinity.new_item_rate)
    if verdict.difference.estimate < 0:
        affinity = _popular(affinity)
    return OfferRule(affinity, verdict, _new_item_rate(purchases, split))


def _popular(affinity: ItemAffinity) -> ItemAffinity:
    return replace(affinity, log_lift=np.zeros_like(affinity.log_lift))


def _new_item_rate(purchases: pd.DataFrame, split: np.datetime64) -> float:
    """Count new items per day of purchase after the split, of customers known before."""
    keys = ["customer_id", "item_id"]
    is_past = purchases["day"].to_numpy().astype("datetime64[D]") <= split
    past, later = purchases[is_past], purchases[~is_past]
    later = later[later["customer_id"].isin(past["customer_id"])]
    days = len(later[["customer_id", "day"]].drop_duplicates())
    both = later[keys].drop_duplicates().merge(past[keys].drop_duplicates(), on=keys)
    new = len(later[keys].drop_duplicates()) - len(both)
    return (new + 0.5) / (days + 1.0)


def item_values(lines: pd.DataFrame, item: str) -> pd.DataFrame:
    """Mean revenue and margin that a customer's purchase of an item brings.

    Parameters
    ----------
    lines
        PURCHASE_LINES.
    item
        Column that identifies the item, ``product_id`` or ``category_id``.

    Returns
    -------
    DataFrame
        ``revenue`` and ``margin`` per item, day and customer, indexed by item; only
        items with a positive mean revenue.
    """
    by_day = lines.groupby([item, "customer_id", "day"], sort=True)
    bought = by_day[["amount", "margin"]].sum().query("amount > 0")
    values = bought.groupby(level=0).mean().rename(columns={"amount": "revenue"})
    return values.rename_axis("item_id")


def customer_size(lines: pd.DataFrame, values: pd.DataFrame, item: str) -> pd.Series:
    """How much more than others each customer buys of what he buys.

    Parameters
    ----------
    lines
        PURCHASE_LINES of some customers.
    values
        Result of :func:`item_values` for all.
    item
        As for :func:`item_values`.

    Returns
    -------
    Series
        Factor around 1, drawn to 1 where purchases are few, by customer_id.
    """
    by_day = lines.groupby(["customer_id", item, "day"], sort=True)["amount"].sum()
    bought = by_day[by_day > 0].rename("amount").reset_index()
    usual = values["revenue"].reindex(bought[item]).to_numpy()
    bought = bought.assign(usual=usual).dropna()
    weight = PRIOR_PURCHASES * float(values["revenue"].mean() if len(values) else 1.0)
    total = bought.groupby("customer_id")[["amount", "usual"]].sum()
    return (total["amount"] + weight) / (total["usual"] + weight)


def next_best(
    rule: OfferRule,
    purchases: pd.DataFrame,
    customers: pd.DataFrame,
    size: pd.Series,
    values: pd.DataFrame,
    *,
    offered: np.ndarray,
    count: int,
) -> pd.DataFrame:
    """Suggest items to some customers.

    Parameters
    ----------
    rule
        Result of :func:`offer_rule`.
    purchases
        ITEM_PURCHASES of these customers.
    customers
        ``customer_id`` and ``expected_purchases`` within the horizon.
    size
        Result of :func:`customer_size`; 1 for whom it does not name.
    values
        Result of :func:`item_values`.
    offered
        Items that are for sale.
    count
        Suggestions per customer at most.

    Returns
    -------
    DataFrame
        ``customer_id``, ``rank``, ``item_id``, ``probability`` (of buying it within the
        horizon), ``lift``, ``expected_revenue`` (of one purchase of it),
        ``expected_margin`` (the margin of one times the probability),
        ``reason_item_id``, ``second_reason_item_id``. Nothing that the customer has
        bought before.
    """
    known = customers.set_index("customer_id")
    found = recommend(
        rule.affinity,
        purchases,
        count=count,
        customers=customers["customer_id"].to_numpy(),
        offered=np.intersect1d(offered, values.index.to_numpy()),
    )
    own = known.loc[found["customer_id"]]
    coming = own["expected_purchases"].to_numpy(float) * rule.new_item_rate
    probability = -np.expm1(-coming * found.pop("score").to_numpy(float))
    worth = values.loc[found["item_id"]].to_numpy(float)
    larger = size.reindex(found["customer_id"]).fillna(1.0).to_numpy(float)
    worth = worth * larger[:, None]
    return found.assign(
        probability=probability,
        expected_revenue=worth[:, 0],
        expected_margin=worth[:, 1] * probability,
    )
