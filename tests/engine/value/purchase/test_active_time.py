"""Discounted time as a customer, against quadrature and simulated lives."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.clv import continuous_rate
from customer_analytics.value.purchase.active_time import discounted_active_time
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.purchase.residual_lifetime import (
    residual_lifetime,
    survival_if_alive,
)
from scipy.integrate import quad

PARETO = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
MBG = ModifiedBetaGeo(r=0.525, alpha=6.183, a=0.891, b=1.614)
BG = BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426)
CUSTOMERS = pd.DataFrame(
    [(0, 0, 38.86), (2, 30.43, 38.86), (26, 30.86, 31), (3, 2, 39), (2, 30.43, 38.86)],
    columns=["frequency", "recency", "T"],
)


def discounted(model, rate=0.15, horizon=52.0, customers=CUSTOMERS):
    return discounted_active_time(
        model, customers, horizon=horizon, discount_rate_per_year=rate
    )


@pytest.mark.parametrize("model", [PARETO, MBG, BG], ids=lambda m: type(m).__name__)
def test_without_discount_it_is_the_residual_lifetime(model):
    expected = residual_lifetime(model, CUSTOMERS, 52.0).mean
    assert discounted(model, rate=0.0) == pytest.approx(expected)


@pytest.mark.parametrize("model", [PARETO, MBG], ids=lambda m: type(m).__name__)
def test_it_is_the_discounted_integral_of_survival_half_a_month_late(model):
    delta = continuous_rate(0.15)
    alive = model.probability_alive(CUSTOMERS)
    integral = [
        quad(
            lambda t, row=row: float(
                np.exp(-delta * t)
                * survival_if_alive(model, CUSTOMERS.iloc[[row]], [t])[0, 0]
            ),
            0,
            52,
        )[0]
        for row in range(len(CUSTOMERS))
    ]
    half_month = np.exp(-delta * 365.25 / 24 / 7)
    assert discounted(model) == pytest.approx(alive * integral * half_month, rel=1e-3)


def test_it_is_what_simulated_lives_bring():
    """Given (x, t_x, T), mu and death are drawn; the mean of the lives is the time."""
    rng = np.random.default_rng(11)
    size, age, horizon, rate = 400_000, 30.0, 104.0, 0.2
    purchase = rng.gamma(PARETO.r, 1 / PARETO.alpha, size)
    death = rng.exponential(1.0, size) / rng.gamma(PARETO.s, 1 / PARETO.beta, size)
    count = rng.poisson(purchase * np.minimum(death, age))
    last = np.where(
        count > 0,
        np.minimum(death, age) * rng.random(size) ** (1 / np.maximum(count, 1)),
        0,
    )
    history = pd.DataFrame({"frequency": count, "recency": last, "T": age})
    left = np.clip(death - age, 0, horizon)
    month = 365.25 / 12 / 7
    ends = np.append(np.arange(month, horizon, month), horizon)
    lived = np.minimum(left[:, None], ends)
    value = np.diff(lived, axis=1, prepend=0) @ np.exp(-continuous_rate(rate) * ends)
    expected = discounted(PARETO, rate, horizon, history)
    for group in (count == 0, count == 1, count > 1):
        assert value[group].mean() == pytest.approx(expected[group].mean(), rel=0.01)


def test_who_never_leaves_is_there_all_the_time():
    time = discounted(NBD(r=0.385, alpha=12.07), rate=0.0)
    assert time == pytest.approx(np.full(5, 52.0))


def test_equal_histories_have_equal_times_and_no_horizon_none():
    time = discounted(PARETO)
    assert time[1] == time[4]
    assert discounted(PARETO, horizon=0.0).tolist() == [0.0] * 5


def test_order_of_the_rows_and_the_unit_of_time_change_nothing():
    time = discounted(PARETO)
    assert discounted(PARETO, customers=CUSTOMERS[::-1]) == pytest.approx(time[::-1])
    days = CUSTOMERS.assign(recency=7 * CUSTOMERS["recency"], T=7 * CUSTOMERS["T"])
    model = ParetoNBD(PARETO.r, 7 * PARETO.alpha, PARETO.s, 7 * PARETO.beta)
    in_days = discounted_active_time(
        model, days, horizon=364.0, discount_rate_per_year=0.15, time_unit_days=1.0
    )
    assert in_days == pytest.approx(7 * time)


@pytest.mark.parametrize("horizon", [-1.0, float("nan"), float("inf")])
def test_an_impossible_horizon_is_refused(horizon):
    with pytest.raises(FrameError):
        discounted(PARETO, horizon=horizon)
