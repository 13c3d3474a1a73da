"""Natural breaks: the published example, brute force, limits, a million values."""

from itertools import combinations

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.classification.classes import band_ranks
from customer_analytics.value.classification.natural_breaks import (
    goodness_of_variance_fit,
    natural_break_bounds,
)

JENKSPY = np.array([1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3])


def test_example_of_the_jenkspy_readme():
    """Breaks [1.2, 2.3, 5.0, 7.8]: classes end at 2.3, 5.0 and 7.8."""
    bounds = natural_break_bounds(JENKSPY, 3)
    assert bounds.tolist() == [3.9, 7.1]
    ranks = band_ranks(JENKSPY, bounds)
    assert [JENKSPY[ranks == rank].max() for rank in (1, 2, 3)] == [2.3, 5.0, 7.8]
    assert goodness_of_variance_fit(JENKSPY, bounds) == pytest.approx(0.97167, abs=5e-6)


@pytest.mark.parametrize("bands", [2, 3, 4])
def test_no_other_partition_is_better(bands, rng):
    values = np.sort(rng.gamma(1.0, 10.0, 14))
    fit = goodness_of_variance_fit(values, natural_break_bounds(values, bands))
    every = [
        goodness_of_variance_fit(values, np.array(bounds))
        for bounds in combinations(values[1:], bands - 1)
    ]
    assert fit == pytest.approx(max(every))


def test_repeated_values_weigh_as_often_as_they_occur():
    once = np.array([0.0, 4, 5, 9])
    assert natural_break_bounds(once, 2).tolist() in ([4.0], [5.0], [9.0])
    heavy = np.concatenate([np.zeros(50), [4.0, 5.0], np.full(50, 9.0)])
    assert natural_break_bounds(heavy, 3).tolist() == [4.0, 9.0]


def test_fewer_distinct_values_than_bands_leave_lower_bands_empty():
    values = np.array([2.0, 2, 7])
    bounds = natural_break_bounds(values, 4)
    assert len(bounds) == 3
    assert band_ranks(values, bounds).tolist() == [3, 3, 4]


def test_equal_values_share_a_band():
    values = np.full(10, 5.0)
    ranks = band_ranks(values, natural_break_bounds(values, 3))
    assert len(set(ranks.tolist())) == 1


def test_shift_and_scale_do_not_move_customers():
    moved = 1e6 + 1000.0 * JENKSPY
    ranks = band_ranks(JENKSPY, natural_break_bounds(JENKSPY, 3))
    assert band_ranks(moved, natural_break_bounds(moved, 3)).tolist() == ranks.tolist()


def test_a_million_values_keep_the_fit_of_a_sample(rng):
    values = rng.lognormal(4.0, 1.0, 1_000_000)
    bounds = natural_break_bounds(values, 4, is_skewed=True)
    sample = np.log1p(values[:2000])
    exact = natural_break_bounds(sample, 4)
    whole = goodness_of_variance_fit(sample, np.log1p(bounds))
    assert whole == pytest.approx(goodness_of_variance_fit(sample, exact), abs=2e-3)


def test_money_is_split_by_ratio_at_values_that_occur():
    values = np.array([-3.0, 1, 2, 4, 900, 1000, 1100, 90_000])
    assert natural_break_bounds(values, 2, is_skewed=True).tolist() == [900.0]
    assert natural_break_bounds(values, 2).tolist() == [90_000.0]


def test_missing_values_are_left_out_and_none_is_refused():
    with_gap = np.append(JENKSPY, np.nan)
    assert natural_break_bounds(with_gap, 3).tolist() == [3.9, 7.1]
    with pytest.raises(InsufficientDataError):
        natural_break_bounds(np.array([np.nan]), 3)
    with pytest.raises(FrameError, match="bands"):
        natural_break_bounds(JENKSPY, 1)
