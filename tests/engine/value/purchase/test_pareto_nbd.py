"""Pareto/NBD against Fader & Hardie (2005), Schmittlein et al. (1987), METHODS.md M."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.purchase.pareto_nbd import WEAK_PRIOR, ParetoNBD
from scipy.integrate import quad
from scipy.special import gammaln, hyp2f1

PRINTED = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)
CASES = [
    PRINTED,
    ParetoNBD(r=1.0, alpha=1.0, s=1.0, beta=1.0),
    ParetoNBD(r=2.0, alpha=0.5, s=0.3, beta=40.0),
    ParetoNBD(r=0.2, alpha=40.0, s=2.5, beta=0.5),
]
HISTORIES = [(0, 0, 39), (1, 0.5, 39), (2, 30.43, 38.86), (26, 30.86, 31)]


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return ParetoNBD.fit(cdnow)


def test_parameters_match_fader_hardie_2005_note_9_cdnow(fitted):
    found = list(fitted.parameters.values())
    assert found == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=1.5e-3)


def test_parameters_and_log_likelihood_match_methods_m_cdnow(fitted):
    """METHODS.md prints beta 11.66775; the gradient vanishes at 11.66791."""
    found = list(fitted.parameters.values())
    assert found == pytest.approx([0.55328, 10.57763, 0.60621, 11.66775], rel=2e-5)
    assert fitted.estimate.log_likelihood == pytest.approx(-9594.9739, abs=5e-5)
    assert fitted.estimate.converged


def test_the_estimate_is_no_worse_than_the_one_printed_in_methods_m(fitted, cdnow):
    printed = ParetoNBD(r=0.55328, alpha=10.57763, s=0.60621, beta=11.66775)
    assert fitted.log_likelihood(cdnow) >= printed.log_likelihood(cdnow)


def test_customer_26_matches_methods_m_at_the_printed_parameters():
    customer = history((26, 30.86, 31))
    assert PRINTED.expected_purchases(customer, 52) == pytest.approx(
        [25.4578], abs=5e-5
    )
    assert PRINTED.probability_alive(customer) == pytest.approx([0.997918], abs=5e-7)


def test_unconditional_expectation_matches_methods_m():
    assert PRINTED.expected_purchases_new(52.0) == pytest.approx(1.4739, abs=5e-5)


def test_probability_alive_matches_methods_g():
    alive = PRINTED.probability_alive(history((2, 30.43, 38.86)))
    assert alive == pytest.approx([0.8691], abs=5e-5)


def closed_likelihood(model, x, last, age):
    """Fader & Hardie (2005), eq. 18 and 19, with the differences of 2F1."""
    r, alpha, s, beta = model.parameters.values()
    large, small = max(alpha, beta), min(alpha, beta)
    second = s + 1 if alpha >= beta else r + x
    total = r + s + x

    def term(y):
        value = hyp2f1(total, second, total + 1, (large - small) / (large + y))
        return value / (large + y) ** total

    start = np.exp(gammaln(r + x) - gammaln(r)) * alpha**r * beta**s
    alive = (alpha + age) ** -(r + x) * (beta + age) ** -s
    return start * (alive + s / total * (term(last) - term(age)))


@pytest.mark.parametrize("model", CASES, ids=lambda model: f"r{model.r} s{model.s}")
@pytest.mark.parametrize("row", HISTORIES)
def test_likelihood_is_that_of_the_paper(model, row):
    expected = np.log(closed_likelihood(model, *row))
    assert model.log_likelihood(history(row)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", CASES, ids=lambda model: f"r{model.r} s{model.s}")
@pytest.mark.parametrize("row", HISTORIES)
def test_probability_alive_is_life_over_likelihood(model, row):
    x, last, age = row
    r, alpha, s, beta = model.parameters.values()
    start = np.exp(gammaln(r + x) - gammaln(r)) * alpha**r * beta**s
    alive = start * (alpha + age) ** -(r + x) * (beta + age) ** -s
    expected = alive / closed_likelihood(model, x, last, age)
    assert model.probability_alive(history(row)) == pytest.approx([expected], rel=1e-8)


@pytest.mark.parametrize("model", CASES, ids=lambda model: f"r{model.r} s{model.s}")
@pytest.mark.parametrize("horizon", [1.0, 39.0, 200.0])
def test_purchase_probability_is_one_less_silence_by_quadrature(model, horizon):
    x, last, age = 2, 30.43, 38.86
    shape, rate = model.r + x, model.alpha + age
    s, beta = model.s, model.beta + age

    def died(y):
        return (rate / (rate + y)) ** shape * (beta / (beta + y)) ** s * s / (beta + y)

    lived = (rate / (rate + horizon)) ** shape * (beta / (beta + horizon)) ** s
    silence = lived + quad(died, 0, horizon, epsabs=1e-13, epsrel=1e-13)[0]
    rows = history((x, last, age))
    expected = model.probability_alive(rows) * (1 - silence)
    assert model.purchase_probability(rows, horizon) == pytest.approx(
        expected, rel=1e-9
    )


def test_expected_purchases_have_no_pole_at_s_equal_to_one():
    customer = history((3, 20, 30))
    at, near = (ParetoNBD(0.5, 5.0, s, 8.0) for s in (1.0, 1.0 + 1e-7))
    assert at.expected_purchases(customer, 20) == pytest.approx(
        near.expected_purchases(customer, 20), rel=1e-6
    )


def test_alpha_and_beta_a_million_times_apart_stay_finite():
    rows = history(*HISTORIES, (10_000, 100, 101))
    for model in (ParetoNBD(0.5, 1e3, 0.5, 1e-3), ParetoNBD(0.5, 1e-3, 0.5, 1e3)):
        assert np.isfinite(model.log_likelihood(rows))
        assert np.all(model.probability_alive(rows) >= 0)
        assert np.all(np.isfinite(model.expected_purchases(rows, 52)))


def test_weak_prior_moves_the_cdnow_estimate_by_less_than_one_percent(cdnow, fitted):
    pulled = ParetoNBD.fit(cdnow, prior=WEAK_PRIOR)
    for name, value in pulled.parameters.items():
        assert value == pytest.approx(fitted.parameters[name], rel=0.01)


def test_full_cdnow_fits_in_weeks_and_predicts_the_total_of_methods_m(
    cdnow_master_split,
):
    model = ParetoNBD.fit(cdnow_master_split)
    assert model.estimate.converged
    expected = model.expected_purchases(cdnow_master_split, 39.0)
    actual = cdnow_master_split["frequency_holdout"]
    assert np.abs(expected - actual).mean() == pytest.approx(0.7938, abs=5e-5)
