"""Posterior predictive draws and intervals, against formulas and against simulation."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.clv import (
    continuous_rate,
    discounted_expected_purchases,
)
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.draws import (
    central_limits,
    draw_counts,
    parameter_blocks,
)
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.purchase.predictive import (
    predictive_interval,
    simulate_purchases,
)
from customer_analytics.value.rows import summary_rows
from simulation import simulate_beta_geometric, simulate_pareto_nbd

FAMILIES = [BetaGeo, ModifiedBetaGeo, ParetoNBD, NBD]
TRUTH = {
    BetaGeo: (2.0, 2.0, 0.8, 12.0),
    ModifiedBetaGeo: (2.0, 2.0, 0.8, 12.0),
    ParetoNBD: (2.0, 2.0, 1.2, 60.0),
    NBD: (2.0, 2.0),
}
every_family = pytest.mark.parametrize("family", FAMILIES)


def simulate(family, size, seed=3):
    """Active customers: one purchase a week, aged 20 to 60 weeks, 30 weeks ahead."""
    rng = np.random.default_rng(seed)
    age = rng.integers(140, 420, size) / 7.0
    if family in (NBD, ParetoNBD):
        story = TRUTH[family] if family is ParetoNBD else (*TRUTH[NBD], 1.0, 1e9)
        return simulate_pareto_nbd(story, age, 30.0, rng)
    return simulate_beta_geometric(
        TRUTH[family], age, 30.0, rng, first_occasion=family.first_occasion
    )


HISTORIES = pd.DataFrame(
    [(0, 0, 39), (2, 30.43, 38.86), (26, 30.86, 31), (7, 5, 38), (0, 0, 0)],
    columns=["frequency", "recency", "T"],
    dtype=float,
)
MODELS = [
    BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426),
    ModifiedBetaGeo(r=0.525, alpha=6.183, a=0.891, b=1.614),
    ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669),
    NBD(r=0.385, alpha=12.07),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_draws_have_the_mean_and_the_silence_of_the_formulas(model, rng):
    drawn = simulate_purchases(model, HISTORIES, 39.0, draws=100_000, rng=rng)
    error = drawn.std(axis=1) / np.sqrt(drawn.shape[1])
    expected = model.expected_purchases(HISTORIES, 39.0)
    assert np.all(np.abs(drawn.mean(axis=1) - expected) < 4 * error + 1e-9)
    some = model.purchase_probability(HISTORIES, 39.0)
    error = np.sqrt(some * (1 - some) / drawn.shape[1])
    assert np.all(np.abs((drawn > 0).mean(axis=1) - some) < 4 * error + 1e-9)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_draws_discounted_at_their_mean_time_have_the_discounted_expectation(
    model, rng
):
    """Up to (delta * horizon) ** 2 / 24 = .3 %, as stated in ``clv_interval``."""
    rows = summary_rows(HISTORIES)
    counts, times = draw_counts(model, rows, 104.0, 50_000, rng)
    value = counts * np.exp(-continuous_rate(0.15) * times)
    expected = discounted_expected_purchases(
        model,
        rows.take(slice(None)),
        horizon=104.0,
        discount_rate_per_year=0.15,
        period="continuous",
    )
    error = value.std(axis=1) / np.sqrt(value.shape[1])
    assert np.all(np.abs(value.mean(axis=1) - expected) < 4 * error + 0.004 * expected)


def test_draws_are_whole_and_in_the_order_of_the_summary(rng):
    drawn = simulate_purchases(MODELS[2], HISTORIES, 39.0, draws=500, rng=rng)
    assert drawn.shape == (5, 500)
    assert np.all(drawn == np.rint(drawn))
    assert drawn.mean(axis=1).argmax() == 2


def test_customers_with_equal_histories_are_drawn_apart(rng):
    same = pd.concat([HISTORIES.iloc[[1]]] * 2)
    first, second = simulate_purchases(MODELS[2], same, 39.0, draws=2_000, rng=rng)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.1


@every_family
def test_an_80_percent_interval_covers_76_to_84_percent_of_simulated_customers(family):
    """Counts are whole: customers on a limit count in part, as in a randomised test."""
    customers = simulate(family, 4_000)
    model = family(*TRUTH[family])
    drawn = simulate_purchases(
        model, customers, 30.0, draws=400, rng=np.random.default_rng(1)
    )
    actual = customers["future"].to_numpy()[:, None]
    place = (drawn < actual).mean(axis=1)
    tied = (drawn == actual).mean(axis=1)
    place += tied * np.random.default_rng(2).random(len(place))
    coverage = ((place > 0.1) & (place < 0.9)).mean()
    assert 0.78 < coverage < 0.82


@every_family
def test_limits_included_an_interval_holds_at_least_its_level(family):
    customers = simulate(family, 4_000)
    model = family(*TRUTH[family])
    interval = predictive_interval(
        model, customers, 30.0, rng=np.random.default_rng(4), level=0.8
    )
    actual = customers["future"].to_numpy()
    assert (actual > interval.upper).mean() < 0.11
    assert (actual < interval.lower).mean() < 0.11
    assert ((actual >= interval.lower) & (actual <= interval.upper)).mean() > 0.79


def test_wider_levels_give_wider_intervals():
    half, most = (
        predictive_interval(
            MODELS[2], HISTORIES, 39.0, rng=np.random.default_rng(5), level=level
        )
        for level in (0.5, 0.95)
    )
    assert half.level == 0.5
    assert np.all(most.lower <= half.lower) and np.all(most.upper >= half.upper)
    assert np.all(half.lower >= 0)


def test_equal_histories_have_equal_intervals_whatever_the_order():
    twice = pd.concat([HISTORIES, HISTORIES[::-1]], ignore_index=True)
    one = predictive_interval(MODELS[0], HISTORIES, 39.0, rng=np.random.default_rng(6))
    two = predictive_interval(MODELS[0], twice, 39.0, rng=np.random.default_rng(6))
    assert two.upper[:5].tolist() == one.upper.tolist()
    assert two.upper[5:].tolist() == one.upper[::-1].tolist()


def test_the_same_seed_gives_the_same_interval():
    one, two = (
        predictive_interval(MODELS[2], HISTORIES, 39.0, rng=np.random.default_rng(7))
        for _ in range(2)
    )
    assert one.lower.tolist() == two.lower.tolist()
    assert one.upper.tolist() == two.upper.tolist()


def test_uncertain_parameters_widen_what_a_small_company_may_sell(cdnow):
    few = cdnow.sample(30, random_state=8)
    model = ParetoNBD.fit(few, prior=ParetoNBD.weak_prior)
    widths = []
    for parameter_draws in (0, 100):
        drawn = simulate_purchases(
            model,
            few,
            39.0,
            draws=4_000,
            rng=np.random.default_rng(9),
            parameter_draws=parameter_draws,
        )
        widths.append(drawn.sum(axis=0).std())
    assert widths[1] > 1.1 * widths[0]


def test_uncertain_parameters_change_nothing_in_a_large_company(cdnow):
    model = BetaGeo.fit(cdnow)
    plain, drawn = (
        predictive_interval(
            model,
            cdnow,
            39.0,
            rng=np.random.default_rng(10),
            parameter_draws=parameter_draws,
        )
        for parameter_draws in (0, 25)
    )
    assert np.abs(plain.upper - drawn.upper).mean() < 0.15


def test_parameters_can_only_be_drawn_of_a_fitted_model(rng):
    with pytest.raises(FrameError, match="estimate"):
        parameter_blocks((MODELS[0],), 100, 10, rng)


def test_blocks_of_parameters_cover_the_draws(cdnow, rng):
    model = BetaGeo.fit(cdnow.head(100), prior=BetaGeo.weak_prior)
    blocks = parameter_blocks((model,), 101, 10, rng)
    columns = [column for block, _ in blocks for column in range(101)[block]]
    assert columns == list(range(101))
    assert len({drawn.r for _, (drawn,) in blocks}) == 10


def test_central_limits_are_the_inverse_of_the_empirical_law():
    future = np.arange(10.0)[::-1].reshape(1, -1).copy()
    assert central_limits(future, 0.8).ravel().tolist() == [0.0, 8.0]


@pytest.mark.parametrize(
    ("argument", "value"),
    [("level", 0.0), ("level", 1.0), ("draws", 0), ("horizon", -1.0)],
)
def test_absurd_arguments_are_refused(argument, value, rng):
    arguments = {"level": 0.8, "draws": 10, "horizon": 39.0, argument: value}
    with pytest.raises(FrameError, match=argument):
        predictive_interval(
            MODELS[0], HISTORIES, arguments.pop("horizon"), rng=rng, **arguments
        )


@every_family
def test_extreme_histories_have_finite_intervals(family, rng):
    extremes = pd.DataFrame(
        [(0, 0, 0), (0, 0, 1e5), (10_000, 100, 100), (10_000, 1, 3_000)],
        columns=["frequency", "recency", "T"],
        dtype=float,
    )
    interval = predictive_interval(family(*TRUTH[family]), extremes, 52.0, rng=rng)
    assert np.all(np.isfinite(interval.upper))
    assert np.all(interval.lower <= interval.upper)
