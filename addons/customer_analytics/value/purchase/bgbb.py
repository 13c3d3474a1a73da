"""BG/BB: repeat buying at fixed occasions, such as yearly fairs or donation drives.

At each of n occasions a living customer buys with probability p ~ Beta(alpha, beta),
and dies before an occasion with probability theta ~ Beta(gamma, delta). The summary is
that of the other models with occasions for time: frequency x of n = T, recency t_x the
occasion of the last purchase.

References
----------
[1] Fader, Hardie, Shang (2010). Customer-base analysis in a discrete-time
    noncontractual setting. Marketing Science 29(6), 1086-1108.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betaln, digamma, logsumexp

from ...errors import FrameError, InsufficientDataError
from ..rows import SummaryRows, summary_rows
from .estimation import Prior, estimate_parameters
from .fitted import FittedModel

if TYPE_CHECKING:
    from typing import Self

    from pandas import DataFrame

__all__ = ["WEAK_PRIOR", "BetaGeoBetaBinomial"]

#: Near the published fit to a public broadcaster's donors: 1.204 .750 .657 2.783.
WEAK_PRIOR = Prior({"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8})


@dataclass(frozen=True)
class BetaGeoBetaBinomial(FittedModel):
    """BG/BB model.

    Parameters
    ----------
    alpha, beta
        Parameters of the beta law of the probability to buy at an occasion.
    gamma, delta
        Parameters of the beta law of the probability to die before an occasion.

    Examples
    --------
    >>> import pandas as pd
    >>> donors = BetaGeoBetaBinomial(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    >>> history = pd.DataFrame({"frequency": [6, 0], "recency": [6, 0], "T": [6, 6]})
    >>> donors.expected_purchases(history, 5).round(2)
    array([3.75, 0.07])
    """

    alpha: float
    beta: float
    gamma: float
    delta: float

    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    @classmethod
    def fit(
        cls,
        summary: DataFrame | SummaryRows,
        *,
        prior: Prior | None = None,
        weights: np.ndarray | None = None,
    ) -> Self:
        """Estimate the parameters.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in occasions, whole numbers.
        prior
            Weak prior; None is maximum likelihood.
        weights
            How many customers each row stands for.

        Returns
        -------
        Self
            The model, with ``estimate`` filled.

        Raises
        ------
        FrameError
            If the summary breaks its contract.
        InsufficientDataError
            If there is no customer at all.
        """
        rows = _occasions(summary, weights)
        if rows.n_customers <= 0:
            raise InsufficientDataError("customers", 1, 0)

        def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
            values, gradients = cls(*np.exp(point))._log_likelihoods(rows)
            return float(rows.weights @ values), gradients @ rows.weights

        parameters, estimate = estimate_parameters(
            objective,
            dict.fromkeys(cls.parameter_names(), 1.0),
            start=list((prior or cls.weak_prior).medians.values()),
            n_customers=rows.n_customers,
            prior=prior,
        )
        return cls(**parameters, estimate=estimate)

    def log_likelihood(
        self, summary: DataFrame | SummaryRows, weights: np.ndarray | None = None
    ) -> float:
        """Log-likelihood of the summary at these parameters.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in occasions.
        weights
            How many customers each row stands for.

        Returns
        -------
        float
            Sum over the customers.
        """
        rows = _occasions(summary, weights)
        return float(rows.weights @ self._log_likelihoods(rows)[0])

    def probability_alive(self, summary: DataFrame | SummaryRows) -> np.ndarray:
        """Return the probability that the customer is alive at the next occasion.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in occasions.

        Returns
        -------
        ndarray
            One probability per row of the summary, in its order; eq. 11 of [1].
        """
        rows = _occasions(summary)
        return rows.expand(self._alive_at(rows, 1.0))

    def expected_purchases(
        self, summary: DataFrame | SummaryRows, horizon: int
    ) -> np.ndarray:
        """Return the expected number of purchases at the next occasions.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in occasions.
        horizon
            How many occasions ahead.

        Returns
        -------
        ndarray
            One number per row of the summary, in its order: eq. 13 of [1] before its
            sum over occasions is closed, which has a pole at gamma = 1.
        """
        rows = _occasions(summary)
        mean = (self.alpha + rows.frequency) / (self.alpha + self.beta + rows.T)
        alive = sum(self._alive_at(rows, k) for k in range(1, int(horizon) + 1))
        return rows.expand(mean * alive)

    def purchase_probability(
        self, summary: DataFrame | SummaryRows, horizon: int
    ) -> np.ndarray:
        """Return the probability of at least one purchase at the next occasions.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in occasions.
        horizon
            How many occasions ahead.

        Returns
        -------
        ndarray
            One probability per row of the summary, in its order.

        Notes
        -----
        Silence over the horizon turns (x, t_x, n) into (x, t_x, n + horizon): its
        probability is the ratio of the two likelihoods.
        """
        rows = _occasions(summary)
        later = SummaryRows(
            rows.frequency,
            rows.recency,
            rows.T + int(horizon),
            rows.weights,
            rows.inverse,
        )
        silence = self._log_likelihoods(later)[0] - self._log_likelihoods(rows)[0]
        return rows.expand(np.clip(-np.expm1(silence), 0.0, 1.0))

    def _alive_at(self, rows: SummaryRows, ahead: float) -> np.ndarray:
        """Probability of living at occasion n + ahead, given the history."""
        history = self._log_likelihoods(rows)[0]
        living = betaln(self.alpha + rows.frequency, self._misses(rows)) - betaln(
            self.alpha, self.beta
        )
        lasting = betaln(self.gamma, self.delta + rows.T + ahead) - betaln(
            self.gamma, self.delta
        )
        return np.exp(living + lasting - history)

    def _misses(self, rows: SummaryRows) -> np.ndarray:
        return self.beta + rows.T - rows.frequency

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Likelihood of [1], gradient in log parameters: alive, or died after i."""
        x, last, n = (rows.frequency, rows.recency, rows.T)
        silent = np.arange(int((n - last).max(initial=0)) + 1)[None, :]
        is_alive = silent == (n - last)[:, None]
        is_possible = silent <= (n - last)[:, None]
        misses = self.beta + (last - x)[:, None] + silent
        buys = self.alpha + x[:, None]
        deaths = self.gamma + np.where(is_alive, 0.0, 1.0)
        stays = self.delta + last[:, None] + silent
        log_terms = betaln(buys, misses) + betaln(deaths, stays)
        log_terms = np.where(is_possible, log_terms, -np.inf)
        total = logsumexp(log_terms, axis=1)
        share = np.exp(log_terms - total[:, None])
        scale = betaln(self.alpha, self.beta) + betaln(self.gamma, self.delta)
        all_buy = digamma(buys + misses)
        all_stay = digamma(deaths + stays)
        gradients = [
            self.alpha * _mean_slope(share, digamma(buys) - all_buy, *self._buying),
            self.beta * _mean_slope(share, digamma(misses) - all_buy, *self._missing),
            self.gamma * _mean_slope(share, digamma(deaths) - all_stay, *self._dying),
            self.delta * _mean_slope(share, digamma(stays) - all_stay, *self._staying),
        ]
        return total - scale, np.array(gradients)

    @property
    def _buying(self) -> tuple[float, float]:
        return self.alpha, self.alpha + self.beta

    @property
    def _missing(self) -> tuple[float, float]:
        return self.beta, self.alpha + self.beta

    @property
    def _dying(self) -> tuple[float, float]:
        return self.gamma, self.gamma + self.delta

    @property
    def _staying(self) -> tuple[float, float]:
        return self.delta, self.gamma + self.delta


def _mean_slope(
    share: np.ndarray, slope: np.ndarray, own: float, both: float
) -> np.ndarray:
    """Mean of d log B over the terms, less that of the prior's beta function."""
    return (share * slope).sum(axis=1) - digamma(own) + digamma(both)


def _occasions(
    summary: DataFrame | SummaryRows, weights: np.ndarray | None = None
) -> SummaryRows:
    """Rows whose times are whole numbers of occasions, with at most one purchase each.

    Raises
    ------
    FrameError
        If a time is fractional or there are more purchases than occasions.
    """
    rows = summary_rows(summary, weights)
    problems = (
        ("recency", "type", rows.recency % 1.0 != 0.0),
        ("T", "type", rows.T % 1.0 != 0.0),
        ("frequency", "range", rows.frequency > rows.recency),
    )
    for column, reason, wrong in problems:
        if wrong.any():
            raise FrameError("occasions", column, reason, int(wrong.sum()))
    return rows
