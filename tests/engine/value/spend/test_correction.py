"""Factors that lead from a model to a forecast, and what must hold after them."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.accuracy.recalibration import Recalibration
from customer_analytics.value.spend.correction import Correction
from customer_analytics.value.spend.spend_law import SpendLaw


def forecast(**columns):
    frame = {
        "spend": [60.0, 5.0],
        "purchase_value": [30.0, 20.0],
        "probability": [0.8, 0.4],
        "lower": [0.0, 0.0],
        "upper": [90.0, 10.0],
    }
    return pd.DataFrame({**frame, **columns})


MODEL = (np.array([1.0, 0.5]), np.array([25.0, 25.0]))


def test_no_correction_changes_nothing():
    none = Correction.none(2)
    chance = np.array([0.3, 0.7])
    limits = np.array([0.0, 1.0]), np.array([2.0, 5.0])
    np.testing.assert_array_equal(none.purchase_probability(chance), chance)
    np.testing.assert_array_equal(none.purchase_limits(*limits), limits)
    np.testing.assert_array_equal(none.revenue_limits(chance, *limits), limits)


def test_spend_becomes_the_forecast_s_and_purchases_at_least_the_probability():
    found = Correction.towards(forecast(), *MODEL)
    purchases = MODEL[0] * found.purchases
    np.testing.assert_allclose(purchases, [2.0, 0.4])
    np.testing.assert_allclose(purchases * MODEL[1] * found.value, [60.0, 5.0])


def test_limits_keep_their_place_about_discounted_revenue():
    found = Correction.towards(forecast(), *MODEL)
    revenue = np.array([54.0, 4.5])  # a tenth less than spend
    lower, upper = found.revenue_limits(revenue, *MODEL)
    np.testing.assert_allclose(lower, 0.0)
    np.testing.assert_allclose(upper, [81.0, 9.0])


def test_interval_holds_the_corrected_probability():
    found = Correction.towards(forecast(), *MODEL)
    lower, upper = found.probability_limits(
        np.array([0.5, 0.5]), (np.array([0.4, 0.5]), np.array([0.6, 0.5]))
    )
    assert (lower <= [0.8, 0.4]).all()
    assert (upper >= [0.8, 0.4]).all()
    assert lower[0] == pytest.approx(8.0 / 11.0)  # odds 2/3 times 4


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_unknown_value_of_a_purchase_is_the_model_s(value):
    found = Correction.towards(forecast(purchase_value=value), *MODEL)
    np.testing.assert_allclose(MODEL[0] * found.purchases, [60.0 / 25.0, 0.4])


def test_customer_without_a_forecast_keeps_the_model_s_figures():
    rows = forecast().set_index(pd.Index([1, 2])).reindex([1, 3])
    found = Correction.towards(rows, *MODEL)
    assert found.purchases[1] == pytest.approx(1.0)
    assert found.value[1] == pytest.approx(1.0)
    assert np.isfinite(found.purchase_probability(MODEL[0])).all()


def test_nothing_expected_stays_nothing():
    none = np.zeros(2)
    found = Correction.towards(forecast(spend=0.0, probability=0.0), none, MODEL[1])
    np.testing.assert_array_equal(none * found.purchases, none)
    assert np.isfinite(found.purchases).all()


def test_law_gives_limits_on_both_sides_of_the_expectation():
    law = SpendLaw((), (tuple(np.linspace(0.1, 3.0, 106)),))
    found = Correction.by_law(law, np.array([0.9, 0.2]), np.array([50.0, 2.0]), 0.8)
    lower, upper = found.revenue_limits(np.array([50.0, 2.0]), *MODEL)
    assert (lower <= [50.0, 2.0]).all()
    assert (upper >= [50.0, 2.0]).all()


def test_recalibration_moves_purchases_value_and_limits_together():
    expected, value = np.array([3.0, 0.05]), np.array([20.0, 30.0])
    chance = np.array([0.9, 0.045])
    maps = Recalibration(intercept=0.2, slope=0.8, spend_factor=0.7)
    found = Correction.by_recalibration(maps, chance, expected)
    spend = expected * found.purchases * value * found.value
    np.testing.assert_allclose(spend, 0.7 * expected * value)
    moved = found.purchase_probability(chance)
    np.testing.assert_allclose(moved, maps.probability(chance))
    assert (expected * found.purchases >= moved - 1e-12).all()
    lower, upper = found.revenue_limits(spend, np.array([10.0, 0.0]), np.full(2, 90.0))
    np.testing.assert_allclose(lower, [7.0, 0.0])
    np.testing.assert_allclose(upper, [63.0, 63.0])
