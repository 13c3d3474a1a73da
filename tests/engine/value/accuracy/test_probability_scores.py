"""Scores of probabilities: against definition, ties, limits."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.accuracy.probability_scores import (
    auc,
    brier_score,
    calibration_table,
    log_loss,
)


def test_auc_is_the_share_of_pairs_in_the_right_order(rng):
    outcome = rng.random(200) < 0.3
    score = rng.integers(0, 12, 200) + 3 * outcome
    ahead = score[outcome][:, None] - score[~outcome][None, :]
    expected = ((ahead > 0) + 0.5 * (ahead == 0)).mean()
    assert auc(outcome, score) == pytest.approx(expected)


def test_auc_of_perfect_inverted_and_empty_scores():
    outcome = [0, 0, 1, 1]
    assert auc(outcome, [1, 2, 3, 4]) == 1.0
    assert auc(outcome, [4, 3, 2, 1]) == 0.0
    assert auc(outcome, [7, 7, 7, 7]) == 0.5


def test_auc_needs_both_outcomes():
    assert np.isnan(auc([1, 1], [0.2, 0.8]))
    assert np.isnan(auc([0, 0], [0.2, 0.8]))


def test_brier_score_by_hand():
    assert brier_score([1, 0, 1], [0.8, 0.4, 1.0]) == pytest.approx((0.04 + 0.16) / 3)


def test_brier_score_of_the_base_rate_is_its_variance():
    outcome = np.array([1, 0, 0, 0])
    assert brier_score(outcome, np.full(4, 0.25)) == pytest.approx(0.25 * 0.75)


def test_log_loss_by_hand_and_at_certainty():
    expected = -(np.log(0.8) + np.log(0.6)) / 2
    assert log_loss([1, 0], [0.8, 0.4]) == pytest.approx(expected)
    assert log_loss([1, 0], [1.0, 0.0]) == pytest.approx(0.0, abs=1e-12)
    assert 30 < log_loss([1], [0.0]) < 40


def test_calibration_of_true_probabilities_is_the_diagonal(rng):
    probability = rng.random(100_000)
    outcome = rng.random(100_000) < probability
    table = calibration_table(outcome, probability)
    assert len(table) == 10
    assert table["count"].tolist() == [10_000] * 10
    assert table["observed"].to_numpy() == pytest.approx(table["predicted"], abs=0.02)
    assert table["predicted"].is_monotonic_increasing


def test_equal_probabilities_stay_in_one_group():
    table = calibration_table([0, 1, 0, 1, 1], [0.2, 0.2, 0.2, 0.2, 0.9], bins=5)
    assert table["count"].tolist() == [4, 1]
    assert table["observed"].tolist() == [0.5, 1.0]


@pytest.mark.parametrize("function", [auc, brier_score, log_loss, calibration_table])
def test_outcomes_are_0_or_1(function):
    with pytest.raises(FrameError, match="outcome: range"):
        function([0, 2], [0.1, 0.9])
    with pytest.raises(InsufficientDataError):
        function([], [])
    with pytest.raises(FrameError, match="null"):
        function([0, 1], [0.1, np.nan])


@pytest.mark.parametrize("function", [brier_score, log_loss, calibration_table])
@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_probabilities_are_between_0_and_1(function, value):
    with pytest.raises(FrameError, match="probability: range"):
        function([0, 1], [0.1, value])


def test_a_score_for_ranking_may_be_any_number():
    assert auc([0, 1], [-300.0, 12.5]) == 1.0
