"""Which items are bought together more often than chance would have it.

For categories or products: who buys a printer buys paper. Of every pair the customers
who bought both are counted and compared with the number that independent choice would
give, when it keeps how popular each item is and that some customers buy of everything.
Their ratio, the lift, is unreliable for rare pairs, so it is shrunk: lifts of all pairs
are taken as gamma distributed around 1, as unlike as the counts show them to be [1].
Where nothing goes together that makes every lift 1.

* Expected counts E_ij = r_i r_j, with r such that every row keeps its total (iterative
  proportional fitting), so heavy buyers do not make everything go with everything.
* A pair of common items varies less than a Poisson count: both counts are divided by
  (1-p_i)(1-p_j), the variance of a hypergeometric count over that of a Poisson one.
* Then C_ij ~ Poisson(lambda E_ij), lambda ~ Gamma(a, a), a by marginal likelihood, and
  the pair's lift is given by its expected logarithm, digamma(a+C) - log(a+E).

References
----------
[1] DuMouchel (1999). Bayesian data mining in large frequency tables, with an application
    to the FDA spontaneous reporting system. American Statistician 53, 177-190.
[2] Deming, Stephan (1940). Annals of Mathematical Statistics 11, 427-444.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import digamma, gammaln

__all__ = ["co_purchases", "expected_co_purchases", "log_lifts", "shrunk_log_lift"]

#: Bounds of a, and a weak prior on its logarithm: median, standard deviation.
BOUNDS = (0.05, 1e5)
PRIOR_MEDIAN, PRIOR_SD = 5.0, 2.0
#: Rounds of proportional fitting; the total of a row is then right to 1e-6.
ROUNDS = 50
#: Least variance of a pair's count over that of a Poisson count.
LEAST_VARIANCE = 0.05


def log_lifts(bought: csr_matrix) -> tuple[np.ndarray, float]:
    """Shrunk logarithmic lift of every pair of items.

    Parameters
    ----------
    bought
        1 where a customer (row) bought an item (column) at least once.

    Returns
    -------
    tuple
        Symmetric matrix (items, items) with a zero diagonal, and the prior's weight a:
        as many expected pairs as it takes to believe half of what is seen.

    Examples
    --------
    >>> rows = csr_matrix(np.repeat([[1, 1, 0, 0], [0, 0, 1, 1]], 50, axis=0))
    >>> lifts, _ = log_lifts(rows)
    >>> bool(lifts[0, 1] > 0.5), bool(lifts[0, 2] < -0.5)
    (True, True)
    """
    counts = co_purchases(bought)
    expected = expected_co_purchases(counts)
    several = np.asarray(bought.sum(axis=1)).ravel() > 1
    share = np.asarray(bought[several].mean(axis=0)).ravel() if several.any() else 0.0
    rest = 1.0 - np.broadcast_to(share, len(counts))
    variance = np.clip(np.outer(rest, rest), LEAST_VARIANCE, 1.0)
    return shrunk_log_lift(counts / variance, expected / variance)


def co_purchases(bought: csr_matrix) -> np.ndarray:
    """Count the customers who bought both items of each pair.

    Parameters
    ----------
    bought
        1 where a customer (row) bought an item (column).

    Returns
    -------
    ndarray
        Symmetric, of shape (items, items); zero on the diagonal.
    """
    counts = np.asarray((bought.T @ bought).todense(), dtype=float)
    np.fill_diagonal(counts, 0.0)
    return counts


def expected_co_purchases(counts: np.ndarray) -> np.ndarray:
    """Return what independent choice would give for each pair.

    Parameters
    ----------
    counts
        Result of :func:`co_purchases`.

    Returns
    -------
    ndarray
        Product of two item factors off the diagonal, with the row totals of ``counts``.
    """
    total = counts.sum(axis=1)
    if total.sum() <= 0:
        return np.zeros_like(counts)
    factor = total / np.sqrt(total.sum())
    for _ in range(ROUNDS):
        rest = np.maximum(factor.sum() - factor, 1e-12)
        factor = np.sqrt(factor * total / rest)
    expected = np.outer(factor, factor)
    np.fill_diagonal(expected, 0.0)
    return expected


def shrunk_log_lift(
    counts: np.ndarray, expected: np.ndarray
) -> tuple[np.ndarray, float]:
    """Expect the logarithm of each pair's lift, given all pairs.

    Parameters
    ----------
    counts, expected
        Customers who bought both, seen and expected; symmetric matrices.

    Returns
    -------
    tuple
        Matrix of expected log lifts, zero where nothing was expected, and the weight a
        of the prior Gamma(a, a).
    """
    above = np.triu_indices(len(counts), 1)
    seen, chance = counts[above], expected[above]
    known = chance > 0
    weight = _prior_weight(seen[known], chance[known])
    lifts = digamma(weight + counts) - np.log(weight + expected)
    return np.where(expected > 0, lifts, 0.0), weight


def _prior_weight(seen: np.ndarray, chance: np.ndarray) -> float:
    """Weight a of Gamma(a, a), by the negative-binomial likelihood of the counts."""

    def loss(log_weight: float) -> float:
        a = np.exp(log_weight)
        terms = (
            gammaln(seen + a)
            - gammaln(a)
            - a * np.log1p(chance / a)
            - seen * np.log(a + chance)
        )
        prior = 0.5 * ((log_weight - np.log(PRIOR_MEDIAN)) / PRIOR_SD) ** 2
        return float(prior - terms.sum())

    found = minimize_scalar(loss, bounds=np.log(BOUNDS), method="bounded")
    return float(np.exp(found.x))
