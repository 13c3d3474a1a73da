"""BG/NBD against Fader, Hardie, Lee (2005) and METHODS.md, section M."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.purchase.bgnbd import WEAK_PRIOR, BetaGeo
from scipy.special import hyp2f1

PRINTED = BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426)


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return BetaGeo.fit(cdnow)


def test_parameters_match_fader_hardie_lee_2005_table_2_cdnow(fitted):
    printed = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    assert {k: round(v, 3) for k, v in fitted.parameters.items()} == printed


def test_parameters_and_log_likelihood_match_methods_m_cdnow(fitted):
    found = list(fitted.parameters.values())
    assert found == pytest.approx([0.24259, 4.41353, 0.79289, 2.42576], abs=1e-5)
    assert fitted.estimate.log_likelihood == pytest.approx(-9582.4256, abs=5e-5)
    assert fitted.estimate.converged
    assert fitted.estimate.n_customers == 2357


def test_log_likelihood_of_the_estimate_is_that_of_the_model(fitted, cdnow):
    value = fitted.log_likelihood(cdnow)
    assert value == pytest.approx(fitted.estimate.log_likelihood, rel=1e-12)


def test_expected_purchases_match_fader_hardie_lee_2005_worked_example():
    expected = PRINTED.expected_purchases(history((2, 30.43, 38.86)), 39)
    assert expected == pytest.approx([1.226], abs=5e-5)


def test_customer_26_matches_methods_m_at_the_printed_parameters():
    customer = history((26, 30.86, 31))
    assert PRINTED.expected_purchases(customer, 52) == pytest.approx(
        [25.7582], abs=5e-5
    )
    assert PRINTED.probability_alive(customer) == pytest.approx([0.968916], abs=5e-7)


def test_probability_alive_matches_methods_g():
    alive = PRINTED.probability_alive(history((2, 30.43, 38.86)))
    assert alive == pytest.approx([0.7266], abs=5e-5)


def test_probability_alive_of_a_one_time_buyer_is_one():
    assert PRINTED.probability_alive(history((0, 0, 500))) == pytest.approx([1.0])


@pytest.mark.parametrize("a", [0.3, 0.793, 1.7, 3.0])
@pytest.mark.parametrize("horizon", [1.0, 39.0, 156.0])
def test_expected_purchases_are_equation_10_of_the_paper(a, horizon):
    model = BetaGeo(r=0.6, alpha=4.4, a=a, b=2.4)
    x, last, age = np.array([1.0, 2, 7, 20]), 25.0, 38.86
    r, alpha, b = model.r, model.alpha, model.b
    z = horizon / (alpha + age + horizon)
    growth = ((alpha + age) / (alpha + age + horizon)) ** (r + x)
    top = (
        (a + b + x - 1)
        / (a - 1)
        * (1 - growth * hyp2f1(r + x, b + x, a + b + x - 1, z))
    )
    below = 1 + a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x)
    rows = history(*[(count, last, age) for count in x])
    assert model.expected_purchases(rows, horizon) == pytest.approx(
        top / below, rel=1e-9
    )


def test_a_plus_b_below_one_gives_a_finite_expectation_for_a_one_time_buyer():
    """Lifetimes gives NaN; METHODS.md, section M, names .56 for such a case."""
    model = BetaGeo(r=0.243, alpha=4.414, a=0.3, b=0.5)
    p = np.linspace(0.0, 1.0, 2_000_001)[1:-1]
    density = p ** (0.3 - 1) * (1 - p) ** (0.5 - 1)
    count = (1 - (1 + p * 39 / (4.414 + 38.86)) ** -0.243) / p
    found = model.expected_purchases(history((0, 0, 38.86)), 39)
    assert found == pytest.approx([(count * density).sum() / density.sum()], rel=2e-3)


def test_expected_purchases_have_no_pole_at_a_equal_to_one():
    customer = history((3, 20, 30))
    at, near = (BetaGeo(0.5, 5.0, a, 2.0) for a in (1.0, 1.0 + 1e-7))
    assert at.expected_purchases(customer, 20) == pytest.approx(
        near.expected_purchases(customer, 20), rel=1e-6
    )


def test_purchase_probability_is_alive_times_not_waiting():
    customer = history((2, 30.43, 38.86))
    silence = ((4.414 + 38.86) / (4.414 + 38.86 + 39)) ** (0.243 + 2)
    expected = PRINTED.probability_alive(customer) * (1 - silence)
    assert PRINTED.purchase_probability(customer, 39) == pytest.approx(expected)


def test_weak_prior_moves_the_cdnow_estimate_by_less_than_one_percent(cdnow, fitted):
    pulled = BetaGeo.fit(cdnow, prior=WEAK_PRIOR)
    for name, value in pulled.parameters.items():
        assert value == pytest.approx(fitted.parameters[name], rel=0.01)
