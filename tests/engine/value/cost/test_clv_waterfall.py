"""From revenue to lifetime value: sums to the cent, and against simulated futures."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.clv import continuous_rate, discounted_expected_purchases
from customer_analytics.value.clv_interval import clv_interval
from customer_analytics.value.cost.clv_waterfall import (
    ServiceCost,
    clv_limits,
    clv_waterfall,
)
from customer_analytics.value.purchase.active_time import discounted_active_time
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from simulation import simulate_spend

COSTS = ["clv_product_cost", "clv_service_cost", "clv_credit_loss"]
HORIZON, RATE = 52.0, 0.1


def random_parts(rng, size=10_000):
    revenue = rng.gamma(0.5, 900, size)
    return {
        "revenue": revenue,
        "margin_rate": rng.uniform(-0.2, 0.8, size),
        "service": ServiceCost(
            revenue * rng.uniform(0, 0.3, size), rng.gamma(1, 80, size)
        ),
        "credit_loss_rate": rng.uniform(0, 0.05, size),
    }


@pytest.mark.parametrize("decimals", [0, 2, 3])
def test_parts_add_up_to_the_last_decimal(rng, decimals):
    parts = clv_waterfall(**random_parts(rng), decimals=decimals)
    units = {name: np.rint(value * 10**decimals) for name, value in parts.items()}
    for name, value in parts.items():
        assert np.array_equal(value, units[name] / 10**decimals)
    assert np.array_equal(
        units["clv"], units["clv_revenue"] - sum(units[name] for name in COSTS)
    )


def test_rounding_moves_the_value_by_two_cents_at_most(rng):
    given = random_parts(rng)
    exact = (
        given["revenue"] * (given["margin_rate"] - given["credit_loss_rate"])
        - given["service"].purchases
        - given["service"].time
    )
    assert np.abs(clv_waterfall(**given)["clv"] - exact).max() <= 0.02 + 1e-9


def test_without_service_and_losses_it_is_the_margin():
    none = ServiceCost(np.zeros(2), np.zeros(2))
    parts = clv_waterfall(
        np.array([100.0, 0.0]), np.array([0.3, 0.3]), none, np.zeros(2)
    )
    assert parts["clv"].tolist() == [30.0, 0.0]
    assert not np.signbit(np.concatenate(list(parts.values()))).any()


def test_limits_lie_about_the_value_as_those_of_revenue_about_revenue(rng):
    given = random_parts(rng)
    revenue = given["revenue"]
    lower, upper = clv_limits(np.array([revenue, revenue]), **given)
    value = clv_waterfall(**given)["clv"]
    assert np.abs(lower - value).max() <= 0.02 + 1e-9
    assert np.array_equal(lower, upper)
    lower, upper = clv_limits(np.array([0.5 * revenue, 2 * revenue]), **given)
    assert (lower <= upper).all()
    assert (lower <= value + 0.02).all() and (upper >= value - 0.02).all()


def test_nobody_expected_to_buy_still_costs_time():
    given = {
        "revenue": np.zeros(1),
        "margin_rate": np.array([0.3]),
        "service": ServiceCost(np.zeros(1), np.array([12.5])),
        "credit_loss_rate": np.zeros(1),
    }
    assert clv_waterfall(**given)["clv"].tolist() == [-12.5]
    assert clv_limits(np.zeros((2, 1)), **given).tolist() == [[-12.5], [-12.5]]


class Market:
    """Simulated customers, what is expected of them, and what came of it."""

    MODEL = ParetoNBD(r=0.9, alpha=8.0, s=0.6, beta=20.0)
    SPEND = GammaGamma(p=6.0, q=4.0, v=150.0)
    MARGIN, LOSS, PER_PURCHASE, PER_WEEK = 0.4, 0.02, 6.0, 0.5

    def __init__(self, rng, size):
        parameters = (self.MODEL.r, self.MODEL.alpha, self.MODEL.s, self.MODEL.beta)
        lives = simulate_lives(parameters, rng.uniform(10, 60, size), rng)
        value, nu = simulate_spend((6.0, 4.0, 150.0), lives["frequency"], rng)
        self.summary = lives.assign(monetary_value=value)
        self.realised = self._realise(lives, nu, rng)

    def _realise(self, lives, nu, rng):
        """Money of a future: purchases at random moments, time until death."""
        left = np.clip(lives["death"] - lives["T"], 0, HORIZON).to_numpy()
        count = rng.poisson(lives["rate"] * left)
        who = np.repeat(np.arange(len(lives)), count)
        factor = at_month_end(rng.random(len(who)) * left[who])
        net = (
            rng.gamma(6.0, 1 / nu[who]) * (self.MARGIN - self.LOSS) - self.PER_PURCHASE
        )
        value = np.bincount(who, net * factor, minlength=len(lives))
        ends = month_ends()
        lived = np.diff(np.minimum(left[:, None], ends), axis=1, prepend=0)
        return value - self.PER_WEEK * lived @ at_month_end(ends)

    def expected(self):
        how = {"horizon": HORIZON, "discount_rate_per_year": RATE}
        purchases = discounted_expected_purchases(self.MODEL, self.summary, **how)
        time = discounted_active_time(self.MODEL, self.summary, **how)
        size = len(self.summary)
        return {
            "revenue": purchases * self.SPEND.expected_spend(self.summary),
            "margin_rate": np.full(size, self.MARGIN),
            "service": ServiceCost(purchases * self.PER_PURCHASE, time * self.PER_WEEK),
            "credit_loss_rate": np.full(size, self.LOSS),
        }


def simulate_lives(parameters, age, rng):
    """``simulate_pareto_nbd`` with the rate and the moment of death."""
    r, alpha, s, beta = parameters
    size = len(age)
    rate = rng.gamma(r, 1 / alpha, size)
    death = rng.exponential(1.0, size) / rng.gamma(s, 1 / beta, size)
    lived = np.minimum(death, age)
    count = rng.poisson(rate * lived)
    last = lived * rng.random(size) ** (1 / np.maximum(count, 1))
    return pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "frequency": count.astype(float),
            "recency": np.where(count > 0, last, 0.0),
            "T": age,
            "rate": rate,
            "death": death,
        }
    )


def month_ends():
    month = 365.25 / 12 / 7
    return np.append(np.arange(month, HORIZON, month), HORIZON)


def at_month_end(times):
    ends = month_ends()
    moment = ends[np.searchsorted(ends, times - 1e-12)]
    return np.exp(-continuous_rate(RATE) * moment)


def test_the_value_is_the_mean_of_simulated_futures(rng):
    market = Market(rng, 150_000)
    value = clv_waterfall(**market.expected())["clv"]
    frequency = market.summary["frequency"]
    for group in (frequency == 0, frequency.between(1, 3), frequency > 3):
        error = market.realised[group].std() / np.sqrt(group.sum())
        assert abs(market.realised[group].mean() - value[group].mean()) < 4 * error
    assert market.realised.std() / np.sqrt(len(value)) < 0.02 * value.mean()


def test_the_interval_holds_the_simulated_future(rng):
    """Of customers likely to buy, 80 % intervals of CLV hold some 80 %."""
    market = Market(rng, 6_000)
    revenue = clv_interval(
        market.MODEL,
        market.SPEND,
        market.summary,
        horizon=HORIZON,
        discount_rate_per_year=RATE,
        rng=rng,
    )
    lower, upper = clv_limits(
        np.array([revenue.lower, revenue.upper]), **market.expected()
    )
    likely = market.MODEL.purchase_probability(market.summary, HORIZON) > 0.9
    held = (market.realised >= lower) & (market.realised <= upper)
    assert 0.75 <= held[likely].mean() <= 0.87
