"""Likelihood of the beta-binomial law of rates, its weak prior, and its counts.

References
----------
[1] Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., section 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma, expit

from ..errors import FrameError, InsufficientDataError
from .optimize import Objective

__all__ = [
    "LOWER",
    "UPPER",
    "WEAK_PRIOR",
    "RatePrior",
    "checked_counts",
    "distinct_counts",
    "log_likelihood",
    "log_posterior",
]

#: Bounds of logit(mean) and of log(precision): beyond, no prediction changes.
LOWER = np.array([-16.0, np.log(1e-2)])
UPPER = np.array([16.0, np.log(1e6)])


@dataclass(frozen=True)
class RatePrior:
    """Weak prior of the law of the rates, for few customers.

    Parameters
    ----------
    pseudo_trials
        Trials of which half succeeded, that the mean rate starts from; 1 is Jeffreys.
    precision
        Median of alpha + beta.
    sd
        Standard deviation of its logarithm; 1.5 says "within a factor of 19, 95 %".
    """

    pseudo_trials: float = 1.0
    precision: float = 5.0
    sd: float = 1.5


#: Between customers who are nearly all alike (precision 100) and who are each a case of
#: their own (.25), with 95 %.
WEAK_PRIOR = RatePrior()


def log_posterior(
    k: np.ndarray, n: np.ndarray, weight: np.ndarray, prior: RatePrior | None
) -> Objective:
    """Return the log-posterior as a function of logit(mean) and log(precision).

    Parameters
    ----------
    k, n, weight
        Successes, trials and number of customers of each cell.
    prior
        Weak prior; None is the likelihood alone.

    Returns
    -------
    Objective
        Value, up to a constant, and gradient.
    """

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        mean, other, precision = expit(point[0]), expit(-point[0]), np.exp(point[1])
        alpha, beta = precision * mean, precision * other
        value, da, db = log_likelihood(alpha, beta, k, n, weight)
        gradient = np.array([(da - db) * alpha * other, alpha * da + beta * db])
        if prior is not None:
            half = prior.pseudo_trials / 2.0
            distance = (point[1] - np.log(prior.precision)) / prior.sd
            value += half * (np.log(mean) + np.log(other)) - 0.5 * distance**2
            gradient += np.array([half * (other - mean), -distance / prior.sd])
        return value, gradient

    return objective


def log_likelihood(
    alpha: float, beta: float, k: np.ndarray, n: np.ndarray, weight: np.ndarray
) -> tuple[float, float, float]:
    """Log-likelihood of a law and its derivatives.

    Parameters
    ----------
    alpha, beta
        Parameters of the law.
    k, n, weight
        Successes, trials and number of customers of each cell.

    Returns
    -------
    tuple of float
        The likelihood factor of eq. 5.8 of [1], without the binomial coefficients, and
        its derivatives by alpha and beta.

    Examples
    --------
    >>> one = np.ones(1)
    >>> round(log_likelihood(1.0, 1.0, one, 2 * one, one)[0], 4)  # log(1/6)
    -1.7918
    """
    value = weight @ (betaln(alpha + k, beta + n - k) - betaln(alpha, beta))
    total = digamma(alpha + beta + n) - digamma(alpha + beta)
    by_alpha = weight @ (digamma(alpha + k) - digamma(alpha) - total)
    by_beta = weight @ (digamma(beta + n - k) - digamma(beta) - total)
    return float(value), float(by_alpha), float(by_beta)


def distinct_counts(
    successes: Sequence[float] | np.ndarray,
    trials: Sequence[float] | np.ndarray,
    weights: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Collapse customers with equal counts, so a fit does not grow with them.

    Parameters
    ----------
    successes, trials
        Counts per customer.
    weights
        How many customers each row stands for; None is one.

    Returns
    -------
    tuple of ndarray
        Successes, trials and number of customers of each cell with at least one trial.

    Raises
    ------
    FrameError
        On impossible counts.
    InsufficientDataError
        If nobody has a trial.

    Examples
    --------
    >>> distinct_counts([1, 1, 0], [2, 2, 0], None)
    (array([1.]), array([2.]), array([2.]))
    """
    k, n = checked_counts(successes, trials)
    weight = np.ones(len(k)) if weights is None else np.asarray(weights, dtype=float)
    used = (n > 0) & (weight > 0)
    if not used.any():
        raise InsufficientDataError("customers with a trial", 1, 0)
    pairs = np.column_stack([k[used], n[used]])
    cells, which = np.unique(pairs, axis=0, return_inverse=True)
    return cells[:, 0], cells[:, 1], np.bincount(which.ravel(), weights=weight[used])


def checked_counts(
    successes: Sequence[float] | np.ndarray, trials: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Successes and trials as floats, checked.

    Parameters
    ----------
    successes, trials
        Counts per customer; fractions are admitted.

    Returns
    -------
    tuple of ndarray
        Both, of shape ``(n,)``, 0 <= successes <= trials < infinity.

    Raises
    ------
    FrameError
        If they are not so.
    """
    k = np.atleast_1d(np.asarray(successes, dtype=float))
    n = np.atleast_1d(np.asarray(trials, dtype=float))
    if k.ndim != 1 or k.shape != n.shape:
        raise FrameError("beta_binomial", "trials", "type", n.size)
    wrong = int((~(np.isfinite(n) & (k >= 0) & (k <= n))).sum())
    if wrong:
        raise FrameError("beta_binomial", "successes", "range", wrong)
    return k, n
