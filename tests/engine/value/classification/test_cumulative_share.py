"""Bounds by share of the total: who crosses belongs above."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.classes import band_ranks
from customer_analytics.value.classification.cumulative_share import (
    cumulative_share_bounds,
)


def ranks(values, shares):
    data = np.array(values, dtype=float)
    return band_ranks(data, cumulative_share_bounds(data, shares)).tolist()


def test_customer_who_crosses_the_share_belongs_to_a():
    """70 is below 80 % of 100; 20 more cross it: both are A."""
    assert ranks([70, 20, 6, 4], [0.95, 0.8]) == [3, 3, 2, 1]


def test_share_reached_exactly_ends_the_class():
    assert ranks([50, 30, 15, 5], [0.95, 0.8]) == [3, 3, 2, 1]
    assert ranks([0.1] * 8 + [0.05] * 4, [0.8]) == [2] * 8 + [1] * 4


def test_class_never_holds_less_than_its_share(rng):
    values = rng.lognormal(3.0, 1.5, 5000)
    bounds = cumulative_share_bounds(values, [0.95, 0.8])
    for bound, share in zip(bounds, (0.95, 0.8), strict=True):
        held = values[values >= bound]
        assert held.sum() >= share * values.sum()
        assert held.sum() - held.min() < share * values.sum()


def test_negative_values_add_nothing_and_stay_below():
    assert ranks([-50, 0, 60, 40], [0.5]) == [1, 1, 2, 1]


def test_equal_customers_share_a_class():
    assert ranks([7, 7, 7], [0.8]) == [2, 2, 2]


def test_nobody_of_value_means_nobody_above():
    assert ranks([-5, 0, np.nan], [0.95, 0.8]) == [1, 1, 1]
    assert cumulative_share_bounds(np.array([]), [0.8]).shape == (1,)


@pytest.mark.parametrize("share", [0.0, 1.1, np.nan])
def test_impossible_shares_are_refused(share):
    with pytest.raises(FrameError, match="shares"):
        cumulative_share_bounds(np.ones(3), [share])
