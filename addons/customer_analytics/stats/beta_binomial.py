"""Rates of customers with few trials each, shrunk towards the rate of all.

A customer's own rate is Beta(alpha, beta) over the customers; of n trials, k succeed.
Estimated from all customers (empirical Bayes), the law says how much to trust one: his
rate is expected to be (alpha + k) / (alpha + beta + n). Used for late payment, response
to mailings and any other share of a count.

References
----------
[1] Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., sections 2.4 and 5.1 to 5.3.
[2] Kass, Steffey (1989). Approximate Bayesian inference in conditionally independent
    hierarchical models. Journal of the American Statistical Association 84, 717-726.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import beta as beta_law

from ..errors import FrameError
from .beta_binomial_likelihood import (
    LOWER,
    UPPER,
    WEAK_PRIOR,
    RatePrior,
    checked_counts,
    distinct_counts,
    log_likelihood,
    log_posterior,
)
from .optimize import Optimum, maximise

if TYPE_CHECKING:
    from typing import Self

__all__ = ["WEAK_PRIOR", "BetaBinomial", "RatePrior"]

#: Nodes and weights of the three-point Gauss-Hermite rule for a standard normal.
NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)])
NODE_WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0


@dataclass(frozen=True)
class BetaBinomial:
    """Beta law of the rates of customers.

    Parameters
    ----------
    alpha, beta
        Parameters of the law, as if alpha of alpha + beta earlier trials had succeeded.
    log_likelihood
        At the estimate, without the binomial coefficients; NaN if not estimated.
    n_customers
        Customers with at least one trial behind the estimate.
    is_on_bound
        Whether the data leave mean or precision open: all customers alike, or nothing
        ever succeeded.
    covariance
        Of logit(alpha / (alpha + beta)) and log(alpha + beta); zeros if not estimated.

    Raises
    ------
    FrameError
        If alpha or beta is no positive number.

    Examples
    --------
    >>> law = BetaBinomial(alpha=1.4, beta=8.6)
    >>> law.rate(4, 14).round(3)
    array([0.225])
    """

    alpha: float
    beta: float
    log_likelihood: float = field(default=float("nan"), kw_only=True, compare=False)
    n_customers: float = field(default=0.0, kw_only=True)
    is_on_bound: bool = field(default=False, kw_only=True)
    covariance: tuple[tuple[float, float], ...] = field(
        default=((0.0, 0.0), (0.0, 0.0)), kw_only=True, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        """Refuse parameters that are no positive numbers."""
        for name in ("alpha", "beta"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise FrameError("beta_binomial", name, "range", 1)

    @property
    def mean(self) -> float:
        """Mean rate of customers, each counting once."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def precision(self) -> float:
        """Trials with which the mean counts against a customer's own: alpha + beta."""
        return self.alpha + self.beta

    @classmethod
    def from_moments(cls, mean: float, sd: float) -> Self:
        """Return the law with a given mean and standard deviation.

        Parameters
        ----------
        mean, sd
            Of the rates over customers; sd**2 below mean (1 - mean).

        Returns
        -------
        Self
            alpha + beta = mean (1 - mean) / sd**2 - 1, eq. A.3 of [1].

        Raises
        ------
        FrameError
            If no beta law has these moments.
        """
        if not (0.0 < mean < 1.0 and 0.0 < sd**2 < mean * (1.0 - mean)):
            raise FrameError("beta_binomial", "sd", "range", 1)
        precision = mean * (1.0 - mean) / sd**2 - 1.0
        return cls(float(mean * precision), float((1.0 - mean) * precision))

    @classmethod
    def fit(
        cls,
        successes: Sequence[float] | np.ndarray,
        trials: Sequence[float] | np.ndarray,
        *,
        prior: RatePrior | None = None,
        weights: np.ndarray | None = None,
    ) -> Self:
        """Estimate the law from the counts of each customer.

        Parameters
        ----------
        successes, trials
            Counts per customer; customers without a trial say nothing and are left out.
        prior
            Weak prior, e.g. :data:`WEAK_PRIOR`; None is maximum likelihood.
        weights
            How many customers each row stands for.

        Returns
        -------
        Self
            The law at the maximum. Without a prior, precision runs to its bound if all
            customers are alike, and the mean if nothing or everything succeeded.

        Raises
        ------
        FrameError
            On counts that are missing, negative, or more successes than trials.
        InsufficientDataError
            If nobody has a trial.
        """
        k, n, weight = distinct_counts(successes, trials, weights)
        objective = log_posterior(k, n, weight, prior)
        start = np.array([logit((weight @ k + 0.5) / (weight @ n + 1.0)), np.log(5.0)])
        found = maximise(objective, start, LOWER, UPPER)
        mean, precision = expit(found.point[0]), np.exp(found.point[1])
        alpha, beta = precision * mean, precision * expit(-found.point[0])
        return cls(
            float(alpha),
            float(beta),
            log_likelihood=log_likelihood(alpha, beta, k, n, weight)[0],
            n_customers=float(weight.sum()),
            is_on_bound=bool(found.at_bound.any()),
            covariance=_covariance(found),
        )

    def rate(
        self,
        successes: Sequence[float] | np.ndarray,
        trials: Sequence[float] | np.ndarray,
    ) -> np.ndarray:
        """Return the expected rate of each customer.

        Parameters
        ----------
        successes, trials
            Counts per customer, 0 or more.

        Returns
        -------
        ndarray
            (alpha + k) / (alpha + beta + n), in the order of the input.

        Raises
        ------
        FrameError
            On impossible counts.
        """
        k, n = checked_counts(successes, trials)
        return (self.alpha + k) / (self.precision + n)

    def rates(
        self,
        successes: Sequence[float] | np.ndarray,
        trials: Sequence[float] | np.ndarray,
        *,
        level: float = 0.9,
    ) -> pd.DataFrame:
        """Return the expected rate of each customer with its credible interval.

        Parameters
        ----------
        successes, trials
            Counts per customer, 0 or more.
        level
            Probability of the interval.

        Returns
        -------
        DataFrame
            rate, lower, upper, in the order of the input.

        Raises
        ------
        FrameError
            On impossible counts or a level outside (0, 1).

        Notes
        -----
        The interval counts the uncertainty of alpha and beta, as in [2]: the beta law
        with the mean and variance of the posterior averaged over their normal
        approximation. ``rate`` is the plain shrunk rate.
        """
        if not 0.0 < level < 1.0:
            raise FrameError("beta_binomial", "level", "range", 1)
        k, n = checked_counts(successes, trials)
        cells, which = np.unique(np.column_stack([k, n]), axis=0, return_inverse=True)
        lower, upper = self._limits(cells[:, 0], cells[:, 1], level)
        which, rate = which.ravel(), (self.alpha + k) / (self.precision + n)
        return pd.DataFrame(
            {
                "rate": rate,
                "lower": np.minimum(lower[which], rate),
                "upper": np.maximum(upper[which], rate),
            }
        )

    def _limits(
        self, k: np.ndarray, n: np.ndarray, level: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Quantiles of the beta law that has the posterior's averaged moments."""
        nodes, weights = self._parameter_nodes()
        mean = nodes[:, :1]
        precision = nodes[:, 1:]
        center = (mean * precision + k) / (precision + n)
        within = center * (1.0 - center) / (precision + n + 1.0)
        average = weights @ center
        variance = weights @ within + weights @ (center - average) ** 2
        size = np.maximum(average * (1.0 - average) / variance - 1.0, 1e-3)
        tail = (1.0 - level) / 2.0
        shapes = average * size, (1.0 - average) * size
        return beta_law.ppf(tail, *shapes), beta_law.ppf(1.0 - tail, *shapes)

    def _parameter_nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Pairs (mean, precision) that stand for the law's uncertainty, and weights."""
        values, vectors = np.linalg.eigh(np.array(self.covariance))
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        first, second = np.meshgrid(NODES, NODES, indexing="ij")
        point = np.array([logit(self.mean), np.log(self.precision)])
        points = point + np.column_stack([first.ravel(), second.ravel()]) @ root.T
        points = np.clip(points, LOWER, UPPER)
        nodes = np.column_stack([expit(points[:, 0]), np.exp(points[:, 1])])
        return nodes, np.outer(NODE_WEIGHTS, NODE_WEIGHTS).ravel()


def _covariance(found: Optimum) -> tuple[tuple[float, float], ...]:
    """Covariance at the maximum; directions that are open count as known."""
    covariance = np.nan_to_num(found.covariance, nan=0.0)
    return tuple(map(tuple, covariance.tolist()))
