"""Calibration: known distortions are undone, ranks kept, few cases treated with care."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.accuracy.calibration import (
    ISOTONIC_CASES,
    Calibration,
    fit_calibration,
    is_better,
)
from customer_analytics.value.accuracy.probability_scores import (
    auc,
    calibration_table,
    log_loss,
)
from scipy.special import expit, logit


def distorted(rng, size, slope=1.0, shift=0.0):
    """Outcomes with probability p, of which slope * logit(p) + shift is predicted."""
    truth = rng.beta(1.5, 2.5, size).clip(1e-4, 1 - 1e-4)
    outcome = (rng.random(size) < truth).astype(float)
    return outcome, expit(slope * logit(truth) + shift), truth


def test_platt_finds_a_known_distortion(rng):
    outcome, predicted, _ = distorted(rng, 60_000, slope=2.0, shift=1.0)
    found = fit_calibration(outcome, predicted, isotonic_cases=10**9)
    assert found.method == "platt"
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.intercept == pytest.approx(-0.5, abs=0.03)
    assert found.n_cases == 60_000


def test_platt_sets_the_mean_right(rng):
    outcome, predicted, _ = distorted(rng, 900, shift=-0.8)
    found = fit_calibration(outcome, predicted)
    assert found.method == "platt"
    assert found.apply(predicted).mean() == pytest.approx(outcome.mean(), abs=0.002)


def test_from_1000_cases_on_the_curve_is_free(rng):
    """METHODS.md, F: Platt under 1000 cases, isotonic above."""
    outcome, predicted, _ = distorted(rng, ISOTONIC_CASES)
    assert fit_calibration(outcome, predicted).method == "isotonic"
    assert fit_calibration(outcome[1:], predicted[1:]).method == "platt"


def test_isotonic_undoes_what_no_slope_can(rng):
    truth = rng.random(40_000)
    outcome = (rng.random(40_000) < truth).astype(float)
    predicted = np.where(truth < 0.5, truth**2, 1 - (1 - truth) ** 0.3)
    found = fit_calibration(outcome, predicted)
    assert np.abs(found.apply(predicted) - truth).mean() < 0.02
    straight = fit_calibration(outcome, predicted, isotonic_cases=10**9)
    after = log_loss(outcome, found.apply(predicted))
    assert after < log_loss(outcome, straight.apply(predicted))


def test_isotonic_gives_a_diagonal_calibration_table(rng):
    outcome, predicted, _ = distorted(rng, 50_000, slope=0.5, shift=0.7)
    found = fit_calibration(outcome, predicted).apply(predicted)
    table = calibration_table(outcome, found)
    assert table["observed"].to_numpy() == pytest.approx(
        table["predicted"].to_numpy(), abs=0.025
    )


@pytest.mark.parametrize("size", [400, 20_000])
def test_calibration_keeps_the_ranks(rng, size):
    outcome, predicted, _ = distorted(rng, size, slope=1.7, shift=0.4)
    found = fit_calibration(outcome, predicted).apply(np.sort(predicted))
    assert (np.diff(found) >= 0).all()
    assert auc(outcome, fit_calibration(outcome, predicted).apply(predicted)) == (
        pytest.approx(auc(outcome, predicted), abs=0.003)
    )


def test_nothing_becomes_impossible_or_certain(rng):
    predicted = np.append(np.zeros(800), np.ones(800))
    outcome = predicted.copy()
    for cases in (1, 10**9):
        found = fit_calibration(outcome, predicted, isotonic_cases=cases)
        again = found.apply([0.0, 0.5, 1.0])
        assert 0.0 < again[0] < again[1] < again[2] < 1.0
        assert again[0] < 0.01


def test_right_probabilities_stay_about_what_they_are(rng):
    outcome, predicted, _ = distorted(rng, 100_000)
    for cases in (1, 10**9):
        found = fit_calibration(outcome, predicted, isotonic_cases=cases)
        assert np.abs(found.apply(predicted) - predicted).mean() < 0.01


def test_by_default_nothing_changes():
    values = np.array([0.0, 0.3, 1.0])
    assert Calibration().apply(values).tolist() == values.tolist()


def test_a_calibration_survives_json(rng):
    outcome, predicted, _ = distorted(rng, 2_000)
    for cases in (1, 10**9):
        found = fit_calibration(outcome, predicted, isotonic_cases=cases)
        values = json.loads(json.dumps(asdict(found)))
        values["predicted"] = tuple(values["predicted"])
        values["observed"] = tuple(values["observed"])
        assert Calibration(**values) == found


def test_one_of_each_is_enough_for_an_answer():
    found = fit_calibration([0, 1], [0.4, 0.6]).apply([0.4, 0.6])
    assert 0.0 < found[0] <= found[1] < 1.0


@pytest.mark.parametrize("outcome", [[0, 0], [1, 1]])
def test_both_outcomes_must_have_happened(outcome):
    with pytest.raises(InsufficientDataError, match="each outcome"):
        fit_calibration(outcome, [0.2, 0.3])


def test_broken_input_is_refused():
    with pytest.raises(InsufficientDataError):
        fit_calibration([], [])
    with pytest.raises(FrameError):
        fit_calibration([0, 2], [0.1, 0.2])
    with pytest.raises(FrameError):
        fit_calibration([0, 1], [0.1, 1.2])
    with pytest.raises(FrameError):
        fit_calibration([0, 1], [0.1, np.nan])


# === BETTER THAN BEFORE? === #


def test_the_truth_is_better_than_a_distortion_given_enough_cases(rng):
    outcome, predicted, truth = distorted(rng, 5_000, slope=2.0, shift=0.5)
    assert is_better(outcome, truth, predicted)
    assert not is_better(outcome, predicted, truth)


def test_equal_predictions_are_no_better():
    assert not is_better([0, 1, 1], [0.2, 0.7, 0.6], [0.2, 0.7, 0.6])


def test_a_single_case_proves_nothing():
    assert not is_better([1], [0.9], [0.1])


def test_noise_passes_for_better_about_one_time_in_six(rng):
    """One standard error, one-sided."""
    passed = []
    for _ in range(400):
        outcome, truth, _ = distorted(rng, 300)
        noisy = expit(logit(truth) + rng.normal(0, 0.02))
        passed.append(is_better(outcome, noisy, truth))
    assert 0.08 < np.mean(passed) < 0.24
