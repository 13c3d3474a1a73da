"""Back from logarithms to money: Duan (1983), conformal ranks, limits."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.smearing import (
    SignedLog,
    conformal_limits,
    signed_log,
    smeared_mean,
)


def test_forward_and_backward_undo_each_other():
    law = SignedLog(25.0)
    money = np.array([-1e6, -3.0, 0.0, 1e-6, 25.0, 1e9])
    assert law.backward(law.forward(money)) == pytest.approx(money, rel=1e-9)
    assert law.forward(25.0) == pytest.approx(np.log(2))


def test_scale_is_the_median_size_and_follows_the_currency():
    money = np.array([0.0, -10.0, 30.0, 500.0])
    assert signed_log(money).scale == 30.0
    assert signed_log(money * 100).scale == 3000.0
    assert signed_log(np.zeros(3)).scale == 1.0


def test_currency_does_not_change_the_transformed_values():
    money = np.array([5.0, -10.0, 30.0, 500.0])
    euro, cent = signed_log(money), signed_log(money * 100)
    assert cent.forward(money * 100) == pytest.approx(euro.forward(money))


def test_huge_values_stay_finite():
    assert np.isfinite(SignedLog(1.0).backward(np.array([1e4, -1e4]))).all()


def test_smearing_of_one_case_is_the_mean_over_the_residuals():
    law, residuals = SignedLog(10.0), np.array([-1.0, 0.0, 2.0])
    found = smeared_mean(law, np.array([1.5]), 0.5, residuals)
    assert found[0] == pytest.approx(law.backward(1.5 + 0.5 * residuals).mean())


def test_smearing_recovers_the_mean_of_a_lognormal(rng):
    """exp(mu + sd^2/2), far above the scale where the logarithm is plain."""
    residuals = np.sort(rng.standard_normal(100_000))
    found = smeared_mean(SignedLog(1e-6), np.array([14.0]), 1.0, residuals)
    assert found[0] == pytest.approx(1e-6 * np.exp(14.5), rel=0.03)


def test_many_cases_are_interpolated_to_a_millionth():
    residuals = np.linspace(-1, 1, 500)
    mean = np.linspace(-5, 5, 30_001)
    found = smeared_mean(SignedLog(1.0), mean, 1.0, residuals)
    some = smeared_mean(SignedLog(1.0), mean[25_000::50], 1.0, residuals)
    assert found[25_000::50] == pytest.approx(some, rel=1e-5)
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize(
    ("size", "level", "k"), [(9, 0.8, 1), (19, 0.8, 2), (99, 0.8, 10), (99, 0.9, 5)]
)
def test_limits_are_the_ranks_of_conformal_prediction(size, level, k):
    residuals = np.arange(1.0, size + 1.0)
    assert conformal_limits(residuals, level) == (k, size + 1 - k)


@pytest.mark.parametrize("size", [9, 24, 150])
def test_limits_hold_what_they_say_for_any_distribution(size, rng):
    held = []
    for _ in range(3000):
        values = rng.exponential(1.0, size + 1)
        low, high = conformal_limits(np.sort(values[:-1]), 0.8)
        held.append(low <= values[-1] <= high)
    assert 0.78 < np.mean(held) < 0.86


def test_too_few_residuals_reach_further():
    assert conformal_limits(np.array([-1.0, 0.5]), 0.8) == (-2.0, 1.0)


def test_without_residuals_or_level_nothing_is_said():
    with pytest.raises(InsufficientDataError):
        conformal_limits(np.zeros(0), 0.8)
    with pytest.raises(InsufficientDataError):
        smeared_mean(SignedLog(1.0), np.zeros(1), 1.0, np.zeros(0))
    with pytest.raises(FrameError):
        conformal_limits(np.zeros(3), 1.0)
