"""The basket of each customer: breadth, discounts, returns, season, salesperson, channel.

Amounts are in the currency of the lines; lines without a product have category 0.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .basket import NO_CATEGORY, customer_days, item_purchases

__all__ = ["basket_profile"]

#: Peaks lower than this are none, and nobody with fewer purchases has one.
LEAST_PEAK = 0.1
LEAST_PURCHASES = 6


def basket_profile(
    lines: pd.DataFrame,
    staged: pd.DataFrame,
    season: np.ndarray | None,
    categories: pd.DataFrame,
) -> pd.DataFrame:
    """Describe the basket of each customer.

    Parameters
    ----------
    lines
        PURCHASE_LINES of these customers with ``discount`` (money taken off), and
        ``user_id``, ``team_id``, ``medium_id`` (0 where unknown).
    staged
        ``customer_id``, ``revenue`` and ``return_amount``.
    season
        Result of :func:`seasons_of`; None where there is too little data for one.
    categories
        ``customer_id`` and ``is_lapsed`` of each of their main categories.

    Returns
    -------
    DataFrame
        By ``customer_id``, in the order of ``staged``: ``category_count``,
        ``category_count_lapsed``, ``main_category_id``, ``discount_rate``,
        ``return_rate``, ``main_user_id`` and ``main_user_share``,
        ``main_team_id``, ``main_medium_id``, ``seasonal_peak`` (month, 1 to 12)
        and ``seasonal_strength``. What is unknown is missing.
    """
    customers = staged["customer_id"].to_numpy()
    named = lines[lines["category_id"] != NO_CATEGORY]
    bought = item_purchases(lines, "category_id")
    breadth = bought.groupby("customer_id")["item_id"].nunique()
    gross = (staged["revenue"] + staged["return_amount"]).to_numpy(dtype=float)
    returned = staged["return_amount"].to_numpy(dtype=float)
    rate = np.divide(returned, gross, out=np.zeros(len(staged)), where=gross > 0)
    purchases = _whole(customer_days(lines).groupby("customer_id").size(), customers)
    lapsed = categories[categories["is_lapsed"]].groupby("customer_id").size()
    main = _main(named, "category_id").reindex(customers)
    seller = _main(lines, "user_id").reindex(customers)
    columns = {
        "customer_id": customers,
        "category_count": _whole(breadth, customers),
        "category_count_lapsed": _whole(lapsed, customers),
        "main_category_id": main["category_id"].to_numpy(),
        "discount_rate": _discount_rate(named).reindex(customers).to_numpy(),
        "return_rate": np.clip(rate, 0.0, 1.0),
        "main_user_id": seller["user_id"].to_numpy(),
        "main_user_share": seller["share"].to_numpy(),
    }
    for name in ("team_id", "medium_id"):
        column = _main(lines, name)[name].reindex(customers)
        columns[f"main_{name}"] = column.to_numpy()
    whole = {name: "Int64" for name in columns if name.endswith("_id")}
    return pd.DataFrame({**columns, **_peaks(season, purchases)}).astype(whole)


def _whole(counts: pd.Series, customers: np.ndarray) -> np.ndarray:
    return counts.reindex(customers).fillna(0).to_numpy(dtype="int64")


def _main(lines: pd.DataFrame, column: str) -> pd.DataFrame:
    """Most important value of ``column`` of each customer, and its share of revenue."""
    known = lines[(lines[column] != 0) & (lines["amount"] > 0)]
    total = known.groupby(["customer_id", column], as_index=False)["amount"].sum()
    whole = total.groupby("customer_id")["amount"].transform("sum")
    total["share"] = total["amount"] / whole
    ordered = total.sort_values(["customer_id", "share"], ascending=[True, False])
    return ordered.drop_duplicates("customer_id").set_index("customer_id")


def _discount_rate(lines: pd.DataFrame) -> pd.Series:
    """Share of the list price that was taken off, between 0 and 1."""
    total = lines.groupby("customer_id")[["amount", "discount"]].sum()
    full = total["amount"] + total["discount"]
    return (total["discount"] / full.where(full > 0)).clip(0.0, 1.0)


def _peaks(season: np.ndarray | None, purchases: np.ndarray) -> dict[str, object]:
    size = len(purchases)
    if season is None:
        return {
            "seasonal_peak": pd.array([None] * size, dtype="Int64"),
            "seasonal_strength": np.full(size, np.nan),
        }
    strength = season.max(axis=1) - 1.0
    is_seasonal = (strength >= LEAST_PEAK) & (purchases >= LEAST_PURCHASES)
    peak = pd.Series(season.argmax(axis=1) + 1, dtype="Int64").where(is_seasonal)
    return {
        "seasonal_peak": peak.array,
        "seasonal_strength": np.where(is_seasonal, strength, 0.0),
    }
