"""MBG/CNBD-k: parameters, regularity, and MBG/NBD as its case k = 1.

BTYDplus, the reference implementation of Reutterer, Platzer and Schroeder (2021), tests
itself on 8,000 customers with k 3, r .85, alpha 1.45, a .79, b 2.42 and wants every
parameter within 10 %; so do we.
"""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.optimize import information
from customer_analytics.value.purchase.mbgcnbd import WEAK_PRIOR, CondensedBetaGeo
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.rows import summary_rows
from scipy.special import gammaincc, gammaln, roots_jacobi
from scipy.stats import gamma as gamma_law
from simulation_rhythm import simulate_rhythm

TRUTH = {"r": 0.85, "alpha": 1.45, "a": 0.79, "b": 2.42}


@pytest.fixture(scope="module")
def regular():
    rng = np.random.default_rng(0)
    age = rng.uniform(24, 32, 8000)
    return simulate_rhythm(tuple(TRUTH.values()), 3, age, 32.0, rng)


@pytest.fixture(scope="module")
def fitted(regular):
    return CondensedBetaGeo.fit(regular)


def test_known_parameters_are_found_as_btydplus_finds_them(fitted):
    assert fitted.regularity == 3
    assert fitted.estimate.converged
    for name, value in TRUTH.items():
        assert fitted.parameters[name] == pytest.approx(value, rel=0.10)
        error = fitted.estimate.standard_errors[name]
        assert abs(fitted.parameters[name] - value) < 3.5 * error


@pytest.mark.parametrize("regularity", [1, 2, 6])
def test_regularity_is_found_again(regularity):
    rng = np.random.default_rng(regularity)
    made = simulate_rhythm(
        (2.0, 3.0, 0.8, 3.0), regularity, np.full(1500, 40.0), 0, rng
    )
    assert CondensedBetaGeo.fit(made).regularity == regularity


def test_without_rhythm_it_is_mbg_nbd_on_cdnow(cdnow):
    """METHODS.md, section M: log-likelihood -9582.1327."""
    found = CondensedBetaGeo.fit(cdnow.assign(log_gaps=0.0), regularity=1)
    plain = ModifiedBetaGeo.fit(cdnow)
    assert found.parameters == pytest.approx(plain.parameters, rel=1e-4)
    assert found.estimate.log_likelihood == pytest.approx(-9582.1327, abs=1e-3)
    assert found.expected_purchases(cdnow, 39.0) == pytest.approx(
        plain.expected_purchases(cdnow, 39.0), rel=1e-3
    )


@pytest.mark.parametrize(("x", "t_x", "age"), [(0, 0.0, 5.0), (3, 6.0, 8.0)])
def test_likelihood_is_the_integral_over_rate_and_dropout(x, t_x, age):
    """Gap densities times (1-p)^x times (p + (1-p) P(no purchase since))."""
    k, r, alpha, a, b = 3, 1.5, 1.2, 0.9, 2.0

    nodes, weights = np.polynomial.legendre.leggauss(800)
    rate = 20.0 * (nodes + 1.0)[:, None]
    gaps = (
        rate ** (k * x) * np.exp(-rate * t_x) * gamma_law.pdf(rate, r, scale=1 / alpha)
    )
    silence = gammaincc(k, rate * (age - t_x))
    # Gauss-Jacobi nodes take the density of p ~ Beta(a, b).
    point, share = roots_jacobi(40, b - 1.0, a - 1.0)
    p = (point + 1.0) / 2.0
    density = gaps * (1 - p) ** x * (p + (1 - p) * silence)
    area = 20.0 * weights @ density @ (share / share.sum())
    frame = {"frequency": [x], "recency": [t_x], "T": [age], "log_gaps": [1.7]}
    model = CondensedBetaGeo(r, alpha, a, b, regularity=k)
    found = model.log_likelihood(pd.DataFrame(frame))
    assert found == pytest.approx(np.log(area) - x * gammaln(k) + 2 * 1.7, abs=1e-5)


@pytest.mark.parametrize("regularity", [1, 2, 5])
def test_gradient_is_that_of_the_likelihood(regularity, regular):
    rows = summary_rows(regular[:300])

    def objective(point):
        model = CondensedBetaGeo(*np.exp(point), regularity=regularity)
        values, gradients = model._log_likelihoods(rows)
        return float(rows.weights @ values), gradients @ rows.weights

    point = np.log([0.7, 2.0, 0.9, 1.8])
    _, gradient = objective(point)
    for i in range(4):
        step = np.zeros(4)
        step[i] = 1e-6
        slope = (objective(point + step)[0] - objective(point - step)[0]) / 2e-6
        assert gradient[i] == pytest.approx(slope, rel=1e-5)
    assert np.isfinite(information(objective, point)).all()


