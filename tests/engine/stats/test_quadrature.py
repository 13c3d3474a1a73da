"""Gauss rules against integrals known in closed form."""

import numpy as np
import pytest
from customer_analytics.stats.quadrature import (
    beta_rule,
    laplace_of_power,
    legendre_rule,
)
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1, hyperu


@pytest.mark.parametrize("nodes", [2, 16, 96])
def test_legendre_is_exact_for_polynomials(nodes):
    points, weights = legendre_rule(nodes)
    for power in range(2 * nodes if nodes < 20 else 30):
        assert weights @ points**power == pytest.approx(1 / (power + 1), rel=1e-11)


def test_legendre_rules_cannot_be_changed():
    points, _ = legendre_rule(4)
    with pytest.raises(ValueError, match="read-only"):
        points[0] = 0.0


@pytest.mark.parametrize("a", [1e-3, 0.1, 1.0, 2.5, 300.0])
def test_beta_moments_are_exact(a):
    b = np.array([1e-3, 0.2, 1.0, 3.0, 10_000.0])
    points, weights = beta_rule(a, b, 16)
    assert points.shape == weights.shape == (5, 16)
    for power in range(12):
        expected = np.exp(betaln(a + power, b) - betaln(a, b))
        found = (weights * points**power).sum(axis=1)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-30)


def test_beta_points_are_probabilities_and_weights_sum_to_one():
    points, weights = beta_rule(0.01, np.array([0.01, 1.0, 1e5]), 64)
    assert np.all((points > 0) & (points <= 1)) and np.all(weights >= 0)
    assert weights.sum(axis=1) == pytest.approx(np.ones(3))


@pytest.mark.parametrize(("ratio", "nodes"), [(1.5, 16), (4.0, 32), (15.0, 96)])
def test_beta_rule_is_gauss_hypergeometric_series(ratio, nodes):
    """E[(1 + u p) ** -c] = 2F1(c, a; a + b; -u), as the models use it."""
    for a, b, c in ((0.8, 2.4, 2.2), (0.3, 0.5, 0.24), (0.9, 30.0, 28.0)):
        points, weights = beta_rule(a, b, nodes)
        found = (weights * (1 + ratio * points) ** -c).sum()
        assert found == pytest.approx(hyp2f1(c, a, a + b, -ratio), rel=1e-9)


def test_one_node_is_the_mean():
    points, weights = beta_rule(2.0, 6.0, 1)
    assert points.tolist() == [[0.25]]
    assert weights.tolist() == [[1.0]]


@pytest.mark.parametrize("power", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("rate", [1e-4, 0.1, 1.0, 30.0])
def test_laplace_transform_of_a_power_by_quadrature(power, rate):
    def integrand(u):
        return np.exp(-rate * u) * (1 + u) ** -power

    pieces = [0.0, 0.1 / rate, 1 / rate, 5 / rate, 20 / rate, 60 / rate]
    expected = sum(
        quad(integrand, low, high, epsrel=1e-11)[0]
        for low, high in zip(pieces[:-1], pieces[1:], strict=True)
    )
    assert laplace_of_power(rate, power) == pytest.approx(expected, rel=1e-8)


def test_laplace_transform_is_tricomi_s_function():
    rates = np.array([0.05, 0.5, 5.0])
    expected = hyperu(1.0, 2.0 - 0.6, rates)
    assert laplace_of_power(rates, 0.6) == pytest.approx(expected, rel=1e-8)
