"""Shrunk lifts of pairs: margins, no affinity, known affinity (DuMouchel 1999)."""

import numpy as np
import pytest
from customer_analytics.value.basket.affinity_lift import (
    co_purchases,
    expected_co_purchases,
    log_lifts,
    shrunk_log_lift,
)
from scipy.integrate import quad
from scipy.sparse import csr_matrix
from scipy.stats import gamma, nbinom


def random_purchases(rng, customers, shares, spread=0.5):
    """Independent choices; some customers buy of everything more than others."""
    zeal = rng.gamma(1 / spread, spread, (customers, 1))
    chance = 1.0 - np.exp(-zeal * np.asarray(shares))
    return csr_matrix((rng.random(chance.shape) < chance).astype(float))


def test_pairs_are_customers_who_bought_both():
    found = co_purchases(csr_matrix([[1, 1, 0], [1, 1, 1], [0, 0, 1.0]]))
    assert found.tolist() == [[0, 2, 1], [2, 0, 1], [1, 1, 0]]


def test_expected_pairs_keep_the_totals_of_the_items(rng):
    counts = co_purchases(random_purchases(rng, 400, [0.5, 0.3, 0.2, 0.1, 0.05]))
    expected = expected_co_purchases(counts)
    assert expected.sum(axis=1) == pytest.approx(counts.sum(axis=1), rel=1e-6)
    assert (np.diag(expected) == 0).all()
    assert expected == pytest.approx(expected.T)


def test_expected_pairs_are_a_product_of_item_factors(rng):
    """Cross ratios of a product are 1."""
    counts = co_purchases(random_purchases(rng, 300, [0.5, 0.4, 0.3, 0.2]))
    e = expected_co_purchases(counts)
    assert e[0, 1] * e[2, 3] == pytest.approx(e[0, 2] * e[1, 3])


def test_shrunk_lift_is_the_posterior_mean_of_the_logarithm():
    """Poisson count, Gamma(a, a) lift: the integral, done numerically."""
    counts, expected = np.array([[0.0, 7], [7, 0]]), np.array([[0.0, 3], [3, 0]])
    found, a = shrunk_log_lift(counts, expected)
    law = gamma(a + 7, scale=1 / (a + 3))
    mean, _ = quad(lambda x: np.log(x) * law.pdf(x), 0, 30)
    assert found[0, 1] == pytest.approx(mean, abs=1e-6)


def test_weight_maximises_the_negative_binomial_likelihood(rng):
    """Many pairs of known spread: the prior of the weight is not felt."""
    size, a = 90, 4.0
    expected = np.full((size, size), 20.0)
    lift = rng.gamma(a, 1 / a, (size, size))
    counts = np.triu(rng.poisson(lift * expected), 1).astype(float)
    counts = counts + counts.T
    _, weight = shrunk_log_lift(counts, expected)
    assert weight == pytest.approx(a, rel=0.1)
    above = counts[np.triu_indices(size, 1)]
    best = max(
        np.linspace(2, 8, 61), key=lambda w: nbinom.logpmf(above, w, w / (w + 20)).sum()
    )
    assert weight == pytest.approx(best, abs=0.15)


@pytest.mark.parametrize("customers", [30, 300, 3000])
def test_where_nothing_goes_together_lifts_are_one(customers):
    rng = np.random.default_rng(customers)
    shares = 0.6 / np.arange(1, 16) ** 0.8
    largest = []
    for _ in range(10):
        lifts, _ = log_lifts(random_purchases(rng, customers, shares))
        largest.append(np.abs(lifts).max())
    assert np.median(largest) < 0.15


def test_heavy_buyers_do_not_make_everything_go_together(rng):
    """Raw co-purchases are far above chance; the lifts are not."""
    bought = random_purchases(rng, 4000, [0.4, 0.3, 0.2, 0.1, 0.1], spread=3.0)
    share = np.asarray(bought.mean(axis=0)).ravel()
    raw = co_purchases(bought)[3, 4] / (4000 * share[3] * share[4])
    lifts, _ = log_lifts(bought)
    assert raw > 2.0
    assert np.abs(lifts).max() < 0.2


def test_two_camps_are_told_apart():
    bought = csr_matrix(np.repeat([[1, 1, 0, 0], [0, 0, 1, 1.0]], 100, axis=0))
    lifts, weight = log_lifts(bought)
    assert lifts[0, 1] > 0.5 and lifts[2, 3] > 0.5
    assert lifts[0, 2] < -0.5
    assert weight < 20


def test_a_rare_pair_is_believed_less_than_a_common_one():
    expected = np.array([[0, 0.2, 20], [0.2, 0, 0.2], [20, 0.2, 0]])
    counts = 3.0 * expected
    lifts, _ = shrunk_log_lift(counts, expected)
    assert lifts[0, 2] > 2 * max(lifts[0, 1], 0.0)


def test_lifts_are_symmetric_and_follow_the_order_of_items(rng):
    bought = random_purchases(rng, 200, [0.5, 0.4, 0.3, 0.2])
    order = [2, 0, 3, 1]
    lifts, _ = log_lifts(bought)
    turned, _ = log_lifts(bought[:, order])
    assert lifts == pytest.approx(lifts.T)
    assert turned == pytest.approx(lifts[np.ix_(order, order)], abs=1e-6)


@pytest.mark.parametrize(
    "rows", [[[1.0, 0], [0, 1]], [[0.0, 0, 0]], [[1.0, 1], [1, 1]], np.eye(3)]
)
def test_companies_without_pairs_or_without_choice_get_finite_lifts(rows):
    lifts, weight = log_lifts(csr_matrix(np.asarray(rows)))
    assert np.isfinite(lifts).all()
    assert np.isfinite(weight)
