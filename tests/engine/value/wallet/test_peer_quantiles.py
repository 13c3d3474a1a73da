"""Quantiles among peers: by hand, against scipy's intervals, ideas of a peer compared."""

import numpy as np
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.wallet.peer_quantiles import (
    LEAST_NEIGHBOURS,
    LEAST_PEERS,
    Peers,
    class_quantiles,
    limit_levels,
    neighbour_quantiles,
    peer_losses,
    pooled_quantiles,
    regression_quantiles,
)


def half(_size):
    return [0.5]


def peers(outcome, attributes=None, group=None):
    outcome = np.asarray(outcome, dtype=float)
    size = len(outcome)
    attributes = np.empty((size, 0)) if attributes is None else attributes
    group = np.full(size, -1) if group is None else group
    return Peers(outcome, np.asarray(attributes, float), np.asarray(group))


# === LIMITS OF A QUANTILE === #


def test_limits_of_the_median_match_conover_order_statistics():
    """100 values, 95 %: the 40th and the 60th are the classical limits."""
    point, low, high = limit_levels(0.5, 0.5, 0.5, 0.95)(100)
    assert point == 0.5
    assert (low, high) == pytest.approx((0.40, 0.60))


def test_limits_hold_as_often_as_they_say(rng):
    levels = limit_levels(0.8, 0.8, 0.8, 0.8)(200)
    drawn = np.quantile(rng.random((3_000, 200)), levels[1:], axis=1)
    inside = (drawn[0] <= 0.8) & (drawn[1] >= 0.8)
    assert 0.78 <= inside.mean() <= 0.88


@pytest.mark.parametrize("size", [1, 10, 50, 100_000])
def test_limits_enclose_the_range_and_stay_in_the_sample(size):
    point, low, high = limit_levels(0.9, 0.8, 0.95, 0.8)(size)
    assert 0.0 <= low <= high <= 1.0
    assert point == 0.9
    if size == 100_000:
        assert (low, high) == pytest.approx((0.8, 0.95), abs=0.005)


# === IDEAS OF A PEER === #


def test_everybody_is_a_peer():
    found = pooled_quantiles(peers([1, 2, 3, 4, 100]), peers([0, 0]), half)
    assert found.tolist() == [[3.0], [3.0]]


def test_a_class_has_its_own_quantile():
    group = [0] * LEAST_PEERS + [1] * LEAST_PEERS
    known = peers([1.0] * LEAST_PEERS + [9.0] * LEAST_PEERS, group=group)
    found = class_quantiles(known, peers([0] * 3, group=[1, 0, 1]), half)
    assert found[:, 0].tolist() == [9.0, 1.0, 9.0]


def test_a_class_of_nine_or_none_takes_everybody():
    group = [0] * 30 + [1] * (LEAST_PEERS - 1) + [-1] * 20
    outcome = [1.0] * 30 + [9.0] * 9 + [5.0] * 20
    known = peers(outcome, group=group)
    found = class_quantiles(known, peers([0] * 4, group=[1, -1, 2, 0]), half)
    assert found[:, 0].tolist() == [np.median(outcome)] * 3 + [1.0]


def test_neighbours_are_the_nearest(rng):
    x = rng.uniform(0, 1, (400, 1))
    known = peers(rng.random(400), attributes=x)
    found = neighbour_quantiles(known, known, half)
    nearest = np.argsort(np.abs(x - x.T), axis=1)[:, :LEAST_NEIGHBOURS]
    assert found[:, 0] == pytest.approx(np.median(known.outcome[nearest], axis=1))


def test_a_customer_who_is_no_peer_has_the_neighbours_of_the_most_alike(rng):
    x = rng.uniform(0, 1, (200, 2))
    known = peers(rng.random(200), attributes=x)
    asked = rng.uniform(0, 1, (50, 2))
    found = neighbour_quantiles(known, peers([0] * 50, asked), half)
    alike = ((x - asked[:, None]) ** 2).sum(axis=2).argmin(axis=1)
    assert found.tolist() == neighbour_quantiles(known, known, half)[alike].tolist()


def test_a_tenth_of_many_peers_are_neighbours(rng):
    x = rng.uniform(0, 1, (3_000, 1))
    known = peers(x[:, 0], attributes=x)
    top = neighbour_quantiles(
        known, peers([0], attributes=[[2.0]]), lambda size: [0.0, size / 1000]
    )
    assert top[0, 0] == pytest.approx(np.sort(x[:, 0])[-100])


def test_fewer_peers_than_neighbours_are_all_taken():
    known = peers([1.0, 2.0, 3.0], attributes=[[0.0], [1.0], [2.0]])
    found = neighbour_quantiles(known, peers([0], attributes=[[9.0]]), half)
    assert found.tolist() == [[2.0]]


def test_a_hundred_thousand_customers_ask_fast(rng):
    x = rng.uniform(0, 1, (500, 2))
    known = peers(x[:, 0], attributes=x)
    asked = rng.uniform(0, 1, (100_000, 2))
    found = neighbour_quantiles(known, peers(np.zeros(100_000), asked), half)
    assert np.abs(found[:, 0] - asked[:, 0]).mean() < 0.1


def test_a_line_does_not_leave_what_was_seen(rng):
    x = rng.uniform(0, 1, (200, 1))
    known = peers(3 * x[:, 0], attributes=x)
    found = regression_quantiles(known, peers([0] * 2, [[-50.0], [50.0]]), 0.9)
    assert found == pytest.approx([known.outcome.min(), known.outcome.max()])


# === TRIAL === #


def test_a_line_wins_where_the_truth_is_a_line(rng):
    x = rng.normal(0, 1, (600, 2))
    y = x @ [2.0, -1.0] + rng.normal(0, 0.3, 600)
    losses = peer_losses(peers(y, x), 0.9, rng=rng)
    assert min(losses, key=losses.get) == "regression"
    assert losses["regression"] < losses["neighbours"] < losses["all"]


def test_neighbours_win_where_the_truth_is_bent(rng):
    x = rng.uniform(-3, 3, (1_500, 1))
    y = 4 * np.cos(2 * x[:, 0]) + rng.normal(0, 0.3, 1_500)
    losses = peer_losses(peers(y, x), 0.9, rng=rng)
    assert min(losses, key=losses.get) == "neighbours"


def test_classes_win_where_classes_matter(rng):
    group = rng.integers(0, 5, 500)
    y = 3.0 * group + rng.normal(0, 0.5, 500)
    losses = peer_losses(peers(y, rng.normal(0, 1, (500, 1)), group), 0.9, rng=rng)
    assert min(losses, key=losses.get) == "class"


def test_without_attributes_there_is_neither_line_nor_neighbour(rng):
    losses = peer_losses(peers(rng.random(60)), 0.9, rng=rng)
    assert list(losses) == ["all", "class"]


def test_a_line_needs_ten_peers_per_coefficient(rng):
    table = rng.normal(0, 1, (60, 6))
    losses = peer_losses(peers(rng.random(60), table), 0.9, rng=rng)
    assert list(losses) == ["all", "class", "neighbours"]


def test_a_seed_gives_the_same_trial():
    x = np.random.default_rng(1).normal(0, 1, (80, 1))
    found = [
        peer_losses(peers(x[:, 0], x), 0.9, rng=np.random.default_rng(4))
        for _ in range(2)
    ]
    assert found[0] == found[1]


def test_no_peers_cannot_be_compared():
    with pytest.raises(InsufficientDataError):
        regression_quantiles(peers([1.0], [[1.0]]), peers([0], [[1.0]]), 0.5)
