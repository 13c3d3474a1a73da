"""Intervals by earlier factors: coverage on a known law, limits, order."""

import json

import numpy as np
import pytest
from customer_analytics.value.accuracy.validation import interval_coverage
from customer_analytics.value.spend.spend_law import SpendLaw


def draw(rng, size, low=0.0, high=1.0):
    probability = rng.uniform(max(low, 0.01), high, size)
    value = rng.gamma(3.0, 10.0, size)
    spend = value * rng.lognormal(-0.32, 0.8, size) * (rng.random(size) < probability)
    return probability, probability * value, spend


@pytest.fixture
def law(rng):
    return SpendLaw.fit(*draw(rng, 40_000))


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_coverage_where_a_purchase_is_likely(law, rng, level):
    probability, expected, spend = draw(rng, 20_000, low=1.02 - level)
    found = law.interval(probability, expected, level=level)
    assert found.level == level
    covered = interval_coverage(spend, found.lower, found.upper)
    assert covered == pytest.approx(level, abs=0.02)


def test_who_hardly_buys_is_expected_to_spend_nothing(law, rng):
    probability, expected, spend = draw(rng, 5000, high=0.2)
    found = law.interval(probability, expected)
    assert (found.upper == 0).all()
    assert interval_coverage(spend, found.lower, found.upper) > 0.8


def test_lower_limit_is_above_zero_for_the_certain_only(law):
    found = law.interval(np.array([0.85, 0.999]), np.array([50.0, 50.0]))
    assert found.lower[0] == 0
    assert found.lower[1] > 0


def test_higher_levels_are_wider(law, rng):
    probability, expected, _ = draw(rng, 1000)
    widths = [
        law.interval(probability, expected, level=level).upper
        for level in (0.5, 0.8, 0.9)
    ]
    assert (widths[0] <= widths[1]).all()
    assert (widths[1] <= widths[2]).all()


def test_unit_of_money(law, rng):
    probability, expected, _ = draw(rng, 100)
    found = law.interval(probability, expected)
    cents = law.interval(probability, 100 * expected)
    np.testing.assert_allclose(cents.upper, 100 * found.upper)


def test_one_buyer_is_enough():
    law = SpendLaw.fit(
        np.array([0.5, 0.5]), np.array([5.0, 5.0]), np.array([0.0, 10.0])
    )
    found = law.interval(np.array([0.9]), np.array([9.0]))
    assert found.upper[0] == pytest.approx(10.0)


def test_equal_probabilities_make_one_group(rng):
    _, expected, spend = draw(rng, 5000)
    law = SpendLaw.fit(np.full(5000, 0.4), expected, spend)
    assert np.isfinite(law.interval(np.full(3, 0.4), np.ones(3)).upper).all()


def test_round_trip_through_json(law):
    assert SpendLaw.from_dict(json.loads(json.dumps(law.to_dict()))) == law
