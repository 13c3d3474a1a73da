"""Purchases per customer and category: histories, lapses, limits."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.basket.category_purchases import (
    MIN_BUYERS,
    CategoryModels,
    category_histories,
    category_indices,
)
from customer_analytics.value.basket.seasonality import FLAT

END = date(2024, 12, 31)
COFFEE, CAPSULES, CUPS = 10, 20, 30


def lines(*rows):
    """PURCHASE_LINES from (customer, category, days before the end, amount)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "category_id", "ago", "amount"])
    day = pd.Timestamp(END) - pd.to_timedelta(frame.pop("ago"), unit="D")
    return frame.assign(
        product_id=frame["category_id"] + 1,
        day=day,
        amount=frame["amount"].astype(float),
        margin=frame["amount"] * 0.4,
    )


def habit(customer, category, first, last, every, amount=50.0):
    return [(customer, category, ago, amount) for ago in range(last, first, every)]


@pytest.fixture(scope="module")
def company():
    """Sixty cafes buy coffee and capsules; every sixth let the capsules go."""
    rows = []
    for customer in range(60):
        every = 30 + customer % 20
        rows += habit(customer, COFFEE, 1000, 5 + customer % 20, every)
        last = 450 if customer % 6 == 0 else 3 + customer % 25
        rows += habit(customer, CAPSULES, 1000, last, every + 10)
    rows += [(customer, CUPS, 200, 30.0) for customer in range(10)]
    return lines(*rows)


def customers(ids, probability=0.99, alive=0.99, day="2025-01-10"):
    return pd.DataFrame(
        {
            "customer_id": ids,
            "purchase_probability": probability,
            "probability_alive": alive,
            "next_purchase_date": pd.Timestamp(day),
        }
    )


def indices(frame, known=None, horizon=365):
    histories = category_histories(frame, END)
    models = CategoryModels.fit(histories)
    known = customers(histories["customer_id"].unique()) if known is None else known
    season = np.tile(FLAT, (len(histories), 1))
    return category_indices(histories, models, known, season, END, horizon)


def test_a_history_is_that_of_one_customer_in_one_category():
    found = category_histories(
        lines(
            (7, COFFEE, 400, 10),
            (7, COFFEE, 100, 30),
            (7, COFFEE, 100, 5),
            (7, CAPSULES, 50, 20),
            (8, COFFEE, 20, 9),
            (8, CAPSULES, 20, -9),
        ),
        END,
    )
    assert found[["customer_id", "category_id"]].to_numpy().tolist() == [
        [7, COFFEE],
        [7, CAPSULES],
        [8, COFFEE],
    ]
    assert found["purchase_count"].tolist() == [2, 1, 1]
    assert found["revenue"].tolist() == [45, 20, 9]
    assert found["revenue_recent"].tolist() == [35, 20, 9]
    assert found["recency"].tolist() == [300, 0, 0]


def test_the_category_that_lapsed_is_found(company):
    found = indices(company)
    capsules = found[found["category_id"] == CAPSULES].set_index("customer_id")
    left = capsules.index % 6 == 0
    assert capsules.loc[left, "is_lapsed"].all()
    assert not capsules.loc[~left, "is_lapsed"].any()
    assert (capsules.loc[left, "purchase_probability"] < 0.3).all()
    assert (capsules.loc[~left, "purchase_probability"] > 0.8).all()
    assert (capsules.loc[left, "trend"] == "lapsed").all()
    assert found["is_customer_active"].all()
    assert not found.loc[found["category_id"] == COFFEE, "is_lapsed"].any()


def test_one_purchase_is_no_habit_that_could_lapse(company):
    cups = indices(company).query(f"category_id == {CUPS}")
    assert not cups["is_lapsed"].any()


def test_a_purchase_in_a_category_is_a_purchase(company):
    ids = company["customer_id"].unique()
    doubtful = indices(company, customers(ids, 0.6, day="2025-06-01"))
    assert doubtful["purchase_probability"].max() == pytest.approx(0.6)
    assert doubtful["next_purchase_date"].min() >= pd.Timestamp("2025-06-01")
    lost = indices(company, customers(ids, 0.1, 0.1, day=None))
    assert lost["next_purchase_date"].isna().all()
    assert not lost["is_customer_active"].any()


def test_probabilities_and_shares_stay_within_bounds(company):
    found = indices(company)
    assert found["purchase_probability"].between(0, 1).all()
    assert (found["churn_probability"] + found["purchase_probability"]).to_numpy() == (
        pytest.approx(np.ones(len(found)))
    )
    assert found.groupby("customer_id")["spend_share"].sum().to_numpy() == (
        pytest.approx(np.ones(60))
    )
    shorter = indices(company, horizon=60)
    assert (shorter["purchase_probability"] <= found["purchase_probability"]).all()


def test_a_season_moves_a_short_horizon(company):
    histories = category_histories(company, END)
    models = CategoryModels.fit(histories)
    known = customers(histories["customer_id"].unique())
    quiet = np.tile(np.r_[np.full(3, 0.05), np.full(9, 1.3)], (len(histories), 1))
    flat = np.tile(FLAT, (len(histories), 1))
    asleep, awake = (
        category_indices(histories, models, known, season, END, 60)
        for season in (quiet, flat)
    )
    assert (asleep["purchase_probability"] < awake["purchase_probability"]).all()


def test_growth_and_decline_are_told_by_the_year():
    rows = [(1, COFFEE, 500, 100), (1, COFFEE, 10, 130)]
    rows += [(2, COFFEE, 500, 100), (2, COFFEE, 10, 70)]
    rows += [(3, COFFEE, 500, 100), (3, COFFEE, 10, 100), (4, COFFEE, 10, 100)]
    found = indices(lines(*rows)).set_index("customer_id")["trend"]
    assert found.to_dict() == {1: "growing", 2: "shrinking", 3: "stable", 4: "new"}


def test_few_buyers_share_the_model_of_all(company):
    models = CategoryModels.fit(category_histories(company, END))
    assert set(models.own) == {COFFEE, CAPSULES}
    assert models.of(CUPS) is models.common
    assert MIN_BUYERS > 10
    again = CategoryModels.from_dict(models.to_dict())
    assert again.of(COFFEE).parameters == models.of(COFFEE).parameters


def test_row_order_does_not_matter(company):
    mixed = company.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(indices(mixed), indices(company))


def test_one_purchase_of_one_customer_is_enough():
    found = indices(lines((1, COFFEE, 10, 100)))
    assert 0 < found["purchase_probability"].iloc[0] < 1


def test_no_purchase_is_told_and_broken_lines_are_refused(company):
    empty = category_histories(lines((1, COFFEE, 5, -10)), END)
    assert empty.empty
    with pytest.raises(InsufficientDataError):
        CategoryModels.fit(empty)
    with pytest.raises(FrameError):
        category_histories(company.drop(columns="margin"), END)
