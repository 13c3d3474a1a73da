"""Predictions for customers with a rhythm: exact sums against simulation and k = 1."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.accuracy.probability_scores import auc, brier_score
from customer_analytics.value.purchase.mbgcnbd import CondensedBetaGeo
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.predictive import (
    predictive_interval,
    simulate_purchases,
)
from customer_analytics.value.purchase.waiting_time import next_purchase_quantiles
from customer_analytics.value.rows import summary_rows
from simulation_rhythm import simulate_rhythm

PARAMETERS = (2.0, 3.0, 0.8, 3.0)


@pytest.fixture(scope="module", params=[1, 2, 4])
def world(request):
    """Customers of known parameters, and the model that has them."""
    rng = np.random.default_rng(request.param)
    age = rng.uniform(20, 50, 30_000)
    made = simulate_rhythm(PARAMETERS, request.param, age, 26.0, rng)
    return made, CondensedBetaGeo(*PARAMETERS, regularity=request.param)


def test_probability_alive_is_calibrated(world):
    made, model = world
    alive = model.probability_alive(made)
    assert alive.mean() == pytest.approx(made["alive"].mean(), abs=0.01)
    for low, high in ((0.05, 0.3), (0.3, 0.7), (0.7, 0.95)):
        group = (alive > low) & (alive < high)
        if group.sum() > 200:
            assert made["alive"][group].mean() == pytest.approx(
                alive[group].mean(), abs=0.05
            )


def test_expected_purchases_are_those_that_come(world):
    made, model = world
    expected = model.expected_purchases(made, 26.0)
    assert expected.mean() == pytest.approx(made["future"].mean(), rel=0.03)
    top = expected > np.quantile(expected, 0.9)
    assert expected[top].mean() == pytest.approx(made["future"][top].mean(), rel=0.05)


def test_purchase_probability_is_calibrated(world):
    made, model = world
    chance = model.purchase_probability(made, 6.0)
    buys = (made["wait"] <= 6.0).to_numpy()
    assert chance.mean() == pytest.approx(buys.mean(), abs=0.01)
    for low, high in ((0.2, 0.5), (0.5, 0.8)):
        group = (chance > low) & (chance < high)
        if group.sum() > 300:
            assert buys[group].mean() == pytest.approx(chance[group].mean(), abs=0.05)


def test_draws_have_the_expected_mean_and_probability(world):
    made, model = world
    few = made[:800]
    drawn = simulate_purchases(
        model, few, 26.0, draws=300, rng=np.random.default_rng(1)
    )
    expected = model.expected_purchases(few, 26.0)
    assert drawn.mean() == pytest.approx(expected.mean(), rel=0.02)
    chance = model.purchase_probability(few, 26.0)
    assert (drawn > 0).mean() == pytest.approx(chance.mean(), abs=0.01)


def test_intervals_cover(world):
    made, model = world
    few = made[:4000]
    found = predictive_interval(model, few, 26.0, rng=np.random.default_rng(1))
    inside = (few["future"] >= found.lower) & (few["future"] <= found.upper)
    assert 0.79 < inside.mean() < 0.97


def test_one_step_per_purchase_is_mbg_nbd(world):
    made, _ = world
    few = made[:500]
    one, plain = CondensedBetaGeo(*PARAMETERS), ModifiedBetaGeo(*PARAMETERS)
    assert one.probability_alive(few) == pytest.approx(plain.probability_alive(few))
    for horizon in (0.0, 3.0, 200.0):
        assert one.expected_purchases(few, horizon) == pytest.approx(
            plain.expected_purchases(few, horizon), abs=1e-7
        )
        assert one.purchase_probability(few, horizon) == pytest.approx(
            plain.purchase_probability(few, horizon)
        )
    rows = summary_rows(few)
    for own, other in zip(
        one.rate_if_alive(rows), plain.rate_if_alive(rows), strict=True
    ):
        assert own == pytest.approx(other)


def test_steps_since_the_last_purchase_grow_with_the_silence():
    silent = pd.DataFrame({"frequency": 5.0, "recency": 20.0, "T": [20.0, 24, 30, 60]})
    model = CondensedBetaGeo(*PARAMETERS, regularity=4)
    steps = model.steps_if_alive(summary_rows(silent))
    assert steps.sum(axis=1) == pytest.approx(1.0)
    assert steps[0].tolist() == pytest.approx([1, 0, 0, 0])
    assert (np.diff(steps @ np.arange(4)) > 0).all()


def test_rhythm_tells_who_has_left_better_than_mbg_nbd():
    rng = np.random.default_rng(8)
    made = simulate_rhythm(PARAMETERS, 4, np.full(5000, 40.0), 26.0, rng)
    with_rhythm, plain = CondensedBetaGeo.fit(made), ModifiedBetaGeo.fit(made)
    alive = made["alive"].to_numpy(dtype=float)
    scores = [
        (auc(alive, p), brier_score(alive, p))
        for p in (with_rhythm.probability_alive(made), plain.probability_alive(made))
    ]
    assert scores[0][0] > scores[1][0] + 0.01
    assert scores[0][1] < 0.9 * scores[1][1]


# === WAITING TIME === #


def test_waiting_times_are_the_quantiles_of_silence(world):
    made, model = world
    few = made[:300]
    waits = model.waiting_time(few, (0.1, 0.5, 0.9))
    rows = summary_rows(few)
    distinct = rows.take(rows.inverse)
    for column, level in enumerate((0.1, 0.5, 0.9)):
        silence = model.silence_probability(distinct, waits[:, column])
        assert silence == pytest.approx(1.0 - level, abs=1e-6)
    assert (np.diff(waits, axis=1) > 0).all()


def test_without_rhythm_waiting_times_are_lomax(world):
    made, _ = world
    few = made[:300]
    found = CondensedBetaGeo(*PARAMETERS).waiting_time(few, (0.2, 0.8))
    expected = next_purchase_quantiles(ModifiedBetaGeo(*PARAMETERS), few, (0.2, 0.8))
    assert found == pytest.approx(expected, rel=1e-6)


def test_customers_who_come_again_come_when_they_are_due(world):
    made, model = world
    made = made[:4000]
    stays = np.isfinite(made["wait"].to_numpy())
    waits = model.waiting_time(made[stays], (0.1, 0.9))
    wait = made["wait"][stays].to_numpy()
    assert ((wait >= waits[:, 0]) & (wait <= waits[:, 1])).mean() > 0.77


def test_levels_are_probabilities(world):
    made, model = world
    with pytest.raises(FrameError):
        model.waiting_time(made[:3], (0.0, 0.5))


# === LIMITS === #


def test_silence_begins_at_one_and_ends_at_zero(world):
    made, model = world
    rows = summary_rows(made[:50])
    assert model.silence_probability(rows, 0.0) == pytest.approx(1.0)
    assert (model.silence_probability(rows, 1e9) < 1e-3).all()
    longer = [model.silence_probability(rows, t) for t in (1.0, 5.0, 50.0)]
    assert (np.diff(longer, axis=0) < 0).all()


@pytest.mark.parametrize("k", [1, 3, 12])
def test_extreme_histories_stay_finite(k):
    extreme = pd.DataFrame(
        {
            "frequency": [0.0, 0, 900, 900, 1],
            "recency": [0.0, 0, 899, 30, 1e-6],
            "T": [0.0, 3000, 900, 3000, 3000],
        }
    )
    model = CondensedBetaGeo(*PARAMETERS, regularity=k)
    for values in (
        model.probability_alive(extreme),
        model.expected_purchases(extreme, 300.0),
        model.purchase_probability(extreme, 300.0),
    ):
        assert np.isfinite(values).all() and (values >= 0).all()
    assert model.probability_alive(extreme)[3] < 1e-6
