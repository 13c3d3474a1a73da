"""Lifetime value by migration against Pfeifer & Carraway (2000)."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.migration import Migration
from customer_analytics.value.classification.migration_value import (
    class_forecast,
    class_value,
    migration_value,
    stop_unprofitable,
)
from customer_analytics.value.classification.transition import transition_matrix

#: NC = 40, M = 4, d = .2; chance to buy at recency 1 to 4; the fifth state is lost.
CHANCES = [0.3, 0.2, 0.15, 0.05]
RECENCY = np.zeros((5, 5))
for state, chance in enumerate(CHANCES):
    RECENCY[state, 0], RECENCY[state, state + 1] = chance, 1.0 - chance
RECENCY[4, 4] = 1.0
REWARDS = np.array([36.0, -4.0, -4.0, -4.0, 0.0])
RATE = 0.2


def fitted(counts, absorbing=()):
    counts = np.asarray(counts, dtype=float)
    states = tuple("abcdefg"[: len(counts)])
    found = Migration(states, counts, np.zeros(len(counts)))
    return transition_matrix(found, absorbing=absorbing)


def test_infinite_horizon_matches_pfeifer_carraway_2000():
    found = migration_value(RECENCY, REWARDS, RATE)
    assert found.round(3).tolist() == [52.320, 5.554, 1.251, -1.820, 0.0]


def test_four_periods_match_pfeifer_carraway_2000():
    found = migration_value(RECENCY, REWARDS, RATE, periods=4)
    assert found.round(3).tolist() == [50.115, 4.220, 0.592, -1.980, 0.0]


def test_stopping_at_recency_4_matches_pfeifer_carraway_2000():
    value, stops = stop_unprofitable(RECENCY, REWARDS, RATE)
    assert value.round(3).tolist() == [53.149, 6.621, 2.644, 0.0, 0.0]
    assert stops.tolist() == [False, False, False, True, False]


def test_long_horizons_approach_the_infinite_one():
    endless = migration_value(RECENCY, REWARDS, RATE)
    assert migration_value(RECENCY, REWARDS, RATE, periods=200) == pytest.approx(
        endless
    )
    assert migration_value(RECENCY, REWARDS, RATE, periods=0) == pytest.approx(REWARDS)


def test_two_states_are_the_margin_multiple():
    """Gupta & Lehmann: first payment plus r / (1 + i - r), METHODS.md, section G."""
    for r, i, multiple in ((0.8, 0.12, 2.50), (0.9, 0.10, 4.50), (0.6, 0.16, 1.07)):
        found = migration_value(np.array([[r, 1 - r], [0, 1]]), [1.0, 0.0], i)
        assert found[0] - 1.0 == pytest.approx(multiple, abs=0.005)


def test_several_matrices_at_once():
    found = migration_value(np.array([RECENCY, np.eye(5)]), REWARDS, RATE)
    assert found.shape == (2, 5)
    assert found[0] == pytest.approx(migration_value(RECENCY, REWARDS, RATE))
    assert found[1] == pytest.approx(REWARDS * 1.2 / 0.2)


def test_stopping_never_lowers_a_value(rng):
    for _ in range(30):
        matrix = rng.dirichlet(np.ones(6), 6)
        money = rng.normal(0.0, 10.0, 6)
        value, stops = stop_unprofitable(matrix, money, 0.15)
        assert (value >= migration_value(matrix, money, 0.15) - 1e-9).all()
        best = np.maximum(money + matrix @ value / 1.15, 0.0)
        assert value == pytest.approx(best)
        assert (value[stops] == 0).all()


def test_where_all_cost_money_one_stops_everywhere():
    value, stops = stop_unprofitable(np.eye(2), [-1.0, -2.0], 0.1)
    assert value.tolist() == [0.0, 0.0]
    assert stops.all()


@pytest.mark.parametrize(
    ("matrix", "money", "rate"),
    [
        ([[0.5, 0.4], [0.0, 1.0]], [1, 0], 0.1),
        ([[1.2, -0.2], [0.0, 1.0]], [1, 0], 0.1),
        ([[0.5, 0.5], [0.0, 1.0]], [1, 0, 0], 0.1),
        ([[0.5, 0.5], [0.0, 1.0]], [1, np.nan], 0.1),
        ([[0.5, 0.5], [0.0, 1.0]], [1, 0], 0.0),
    ],
)
def test_what_cannot_be_is_refused(matrix, money, rate):
    with pytest.raises(FrameError):
        migration_value(np.array(matrix), money, rate)


def test_a_finite_horizon_needs_no_discounting():
    assert migration_value(np.eye(1), [5.0], 0.0, periods=3).tolist() == [20.0]


# === INTERVALS === #

COUNTS = [[70, 20, 10], [15, 60, 25], [0, 0, 0]]


def test_value_by_class_has_an_interval_that_narrows(rng):
    few, many = (
        class_value(fitted(np.array(COUNTS) * k, "c"), [100, 30, 0], 0.1, rng=rng)
        for k in (1, 100)
    )
    for found in (few, many):
        assert (found.lower <= found.value).all() and (found.value <= found.upper).all()
    width = few.upper - few.lower
    assert (many.upper - many.lower)[:2] == pytest.approx(width[:2] / 10, rel=0.3)
    assert few.value[2] == few.upper[2] == 0.0


def test_interval_of_the_value_covers_the_truth():
    truth, money = (
        np.array([[0.7, 0.2, 0.1], [0.15, 0.6, 0.25], [0, 0, 1]]),
        [100, 30, 0],
    )
    real = migration_value(truth, money, 0.1)
    held = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        counts = [rng.multinomial(60, row) for row in truth[:2]] + [[0, 0, 0]]
        found = class_value(fitted(counts, "c"), money, 0.1, rng=rng, draws=200)
        held.append((found.lower <= real) & (real <= found.upper))
    assert 0.66 < np.mean(np.array(held)[:, :2]) < 0.9


# === SIZES === #


def test_forecast_is_the_distribution_plus_the_new_ones(rng):
    matrix = fitted(COUNTS, "c")
    found = class_forecast(matrix, [40, 60, 0], 3, rng=rng, inflow=[0.0, 5.0, 0.0])
    first = matrix.distribution([40, 60, 0], 1) + [0, 5, 0]
    assert found.expected.shape == (4, 3)
    assert found.expected[1] == pytest.approx(first)
    assert found.expected.sum(axis=1) == pytest.approx([100, 105, 110, 115])
    assert (found.lower <= found.upper).all()
    assert found.lower[0].tolist() == [40, 60, 0]


def test_money_of_the_periods(rng):
    found = class_forecast(fitted(COUNTS, "c"), [10, 20, 0], 2, rng=rng)
    assert found.value([100, 30, 0])[0] == 1600


def test_without_customers_nothing_comes(rng):
    found = class_forecast(fitted(COUNTS, "c"), [0, 0, 0], 4, rng=rng)
    assert (found.expected == 0).all() and (found.upper == 0).all()


def test_sizes_really_reached_lie_in_the_interval():
    truth = np.array([[0.7, 0.2, 0.1], [0.15, 0.6, 0.25], [0, 0, 1]])
    held = []
    for seed in range(120):
        rng = np.random.default_rng(seed)
        counts = [rng.multinomial(80, row) for row in truth[:2]] + [[0, 0, 0]]
        sizes = np.array([50, 50, 0])
        found = class_forecast(fitted(counts, "c"), sizes, 3, rng=rng, draws=300)
        for _ in range(3):
            sizes = rng.multinomial(sizes, truth).sum(axis=0)
        held.append((found.lower[3] <= sizes) & (sizes <= found.upper[3]))
    assert 0.75 < np.mean(held) < 0.93
