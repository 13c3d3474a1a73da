"""Scores of predicted amounts: small sums by hand, ties, limits."""

import dataclasses

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.accuracy import probability_scores, validation
from customer_analytics.value.accuracy.validation import (
    decile_lift,
    holdout_metrics,
    interval_coverage,
    top_share_capture,
)


def test_amounts_by_hand():
    found = holdout_metrics([0, 2, 4, 10], [1, 2, 3, 6])
    assert found.mae == pytest.approx(1.5)
    assert found.rmse == pytest.approx(np.sqrt(18 / 4))
    assert found.correlation == pytest.approx(
        np.corrcoef([0, 2, 4, 10], [1, 2, 3, 6])[0, 1]
    )
    assert (found.total_predicted, found.total_actual) == (12.0, 16.0)


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        holdout_metrics([1], [1]).mae = 0.0


def test_a_constant_prediction_has_no_correlation():
    assert np.isnan(holdout_metrics([0, 2, 4], [1, 1, 1]).correlation)
    assert np.isnan(holdout_metrics([2, 2], [0, 1]).correlation)


def test_capture_by_hand():
    spend = np.array([50.0, 0, 30, 20, 0])
    assert top_share_capture(spend, [5, 4, 3, 2, 1], share=0.4) == pytest.approx(0.5)
    assert top_share_capture(spend, spend, share=0.4) == pytest.approx(0.8)
    assert top_share_capture(spend, [1, 2, 3, 4, 5], share=1.0) == pytest.approx(1.0)


def test_a_part_of_a_customer_counts_in_part():
    assert top_share_capture([80, 20], [2, 1], share=0.75) == pytest.approx(0.9)
    assert top_share_capture([80, 20], [2, 1], share=0.25) == pytest.approx(0.4)


def test_ties_at_the_edge_do_not_depend_on_the_order_of_rows():
    spend, score = np.array([9.0, 1, 0, 0, 0]), np.array([1, 1, 1, 0, 0])
    found = top_share_capture(spend, score, share=0.2)
    assert found == pytest.approx(1 / 3)
    assert top_share_capture(spend[::-1], score[::-1], share=0.2) == found


def test_a_score_without_information_captures_the_share_it_picks(rng):
    spend = rng.gamma(0.3, 100.0, 1_000)
    assert top_share_capture(spend, np.zeros(1_000), 0.2) == pytest.approx(0.2)


def test_nothing_spent_has_no_capture():
    assert np.isnan(top_share_capture([0, 0], [1, 2]))


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, np.nan])
def test_a_share_must_be_a_share(share):
    with pytest.raises(FrameError, match="share"):
        top_share_capture([1.0], [1.0], share)


def test_lift_by_hand():
    table = decile_lift([60, 20, 15, 5], [4, 3, 2, 1], groups=2)
    assert table["count"].tolist() == [2, 2]
    assert table["mean"].tolist() == [40.0, 10.0]
    assert table["lift"].tolist() == pytest.approx([1.6, 0.4])
    assert table["cumulative_share"].tolist() == pytest.approx([0.8, 1.0])


def test_lift_of_ties_is_the_mean_of_the_tie():
    table = decile_lift([60, 20, 15, 5], [1, 1, 1, 1], groups=2)
    assert table["lift"].tolist() == pytest.approx([1.0, 1.0])


def test_ten_groups_of_many_customers_are_of_equal_size(rng):
    spend = rng.gamma(0.3, 100.0, 1_003)
    table = decile_lift(spend, spend)
    assert len(table) == 10
    assert table["count"].max() - table["count"].min() <= 1
    assert table["lift"].is_monotonic_decreasing
    assert table["cumulative_share"].iloc[-1] == pytest.approx(1.0)


def test_fewer_customers_than_groups_and_no_spend():
    assert len(decile_lift([1.0, 2.0], [1.0, 2.0])) == 2
    assert decile_lift([0.0, 0.0], [1.0, 2.0])["lift"].isna().all()


def test_coverage_counts_the_limits():
    assert interval_coverage([1, 2, 3, 4], [1, 0, 4, 0], [2, 2, 5, 3]) == 0.5


def test_scores_of_probabilities_are_offered_here_as_well():
    for name in probability_scores.__all__:
        assert getattr(validation, name) is getattr(probability_scores, name)
        assert name in validation.__all__


@pytest.mark.parametrize("function", [holdout_metrics, top_share_capture, decile_lift])
def test_broken_vectors_are_refused(function):
    with pytest.raises(FrameError, match="null"):
        function([1.0, np.nan], [1.0, 2.0])
    with pytest.raises(FrameError, match="type"):
        function([1.0, 2.0], [1.0])
    with pytest.raises(InsufficientDataError):
        function([], [])
