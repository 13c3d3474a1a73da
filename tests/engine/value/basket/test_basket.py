"""The basket: breadth, discounts, channel and season of each customer."""

import time
from datetime import date

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.basket.basket import (
    BasketModels,
    category_season_rows,
    item_purchases,
    learn_basket,
    seasons_of,
)
from customer_analytics.value.basket.basket_profile import basket_profile
from customer_analytics.value.basket.category_purchases import (
    category_histories,
    category_indices,
)
from customer_analytics.value.basket.next_best import (
    customer_size,
    item_values,
    next_best,
    offer_rule,
)
from customer_analytics.value.basket.seasonal_prediction import seasonal_predictions

END = date(2024, 12, 31)
COLUMNS = ["customer_id", "product_id", "category_id", "ago", "amount", "discount"]


def lines(*rows, **more):
    """Rows of (customer, product, category, days before the end, amount, discount)."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    day = pd.Timestamp(END) - pd.to_timedelta(frame.pop("ago"), unit="D")
    nobody = dict.fromkeys(("user_id", "team_id", "medium_id"), 0)
    return frame.assign(
        day=day, margin=frame["amount"] * 0.4, **{**nobody, **more}
    ).astype({"amount": float, "discount": float})


def staged(ids, revenue=100.0, returned=0.0):
    return pd.DataFrame(
        {"customer_id": ids, "revenue": revenue, "return_amount": returned}
    )


def no_categories():
    return pd.DataFrame({"customer_id": [], "is_lapsed": np.zeros(0, bool)})


def monthly(frame):
    month = frame["day"].dt.to_period("M").dt.to_timestamp()
    counts = frame.assign(month=month).groupby(["category_id", "month"]).size()
    by_category = counts.rename("purchases").reset_index()
    whole = by_category.groupby("month", as_index=False)["purchases"].sum()
    return pd.concat([by_category, whole.assign(category_id=0)])


def test_breadth_discount_and_returns():
    frame = lines(
        (1, 11, 1, 90, 90, 10), (1, 21, 2, 50, 60, 40), (1, 31, 3, 40, -5, 0),
        (2, 0, 0, 30, 70, 0),
    )  # fmt: skip
    found = basket_profile(
        frame, staged([1, 2, 3], [145, 70, 50], [5, 0, 0]), None, no_categories()
    ).set_index("customer_id")
    assert found["category_count"].tolist() == [2, 0, 0]
    assert found.loc[1, "main_category_id"] == 1
    assert found["main_category_id"].isna().tolist() == [False, True, True]
    assert found.loc[1, "discount_rate"] == pytest.approx(50 / 195)
    assert found.loc[1, "return_rate"] == pytest.approx(5 / 150)
    assert found["discount_rate"].isna().tolist() == [False, True, True]
    assert found["seasonal_peak"].isna().all()


def test_who_sold_most_and_where():
    frame = lines(
        (1, 11, 1, 9, 30, 0), (1, 11, 1, 8, 10, 0), (1, 11, 1, 7, 60, 0),
        user_id=[7, 8, 8], team_id=[4, 4, 0],
    )  # fmt: skip
    found = basket_profile(frame, staged([1]), None, no_categories()).iloc[0]
    assert (found["main_user_id"], found["main_team_id"]) == (8, 4)
    assert found["main_user_share"] == pytest.approx(0.7)
    assert pd.isna(found["main_medium_id"])


def test_lapsed_categories_are_counted():
    lapsed = pd.DataFrame({"customer_id": [1, 1, 2], "is_lapsed": [True, True, False]})
    frame = lines((1, 11, 1, 9, 30, 0), (2, 11, 1, 8, 10, 0))
    found = basket_profile(frame, staged([1, 2]), None, lapsed)
    assert found["category_count_lapsed"].tolist() == [2, 0]


def test_days_on_which_as_much_came_back_bring_no_item():
    frame = lines((1, 11, 1, 9, 30, 0), (1, 11, 1, 9, -30, 0), (1, 12, 1, 9, 5, 0))
    assert item_purchases(frame, "product_id")["item_id"].tolist() == [12]
    assert item_purchases(frame, "category_id")["item_id"].tolist() == [1]


def company(rng, customers, years=3, categories=4, per_customer=20, items=None):
    """Customers of several tastes; the last category is one of the summer."""
    size = customers * per_customer
    customer = np.sort(rng.integers(0, customers, size))
    ago = rng.integers(0, 365 * years, size)
    items = items or 3 * categories
    product = (customer % 5 + 5 * rng.integers(0, items // 5 + 1, size)) % items
    frame = lines(
        *zip(customer, product + 1, product % categories + 1, ago, [50] * size, [0] * size,
             strict=True)
    )  # fmt: skip
    month = frame["day"].dt.month
    is_summer = month.between(5, 9) | (frame["category_id"] != categories)
    return frame[is_summer]


def test_seasons_of_company_category_and_customer(rng):
    frame = company(rng, 120)
    models = learn_basket(frame, monthly(frame), END)
    summer = models.category_seasons[4]
    assert max(summer[5:8]) > 1.5 > 0.5 > summer[0]
    ids = np.append(np.unique(frame["customer_id"]), 99999)
    own = seasons_of(models, frame, ids, END)
    assert own[-1] == pytest.approx(np.array(models.season.index))
    histories = category_histories(frame, END)
    rows = category_season_rows(models, histories, ids, own)
    assert rows[histories["category_id"] == 4, 0].mean() < 0.5
    assert own.shape == (len(ids), 12)
    profile = basket_profile(frame, staged(ids), own, no_categories())
    assert profile["seasonal_peak"].dropna().between(1, 12).all()


def test_a_young_company_has_no_season(rng):
    frame = company(rng, 60, years=1)
    models = learn_basket(frame, monthly(frame), END)
    assert models.season is None
    assert models.months < 24
    ids = np.unique(frame["customer_id"])
    assert (seasons_of(models, frame, ids, END) == 1.0).all()


def test_lines_without_products_teach_the_season_only(rng):
    frame = company(rng, 80).assign(product_id=0, category_id=0)
    models = learn_basket(frame, monthly(frame).query("category_id == 0"), END)
    assert models.season is not None
    assert models.categories is None
    again = BasketModels.from_dict(models.to_dict())
    assert again == models


def test_models_survive_being_written(rng):
    frame = company(rng, 80)
    models = learn_basket(frame, monthly(frame), END)
    again = BasketModels.from_dict(models.to_dict())
    assert again.season == models.season
    assert again.category_seasons == models.category_seasons
    assert again.categories.of(1).parameters == models.categories.of(1).parameters


def test_five_thousand_customers_and_a_thousand_products_take_a_moment(rng):
    """Measured for 100,000 customers in docs/METHODS.md."""
    frame = company(rng, 5000, categories=20, items=1000)
    start = time.perf_counter()
    models = learn_basket(frame, monthly(frame), END)
    ids = np.unique(frame["customer_id"])
    known = staged(ids).assign(
        expected_purchases=3.0, purchase_probability=0.9, probability_alive=0.9,
        next_purchase_date=pd.Timestamp("2025-02-01"),
    )  # fmt: skip
    own = seasons_of(models, frame, ids, END)
    known = seasonal_predictions(known, own, END, 180)
    histories = category_histories(frame, END)
    rows = category_indices(
        histories, models.categories, known,
        category_season_rows(models, histories, ids, own), END, 180,
    )  # fmt: skip
    bought = item_purchases(frame, "product_id")
    values = item_values(frame, "product_id")
    found = next_best(
        offer_rule(bought, np.datetime64(END)), bought, known,
        customer_size(frame, values, "product_id"), values,
        offered=values.index.to_numpy(), count=5,
    )  # fmt: skip
    basket_profile(frame, known, own, rows)
    assert len(found) == 5 * len(ids)
    assert time.perf_counter() - start < 40.0
