"""Customer equity: the sum of lifetime values, the customers to come, their intervals."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.clv import customer_lifetime_value
from customer_analytics.value.economics.equity import (
    CustomerEquity,
    EquityEstimate,
    future_equity,
    present_equity,
)
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.lifetime_draws import simulate_lifetime_value
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from simulation import simulate_pareto_nbd, simulate_spend

TRUTH, MONEY = (0.6, 10.0, 0.7, 12.0), (6.0, 4.0, 60.0)


def drawn(rng, customers, futures, common=0.0):
    """Values of mean 100: own luck of sd 50, a common error of sd ``common``."""
    own = 50.0 * rng.standard_normal((customers, futures))
    return 100.0 + own + common * rng.standard_normal(futures)


# === PRESENT CUSTOMERS === #


def test_equity_is_the_sum_of_the_values(rng):
    found = present_equity(np.array([1.0, 2.0, -0.5]), drawn(rng, 3, 50))
    assert found.value == 2.5
    assert found.customers == 3


def test_own_luck_grows_with_the_root_of_the_number(rng):
    found = present_equity(np.full(400, 100.0), drawn(rng, 400, 4000))
    width = found.upper - found.lower
    assert width == pytest.approx(2 * 1.2816 * 50 * np.sqrt(400), rel=0.05)


def test_a_common_error_grows_with_the_number(rng):
    found = present_equity(np.full(400, 100.0), drawn(rng, 400, 4000, common=10.0))
    sd = np.hypot(10.0 * 400, 50 * np.sqrt(400))
    assert found.upper - found.lower == pytest.approx(2 * 1.2816 * sd, rel=0.05)


@pytest.mark.parametrize("common", [0.0, 10.0])
def test_a_sample_of_the_customers_gives_the_interval_of_all(common, rng):
    clv = np.full(4000, 100.0)
    sample = present_equity(clv, drawn(rng, 400, 8000, common))
    sd = np.hypot(common * 4000, 50 * np.sqrt(4000))
    assert sample.upper - sample.lower == pytest.approx(2 * 1.2816 * sd, rel=0.1)


def test_money_in_cents_gives_cents(rng):
    clv, draws = np.full(30, 100.0), drawn(rng, 30, 100)
    euro, cent = present_equity(clv, draws), present_equity(clv * 100, draws * 100)
    assert cent.lower == pytest.approx(euro.lower * 100)
    assert cent.upper == pytest.approx(euro.upper * 100)


def test_customers_without_a_future_are_worth_nothing_for_sure():
    found = present_equity(np.zeros(5), np.zeros((5, 20)))
    assert (found.value, found.lower, found.upper) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("size", [12, 120])
def test_interval_of_the_sum_covers_the_truth(size):
    """Companies of known customers: what they really buy lies in the 80 % interval."""
    held = []
    for seed in range(24):
        rng = np.random.default_rng(seed)
        age = rng.uniform(20, 60, size)
        made = simulate_pareto_nbd(TRUTH, age, 52.0, rng)
        mean, nu = simulate_spend(MONEY, made["frequency"].to_numpy(), rng)
        made["monetary_value"] = mean
        spent = rng.standard_gamma(MONEY[0] * made["future"]) / nu
        model = ParetoNBD.fit(made, prior=ParetoNBD.weak_prior)
        try:
            spend = GammaGamma.fit(made, prior=GammaGamma.weak_prior)
        except InsufficientDataError:
            continue
        options = {"horizon": 52.0, "discount_rate_per_year": 0.0}
        clv = customer_lifetime_value(model, spend, made, **options)
        draws = simulate_lifetime_value(
            model, spend, made, rng=rng, draws=200, parameter_draws=40, **options
        )
        found = present_equity(clv, draws)
        held.append(found.lower <= spent.sum() <= found.upper)
    assert len(held) > 20
    assert 0.6 < np.mean(held) < 0.97


@pytest.mark.parametrize(
    ("clv", "draws", "error"),
    [
        ([], np.zeros((0, 30)), InsufficientDataError),
        ([1.0], np.zeros((1, 19)), InsufficientDataError),
        ([np.nan], np.zeros((1, 30)), FrameError),
        ([1.0], np.full((1, 30), np.inf), FrameError),
    ],
)
def test_unusable_values_are_told(clv, draws, error):
    with pytest.raises(error):
        present_equity(np.array(clv), draws)


# === FUTURE CUSTOMERS === #


def future(acquired, value=100.0, rng=None, **options):
    options = {"months": 12, "discount_rate_per_year": 0.1} | options
    return future_equity(
        acquired, value, rng=rng or np.random.default_rng(7), **options
    )


def test_value_is_rate_times_value_discounted_at_the_end_of_months():
    found = future([10, 12, 8])
    expected = 10 * 100 * sum(1.1 ** (-k / 12) for k in range(1, 13))
    assert found.value == pytest.approx(expected)
    assert found.customers == 120


def test_interval_of_steady_months_is_that_of_poisson_counts():
    """24 months of 50: rate known to 1/sqrt(1200), the year's count to 1/sqrt(600)."""
    found = future([50, 50] * 12, discount_rate_per_year=0.0, draws=40_000)
    sd = 60_000 * np.hypot(1 / np.sqrt(1200), 1 / np.sqrt(600))
    assert found.upper - found.lower == pytest.approx(2 * 1.2816 * sd, rel=0.05)


def test_uneven_months_and_uncertain_values_widen_it():
    even, uneven = future([50] * 6), future([0, 100, 5, 95, 0, 100])
    unsure = future([50] * 6, value_error=30.0)
    width = even.upper - even.lower
    assert uneven.upper - uneven.lower > 2 * width
    assert unsure.upper - unsure.lower > 2 * width
    assert uneven.value == even.value


def test_luck_of_single_customers_counts_where_they_are_few():
    plain, lucky = future([1] * 6), future([1] * 6, value_sd=200.0)
    assert lucky.upper - lucky.lower > 1.5 * (plain.upper - plain.lower)


def test_nobody_won_is_no_proof_of_never():
    found = future([0, 0, 0])
    assert (found.value, found.lower) == (0.0, 0.0)
    assert found.upper > 0.0


def test_no_month_ahead_has_no_value():
    found = future([5, 6], months=0)
    assert (found.value, found.lower, found.upper) == (0.0, 0.0, 0.0)


def test_rate_is_recovered_with_its_coverage():
    held = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        past, ahead = rng.poisson(4.0, 12), rng.poisson(4.0, 12).sum()
        found = future(past, 1.0, rng=rng, discount_rate_per_year=0.0, draws=1000)
        held.append(found.lower <= ahead <= found.upper)
    assert 0.75 < np.mean(held) < 0.9


@pytest.mark.parametrize("acquired", [[-1, 2], [np.nan]])
def test_broken_counts_are_refused(acquired):
    with pytest.raises(FrameError):
        future(acquired)


def test_no_month_is_too_little():
    with pytest.raises(InsufficientDataError):
        future([])


# === BOTH === #


def test_parts_stay_apart_and_add_up():
    present = EquityEstimate(100.0, 70.0, 140.0, 0.8, 12)
    later = EquityEstimate(50.0, 10.0, 80.0, 0.8, 6)
    total = CustomerEquity(present, later).total
    assert total.value == 150.0
    assert total.lower == pytest.approx(150 - 50)
    assert total.upper == pytest.approx(150 + 50)
    assert total.customers == 18
