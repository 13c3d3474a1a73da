"""Bounds by shares of customers, and the band of each: ties, gaps, limits."""

import numpy as np
import pytest
from customer_analytics.value.classification.classes import band_ranks, quantile_bounds

ONE_TO_TEN = np.arange(1.0, 11.0)


@pytest.mark.parametrize(
    "shares, below", [([0.5], [5]), ([0.5, 0.8], [5, 3]), ([0.2, 0.4, 0.9], [2, 2, 5])]
)
def test_as_many_customers_fall_below_a_bound_as_its_share_says(shares, below):
    ranks = band_ranks(ONE_TO_TEN, quantile_bounds(ONE_TO_TEN, shares))
    counts = np.bincount(ranks)[1:]
    assert counts.tolist() == [*below, 10 - sum(below)]


def test_customers_of_one_value_are_never_parted():
    values = np.array([0.0] * 7 + [1.0, 2.0, 3.0])
    ranks = band_ranks(values, quantile_bounds(values, [0.5]))
    assert ranks.tolist() == [1] * 7 + [2] * 3


def test_when_all_are_equal_all_are_in_the_lowest_band():
    values = np.full(20, 3.5)
    assert set(band_ranks(values, quantile_bounds(values, [0.2, 0.5, 0.8]))) == {1}


def test_missing_values_set_no_bound_and_go_to_the_lowest_band():
    values = np.array([np.nan, *ONE_TO_TEN, np.nan])
    bounds = quantile_bounds(values, [0.5])
    assert bounds.tolist() == quantile_bounds(ONE_TO_TEN, [0.5]).tolist()
    assert band_ranks(values, bounds)[[0, -1]].tolist() == [1, 1]


def test_nobody_to_rank_gives_bounds_all_the_same():
    assert quantile_bounds(np.array([np.nan]), [0.5, 0.8]).tolist() == [0.0, 0.0]
    assert band_ranks(np.array([]), np.array([1.0])).size == 0


def test_order_of_customers_does_not_matter():
    values = np.random.default_rng(5).lognormal(size=500)
    bounds = quantile_bounds(values, [0.5, 0.8, 0.95])
    assert (np.diff(bounds) > 0).all()
    np.testing.assert_array_equal(
        quantile_bounds(values[::-1], [0.5, 0.8, 0.95]), bounds
    )
    for factor in (1e-6, 1e6):
        ranks = band_ranks(
            values * factor, quantile_bounds(values * factor, [0.5, 0.8])
        )
        np.testing.assert_array_equal(ranks, band_ranks(values, bounds[:2]))
