"""Marks, their standard error, and who is relied on."""

import numpy as np
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.accuracy.forecast_accuracy import (
    calibration_slope,
    customer_marks,
    forecast_accuracy,
    forecast_to_use,
)
from customer_analytics.value.accuracy.forecast_deciles import (
    probability_deciles,
    spend_deciles,
)
from customer_analytics.value.accuracy.forecasts import Forecast
from customer_analytics.value.accuracy.probability_scores import auc


def forecast(name, spend, probability, **limits):
    spend, probability = np.asarray(spend, float), np.asarray(probability, float)
    return Forecast(name, spend, probability, spend, **limits)


@pytest.fixture
def truth(rng):
    """Customers of different pace: probability, purchases, spend."""
    pace = rng.gamma(0.7, 1.0, 4000)
    purchases = rng.poisson(pace)
    return pace, purchases, purchases * 20.0


def test_perfect_forecast_has_100_and_the_mean_has_0(truth):
    _, purchases, spend = truth
    active = purchases > 0
    perfect = forecast("a", spend, np.where(active, 0.99, 0.01))
    alike = forecast("b", np.full(len(spend), spend.mean()), np.full(len(spend), 0.5))
    assert customer_marks(perfect, purchases, spend).mean() == pytest.approx(100.0)
    assert customer_marks(alike, purchases, spend).mean() == pytest.approx(0.0)


def test_mark_is_made_of_the_squared_error_and_of_auc(truth):
    pace, purchases, spend = truth
    some = forecast("a", 20.0 * pace, -np.expm1(-pace))
    found = forecast_accuracy(some, purchases, spend)
    skill = 1.0 - found.rmse**2 / np.var(spend)
    assert found.auc == pytest.approx(auc(purchases > 0, some.probability))
    assert found.mark == pytest.approx(50.0 * (skill + 2.0 * found.auc - 1.0))
    assert np.isnan(found.coverage)
    assert found.to_dict()["coverage"] is None
    assert found.total_error == pytest.approx(20.0 * pace.sum() / spend.sum() - 1.0)


def test_standard_error_is_that_of_repeated_samples(rng):
    """The paired error of two forecasts, against 400 samples of customers."""
    differences, errors = [], []
    for _ in range(400):
        pace = rng.gamma(0.7, 1.0, 400)
        purchases = rng.poisson(pace)
        spend = purchases * 20.0
        good = forecast("a", 20.0 * pace, -np.expm1(-pace))
        blurred = pace * rng.gamma(4.0, 0.25, 400)
        bad = forecast("b", 20.0 * blurred, -np.expm1(-blurred))
        parts = customer_marks(good, purchases, spend) - customer_marks(
            bad, purchases, spend
        )
        differences.append(parts.mean())
        errors.append(parts.std(ddof=1) / np.sqrt(400))
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.25)


def test_first_stays_unless_another_is_clearly_better(truth, rng):
    pace, purchases, spend = truth
    first = forecast("model", 20.0 * pace, -np.expm1(-pace))
    worse = forecast("rule", np.full(len(pace), 14.0), np.full(len(pace), 0.5))
    twin = forecast(
        "twin", 20.0 * pace * rng.gamma(1e6, 1e-6, len(pace)), first.probability
    )
    assert forecast_to_use([first, worse, twin], purchases, spend) == "model"
    assert forecast_to_use([worse, first], purchases, spend) == "model"


def test_without_both_outcomes_there_is_no_mark():
    some = forecast("a", [1.0, 2.0], [0.5, 0.5])
    with pytest.raises(InsufficientDataError):
        customer_marks(some, np.array([1, 1]), np.array([1.0, 2.0]))


def test_calibration_slope_of_true_and_of_overconfident_probabilities(rng):
    odds = rng.normal(size=20_000)
    chance = 1.0 / (1.0 + np.exp(-odds))
    active = rng.random(20_000) < chance
    assert calibration_slope(active, chance) == pytest.approx(1.0, abs=0.06)
    sure = 1.0 / (1.0 + np.exp(-2.0 * odds))
    assert calibration_slope(active, sure) == pytest.approx(0.5, abs=0.04)
    assert np.isnan(calibration_slope(active, np.full(20_000, 0.5)))


def test_deciles_hold_all_customers_and_all_money(truth):
    pace, purchases, spend = truth
    some = forecast("a", 20.0 * pace, -np.expm1(-pace))
    rule = forecast("b", np.full(len(pace), 14.0), np.full(len(pace), 0.5))
    table = spend_deciles(some, rule, spend)
    assert table["decile"].tolist() == list(range(1, 11))
    assert (table["customers"] * table["actual"]).sum() == pytest.approx(spend.sum())
    assert (table["customers"] * table["predicted"]).sum() == pytest.approx(
        some.spend.sum()
    )
    assert (table["baseline"] == 14.0).all()
    assert table["predicted"].is_monotonic_decreasing
    assert table["cumulative_share"].iloc[-1] == pytest.approx(1.0)
    assert table["lift"].mean() == pytest.approx(1.0)
    chances = probability_deciles(some, rule, purchases)
    assert chances["cumulative_share"].iloc[-1] == pytest.approx(1.0)
    assert (chances["actual"] - chances["predicted"]).abs().max() < 0.1
