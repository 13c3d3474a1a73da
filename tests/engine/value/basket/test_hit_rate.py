"""Suggestions against popularity, out of sample, on customers of known taste."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.intervals import paired_difference
from customer_analytics.value.basket.hit_rate import hit_rate

SPLIT = np.datetime64("2024-06-30")
DAY = pd.Timestamp("2024-01-01")


def company(rng, customers, items, tastes, strength):
    """Purchases of a year: Zipf popularity, each customer of one of some tastes."""
    share = 1 / np.arange(1, items + 1) ** 0.8
    law = np.exp(strength * rng.standard_normal((tastes, items))) * share
    law /= law.sum(axis=1, keepdims=True)
    taste = rng.integers(0, tastes, customers)
    count = rng.poisson(6 * rng.gamma(1.0, 1.0, customers))
    customer = np.repeat(np.arange(customers), count)
    edges = law.cumsum(axis=1)[taste[customer]]
    item = (rng.random((len(customer), 1)) > edges).sum(axis=1)
    day = DAY + pd.to_timedelta(rng.integers(0, 270, len(customer)), unit="D")
    return pd.DataFrame(
        {"customer_id": customer, "item_id": np.minimum(item, items - 1), "day": day}
    )


@pytest.mark.parametrize(
    ("customers", "items", "tastes", "strength", "gain"),
    [(300, 15, 3, 1.5, 0.02), (2000, 15, 3, 1.5, 0.06), (2000, 100, 5, 1.5, 0.05)],
)
def test_known_affinities_beat_popularity(customers, items, tastes, strength, gain):
    found = [
        hit_rate(
            company(np.random.default_rng(seed), customers, items, tastes, strength),
            SPLIT,
        )
        for seed in range(4)
    ]
    assert np.mean([one.difference.estimate for one in found]) > gain
    assert not any(one.is_worse for one in found)
    if customers >= 2000:
        assert all(one.is_better for one in found)


@pytest.mark.parametrize(
    ("customers", "items", "noise"),
    [(40, 10, 0.05), (300, 15, 0.01), (2000, 100, 0.005)],
)
def test_without_affinities_nothing_is_lost(customers, items, noise):
    found = [
        hit_rate(company(np.random.default_rng(seed), customers, items, 1, 0.0), SPLIT)
        for seed in range(6)
    ]
    assert not any(one.is_worse for one in found)
    assert np.mean([one.difference.estimate for one in found]) > -noise


def test_hits_are_counted_on_the_same_customers():
    """All who buy A buy B next; popularity would suggest C."""
    rows = [(c, i, 10) for c in range(100) for i in ((1, 2) if c < 40 else (3, 4))]
    rows += [(c, 3, 20) for c in range(200, 300)]
    rows += [(c, 1, 30) for c in range(300, 310)]
    rows += [(c, 2, 260) for c in range(300, 310)]
    frame = pd.DataFrame(rows, columns=["customer_id", "item_id", "day"])
    frame["day"] = DAY + pd.to_timedelta(frame["day"], unit="D")
    found = hit_rate(frame, SPLIT, count=1)
    assert found.customers == 10
    assert (found.hit_rate, found.popularity_hit_rate) == (1.0, 0.0)
    assert found.difference == paired_difference(10, 0, 10)
    assert found.is_better


def test_new_customers_and_new_items_are_not_judged():
    frame = company(np.random.default_rng(1), 200, 10, 2, 1.0)
    late = pd.DataFrame({"customer_id": [9999, 5], "item_id": [3, 77]})
    late["day"] = pd.Timestamp("2024-09-20")
    with_late = pd.concat([frame, late], ignore_index=True)
    assert hit_rate(with_late, SPLIT) == hit_rate(frame, SPLIT)


def test_a_sample_of_the_customers_can_be_judged():
    frame = company(np.random.default_rng(3), 800, 15, 3, 1.5)
    whole = hit_rate(frame, SPLIT)
    part = hit_rate(frame, SPLIT, max_customers=100, rng=np.random.default_rng(1))
    assert part.customers == 100 < whole.customers
    assert part.hit_rate == pytest.approx(whole.hit_rate, abs=0.15)
    with pytest.raises(FrameError):
        hit_rate(frame, SPLIT, max_customers=100)


def test_nothing_new_is_told():
    frame = company(np.random.default_rng(4), 50, 5, 1, 0.0)
    with pytest.raises(InsufficientDataError):
        hit_rate(frame, np.datetime64("2024-12-31"))
    with pytest.raises(InsufficientDataError):
        hit_rate(frame, np.datetime64("2023-12-31"))
