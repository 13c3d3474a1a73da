"""Lifetime value: two ways of discounting against each other and against definition."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.clv import (
    DAYS_PER_MONTH,
    continuous_rate,
    customer_lifetime_value,
    discounted_expected_purchases,
    pareto_nbd_dert,
)
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from scipy.special import gammaln, hyperu

PARETO = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)
MODELS = [
    PARETO,
    BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426),
    ModifiedBetaGeo(r=0.525, alpha=6.183, a=0.891, b=1.614),
]
SPEND = GammaGamma(p=6.25, q=3.74, v=15.44)
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
MONTH = DAYS_PER_MONTH / 7.0


def summary(*rows):
    frame = pd.DataFrame(
        rows, columns=["frequency", "recency", "T", "monetary_value"], dtype=float
    )
    frame.insert(0, "customer_id", np.arange(len(frame)))
    return frame


CUSTOMERS = summary(
    (0, 0, 38.86, 0), (2, 30.43, 38.86, 22.35), (26, 30.86, 31, 40), (7, 5, 38, 12)
)


def discounted(model, rows=CUSTOMERS, **options):
    standard = {"horizon": 52.0, "discount_rate_per_year": 0.15, "period": "month"}
    return discounted_expected_purchases(model, rows, **{**standard, **options})


def test_a_yearly_rate_of_15_percent_is_0027_per_week():
    """Fader, Hardie, Lee (2005), iso-value curves: delta = .0027."""
    assert round(continuous_rate(0.15, time_unit_days=7.0), 4) == 0.0027


@every_model
def test_a_year_of_months_is_the_sum_of_its_definition(model):
    """METHODS.md: sum of E[purchases in month k] / (1 + d_month) ** k."""
    monthly = (1 + 0.15) ** (1 / 12) - 1
    ends = MONTH * np.arange(13)
    cumulated = np.array([model.expected_purchases(CUSTOMERS, end) for end in ends])
    factors = (1 + monthly) ** -np.arange(1.0, 13.0)
    expected = factors @ np.diff(cumulated, axis=0)
    found = discounted(model, horizon=12 * MONTH)
    assert found == pytest.approx(expected, rel=1e-9)


@every_model
def test_a_last_incomplete_month_counts_at_the_end_of_the_horizon(model):
    whole = discounted(model, horizon=2 * MONTH)
    half = discounted(model, horizon=2.5 * MONTH)
    extra = model.expected_purchases(CUSTOMERS, 2.5 * MONTH) - model.expected_purchases(
        CUSTOMERS, 2 * MONTH
    )
    expected = whole + extra * 1.15 ** (-2.5 / 12)
    assert half == pytest.approx(expected, rel=1e-9)


@every_model
def test_continuous_discounting_is_the_integral_of_its_definition(model):
    delta = continuous_rate(0.15)
    edges = np.linspace(0.0, 52.0, 401)
    cumulated = np.array([model.expected_purchases(CUSTOMERS, end) for end in edges])
    middle = (edges[1:] + edges[:-1]) / 2
    expected = np.exp(-delta * middle) @ np.diff(cumulated, axis=0)
    found = discounted(model, period="continuous")
    assert found == pytest.approx(expected, rel=1e-6)


@every_model
def test_month_ends_are_worth_half_a_month_less_than_the_moments(model):
    ratio = discounted(model) / discounted(model, period="continuous")
    assert ratio == pytest.approx(np.full(4, 1.15 ** (-0.5 / 12)), rel=1e-3)


@every_model
@pytest.mark.parametrize("period", ["month", "continuous"])
def test_without_discount_it_is_the_number_of_purchases(model, period):
    found = discounted(model, discount_rate_per_year=0.0, period=period)
    expected = model.expected_purchases(CUSTOMERS, 52.0)
    assert found == pytest.approx(expected, rel=1e-9)


@every_model
@pytest.mark.parametrize("period", ["month", "continuous"])
def test_no_horizon_is_worth_nothing(model, period):
    assert discounted(model, horizon=0.0, period=period).tolist() == [0.0] * 4


@every_model
def test_value_grows_with_the_horizon_and_falls_with_the_rate(model):
    by_horizon = [discounted(model, horizon=h) for h in (1.0, 10.0, 52.0, 156.0)]
    assert np.all(np.diff(by_horizon, axis=0) > 0)
    by_rate = [discounted(model, discount_rate_per_year=d) for d in (0.0, 0.1, 0.5)]
    assert np.all(np.diff(by_rate, axis=0) < 0)


@every_model
def test_days_and_weeks_give_the_same_value(model):
    unit = {n: 7.0 for n in model.time_parameters}
    daily = type(model)(**{n: v * unit.get(n, 1) for n, v in model.parameters.items()})
    days = CUSTOMERS.assign(recency=CUSTOMERS["recency"] * 7, T=CUSTOMERS["T"] * 7)
    for period in ("month", "continuous"):
        found = discounted(
            daily, days, horizon=364.0, time_unit_days=1.0, period=period
        )
        assert found == pytest.approx(discounted(model, period=period), rel=1e-9)


# === VALUE IN MONEY === #


@every_model
def test_value_is_purchases_times_spend_times_margin(model):
    options = {"horizon": 52.0, "discount_rate_per_year": 0.15}
    found = customer_lifetime_value(
        model, SPEND, CUSTOMERS, margin_rate=np.array([0.1, 0.2, 0.3, 0.4]), **options
    )
    spend = SPEND.expected_spend(CUSTOMERS)
    expected = discounted(model) * spend * [0.1, 0.2, 0.3, 0.4]
    assert found == pytest.approx(expected)


def test_row_order_does_not_matter():
    options = {"horizon": 52.0, "discount_rate_per_year": 0.15}
    value = customer_lifetime_value(PARETO, SPEND, CUSTOMERS, **options)
    turned = customer_lifetime_value(PARETO, SPEND, CUSTOMERS[::-1], **options)
    assert turned == pytest.approx(value[::-1])


# === DERT === #


def test_dert_is_that_of_fader_hardie_lee_2005_iso_value_curves():
    """With Tricomi's function and the likelihood, as printed."""
    r, alpha, s, beta = PARETO.parameters.values()
    delta = 0.0027
    x, last, age = (CUSTOMERS[n].to_numpy() for n in ("frequency", "recency", "T"))
    likelihood = np.array(
        [PARETO.log_likelihood(CUSTOMERS.iloc[[row]]) for row in range(4)]
    )
    log_top = (
        r * np.log(alpha)
        + s * np.log(beta)
        + (s - 1) * np.log(delta)
        + gammaln(r + x + 1)
        + np.log(hyperu(s, s, delta * (beta + age)))
        - gammaln(r)
        - (r + x + 1) * np.log(alpha + age)
    )
    found = pareto_nbd_dert(PARETO, CUSTOMERS, delta)
    assert found == pytest.approx(np.exp(log_top - likelihood), rel=1e-8)


