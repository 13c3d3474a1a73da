"""Intervals of lifetime value, on simulated customers with known parameters."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.clv import customer_lifetime_value
from customer_analytics.value.clv_interval import clv_interval
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from simulation import simulate_beta_geometric, simulate_pareto_nbd

SPEND = GammaGamma(p=5.0, q=4.0, v=25.0)
TRUTH = {
    BetaGeo: (2.0, 2.0, 0.8, 12.0),
    ModifiedBetaGeo: (2.0, 2.0, 0.8, 12.0),
    ParetoNBD: (2.0, 2.0, 1.2, 60.0),
}
every_family = pytest.mark.parametrize("family", TRUTH)


def simulate(family, size, seed=13):
    """Customers with the mean value of their purchases and what they spend next."""
    rng = np.random.default_rng(seed)
    age = rng.integers(140, 420, size) / 7.0
    if family is ParetoNBD:
        customers = simulate_pareto_nbd(TRUTH[family], age, 30.0, rng)
    else:
        customers = simulate_beta_geometric(
            TRUTH[family], age, 30.0, rng, first_occasion=family.first_occasion
        )
    nu = rng.gamma(SPEND.q, 1.0 / SPEND.v, size)
    past, ahead = customers["frequency"].to_numpy(), customers["future"].to_numpy()
    total = rng.gamma(np.maximum(SPEND.p * past, 1e-9)) / nu
    customers["monetary_value"] = np.where(past > 0, total / np.maximum(past, 1), 0.0)
    spent = rng.gamma(np.maximum(SPEND.p * ahead, 1e-9)) / nu
    customers["spent"] = np.where(ahead > 0, spent, 0.0)
    return customers


def interval_of(model, customers, spend=SPEND, seed=1, **options):
    standard = {"horizon": 30.0, "discount_rate_per_year": 0.0, "period": "continuous"}
    return clv_interval(
        model,
        spend,
        customers,
        rng=np.random.default_rng(seed),
        **{**standard, **options},
    )


@every_family
def test_an_80_percent_interval_covers_76_to_84_percent_of_simulated_customers(family):
    """Those who hardly can buy nothing: for the others "0" alone exceeds the tail."""
    customers = simulate(family, 8_000)
    model = family(*TRUTH[family])
    interval = interval_of(model, customers)
    active = model.purchase_probability(customers, 30.0) > 0.9
    assert active.sum() > 2_000
    spent = customers["spent"].to_numpy()
    inside = (spent >= interval.lower) & (spent <= interval.upper)
    assert 0.77 < inside[active].mean() < 0.83
    assert inside.mean() > 0.78


@every_family
def test_each_tail_holds_a_tenth(family):
    customers = simulate(family, 8_000)
    model = family(*TRUTH[family])
    interval = interval_of(model, customers)
    can_be_above = interval.upper > 0
    spent = customers["spent"].to_numpy()
    assert (spent > interval.upper)[can_be_above].mean() == pytest.approx(
        0.1, abs=0.015
    )


@every_family
def test_interval_holds_the_expected_value_of_active_customers(family):
    customers = simulate(family, 500)
    model = family(*TRUTH[family])
    value = customer_lifetime_value(
        model, SPEND, customers, horizon=30.0, discount_rate_per_year=0.2
    )
    interval = interval_of(
        model, customers, discount_rate_per_year=0.2, period="month", level=0.9
    )
    active = model.purchase_probability(customers, 30.0) > 0.9
    inside = (value >= interval.lower) & (value <= interval.upper)
    assert inside[active].mean() > 0.99


def test_discounting_lowers_the_limits_by_that_of_half_the_horizon():
    """Without dropout purchases lie evenly in the horizon: factor exp(-delta H / 2)."""
    customers = simulate(ParetoNBD, 50)
    plain, continuous, monthly = (
        interval_of(
            NBD(2.0, 2.0),
            customers,
            horizon=104.36,
            period=period,
            discount_rate_per_year=rate,
        ).upper
        for period, rate in (("month", 0.0), ("continuous", 0.3), ("month", 0.3))
    )
    years = 104.36 * 7.0 / 365.25
    assert continuous / plain == pytest.approx(np.full(50, 1.3 ** (-years / 2)))
    assert monthly / continuous == pytest.approx(np.full(50, 1.3 ** (-0.5 / 12)))


@every_family
def test_discounting_never_raises_a_limit(family):
    customers = simulate(family, 50)
    model = family(*TRUTH[family])
    limits = [
        interval_of(model, customers, horizon=104.0, discount_rate_per_year=rate)
        for rate in (0.0, 0.1, 0.3)
    ]
    for low, high in zip(limits[1:], limits[:-1], strict=True):
        assert np.all(low.upper <= high.upper)
        assert np.all(low.lower <= high.lower)


def test_drawing_each_customer_gives_the_intervals_of_the_distinct_rows(cdnow):
    """The factor (v + x m) is exact: both ways draw from the same law."""
    few = cdnow.sort_values("frequency").tail(60)
    model, spend = BetaGeo.fit(cdnow), GammaGamma.fit(cdnow)
    shared, alone = (
        interval_of(model, few, spend, draws=4_000, parameter_draws=draws)
        for draws in (0, 1_000)
    )
    # A thousand parameter vectors of 2,357 customers hardly differ from the estimate.
    assert alone.upper.sum() == pytest.approx(shared.upper.sum(), rel=0.05)
    assert alone.lower.sum() == pytest.approx(shared.lower.sum(), rel=0.25)


@pytest.mark.parametrize(
    ("size", "companies", "least"), [(25, 40, 0.7), (200, 5, 0.75)]
)
def test_intervals_of_small_companies_hold_nearly_what_they_promise(
    size, companies, least
):
    """Parameters estimated on those few customers alone, whose rates the prior misses.

    Of 80 % intervals, .75 held for 25 customers, .77 for 100, .80 for 400 (120, 30 and
    8 simulated companies, customers likely to buy).
    """
    inside = []
    for seed in range(companies):
        customers = simulate(ParetoNBD, size, seed=seed)
        model = ParetoNBD.fit(customers, prior=ParetoNBD.weak_prior)
        spend = GammaGamma.fit(customers, prior=GammaGamma.weak_prior)
        interval = interval_of(model, customers, spend, draws=400, parameter_draws=40)
        spent = customers["spent"].to_numpy()
        active = model.purchase_probability(customers, 30.0) > 0.9
        held = (spent >= interval.lower) & (spent <= interval.upper)
        inside.extend(held[active])
    assert len(inside) > 300
    assert least < np.mean(inside) < 0.87


def test_money_and_margin_scale_the_limits():
    customers = simulate(ParetoNBD, 40)
    model = ParetoNBD(*TRUTH[ParetoNBD])
    plain = interval_of(model, customers)
    margins = np.linspace(0.1, 0.9, 40)
    scaled = interval_of(model, customers, margin_rate=margins)
    assert scaled.upper == pytest.approx(plain.upper * margins)
    rich = customers.assign(monetary_value=customers["monetary_value"] * 100.0)
    richer = interval_of(model, rich, GammaGamma(p=5.0, q=4.0, v=2500.0))
    assert richer.upper == pytest.approx(plain.upper * 100.0)


def test_a_negative_margin_turns_the_limits_around():
    customers = simulate(ParetoNBD, 10)
    interval = interval_of(ParetoNBD(*TRUTH[ParetoNBD]), customers, margin_rate=-0.5)
    assert np.all(interval.lower <= interval.upper)
    assert np.all(interval.upper <= 0)


def test_customers_without_money_get_the_spend_of_all():
    customers = pd.DataFrame(
        {
            "frequency": [3.0, 3.0],
            "recency": [20.0, 20.0],
            "T": [30.0, 30.0],
            "monetary_value": [0.0, 31.0],
        }
    )
    interval = interval_of(BetaGeo(*TRUTH[BetaGeo]), customers, draws=5_000)
    width = interval.upper - interval.lower
    assert np.all(interval.upper > 0)
    assert width[0] > width[1]


def test_row_order_does_not_matter():
    customers = simulate(BetaGeo, 60)
    model = BetaGeo(*TRUTH[BetaGeo])
    plain = interval_of(model, customers)
    turned = interval_of(model, customers[::-1])
    assert turned.upper == pytest.approx(plain.upper[::-1])


def test_no_horizon_is_worth_nothing():
    customers = simulate(BetaGeo, 10)
    interval = interval_of(BetaGeo(*TRUTH[BetaGeo]), customers, horizon=0.0)
    assert interval.lower.tolist() == interval.upper.tolist() == [0.0] * 10


@pytest.mark.parametrize(
    ("argument", "value"),
    [("level", 1.5), ("horizon", np.nan), ("discount_rate_per_year", -2.0)],
)
def test_absurd_arguments_are_refused(argument, value):
    with pytest.raises(FrameError, match=argument):
        interval_of(BetaGeo(*TRUTH[BetaGeo]), simulate(BetaGeo, 3), **{argument: value})
