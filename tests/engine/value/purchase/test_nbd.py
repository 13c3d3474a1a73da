"""NBD without dropout against METHODS.md, section M."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.purchase.nbd import NBD
from scipy.integrate import quad
from scipy.stats import gamma


def test_parameters_and_log_likelihood_match_methods_m_cdnow(cdnow):
    fitted = NBD.fit(cdnow)
    found = list(fitted.parameters.values())
    assert found == pytest.approx([0.38477, 12.07209], abs=1e-5)
    assert fitted.estimate.log_likelihood == pytest.approx(-9763.66, abs=5e-3)
    assert fitted.estimate.converged


def test_likelihood_is_a_gamma_mixture_of_poisson_timing():
    model = NBD(r=0.7, alpha=9.0)
    row = pd.DataFrame({"frequency": [3.0], "recency": [10.0], "T": [20.0]})

    def integrand(rate):
        return rate**3 * np.exp(-20 * rate) * gamma.pdf(rate, 0.7, scale=1 / 9.0)

    expected = np.log(quad(integrand, 0, 5, epsabs=1e-16)[0])
    assert model.log_likelihood(row) == pytest.approx(expected, rel=1e-7)


def test_nobody_ever_leaves():
    model = NBD(r=0.4, alpha=12.0)
    rows = pd.DataFrame({"frequency": [0.0, 3], "recency": [0.0, 1], "T": [99.0, 99]})
    assert model.probability_alive(rows).tolist() == [1.0, 1.0]
    expected = (0.4 + np.array([0, 3])) / (12 + 99) * 39
    assert model.expected_purchases(rows, 39) == pytest.approx(expected)
