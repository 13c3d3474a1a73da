"""Next best offers: planted co-purchases, popularity where nothing goes together, money."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.basket.next_best import (
    OfferRule,
    customer_size,
    item_values,
    next_best,
    offer_rule,
)

END = np.datetime64("2024-12-31")
DAY = pd.Timestamp("2024-01-01")


def purchases(rng, customers, pairs, items, follow):
    """Purchases of a year; whoever buys item 2k buys 2k + 1 later with ``follow``."""
    rows = []
    for customer in range(customers):
        favourite = 2 * rng.integers(0, pairs)
        visits = np.sort(rng.choice(366, 12, replace=False))
        for number, day in enumerate(visits):
            item = favourite if number % 3 else rng.integers(0, items)
            rows.append((customer, item, day))
            if number > 5 and rng.random() < follow:
                rows.append((customer, favourite + 1, day))
    frame = pd.DataFrame(rows, columns=["customer_id", "item_id", "day"])
    return frame.assign(day=DAY + pd.to_timedelta(frame["day"], unit="D"))


def known(ids, expected=6.0):
    return pd.DataFrame({"customer_id": ids, "expected_purchases": expected})


def values(items, revenue=100.0, margin=40.0):
    return pd.DataFrame({"revenue": revenue, "margin": margin}, index=np.arange(items))


def offers(rule, frame, customers, items=30, size=None, **options):
    options = {"offered": np.arange(items), "count": 3, **options}
    size = pd.Series(dtype=float) if size is None else size
    return next_best(rule, frame, customers, size, values(items), **options)


def test_planted_pairs_are_found_and_beat_popularity(rng):
    frame = purchases(rng, 400, 10, 30, 0.25)
    rule = offer_rule(frame, END)
    assert not rule.is_popularity
    assert rule.verdict.hit_rate > rule.verdict.popularity_hit_rate + 0.1
    asked = pd.DataFrame({"customer_id": [999] * 2, "item_id": [4, 4], "day": DAY})
    best = offers(rule, asked, known([999])).iloc[0]
    assert (best["item_id"], best["reason_item_id"]) == (5, 4)
    assert best["lift"] > 1.5


def test_where_nothing_goes_together_popularity_is_as_good(rng):
    frame = purchases(rng, 300, 1, 20, 0.0)
    rule = offer_rule(frame, END)
    verdict = rule.verdict
    assert verdict.hit_rate == pytest.approx(verdict.popularity_hit_rate, abs=0.05)
    if verdict.hit_rate < verdict.popularity_hit_rate:
        assert rule.is_popularity


def test_where_popularity_wins_it_is_used_and_says_so(rng, monkeypatch):
    frame = purchases(rng, 100, 5, 20, 0.3)
    rule = offer_rule(frame, END)
    decided = {**rule.to_dict(), "is_popularity": True}
    popular = OfferRule.again(frame, decided)
    assert popular.is_popularity
    found = offers(popular, frame, known(frame["customer_id"].unique()))
    assert found["reason_item_id"].isna().all()
    assert (found["lift"] == 1.0).all()


def test_a_rule_can_be_learnt_again(rng):
    frame = purchases(rng, 200, 8, 30, 0.3)
    rule = offer_rule(frame, END)
    again = OfferRule.again(frame, rule.to_dict())
    ids = known(frame["customer_id"].unique())
    pd.testing.assert_frame_equal(offers(again, frame, ids), offers(rule, frame, ids))


def test_nothing_bought_and_nothing_off_sale_is_offered(rng):
    frame = purchases(rng, 200, 8, 30, 0.3)
    rule = offer_rule(frame, END)
    on_sale = np.arange(0, 30, 2)
    found = offers(
        rule, frame, known(frame["customer_id"].unique()), offered=on_sale, count=5
    )
    assert set(found["item_id"]) <= set(on_sale)
    assert found.merge(frame, on=["customer_id", "item_id"]).empty
    assert found.groupby("customer_id").size().max() == 5


def test_probability_grows_with_the_purchases_to_come(rng):
    frame = purchases(rng, 200, 8, 30, 0.3)
    rule = offer_rule(frame, END)
    ids = frame["customer_id"].unique()
    few, many = (offers(rule, frame, known(ids, n)) for n in (1.0, 10.0))
    assert (few["probability"] < many["probability"]).all()
    assert many["probability"].between(0, 1).all()
    none = offers(rule, frame, known(ids, 0.0))
    assert (none["probability"] == 0).all()
    assert (none["expected_margin"] == 0).all()


def test_probabilities_add_up_to_the_new_items_that_come(rng):
    """In a year like the last one, about as many suggestions are bought as expected."""
    frame = purchases(rng, 1500, 8, 24, 0.15)
    half = pd.Timestamp("2024-07-01")
    past, later = frame[frame["day"] < half], frame[frame["day"] >= half]
    rule = offer_rule(past, half.to_datetime64())
    ids = past["customer_id"].unique()
    visits = later.groupby("customer_id")["day"].nunique().reindex(ids).fillna(0)
    found = offers(rule, past, known(ids, visits.to_numpy()), items=24, count=24)
    bought = found.merge(later.drop_duplicates(["customer_id", "item_id"]))
    assert found["probability"].sum() == pytest.approx(len(bought), rel=0.35)


def lines(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "product_id", "ago", "amount"])
    day = pd.Timestamp(END) - pd.to_timedelta(frame.pop("ago"), unit="D")
    return frame.assign(day=day, margin=frame["amount"] * 0.4)


def test_values_are_means_of_a_customers_day():
    found = item_values(
        lines((1, 5, 9, 60.0), (1, 5, 9, 40.0), (2, 5, 3, 50.0), (2, 6, 3, -10.0)),
        "product_id",
    )
    assert found.loc[5].to_dict() == pytest.approx({"revenue": 75.0, "margin": 30.0})
    assert 6 not in found.index


def test_size_compares_with_others_and_is_drawn_to_one():
    rows = [(1, 5, i, 400.0) for i in range(30)] + [(2, 5, i, 100.0) for i in range(30)]
    frame = lines(*rows, (3, 5, 1, 1000.0))
    size = customer_size(frame, item_values(frame, "product_id"), "product_id")
    assert size[1] / size[2] == pytest.approx(4, rel=0.35)
    assert 1 < size[3] < 2.5


def test_worth_follows_the_customers_size(rng):
    frame = purchases(rng, 60, 4, 12, 0.3)
    rule = offer_rule(frame, END)
    ids = known(frame["customer_id"].unique())
    usual = offers(rule, frame, ids, items=12)
    large = offers(rule, frame, ids, items=12, size=pd.Series({0: 3.0}))
    ratio = (large["expected_revenue"] / usual["expected_revenue"]).to_numpy()
    assert ratio == pytest.approx(np.where(usual["customer_id"] == 0, 3.0, 1.0))


def test_nobody_to_judge_is_told_by_an_absent_verdict():
    frame = pd.DataFrame({"customer_id": [1, 2], "item_id": [1, 2], "day": [DAY, DAY]})
    rule = offer_rule(frame, END)
    assert rule.verdict is None
    assert rule.to_dict()["customers"] == 0
    with pytest.raises(InsufficientDataError):
        offer_rule(frame.assign(item_id=1), END)
