"""Expected residual lifetime against closed forms, METHODS.md G, and simulation."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.btyd import PurchaseModel
from customer_analytics.value.purchase.mbgcnbd import CondensedBetaGeo
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.purchase.residual_lifetime import (
    expected_renewals,
    residual_lifetime,
    survival_if_alive,
)
from customer_analytics.value.purchase.sbg import ShiftedBetaGeometric
from scipy.integrate import quad
from simulation import simulate_beta_geometric, simulate_pareto_nbd
from simulation_rhythm import simulate_rhythm

PARETO = ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)
BG = BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426)
MBG = ModifiedBetaGeo(r=0.525, alpha=6.183, a=0.891, b=1.614)
MODELS = [PARETO, BG, MBG]


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


CUSTOMERS = history((0, 0, 38.86), (2, 30.43, 38.86), (26, 30.86, 31), (3, 2, 39))


# === CONTRACTS === #


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [(0.668, 3.806, [5.414, 5.901, 6.294]), (0.704, 1.182, [2.964, 4.103, 4.870])],
)
def test_discounted_renewals_are_derl_of_methods_g(a, b, expected):
    """The differences of expected_renewals, discounted, sum to DERL at 10 %."""
    model = ShiftedBetaGeometric(a, b)
    counts = np.array([expected_renewals(model, [1, 2, 3], h) for h in range(1, 400)])
    steps = np.diff(counts, axis=0, prepend=0.0)
    discounted = (steps / 1.1 ** np.arange(399)[:, None]).sum(axis=0)
    fitted_at_three_decimals = pytest.approx(expected, abs=0.012)
    assert discounted == fitted_at_three_decimals


def test_one_renewal_ahead_is_the_retention_rate():
    model = ShiftedBetaGeometric(0.668, 3.806)
    found = expected_renewals(model, np.arange(1, 6), 1)
    assert found == pytest.approx(model.retention_rate(np.arange(1, 6)))


def test_an_equal_risk_is_the_geometric_sum():
    found = expected_renewals(ShiftedBetaGeometric(2000.0, 8000.0), [1, 7], 200)
    assert found == pytest.approx([4.0, 4.0], rel=2e-3)


# === PURCHASE MODELS === #


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("horizon", [1.0, 52.0, 500.0])
def test_mean_is_the_integral_of_survival(model, horizon):
    found = residual_lifetime(model, CUSTOMERS, horizon).mean
    alive = model.probability_alive(CUSTOMERS)
    for i in range(len(CUSTOMERS)):
        one = CUSTOMERS[i : i + 1]
        area, _ = quad(
            lambda t, one=one: survival_if_alive(model, one, [t])[0, 0], 0, horizon
        )
        assert found[i] == pytest.approx(alive[i] * area, rel=1e-7)


def test_survival_of_pareto_nbd_is_a_pareto_law():
    found = survival_if_alive(PARETO, history((0, 0, 20)), [13.0])
    assert found[0, 0] == pytest.approx((31.669 / 44.669) ** 0.606)


def test_survival_of_bg_nbd_is_the_mean_over_beta():
    x, age, t = 3, 39.0, 52.0
    k = x + 2.426

    def integrand(p):
        beta = p ** (0.793 - 1) * (1 - p) ** (k - 1)
        return beta * (1 + p * t / (4.414 + age)) ** -(0.243 + x)

    area, _ = quad(integrand, 0, 1)
    norm, _ = quad(lambda p: p ** (0.793 - 1) * (1 - p) ** (k - 1), 0, 1)
    found = survival_if_alive(BG, history((x, 20.0, age)), [t])
    assert found[0, 0] == pytest.approx(area / norm, rel=1e-6)


@pytest.mark.parametrize("model", [*MODELS, NBD(r=0.5, alpha=4.0)])
def test_survival_starts_at_one_and_falls(model):
    found = survival_if_alive(model, CUSTOMERS, np.linspace(0, 400, 30))
    assert found[:, 0] == pytest.approx(1.0)
    assert (np.diff(found, axis=1) <= 1e-12).all()
    assert (found >= 0).all()


def test_nobody_leaves_in_the_nbd():
    found = residual_lifetime(NBD(r=0.5, alpha=4.0), CUSTOMERS, 52.0)
    assert (found.mean == 52.0).all()
    assert (found.lower == 52.0).all()


@pytest.mark.parametrize("model", MODELS)
def test_interval_holds_the_level_of_the_mixed_law(model):
    found = residual_lifetime(model, CUSTOMERS, 300.0, level=0.6)
    alive = model.probability_alive(CUSTOMERS)
    for limit, probability in ((found.lower, 0.8), (found.upper, 0.2)):
        inner = (limit > 0) & (limit < 300.0)
        for i in np.flatnonzero(inner):
            chance = survival_if_alive(model, CUSTOMERS[i : i + 1], [limit[i]])
            assert alive[i] * chance[0, 0] == pytest.approx(probability, abs=1e-4)
        assert (alive[limit == 0] <= probability).all()
    assert (found.lower <= found.upper).all()


@pytest.mark.parametrize("model", MODELS)
def test_weeks_and_days_give_the_same_time(model):
    daily = history(*(CUSTOMERS * [1, 7, 7]).to_numpy())
    names = [name for name in ("alpha", "beta") if name in model.parameters]
    in_days = type(model)(
        **{n: v * (7 if n in names else 1) for n, v in model.parameters.items()}
    )
    weeks = residual_lifetime(model, CUSTOMERS, 104.0)
    days = residual_lifetime(in_days, daily, 728.0)
    assert days.mean == pytest.approx(weeks.mean * 7)
    assert days.upper == pytest.approx(weeks.upper * 7)


def test_row_order_is_kept():
    order = [2, 0, 3, 1]
    turned = residual_lifetime(BG, CUSTOMERS.iloc[order], 52.0)
    assert turned.mean == pytest.approx(
        residual_lifetime(BG, CUSTOMERS, 52).mean[order]
    )


def test_simulated_lifetimes_of_pareto_nbd(rng):
    """Customers of one history: death beyond T drawn from the model's own story."""
    made = simulate_pareto_nbd((2.0, 10.0, 1.5, 30.0), np.full(60_000, 20.0), 26.0, rng)
    model = ParetoNBD(2.0, 10.0, 1.5, 30.0)
    expected = residual_lifetime(model, made, 26.0).mean
    # Purchases within the horizon come only while alive: rate x time spent alive.
    shape, rate = 2.0 + made["frequency"], 10.0 + made["T"]
    assert (shape / rate * expected).mean() == pytest.approx(
        made["future"].mean(), rel=0.03
    )


