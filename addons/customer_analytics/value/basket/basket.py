"""What holds for the baskets of all customers: seasons, models of the categories.

One stage of a scoring run, on lines of purchases instead of days. What holds for all
customers is learnt once from a sample (:class:`BasketModels`); then customers come batch
by batch. Lines without a product, as of purchases from an old system, have product and
category 0: they count for the season and for nothing else.

Amounts are in the currency of the lines, times in days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from .category_purchases import CategoryModels, category_histories
from .customer_season import (
    customer_seasons,
    month_table,
    season_law,
)
from .seasonality import FLAT, Season, company_season, normalised

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

__all__ = [
    "BasketModels",
    "category_season_rows",
    "customer_days",
    "item_purchases",
    "learn_basket",
    "seasons_of",
]

#: Category of lines without a product.
NO_CATEGORY = 0


@dataclass(frozen=True)
class BasketModels:
    """What holds for all customers of a company.

    Parameters
    ----------
    season
        Season of the company; None with less than two years of purchases.
    months
        Whole months of purchases that there are.
    category_seasons
        Category to its twelve indices.
    season_law
        How common customers with a season of their own are.
    categories
        Purchase models of the main categories; None without a line with a product.
    """

    season: Season | None
    months: int
    category_seasons: Mapping[int, tuple[float, ...]]
    season_law: tuple[float, ...]
    categories: CategoryModels | None

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        return {
            "season": asdict(self.season) if self.season else None,
            "months": self.months,
            "category_seasons": {
                str(key): list(index) for key, index in self.category_seasons.items()
            },
            "season_law": list(self.season_law),
            "categories": self.categories.to_dict() if self.categories else None,
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the models that ``to_dict`` wrote."""
        season, models = values["season"], values["categories"]
        return cls(
            season=Season(**season) if season else None,
            months=values["months"],
            category_seasons={
                int(key): tuple(index)
                for key, index in values["category_seasons"].items()
            },
            season_law=tuple(values["season_law"]),
            categories=CategoryModels.from_dict(models) if models else None,
        )


def learn_basket(
    lines: pd.DataFrame, monthly: pd.DataFrame, observation_end: date
) -> BasketModels:
    """Learn seasons and category models.

    Parameters
    ----------
    lines
        PURCHASE_LINES of a sample of the customers, all their lines in the main
        categories and those without a product.
    monthly
        ``category_id`` (0 is the whole company), ``month`` and ``purchases``.
    observation_end
        Last day that is known.
    """
    end = np.datetime64(observation_end, "D")
    season, months = _season(monthly[monthly["category_id"] == NO_CATEGORY], end)
    named = lines[lines["category_id"] != NO_CATEGORY]
    histories = category_histories(named, end)
    law, seasons = (), {}
    if season:
        _ids, counts, exposure = month_table(customer_days(lines), end)
        law = season_law(counts, exposure, season.index)
        for category, rows in monthly.groupby("category_id"):
            own, _months = _season(rows, end, toward=season.index)
            if own and category != NO_CATEGORY:
                seasons[int(category)] = own.index
    return BasketModels(
        season=season,
        months=months,
        category_seasons=seasons,
        season_law=law,
        categories=None if histories.empty else CategoryModels.fit(histories),
    )


def _season(
    monthly: pd.DataFrame, end: np.datetime64, **options: object
) -> tuple[Season | None, int]:
    """Season, and months of history; no season where they are too few."""
    try:
        season = company_season(monthly, end, **options)
    except InsufficientDataError as error:
        return None, error.found
    return season, 12 * season.years


def seasons_of(
    models: BasketModels,
    lines: pd.DataFrame,
    customers: np.ndarray,
    observation_end: date,
) -> np.ndarray:
    """Season of each of ``customers``, (customers, 12); even ones without the data.

    Parameters
    ----------
    models
        Result of :func:`learn_basket`.
    lines
        PURCHASE_LINES of these customers.
    customers
        Their identifiers.
    observation_end
        Last day that is known.
    """
    if models.season is None:
        return np.tile(FLAT, (len(customers), 1))
    found, counts, exposure = month_table(customer_days(lines), observation_end)
    rows = customer_seasons(counts, exposure, models.season.index, models.season_law)
    seasons = pd.DataFrame(rows, index=found).reindex(customers)
    shared = dict(enumerate(models.season.index))
    return seasons.fillna(shared).to_numpy()


def category_season_rows(
    models: BasketModels,
    histories: pd.DataFrame,
    customers: np.ndarray,
    own: np.ndarray,
) -> np.ndarray:
    """Season of each customer in each category: his own times what the category adds.

    Parameters
    ----------
    models
        Result of :func:`learn_basket`.
    histories
        ``customer_id`` and ``category_id``.
    customers, own
        Identifiers, and result of :func:`seasons_of`.
    """
    place = pd.Index(customers).get_indexer(histories["customer_id"])
    rows = own[place]
    if models.season is None:
        return rows
    shared = np.array(models.season.index)
    for category, index in histories.groupby("category_id").indices.items():
        ratio = np.array(models.category_seasons.get(category, shared)) / shared
        rows[index] = normalised(rows[index] * ratio)
    return rows


def item_purchases(lines: pd.DataFrame, item: str) -> pd.DataFrame:
    """Return ITEM_PURCHASES of lines: days on which more was bought than sent back.

    Parameters
    ----------
    lines
        PURCHASE_LINES.
    item
        Column that identifies the item, ``product_id`` or ``category_id``.
    """
    named = lines[lines[item] != NO_CATEGORY]
    keys = ["customer_id", item, "day"]
    net = named.groupby(keys, as_index=False, sort=True)["amount"].sum()
    return net.loc[net["amount"] > 0, keys].rename(columns={item: "item_id"})


def customer_days(lines: pd.DataFrame) -> pd.DataFrame:
    """Return customer_id, day and amount of days with more bought than sent back.

    Parameters
    ----------
    lines
        PURCHASE_LINES.
    """
    net = lines.groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    return net[net["amount"] > 0]
