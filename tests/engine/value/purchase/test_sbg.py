"""sBG against Fader & Hardie (2007, 2010) and METHODS.md, section G."""

import json

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.purchase.sbg import WEAK_PRIOR, ShiftedBetaGeometric
from scipy.special import hyp2f1

SURVIVAL = {
    "high end": [0.869, 0.743, 0.653, 0.593, 0.551, 0.517, 0.491],
    "regular": [0.631, 0.468, 0.382, 0.326, 0.289, 0.262, 0.241],
}


def cohort(name, size=1000):
    """Customers lost at each renewal and left after the last, of ``size``."""
    alive = np.array([1.0, *SURVIVAL[name]]) * size
    return -np.diff(alive), alive[-1]


@pytest.fixture(scope="module")
def fitted():
    return {name: ShiftedBetaGeometric.fit(*cohort(name)) for name in SURVIVAL}


@pytest.mark.parametrize(
    ("name", "a", "b", "likelihood"),
    [("high end", 0.668, 3.806, -1611.2), ("regular", 0.704, 1.182, -1680.3)],
)
def test_parameters_match_fader_hardie_2007(fitted, name, a, b, likelihood):
    model = fitted[name]
    assert round(model.a, 3) == a
    assert round(model.b, 3) == b
    assert round(model.estimate.log_likelihood, 1) == likelihood
    assert model.estimate.converged
    assert model.estimate.n_customers == pytest.approx(1000)


def test_likelihood_of_equal_odds_is_minus_2115_per_thousand():
    lost, remaining = cohort("high end")
    value = ShiftedBetaGeometric(1.0, 1.0).log_likelihood(lost, remaining)
    assert value / 1000 == pytest.approx(-2.115, abs=1e-3)


@pytest.mark.parametrize(("name", "share"), [("high end", 0.378), ("regular", 0.170)])
def test_survival_to_year_12_matches_fader_hardie_2007(fitted, name, share):
    assert round(float(fitted[name].survival(12)), 3) == share


@pytest.mark.parametrize(
    ("name", "expected"),
    [("high end", [5.414, 5.901, 6.294]), ("regular", [2.964, 4.103, 4.870])],
)
def test_residual_lifetime_matches_methods_g(fitted, name, expected):
    found = fitted[name].discounted_residual_lifetime([1, 2, 3], 0.1)
    assert found.round(3).tolist() == expected


@pytest.mark.parametrize("rate", [0.005, 0.1, 1.0])
def test_residual_lifetime_is_the_hypergeometric_form_of_the_paper(rate):
    a, b = 0.668, 3.806
    n = np.array([1.0, 2, 5, 40])
    series = hyp2f1(1.0, b + n, a + b + n, 1.0 / (1.0 + rate))
    expected = (b + n - 1) / (a + b + n - 1) * series
    found = ShiftedBetaGeometric(a, b).discounted_residual_lifetime(n, rate)
    assert found == pytest.approx(expected, rel=1e-8)


def test_survival_is_the_product_of_retention_rates():
    model = ShiftedBetaGeometric(0.668, 3.806)
    years = np.arange(1, 13)
    expected = np.cumprod(model.retention_rate(years))
    assert model.survival(years) == pytest.approx(expected)
    assert model.survival(0) == pytest.approx(1.0)


def test_retention_rises_with_age_although_nobody_changes():
    rates = ShiftedBetaGeometric(0.704, 1.182).retention_rate(np.arange(1, 30))
    assert np.all(np.diff(rates) > 0)


def test_known_parameters_are_found_again(rng):
    leaves = rng.geometric(rng.beta(0.8, 3.0, 50_000))
    lost = [(leaves == year).sum() for year in range(1, 9)]
    found = ShiftedBetaGeometric.fit(lost, (leaves > 8).sum())
    for name, value in (("a", 0.8), ("b", 3.0)):
        error = found.estimate.standard_errors[name]
        assert abs(found.parameters[name] - value) < 3.5 * error


def test_weights_are_customers():
    lost, remaining = cohort("regular")
    once = ShiftedBetaGeometric.fit(lost, remaining)
    twice = ShiftedBetaGeometric.fit(lost * 2, remaining * 2)
    assert twice.a == pytest.approx(once.a, rel=1e-6)
    assert twice.estimate.standard_errors["a"] == pytest.approx(
        once.estimate.standard_errors["a"] / np.sqrt(2), rel=1e-4
    )


# === LIMITS === #


def test_equal_churn_for_all_is_the_geometric_model():
    """METHODS.md, G: a and b run to infinity; the rate stays right."""
    lost = 1000 * 0.2 * 0.8 ** np.arange(8)
    found = ShiftedBetaGeometric.fit(lost, 1000 * 0.8**8)
    assert found.retention_rate([1, 8]) == pytest.approx([0.8, 0.8], rel=1e-3)
    assert found.survival(20) == pytest.approx(0.8**20, rel=0.02)


@pytest.mark.parametrize(
    ("lost", "remaining"), [([0, 0, 0], 50), ([50, 0, 0], 0), ([1], 0), ([0], 1)]
)
def test_degenerate_cohorts_get_an_answer(lost, remaining):
    for prior in (None, WEAK_PRIOR):
        found = ShiftedBetaGeometric.fit(lost, remaining, prior=prior)
        assert np.all(np.isfinite(found.survival([1, 5])))
    assert found.estimate.at_bound == ()


def test_weak_prior_moves_a_cohort_of_1000_by_little():
    plain = ShiftedBetaGeometric.fit(*cohort("high end"))
    pulled = ShiftedBetaGeometric.fit(*cohort("high end"), prior=WEAK_PRIOR)
    years = np.arange(1, 13)
    assert pulled.survival(years) == pytest.approx(plain.survival(years), rel=0.005)


@pytest.mark.parametrize("lost", [[-1, 3], [np.nan, 3]])
def test_broken_counts_are_refused(lost):
    with pytest.raises(FrameError):
        ShiftedBetaGeometric.fit(lost, 5)


@pytest.mark.parametrize(("lost", "remaining"), [([], 5), ([0, 0], 0)])
def test_no_renewal_or_no_customer_is_told(lost, remaining):
    with pytest.raises(InsufficientDataError):
        ShiftedBetaGeometric.fit(lost, remaining)


def test_a_discount_rate_must_be_positive():
    with pytest.raises(FrameError):
        ShiftedBetaGeometric(1.0, 1.0).discounted_residual_lifetime([1], 0.0)


def test_a_model_survives_json(fitted):
    model = fitted["regular"]
    assert (
        ShiftedBetaGeometric.from_dict(json.loads(json.dumps(model.to_dict()))) == model
    )