def test_dert_is_the_limit_of_a_long_horizon():
    delta = continuous_rate(0.15)
    dert = pareto_nbd_dert(PARETO, CUSTOMERS, delta)
    centuries = [discounted(PARETO, horizon=years * 52.18) for years in (20, 60)]
    monthly = 1.15 ** (-0.5 / 12)
    assert centuries[1] == pytest.approx(dert * monthly, rel=1e-3)
    assert np.all(centuries[0] < centuries[1])


@pytest.mark.parametrize("delta", [1e-6, 1e-3, 1.0])
def test_dert_is_finite_for_new_and_heavy_customers(delta):
    rows = summary((0, 0, 0, 0), (10_000, 99, 100, 5), (3, 30, 30, 5))
    dert = pareto_nbd_dert(PARETO, rows, delta)
    assert np.all(np.isfinite(dert)) and np.all(dert > 0)


# === BAD INPUT === #


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("horizon", -1.0),
        ("horizon", np.nan),
        ("discount_rate_per_year", -1.0),
        ("discount_rate_per_year", np.inf),
        ("time_unit_days", 0.0),
        ("period", "week"),
    ],
)
def test_absurd_settings_are_refused(argument, value):
    with pytest.raises(FrameError) as raised:
        discounted(PARETO, **{argument: value})
    assert raised.value.column == argument


@pytest.mark.parametrize("delta", [0.0, -0.1, np.nan])
def test_dert_needs_a_positive_rate(delta):
    with pytest.raises(FrameError):
        pareto_nbd_dert(PARETO, CUSTOMERS, delta)
