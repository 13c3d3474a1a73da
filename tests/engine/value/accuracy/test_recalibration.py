"""Maps that put forecasts right: what they learn, and how much of it is believed."""

import json

import numpy as np
import pytest
from customer_analytics.value.accuracy.forecasts import Forecast
from customer_analytics.value.accuracy.probability_scores import log_loss
from customer_analytics.value.accuracy.recalibration import (
    ForecastOutcome,
    Recalibration,
    fit_probability,
    fit_spend_factor,
)
from customer_analytics.value.accuracy.recalibration_trial import (
    recalibrated,
    run_recalibration_trial,
)
from scipy.special import expit


def outcome(size, rng, *, sharpness=1.0, level=1.0):
    """A forecast so many times too sure of itself and its total so many times too high."""
    odds = rng.normal(size=size)
    active = rng.random(size) < expit(odds)
    mean = np.exp(odds) * 100.0
    spent = active * mean / expit(odds) * rng.gamma(4.0, 0.25, size)
    return ForecastOutcome(expit(sharpness * odds), level * mean, active, spent)


def test_thirty_customers_hardly_move_and_thirty_thousand_move_fully(rng):
    moves = {30: [], 30_000: []}
    for size, found in moves.items():
        for _ in range(20 if size == 30 else 2):
            one = outcome(size, rng, sharpness=1.5, level=1.3)
            learnt = fit_probability([one])
            found.append((learnt.slope, fit_spend_factor([one])))
    few, many = (np.mean(moves[size], axis=0) for size in (30, 30_000))
    assert many == pytest.approx([1 / 1.5, 1 / 1.3], abs=0.03)
    assert 0.8 < few[0] < 1.0
    assert 0.85 < few[1] < 1.0


def test_large_company_finds_intercept_and_slope_of_the_truth(rng):
    odds = rng.normal(size=60_000)
    active = rng.random(60_000) < expit(0.3 + 0.7 * odds)
    ones = np.ones(60_000)
    found = fit_probability([ForecastOutcome(expit(odds), ones, active, ones)])
    assert (found.intercept, found.slope) == pytest.approx((0.3, 0.7), abs=0.03)


def test_order_of_customers_stays_and_certainty_is_held(rng):
    chance = np.sort(rng.random(100))
    moved = Recalibration(-0.2, 0.6).probability(chance)
    assert (np.diff(moved) > 0).all()
    extreme = Recalibration(-0.2, 0.6).probability(np.array([0.0, 1.0]))
    assert ((extreme > 0) & (extreme < 1)).all()


def test_slope_never_turns_the_order_round(rng):
    """Even where those who were thought unlikely bought, and the others did not."""
    chance = rng.uniform(0.05, 0.95, 5000)
    active = chance < 0.5
    ones = np.ones(5000)
    found = fit_probability([ForecastOutcome(chance, ones, active, ones)])
    assert found.slope >= 0


def test_periods_that_disagree_are_believed_less(rng):
    high, low = (outcome(20_000, rng, level=level) for level in (1.5, 1 / 1.2))
    alike = fit_spend_factor([high, high])
    apart = fit_spend_factor([high, low])
    assert alike == pytest.approx(1 / 1.5, abs=0.03)
    assert abs(np.log(apart)) < 0.5 * abs(np.log(1.2 / 1.5) / 2)


@pytest.mark.parametrize("spend, spent", [(0.0, 1.0), (1.0, 0.0)])
def test_nothing_foretold_or_spent_teaches_nothing(spend, spent):
    one = ForecastOutcome(
        np.full(4, 0.5),
        np.full(4, spend),
        np.array([1, 0, 1, 0]) > 0,
        np.full(4, spent),
    )
    assert fit_spend_factor([one]) == 1.0


def test_error_of_both_periods_is_put_right(rng):
    earlier, latest = (outcome(3000, rng, sharpness=1.8, level=1.4) for _ in range(2))
    trial = run_recalibration_trial(earlier, latest)
    assert trial.is_probability_used and trial.is_spend_used
    assert trial.total_error == pytest.approx(0.4, abs=0.15)
    before = Forecast("a", latest.spend, latest.probability, latest.spend)
    after = recalibrated(before, trial.judged)
    assert log_loss(latest.active, after.probability) < log_loss(
        latest.active, before.probability
    )
    assert after.spend.sum() / latest.spent.sum() == pytest.approx(1.0, abs=0.1)
    np.testing.assert_array_equal(after.rank, after.spend)


def test_error_that_changed_its_sign_is_left(rng):
    earlier = outcome(3000, rng, sharpness=0.5, level=1 / 1.2)
    latest = outcome(3000, rng, sharpness=1.8, level=1.3)
    trial = run_recalibration_trial(earlier, latest)
    assert not trial.is_probability_used and not trial.is_spend_used
    assert trial.applied.is_identity and trial.judged.is_identity
    assert trial.earlier_total_error < 0 < trial.total_error


def test_right_forecast_is_hardly_ever_changed_and_never_by_much(rng):
    applied = []
    for _ in range(60):
        trial = run_recalibration_trial(outcome(300, rng), outcome(300, rng))
        applied.append(trial.applied)
    assert np.mean([maps.is_identity for maps in applied]) > 0.4
    assert all(0.7 < maps.slope < 1.3 for maps in applied)
    assert all(0.8 < maps.spend_factor < 1.25 for maps in applied)


def test_what_is_applied_is_learnt_from_both_periods(rng):
    earlier = outcome(3000, rng, sharpness=1.6, level=1.2)
    latest = outcome(3000, rng, sharpness=2.0, level=1.5)
    trial = run_recalibration_trial(earlier, latest)
    assert trial.applied.slope < trial.judged.slope
    assert trial.applied.spend_factor < trial.judged.spend_factor


def test_what_is_judged_has_not_seen_the_period_that_judges(rng):
    earlier = outcome(3000, rng, sharpness=1.6, level=1.3)
    latest = outcome(3000, rng, sharpness=2.0, level=1.5)
    judged = run_recalibration_trial(earlier, latest).judged
    alone = fit_probability([earlier])
    assert (judged.intercept, judged.slope) == (alone.intercept, alone.slope)
    assert judged.spend_factor == fit_spend_factor([earlier])


def test_limits_move_with_spend_and_a_rule_keeps_its_order():
    spend, chance = np.array([1.0, 2.0]), np.array([0.4, 0.6])
    rule = Forecast("rule", spend, chance, np.array([9.0, 5.0]), spend / 2, spend * 3)
    found = recalibrated(rule, Recalibration(spend_factor=0.5))
    np.testing.assert_allclose(found.lower, spend / 4)
    np.testing.assert_allclose(found.upper, spend * 1.5)
    np.testing.assert_array_equal(found.rank, [9.0, 5.0])


def test_json_keeps_the_maps():
    maps = Recalibration(0.1, 0.8, 0.9)
    assert Recalibration.from_dict(json.loads(json.dumps(maps.to_dict()))) == maps