def test_simulated_survival_of_mbg_nbd(rng):
    model = ModifiedBetaGeo(2.0, 10.0, 1.0, 3.0)
    age = np.full(80_000, 20.0)
    made = simulate_beta_geometric(
        (2.0, 10.0, 1.0, 3.0), age, 0.0, rng, first_occasion=1
    )
    later = simulate_beta_geometric(
        (2.0, 10.0, 1.0, 3.0), age + 15.0, 0.0, rng, first_occasion=1
    )
    survived = survival_if_alive(model, made, [15.0])[:, 0]
    alive = model.probability_alive(made)
    assert (alive * survived).mean() == pytest.approx(later["alive"].mean(), abs=0.01)


@pytest.mark.parametrize("k", [1, 3])
def test_simulated_survival_of_customers_with_a_rhythm(k, rng):
    truth, age = (2.0, 3.0, 1.0, 6.0), np.full(30_000, 20.0)
    made = simulate_rhythm(truth, k, age, 0.0, rng)
    later = simulate_rhythm(truth, k, age + 15.0, 0.0, rng)
    model = CondensedBetaGeo(*truth, regularity=k)
    survived = survival_if_alive(model, made, [15.0])[:, 0]
    alive = model.probability_alive(made)
    assert (alive * survived).mean() == pytest.approx(later["alive"].mean(), abs=0.02)


# === LIMITS === #


@pytest.mark.parametrize("model", MODELS)
def test_a_new_customer_and_one_of_decades(model):
    found = residual_lifetime(model, history((0, 0, 0), (900, 2000, 2000)), 1e4)
    assert np.isfinite(found.mean).all()
    assert (found.mean > 0).all() and (found.mean < 1e4).all()


def test_one_long_silent_may_be_gone_already():
    found = residual_lifetime(PARETO, history((30, 20, 200)), 52.0)
    assert found.mean[0] < 1e-6
    assert (found.lower[0], found.upper[0]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("horizon", "level"), [(0.0, 0.8), (-1, 0.8), (np.inf, 0.8), (9, 0), (9, 1)]
)
def test_arguments_out_of_range_are_refused(horizon, level):
    with pytest.raises(FrameError):
        residual_lifetime(PARETO, CUSTOMERS, horizon, level=level)


def test_a_model_without_survival_says_so():
    with pytest.raises(TypeError):
        survival_if_alive(PurchaseModel(), CUSTOMERS, [1.0])
