"""Gamma-Gamma against Fader & Hardie (2013) and METHODS.md, section M."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.purchase.gamma_gamma import (
    WEAK_PRIOR,
    GammaGamma,
    _objective,
)
from scipy.integrate import quad
from scipy.stats import gamma
from simulation import simulate_spend

PRINTED = GammaGamma(p=6.25, q=3.74, v=15.44)


def spending(*rows):
    return pd.DataFrame(rows, columns=["frequency", "monetary_value"], dtype=float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return GammaGamma.fit(cdnow)


def test_parameters_match_fader_hardie_2013_cdnow(fitted):
    """Printed 6.25 3.74 15.44; the optimum has v = 15.448, hence the tolerance."""
    found = list(fitted.parameters.values())
    assert found == pytest.approx([6.25, 3.74, 15.44], abs=0.009)


def test_parameters_and_log_likelihood_match_methods_m_cdnow(fitted):
    found = list(fitted.parameters.values())
    assert found == pytest.approx([6.24879, 3.74459, 15.44778], rel=3e-6)
    assert fitted.estimate.log_likelihood == pytest.approx(-4055.9232, abs=5e-5)
    assert fitted.estimate.n_customers == 946
    assert fitted.estimate.converged


def test_log_likelihood_of_the_estimate_is_that_of_the_model(fitted, cdnow):
    value = fitted.log_likelihood(cdnow)
    assert value == pytest.approx(fitted.estimate.log_likelihood, rel=1e-10)


def test_likelihood_is_a_gamma_mixture_of_gamma_means():
    x, mean = 3, 20.0

    def integrand(nu):
        own = gamma.pdf(mean, 6.25 * x, scale=1.0 / (nu * x))
        return own * gamma.pdf(nu, 3.74, scale=1.0 / 15.44)

    expected = np.log(quad(integrand, 0, 5, points=[0.1, 0.3, 1])[0])
    found = PRINTED.log_likelihood(spending((x, mean)))
    assert found == pytest.approx(expected, rel=1e-7)


def test_expected_spend_is_equation_5_of_fader_hardie_2013():
    p, q, v = 6.25, 3.74, 15.44
    x, mean = 2, 22.35
    weight = p * x / (p * x + q - 1)
    expected = (1 - weight) * p * v / (q - 1) + weight * mean
    assert PRINTED.expected_spend(spending((x, mean))) == pytest.approx([expected])


def test_a_customer_without_a_purchase_is_expected_to_spend_the_population_mean():
    found = PRINTED.expected_spend(spending((0, 0), (4, 0)))
    assert found == pytest.approx([PRINTED.population_mean] * 2)


def test_gradient_is_the_slope_of_the_likelihood():
    objective = _objective(
        np.array([1.0, 3, 40]), np.array([0.5, 1.0, 2.0]), np.array([1.0, 2, 1]), 0.0
    )
    point = np.log([6.0, 3.0, 0.5])
    for number in range(3):
        step = np.eye(3)[number] * 1e-5
        slope = (objective(point + step)[0] - objective(point - step)[0]) / 2e-5
        assert objective(point)[1][number] == pytest.approx(slope, rel=1e-6)


def test_known_parameters_are_found_again(rng):
    count = rng.integers(1, 12, 20_000).astype(float)
    truth = (5.0, 3.0, 20.0)
    mean, _ = simulate_spend(truth, count, rng)
    found = GammaGamma.fit(pd.DataFrame({"frequency": count, "monetary_value": mean}))
    for name, value in zip("pqv", truth, strict=True):
        error = found.estimate.standard_errors[name]
        assert abs(found.parameters[name] - value) < 3.5 * error


def test_expected_spend_holds_on_simulated_customers(rng):
    model = GammaGamma(5.0, 3.0, 20.0)
    count = rng.integers(1, 5, 200_000).astype(float)
    mean, nu = simulate_spend((5.0, 3.0, 20.0), count, rng)
    frame = pd.DataFrame({"frequency": count, "monetary_value": mean})
    residual = pd.Series(model.p / nu - model.expected_spend(frame))
    by_count = residual.groupby(count)
    error = by_count.std() / np.sqrt(by_count.size())
    assert (by_count.mean().abs() < 4 * error).all()


def test_currency_does_not_matter(cdnow, fitted):
    lire = cdnow.assign(monetary_value=cdnow["monetary_value"] * 1936.27)
    found = GammaGamma.fit(lire)
    assert found.p == pytest.approx(fitted.p, rel=1e-6)
    assert found.v == pytest.approx(fitted.v * 1936.27, rel=1e-6)
    assert found.expected_spend(lire) == pytest.approx(
        fitted.expected_spend(cdnow) * 1936.27, rel=1e-6
    )


def test_weights_are_repetitions_and_order_does_not_matter(cdnow):
    few = cdnow[cdnow["frequency"] > 0].head(60)
    weights = np.arange(60) % 3
    repeated = few.loc[few.index.repeat(weights)].sample(frac=1, random_state=1)
    with_weights = GammaGamma.fit(few, weights=weights)
    with_rows = GammaGamma.fit(repeated)
    for name, value in with_rows.parameters.items():
        assert with_weights.parameters[name] == pytest.approx(value, rel=1e-6)


def test_weak_prior_moves_the_cdnow_estimate_by_less_than_one_percent(cdnow, fitted):
    pulled = GammaGamma.fit(cdnow, prior=WEAK_PRIOR)
    for name, value in pulled.parameters.items():
        assert value == pytest.approx(fitted.parameters[name], rel=0.01)


def test_the_first_purchase_counts_in_money_when_told_so():
    with_first = GammaGamma(6.25, 3.74, 15.44, includes_first_purchase=True)
    found = with_first.expected_spend(spending((0, 20.0), (2, 20.0)))
    expected = PRINTED.expected_spend(spending((1, 20.0), (3, 20.0)))
    assert found == pytest.approx(expected)
    rows = spending((0, 20.0), (2, 30.0), (0, 12.0), (5, 22.0))
    fitted = GammaGamma.fit(rows, includes_first_purchase=True, prior=WEAK_PRIOR)
    assert fitted.estimate.n_customers == 4
    assert fitted.includes_first_purchase


# === LIMITS === #


@pytest.mark.parametrize("q", [0.2, 0.9, 1.0])
def test_q_below_one_never_values_a_one_time_buyer_at_a_negative_amount(q):
    """Peers say -377 (METHODS.md, traps); here the observed mean is shrunk to."""
    model = GammaGamma(p=2.0, q=q, v=30.0, observed_mean=50.0)
    assert not model.is_mean_usable
    assert model.population_mean == np.inf
    found = model.expected_spend(spending((0, 0), (1, 20), (50, 20)))
    assert found[0] == pytest.approx(50.0)
    assert 20 < found[2] < found[1] < 50
    alone = GammaGamma(p=2.0, q=q, v=30.0).expected_spend(spending((0, 0)))
    assert alone == pytest.approx([2.0 * 30.0 / q])


def test_a_mean_far_above_what_was_observed_is_not_believed():
    model = GammaGamma(p=6.0, q=1.01, v=15.0, observed_mean=40.0)
    assert model.population_mean > 1000
    assert not model.is_mean_usable
    assert model.expected_spend(spending((0, 0))) == pytest.approx([40.0])


def test_heavy_tailed_spend_gets_a_finite_mean(rng):
    """Spend with an infinite population mean: q < 1 is estimated, and handled."""
    count = rng.integers(1, 6, 3_000).astype(float)
    mean, _ = simulate_spend((4.0, 0.7, 5.0), count, rng)
    frame = pd.DataFrame({"frequency": count, "monetary_value": mean})
    found = GammaGamma.fit(frame)
    assert found.q == pytest.approx(0.7, rel=0.1)
    assert not found.is_mean_usable
    spend = found.expected_spend(frame)
    assert np.all(np.isfinite(spend)) and np.all(spend > 0)


@pytest.mark.parametrize(
    "rows", [[(3, 40.0)], [(3, 40.0)] * 30, [(1, 40.0), (9, 40.0)], [(10_000, 40.0)]]
)
def test_constant_money_and_single_customers_are_worth_what_they_spend(rows):
    for prior in (None, WEAK_PRIOR):
        found = GammaGamma.fit(spending(*rows), prior=prior)
        spend = found.expected_spend(spending(*rows, (0, 0)))
        # One customer says little of others: the prior may say a fifth more.
        assert spend[:-1] == pytest.approx(np.full(len(rows), 40.0), rel=0.1)
        assert spend[-1] == pytest.approx(40.0, rel=0.25)


def test_nobody_with_money_is_told():
    with pytest.raises(InsufficientDataError):
        GammaGamma.fit(spending((0, 0), (3, 0)))


@pytest.mark.parametrize(
    ("row", "reason"), [((2, np.nan), "null"), ((2, -1.0), "range")]
)
def test_broken_money_is_refused(row, reason):
    with pytest.raises(FrameError) as raised:
        GammaGamma.fit(spending((1, 5.0), row))
    assert (raised.value.column, raised.value.reason) == ("monetary_value", reason)


def test_a_model_survives_json(fitted):
    assert GammaGamma.from_dict(json.loads(json.dumps(fitted.to_dict()))) == fitted
