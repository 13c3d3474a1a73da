"""Edges that show small customers and giants alike, and never fail."""

import math

import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.histogram import (
    histogram_edges,
    is_skewed,
)


def is_increasing(edges):
    return all(low < high for low, high in zip(edges, edges[1:], strict=False))


@pytest.mark.parametrize(
    "least, greatest, mean",
    [
        (0, 1, 0.5),
        (0, 0, 0),
        (7, 7, 7),
        (-9, -3, 0),
        (-50, 1e7, 200),
        (0, 1e7, 0.02),
        (5, 1e6, 40),
        (0.005, 3, 0.006),
    ],
)
def test_edges_increase_and_hold_every_value(least, greatest, mean):
    edges = histogram_edges(least, greatest, mean, bins=40)
    assert len(edges) == 41
    assert is_increasing(edges)
    assert edges[0] == least
    assert edges[-1] >= greatest


def test_steps_of_money_grow_by_a_factor_and_those_of_shares_are_equal():
    money = histogram_edges(1, 1e6, 100, bins=6)
    factors = [high / low for low, high in zip(money, money[1:], strict=False)]
    assert factors == pytest.approx([10] * 6)
    shares = histogram_edges(0, 1, 0.4, bins=5)
    assert shares == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_customers_who_bring_nothing_have_a_bin_of_their_own():
    edges = histogram_edges(-120, 50_000, 300)
    assert edges[:2] == [-120, 0.01]
    assert edges[2] == pytest.approx(0.3)


def test_a_few_times_the_mean_is_not_skewed():
    assert not is_skewed(9, 1)
    assert is_skewed(11, 1)
    assert not is_skewed(11, 0)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_limits_that_are_no_numbers_are_refused(wrong):
    with pytest.raises(FrameError):
        histogram_edges(0, wrong, 1)
    with pytest.raises(FrameError):
        histogram_edges(0, 1, 1, bins=1)
