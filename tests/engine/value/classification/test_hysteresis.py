"""Hysteresis: noise within the band changes nothing."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.classes import band_ranks
from customer_analytics.value.classification.hysteresis import (
    confirmed_ranks,
    steady_ranks,
)

BOUNDS = np.array([100.0, 1000.0])


def test_noise_within_the_margin_changes_nothing(rng):
    values = np.array([50.0, 100.0, 400.0, 1000.0, 5000.0])
    start = band_ranks(values, BOUNDS)
    held = start
    for _period in range(200):
        noisy = values * rng.uniform(0.951, 1.049, len(values))
        held = steady_ranks(noisy, BOUNDS, held, margin=0.05)
        assert held.tolist() == start.tolist()


def test_without_hysteresis_the_same_noise_flips():
    flipping = band_ranks(np.array([99.0, 101.0]), BOUNDS)
    assert flipping.tolist() == [1, 2]


def test_a_clear_move_is_taken_at_once_over_several_bands():
    values = np.array([2000.0, 10.0])
    found = steady_ranks(values, BOUNDS, np.array([1, 3]), margin=0.1)
    assert found.tolist() == [3, 1]


def test_new_customers_are_ranked_as_they_stand():
    values = np.array([99.0, 101.0, 1001.0])
    found = steady_ranks(values, BOUNDS, np.zeros(3, dtype=int), margin=0.1)
    assert found.tolist() == band_ranks(values, BOUNDS).tolist()


def test_no_margin_is_no_hysteresis(rng):
    values = rng.uniform(0, 2000, 500)
    previous = rng.integers(0, 4, 500)
    found = steady_ranks(values, BOUNDS, previous, margin=0.0)
    assert found.tolist() == band_ranks(values, BOUNDS).tolist()


def test_negative_bounds_widen_to_both_sides():
    found = steady_ranks(
        np.array([-96.0, -104.0]), np.array([-100.0]), np.array([1, 2]), 0.05
    )
    assert found.tolist() == [1, 2]


def test_impossible_margin_is_refused():
    with pytest.raises(FrameError, match="margin"):
        steady_ranks(np.ones(1), BOUNDS, np.ones(1), margin=1.0)


def test_one_month_is_not_confirmed_and_two_are():
    held = np.array([2])
    held = confirmed_ranks(np.array([3]), held, last_ranks=np.array([2]))
    assert held.tolist() == [2]
    held = confirmed_ranks(np.array([3]), held, last_ranks=np.array([3]))
    assert held.tolist() == [3]


def test_alternating_index_never_moves():
    held, last = np.array([2]), np.array([2])
    for now in [1, 3] * 10:
        held = confirmed_ranks(np.array([now]), held, last)
        last = np.array([now])
        assert held.tolist() == [2]


def test_without_a_known_period_before_nobody_moves():
    found = confirmed_ranks(np.array([1, 3]), np.array([2, 2]), np.array([0, 0]))
    assert found.tolist() == [2, 2]
