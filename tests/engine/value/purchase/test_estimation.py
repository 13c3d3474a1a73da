"""Maximum likelihood and weak priors on a likelihood whose answer is known."""

import json

import numpy as np
import pytest
from customer_analytics.value.purchase.estimation import (
    Estimate,
    Prior,
    estimate_parameters,
)

DATA = np.array([0.5, 1.0, 4.0, 2.5])


def exponential(point):
    """Exponential observations of rate exp(point): maximum at 1 / mean."""
    rate = np.exp(point[0])
    value = len(DATA) * point[0] - rate * DATA.sum()
    return value, np.array([len(DATA) - rate * DATA.sum()])


def estimate(prior=None, scale=1.0, start=30.0):
    return estimate_parameters(
        exponential, {"rate": scale}, start=[start], n_customers=4, prior=prior
    )


def test_the_maximum_and_its_standard_error():
    parameters, found = estimate()
    assert parameters["rate"] == pytest.approx(1 / DATA.mean())
    # Information of a log rate is n, so se(rate) = rate / sqrt(n).
    error = parameters["rate"] / 2.0
    assert found.standard_errors["rate"] == pytest.approx(error, rel=1e-6)
    assert found.log_covariance[0][0] == pytest.approx(0.25, rel=1e-6)
    assert found.log_likelihood == pytest.approx(exponential(np.log([0.5]))[0])
    assert found.converged and found.at_bound == () and not found.has_prior


def test_parameters_come_back_in_their_units():
    parameters, _ = estimate(scale=7.0)
    assert parameters["rate"] == pytest.approx(7.0 / DATA.mean())


def test_a_prior_pulls_towards_its_median_and_not_into_the_likelihood():
    plain, _ = estimate()
    pulled, found = estimate(Prior({"rate": 5.0}, sd=0.5))
    assert plain["rate"] < pulled["rate"] < 5.0
    # Stationary point of n t - e^t S - (t - log 5)^2 / (2 sd^2).
    t = np.log(pulled["rate"])
    slope = 4 - np.exp(t) * DATA.sum() - (t - np.log(5.0)) / 0.25
    assert slope == pytest.approx(0.0, abs=1e-5)
    assert found.has_prior
    assert found.log_likelihood == pytest.approx(exponential(np.array([t]))[0])


def test_a_tight_prior_wins():
    pulled, found = estimate(Prior({"rate": 5.0}, sd=1e-3))
    assert pulled["rate"] == pytest.approx(5.0, rel=1e-3)
    assert found.log_covariance[0][0] == pytest.approx(1e-6, rel=0.01)


def test_a_parameter_on_its_bound_is_named_and_has_no_error():
    parameters, found = estimate_parameters(
        lambda point: (point.sum(), np.ones(1)),
        {"rate": 1.0},
        start=[1.0],
        n_customers=1,
    )
    assert parameters["rate"] == pytest.approx(1e4)
    assert found.at_bound == ("rate",)
    assert np.isnan(found.standard_errors["rate"])
    assert found.log_covariance == ((0.0,),)


def test_an_estimate_survives_json():
    nan = float("nan")
    found = Estimate(
        -1.5, {"a": 0.1, "b": nan}, ((1.0, 0.0), (0.0, nan)), 3, True, ("b",), True
    )
    stored = Estimate.from_dict(
        json.loads(json.dumps(found.to_dict(), allow_nan=False))
    )
    assert stored.standard_errors["a"] == 0.1
    assert np.isnan(stored.standard_errors["b"])
    assert stored.log_covariance[0] == (1.0, 0.0)
    assert np.isnan(stored.log_covariance[1][1])
    assert stored.at_bound == ("b",)