def test_likelihood_of_the_fit_has_the_gaps(fitted, regular):
    value = fitted.estimate.log_likelihood
    assert fitted.log_likelihood(regular) == pytest.approx(value)
    doubled = fitted.log_likelihood(regular, np.full(len(regular), 2.0))
    assert doubled == pytest.approx(2 * value)


def test_regular_customers_fit_better_than_without_rhythm(fitted, regular):
    plain = ModifiedBetaGeo.fit(regular)
    assert fitted.estimate.log_likelihood > plain.estimate.log_likelihood + 1000


def test_weights_are_customers(regular):
    few = regular[:400]
    once = CondensedBetaGeo.fit(few, regularity=3)
    twice = CondensedBetaGeo.fit(few, regularity=3, weights=np.full(400, 2.0))
    assert twice.parameters == pytest.approx(once.parameters, rel=1e-5)
    gap = 2 * once.estimate.log_likelihood
    assert twice.estimate.log_likelihood == pytest.approx(gap)


def test_weeks_and_days_give_the_same_model(regular):
    few = regular[:400]
    days = few.assign(
        recency=few["recency"] * 7,
        T=few["T"] * 7,
        log_gaps=few["log_gaps"] + few["frequency"] * np.log(7),
    )
    in_weeks = CondensedBetaGeo.fit(few, prior=WEAK_PRIOR)
    in_days = CondensedBetaGeo.fit(days, prior=WEAK_PRIOR)
    assert in_days.regularity == in_weeks.regularity
    assert in_days.alpha == pytest.approx(7 * in_weeks.alpha, rel=1e-4)
    assert in_days.r == pytest.approx(in_weeks.r, rel=1e-4)


@pytest.mark.parametrize("size", [1, 10, 30])
def test_small_companies_get_sensible_parameters(size, regular):
    for seed in range(10):
        few = regular.sample(size, random_state=seed)
        model = CondensedBetaGeo.fit(few, prior=WEAK_PRIOR)
        assert model.estimate.converged
        assert model.estimate.at_bound == ()
        assert model.regularity <= 6
        alive = model.probability_alive(few)
        assert np.isfinite(alive).all() and (alive <= 1).all()


def test_a_company_of_one_time_buyers(regular):
    few = regular[:50].assign(frequency=0.0, recency=0.0, log_gaps=0.0)
    model = CondensedBetaGeo.fit(few, prior=WEAK_PRIOR)
    assert model.regularity == 1
    assert np.isfinite(model.expected_purchases(few, 50.0)).all()


def test_a_model_survives_json(fitted):
    again = CondensedBetaGeo.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert again == fitted
    assert again.regularity == 3


def test_missing_gaps_and_customers_are_told(regular):
    with pytest.raises(FrameError) as error:
        CondensedBetaGeo.fit(regular.drop(columns="log_gaps"))
    assert error.value.column == "log_gaps"
    with pytest.raises(InsufficientDataError):
        CondensedBetaGeo.fit(regular[:0])


@pytest.mark.parametrize("customers", [2, 5, 10])
@pytest.mark.parametrize("repeats", [3, 12])
def test_few_wholly_regular_customers_stay_possible_after_three_gaps(
    customers, repeats
):
    """Every 30 days exactly: silence of 90 days makes a loss likely, not certain."""
    frame = pd.DataFrame(
        {
            "frequency": float(repeats),
            "recency": 30.0 * repeats,
            "T": 30.0 * repeats + np.where(np.arange(customers), 5.0, 90.0),
            "log_gaps": repeats * np.log(30.0),
        }
    )
    model = CondensedBetaGeo.fit(frame, prior=WEAK_PRIOR)
    buys = model.purchase_probability(frame, 90.0)
    assert model.regularity <= 4
    assert 0.1 < buys[0] < 0.7
    assert (buys[1:] > 0.8).all()
    a_year = model.expected_purchases(frame, 365.0)
    assert (a_year < 13.0).all() and (a_year[1:] > 6.0).all()


def test_regular_customers_enough_are_believed():
    rng = np.random.default_rng(4)
    made = simulate_rhythm((60.0, 15.0, 0.3, 8.0), 8, np.full(120, 40.0), 0, rng)
    assert CondensedBetaGeo.fit(made, prior=WEAK_PRIOR).regularity >= 6
