"""Verdicts measure by measure, and that they agree with the figures."""

import numpy as np
import pytest
from customer_analytics.value.accuracy.forecast_accuracy import forecast_accuracy
from customer_analytics.value.accuracy.forecast_comparison import (
    MEASURES,
    compare_forecasts,
)
from customer_analytics.value.accuracy.forecasts import Forecast


def forecast(spend, probability):
    return Forecast("a", spend, probability, spend)


@pytest.fixture
def truth(rng):
    pace = rng.gamma(0.7, 1.0, 3000)
    purchases = rng.poisson(pace)
    return pace, purchases, purchases * 20.0


def test_forecast_is_equal_to_itself(truth):
    pace, purchases, spend = truth
    one = forecast(20.0 * pace, -np.expm1(-pace))
    assert compare_forecasts(one, one, purchases, spend) == dict.fromkeys(
        MEASURES, "equal"
    )


def test_truth_is_better_than_all_alike_and_the_reverse_is_worse(truth):
    pace, purchases, spend = truth
    good = forecast(20.0 * pace, -np.expm1(-pace))
    alike = forecast(np.full(3000, 30.0), np.full(3000, 0.5))
    assert set(compare_forecasts(good, alike, purchases, spend).values()) == {"better"}
    assert set(compare_forecasts(alike, good, purchases, spend).values()) == {"worse"}


def test_better_at_who_and_worse_at_how_much(truth):
    """The case of the story company: the order is right, the level is not."""
    pace, purchases, spend = truth
    high = forecast(32.0 * pace, -np.expm1(-pace))
    flat = forecast(np.minimum(18.0 * pace, 30.0) + 4.0, np.where(pace > 1, 0.8, 0.4))
    found = compare_forecasts(high, flat, purchases, spend)
    assert found["auc"] == "better"
    assert found["total_error"] == "worse"


def test_no_verdict_contradicts_the_figures(truth, rng):
    pace, purchases, spend = truth
    seen = set()
    for _ in range(40):
        pair = []
        for _ in range(2):
            noise = pace * rng.gamma(4.0, 0.25, 3000) ** rng.choice([0.0, 0.3, 1.0])
            pair.append(
                forecast(20.0 * noise * rng.uniform(0.7, 1.4), -np.expm1(-noise))
            )
        found = compare_forecasts(*pair, purchases, spend)
        first, second = (forecast_accuracy(one, purchases, spend) for one in pair)
        gains = {
            "rmse": second.rmse - first.rmse,
            "total_error": abs(second.total_error) - abs(first.total_error),
            "capture": first.capture - second.capture,
            "auc": first.auc - second.auc,
        }
        for name, verdict in found.items():
            seen.add(verdict)
            if verdict != "equal":
                assert (verdict == "better") == (gains[name] > 0), name
    assert seen == {"better", "equal", "worse"}
