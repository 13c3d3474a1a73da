"""Suggestions: who gets what, why, and that nothing is offered twice."""

import time

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.basket.recommendation import item_affinity, recommend

DAY = pd.Timestamp("2024-01-01")
PRINTER, PAPER, HAMMER, NAILS, MUG = 10, 20, 30, 40, 50


def bought(*rows):
    """ITEM_PURCHASES from (customer, item, day of 2024)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "item_id", "day"])
    frame["day"] = DAY + pd.to_timedelta(frame["day"].astype(int), unit="D")
    return frame.astype({"customer_id": "int64", "item_id": "int64"})


def shop(size=200):
    """Half buy printers with paper, half hammers with nails; every fifth a mug."""
    rows = []
    for customer in range(size):
        pair = (PRINTER, PAPER) if customer % 2 else (HAMMER, NAILS)
        rows += [(customer, item, customer % 30 + i) for i, item in enumerate(pair)]
        if customer % 5 == 0:
            rows.append((customer, MUG, 40))
    return bought(*rows)


@pytest.fixture(scope="module")
def affinity():
    return item_affinity(shop())


def test_what_goes_with_his_purchases_comes_first(affinity):
    found = recommend(affinity, bought((900, PRINTER, 1), (901, NAILS, 1)))
    first = found[found["rank"] == 1].set_index("customer_id")
    assert first["item_id"].to_dict() == {900: PAPER, 901: HAMMER}
    assert first["reason_item_id"].to_dict() == {900: PRINTER, 901: NAILS}
    assert (first["lift"] > 1.5).all()


def test_nothing_bought_is_suggested_again(affinity):
    history = shop()
    found = recommend(affinity, history, count=5)
    both = found.merge(history, on=["customer_id", "item_id"])
    assert both.empty
    assert found.groupby("customer_id")["item_id"].nunique().min() >= 2


def test_repurchase_on_request():
    """Paper is bought every month, printers once."""
    rows = [(c, PRINTER, c % 30) for c in range(60)]
    rows += [(c, PAPER, c % 30 + 30 * k) for c in range(60) for k in range(6)]
    rows += [(c, MUG, 200 + c) for c in range(0, 60, 3)]
    history = bought(*rows)
    found = recommend(item_affinity(history), history, count=1, include_bought=True)
    assert found["item_id"].eq(PAPER).mean() > 0.9


def test_rates_count_the_purchase_days_after_the_first():
    """Paper on days 1, 2, 4 of 1, 2, 3, 4; the mug, on day 3, is new."""
    found = item_affinity(
        bought((1, PAPER, 1), (1, PAPER, 2), (1, MUG, 3), (1, PAPER, 4))
    )
    mean = (2 + 0.5) / (3 + 1 + 1.0)
    expected = [(2 + 5 * mean) / (3 + 5), (0 + 5 * mean) / (1 + 5)]
    assert found.items.tolist() == [PAPER, MUG]
    assert found.repurchase_rate == pytest.approx(expected)
    assert found.new_item_rate == pytest.approx((1 + 0.5) / (3 + 1))


def test_repurchases_compete_with_new_items_on_one_scale(affinity):
    history = shop()
    found = recommend(affinity, history, count=5, include_bought=True)
    owned = found.merge(history[["customer_id", "item_id"]].drop_duplicates())
    place = np.searchsorted(affinity.items, owned["item_id"])
    assert owned["score"].to_numpy() == pytest.approx(affinity.repurchase_rate[place])
    assert owned["lift"].isna().all()
    new = found[found["lift"].notna()].groupby("customer_id")["score"].sum()
    assert new.to_numpy() == pytest.approx(affinity.new_item_rate)


def test_score_is_a_probability_over_what_is_offered(affinity):
    found = recommend(affinity, bought((900, PRINTER, 1)), count=5)
    assert found["score"].sum() == pytest.approx(1.0)
    assert found["score"].is_monotonic_decreasing
    assert found["rank"].tolist() == [1, 2, 3, 4]


def test_without_a_purchase_the_popular_items_are_suggested(affinity):
    found = recommend(
        affinity, bought((900, MUG, 1)), customers=np.array([77]), count=2
    )
    popular = affinity.items[np.argsort(-affinity.popularity, kind="stable")]
    assert set(found["item_id"]) <= set(popular[:4])
    assert found["lift"].tolist() == [1.0, 1.0]
    assert found["reason_item_id"].isna().all()


def test_customers_come_in_the_order_asked(affinity):
    found = recommend(affinity, shop(), customers=np.array([7, 3, 5]), count=1)
    assert found["customer_id"].tolist() == [7, 3, 5]


def test_a_batch_gets_what_all_get(affinity):
    history = shop()
    whole = recommend(affinity, history)
    part = recommend(affinity, history[history["customer_id"] < 50])
    pd.testing.assert_frame_equal(
        part, whole[whole["customer_id"] < 50].reset_index(drop=True)
    )


def test_row_order_and_repeated_rows_do_not_matter(affinity):
    history = shop()
    mixed = pd.concat([history, history[::3]]).sample(frac=1.0, random_state=1)
    again = item_affinity(mixed)
    assert again.log_lift == pytest.approx(affinity.log_lift)
    pd.testing.assert_frame_equal(recommend(again, mixed), recommend(affinity, history))


def test_who_has_everything_gets_nothing(affinity):
    everything = bought(*((1, i, 1) for i in (PRINTER, PAPER, HAMMER, NAILS, MUG)))
    assert recommend(affinity, everything).empty


def test_the_second_reason_is_another_item():
    rows = [(c, i, 1) for c in range(60) for i in (1, 2, 3)]
    rows += [(c, i, 1) for c in range(100, 160) for i in (4, 5)]
    found = recommend(item_affinity(bought(*rows)), bought((7, 1, 1), (7, 2, 1)))
    best = found.iloc[0]
    assert best["item_id"] == 3
    assert {best["reason_item_id"], best["second_reason_item_id"]} == {1, 2}


def test_items_beyond_the_limit_take_no_part():
    found = item_affinity(shop(), max_items=4)
    assert MUG not in found.items
    only_mug = recommend(found, bought((1, MUG, 1)), count=1)
    assert only_mug["reason_item_id"].isna().all()


def test_ten_customers_are_advised_close_to_popularity():
    rng = np.random.default_rng(2)
    rows = [(c, i, 1) for c in range(10) for i in rng.choice(6, 2, replace=False)]
    found = item_affinity(bought(*rows))
    assert np.abs(found.log_lift).max() < 1.0


@pytest.mark.parametrize("rows", [[], [(1, PAPER, 1)], [(1, PAPER, 1), (2, PAPER, 1)]])
def test_too_few_items_are_told(rows):
    with pytest.raises(InsufficientDataError) as error:
        item_affinity(bought(*rows))
    assert error.value.needed == 2


def test_a_broken_table_is_refused(affinity):
    with pytest.raises(FrameError):
        item_affinity(shop().drop(columns="day"))
    with pytest.raises(FrameError):
        recommend(affinity, shop().assign(item_id="mug"))


def test_equally_popular_items_come_by_identifier():
    history = bought(*((c, i, 1) for c in range(6) for i in (c % 3, 3 + c % 3)))
    found = recommend(item_affinity(history), history[:0], customers=np.array([9]))
    assert found["item_id"].tolist() == [0, 1, 2]


def test_nobody_to_advise(affinity):
    found = recommend(affinity, shop()[:0])
    assert found.empty
    assert "second_reason_item_id" in found.columns


def test_twenty_thousand_customers_and_a_thousand_products_take_a_moment(rng):
    size = 200_000
    share = 1 / np.arange(1, 1001) ** 0.8
    frame = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 20_000, size),
            "item_id": rng.choice(1000, size, p=share / share.sum()),
            "day": DAY + pd.to_timedelta(rng.integers(0, 300, size), unit="D"),
        }
    )
    start = time.perf_counter()
    affinity = item_affinity(frame)
    found = recommend(affinity, frame)
    assert len(found) == 3 * frame["customer_id"].nunique()
    assert time.perf_counter() - start < 30.0
