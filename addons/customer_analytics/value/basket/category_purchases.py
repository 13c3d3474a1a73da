"""What each customer buys of each main category, and whether he will buy it again.

A customer seldom leaves all at once: first the capsules come from somebody else. The
history of a customer in a category is a purchase history like any other, so the same
Pareto/NBD model describes it, one per category, estimated on a sample of its customers
and with weak priors where they are few; categories with a handful of buyers share the
model of all. A purchase in a category is a purchase: its probability never exceeds the
customer's own, and it is not expected before his next.

Amounts are in the currency of the lines, times in days; the models count in weeks.

References
----------
METHODS.md, section M, for the models; Buckinx, Van den Poel (2005). Customer base
    analysis: partial defection of behaviourally loyal clients in a non-contractual FMCG
    retail setting. European Journal of Operational Research 164, 252-268.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...frames import Column, FrameContract
from ..purchase.next_purchase import EVEN_ODDS, LONGEST_WAIT_DAYS
from ..purchase.pareto_nbd import ParetoNBD
from ..purchase.purchase_models import is_small_company
from ..purchase.waiting_time import next_purchase_quantiles
from ..scoring import WEEK_DAYS, purchase_summary, summarise
from .seasonality import calendar_days, seasonal_days

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

__all__ = [
    "PURCHASE_LINES",
    "CategoryModels",
    "category_histories",
    "category_indices",
]

PURCHASE_LINES = FrameContract(
    "purchase_lines",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "product_id": Column("int", "identifier of the product"),
        "category_id": Column("int", "identifier of the category"),
        "day": Column("date", "calendar day in the company's time zone"),
        "amount": Column("float", "net revenue in the company's currency"),
        "margin": Column("float", "contribution margin in the company's currency"),
    },
)

#: Buyers below which a category takes the model of all categories.
MIN_BUYERS = 30
#: Histories that a model is estimated on: more would not move it.
SAMPLE = 10_000
#: Purchases that make a habit: fewer cannot lapse.
HABIT = 2
#: Change of revenue from year to year that counts as growth or decline.
CHANGE = 0.2
YEAR_DAYS = 365


@dataclass(frozen=True)
class CategoryModels:
    """Purchase models of the main categories.

    Parameters
    ----------
    common
        Model of all histories.
    own
        Category to its own model, where buyers suffice.
    """

    common: ParetoNBD
    own: Mapping[int, ParetoNBD]

    @classmethod
    def fit(cls, histories: pd.DataFrame) -> Self:
        """Estimate the models.

        Parameters
        ----------
        histories
            Result of :func:`category_histories`, of all customers or a sample.

        Raises
        ------
        InsufficientDataError
            If there is no history.
        """
        buyers = histories["category_id"].value_counts()
        own = {
            int(category): _fitted(histories[histories["category_id"] == category])
            for category in sorted(buyers.index[buyers >= MIN_BUYERS])
        }
        return cls(_fitted(histories), own)

    def of(self, category: int) -> ParetoNBD:
        """Return the model that a category's histories follow."""
        return self.own.get(int(category), self.common)

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        return {
            "common": self.common.to_dict(),
            "own": {str(key): model.to_dict() for key, model in self.own.items()},
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the models that ``to_dict`` wrote."""
        own = {int(k): ParetoNBD.from_dict(v) for k, v in values["own"].items()}
        return cls(ParetoNBD.from_dict(values["common"]), own)


def _fitted(histories: pd.DataFrame) -> ParetoNBD:
    ordered = histories.sort_values(["customer_id", "category_id"])
    step = max(1, -(-len(ordered) // SAMPLE))
    summary = purchase_summary(ordered.iloc[::step])
    is_small = is_small_company(summary)
    return ParetoNBD.fit(summary, prior=ParetoNBD.weak_prior if is_small else None)


def category_histories(lines: pd.DataFrame, observation_end: date) -> pd.DataFrame:
    """Summarise what each customer bought of each category.

    Parameters
    ----------
    lines
        PURCHASE_LINES; returns are negative. All lines of a customer must be present.
    observation_end
        Last day that counts.

    Returns
    -------
    DataFrame
        One row per customer and category with at least one purchase: ``customer_id``,
        ``category_id`` and the columns of :func:`~.scoring.summarise`.

    Raises
    ------
    FrameError
        If the lines break their contract.
    """
    PURCHASE_LINES.check(lines)
    pairs = lines.groupby(["customer_id", "category_id"], sort=True).ngroup()
    keys = lines[["customer_id", "category_id"]].assign(pair=pairs)
    keys = keys.drop_duplicates("pair").set_index("pair")
    found = summarise(lines.assign(customer_id=pairs), observation_end)
    owners = keys.loc[found["customer_id"]]
    return found.assign(
        customer_id=owners["customer_id"].to_numpy(),
        category_id=owners["category_id"].to_numpy(),
    )


def category_indices(
    histories: pd.DataFrame,
    models: CategoryModels,
    customers: pd.DataFrame,
    season: np.ndarray,
    observation_end: date,
    horizon_days: int,
) -> pd.DataFrame:
    """Predict purchases of each customer in each category.

    Parameters
    ----------
    histories
        Result of :func:`category_histories`.
    models
        Purchase models of the categories.
    customers
        ``customer_id``, ``purchase_probability``, ``next_purchase_date`` and
        ``probability_alive`` of at least these customers.
    season
        Season of each row of ``histories``, (rows, 12).
    observation_end
        Day after which the future begins.
    horizon_days
        How far ahead to look.

    Returns
    -------
    DataFrame
        ``histories`` with ``spend_share`` (of the customer's revenue in all categories),
        ``purchase_probability``, ``churn_probability``, ``next_purchase_date``,
        ``is_lapsed`` (a habit that has more likely ended than not), ``is_customer_active``
        and ``trend``.
    """
    alive, probability, wait = _predicted(histories, models, horizon_days)
    end = np.datetime64(observation_end, "D")
    factor = seasonal_days(season, end, float(horizon_days)) / horizon_days
    own = customers.set_index("customer_id").reindex(histories["customer_id"])
    probability = np.minimum(
        1.0 - (1.0 - probability) ** factor, own["purchase_probability"].to_numpy()
    )
    is_lapsed = (alive < EVEN_ODDS) & (histories["purchase_count"].to_numpy() >= HABIT)
    own_date = own["next_purchase_date"].to_numpy().astype("datetime64[D]")
    return histories.assign(
        spend_share=_shares(histories),
        purchase_probability=probability,
        churn_probability=1.0 - probability,
        next_purchase_date=_dates(probability, wait, season, end, own_date),
        is_lapsed=is_lapsed,
        is_customer_active=(own["probability_alive"] >= EVEN_ODDS).to_numpy(),
        trend=_trend(histories, is_lapsed),
    )


def _predicted(
    histories: pd.DataFrame, models: CategoryModels, horizon_days: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Probability alive, of a purchase, and the median wait in days, of each row."""
    summary = purchase_summary(histories)
    result = np.empty((3, len(histories)))
    for category, index in histories.groupby("category_id").indices.items():
        model, rows = models.of(category), summary.iloc[index]
        horizon = horizon_days / WEEK_DAYS
        result[0, index] = model.probability_alive(rows)
        result[1, index] = model.purchase_probability(rows, horizon)
        result[2, index] = next_purchase_quantiles(model, rows, (0.5,))[:, 0]
    return result[0], result[1], result[2] * WEEK_DAYS


def _dates(
    probability: np.ndarray,
    wait: np.ndarray,
    season: np.ndarray,
    end: np.datetime64,
    own_date: np.ndarray,
) -> np.ndarray:
    """Days of the next purchase of those more likely than not to make one."""
    days = calendar_days(season, end, wait)
    is_told = (probability >= EVEN_ODDS) & (days <= LONGEST_WAIT_DAYS)
    is_told &= ~np.isnat(own_date)
    whole = np.ceil(np.where(is_told, days, 0.0)).astype("timedelta64[D]")
    day = np.where(is_told, np.maximum(end + whole, own_date), np.datetime64("NaT"))
    return day.astype("datetime64[ns]")


def _shares(histories: pd.DataFrame) -> np.ndarray:
    """Share of each category in what the customer spent, between 0 and 1."""
    revenue = histories["revenue"].clip(lower=0.0)
    total = revenue.groupby(histories["customer_id"]).transform("sum")
    return (revenue / total.where(total > 0)).fillna(0.0).to_numpy()


def _trend(histories: pd.DataFrame, is_lapsed: np.ndarray) -> np.ndarray:
    """``lapsed``, ``new`` (first bought in the last year), then by revenue."""
    recent, before = (
        histories[name].to_numpy(float)
        for name in ("revenue_recent", "revenue_previous")
    )
    return np.select(
        [
            is_lapsed,
            histories["tenure"].to_numpy() < YEAR_DAYS,
            recent > (1.0 + CHANGE) * before,
            recent < (1.0 - CHANGE) * before,
        ],
        ["lapsed", "new", "growing", "shrinking"],
        "stable",
    )
