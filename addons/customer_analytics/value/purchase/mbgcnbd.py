"""MBG/CNBD-k: customers with a rhythm, who stop right after a purchase.

MBG/NBD takes purchases for Poisson events: however long the silence, the next one is as
near as ever. A company that reorders every month is not like that. Here the time from
one purchase to the next is Erlang-k, the sum of k exponential steps at rate lambda
(k = 1 is MBG/NBD), so a silence of twice the usual gap says much more. As in MBG/NBD,
lambda ~ Gamma(r, alpha), and after every purchase, the first one included, the customer
stops with probability p ~ Beta(a, b).

With x repeat purchases, t_x, T and silence w = T - t_x, the likelihood is

    sum over the gaps of (k-1) log gap - x log Gamma(k) + log of
    B(a, b+x+1) / B(a, b) * sum over j < k of steps(j)  +  B(a+1, b+x) / B(a, b) * steps_dead

with steps(j) = alpha^r Gamma(R+j) w^j / (Gamma(r) j! (alpha+T)^(R+j)), R = r + k x: alive,
j steps into the next gap; dead: the same for j = 0 with t_x in place of T. From these
the predictions follow in :mod:`.condensed`.

References
----------
[1] Reutterer, Platzer, Schroeder (2021). Leveraging purchase regularity for predicting
    customer behavior the easy way. Int. J. of Research in Marketing 38, 194-215.
[2] Batislam, Denizel, Filiztekin (2007). Int. J. of Research in Marketing 24, 201-209.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betaln, digamma, gammaln, logsumexp

from ...errors import FrameError, InsufficientDataError
from ..rows import SummaryRows, summary_rows, time_scales
from .condensed import CondensedModel
from .estimation import Prior, estimate_parameters
from .mbgnbd import WEAK_PRIOR

if TYPE_CHECKING:
    from typing import Self

    from pandas import DataFrame

__all__ = ["CondensedBetaGeo"]

#: Shapes k that are tried, in order, until the likelihood falls.
REGULARITIES = (1, 2, 3, 4, 6, 8, 12)
#: Weak prior of log k where priors are used: most companies have k between 1 and 4.
LOG_SHAPE_SD = 0.7
#: Where priors are used, each step beyond two takes so many customers who bought three
#: times: gaps of one customer are one habit, however many and equal they are, and what
#: two customers do says little of the third.
CUSTOMERS_PER_STEP = 5


@dataclass(frozen=True)
class CondensedBetaGeo(CondensedModel):
    """MBG/CNBD-k model.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma law of the rate of steps; alpha in time units.
    a, b
        Parameters of the beta law of the probability to stop after a purchase.
    regularity
        Steps per purchase, k; 1 is no rhythm at all.

    Examples
    --------
    >>> import pandas as pd
    >>> monthly = pd.DataFrame({"frequency": [10], "recency": [300.0], "T": [390.0]})
    >>> for k in (1, 3):
    ...     model = CondensedBetaGeo(3.0, 90.0 / k, 0.8, 2.4, regularity=k)
    ...     print(k, model.probability_alive(monthly).round(2))
    1 [0.51]
    3 [0.15]
    """

    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    @classmethod
    def fit(
        cls,
        summary: DataFrame,
        *,
        prior: Prior | None = None,
        weights: np.ndarray | None = None,
        start: Mapping[str, float] | None = None,
        regularity: int | None = None,
    ) -> Self:
        """Estimate the parameters, and the regularity, from purchase histories.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in one time unit, and log_gaps: the sum of the
            logarithms of a customer's gaps in that unit (``rhythm.rhythm_summary``).
        prior
            Weak prior, e.g. the class's ``weak_prior``; None is maximum likelihood.
        weights
            How many customers each row stands for.
        start
            First guess at k = 1, in the summary's time unit.
        regularity
            k, if it is known; chosen by likelihood if left out, with a prior from the
            shapes that so many customers can justify.

        Returns
        -------
        Self
            The model, with ``estimate`` filled; its log-likelihood is comparable with
            that of the other purchase models.

        Raises
        ------
        FrameError
            If the summary breaks its contract.
        InsufficientDataError
            If there is no customer at all.
        """
        rows = summary_rows(summary, weights)
        if rows.n_customers <= 0:
            raise InsufficientDataError("customers", 1, 0)
        if "log_gaps" not in summary.columns:
            raise FrameError("purchase_history", "log_gaps", "missing")
        gaps = summary["log_gaps"].to_numpy(dtype=float)
        total = float(gaps.sum() if weights is None else gaps @ np.asarray(weights))
        shapes = (int(regularity),) if regularity else _shapes(rows, prior)
        best, highest = None, -np.inf
        for k in shapes:
            model = cls._fit_shape(rows, k, total, prior, start)
            doubt = 0.5 * (np.log(k) / LOG_SHAPE_SD) ** 2 if prior else 0.0
            fit = model.estimate.log_likelihood - doubt
            if fit <= highest:
                break
            best, highest = model, fit
        return best

    @classmethod
    def _fit_shape(
        cls,
        rows: SummaryRows,
        k: int,
        log_gaps: float,
        prior: Prior | None,
        start: Mapping[str, float] | None,
    ) -> Self:
        """Fit the other parameters at a given k."""
        scales = {"r": 1.0, "alpha": time_scales(rows).purchase / k, "a": 1.0, "b": 1.0}
        medians = (prior or cls.weak_prior).medians
        guess = {name: medians[name] for name in scales}
        if start:
            guess = {name: start[name] / scales[name] for name in scales}
            guess["alpha"] /= k
        units = np.array(list(scales.values()))

        def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
            model = cls(*(np.exp(point) * units), regularity=k)
            values, gradients = model._log_likelihoods(rows)
            return float(rows.weights @ values), gradients @ rows.weights

        parameters, estimate = estimate_parameters(
            objective,
            scales,
            start=list(guess.values()),
            n_customers=rows.n_customers,
            prior=prior,
        )
        value = estimate.log_likelihood + (k - 1.0) * log_gaps
        return cls(
            **parameters,
            regularity=k,
            estimate=replace(estimate, log_likelihood=float(value)),
        )

    def log_likelihood(
        self, summary: DataFrame | SummaryRows, weights: np.ndarray | None = None
    ) -> float:
        """Log-likelihood of the summary at these parameters.

        Parameters
        ----------
        summary
            Columns frequency, recency, T and, for k > 1, log_gaps.
        weights
            How many customers each row stands for.

        Returns
        -------
        float
            Log of a density of the purchase times, comparable with the other models'.
        """
        value = super().log_likelihood(summary, weights)
        if self.regularity == 1:
            return value
        gaps = summary["log_gaps"].to_numpy(dtype=float)
        counted = np.ones(len(gaps)) if weights is None else np.asarray(weights)
        return value + (self.regularity - 1.0) * float(gaps @ counted)

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Without the term of the gaps, with gradient in log parameters."""
        r, alpha, a, b, k = self.r, self.alpha, self.a, self.b, self.regularity
        x, age = rows.frequency, alpha + rows.T
        steps, log_dead = self._log_steps(rows)
        log_alive = logsumexp(steps, axis=1)
        odds = np.log(a / (b + x)) + log_dead - log_alive
        dead = 1.0 / (1.0 + np.exp(np.minimum(-odds, 700.0)))
        shape = (r + k * x)[:, None] + np.arange(k)
        weight = np.exp(steps - log_alive[:, None])
        values = r * np.log(alpha) - gammaln(r) - x * gammaln(k)
        values = values + betaln(a, b + x + 1.0) - betaln(a, b)
        values = values + log_alive + np.logaddexp(0.0, odds)
        by_r_alive = (weight * digamma(shape)).sum(axis=1) - np.log(age)
        by_r_dead = digamma(shape[:, 0]) - np.log(alpha + rows.recency)
        by_alpha_alive = -(weight * shape).sum(axis=1) / age
        by_alpha_dead = -shape[:, 0] / (alpha + rows.recency)
        shared = digamma(a + b) - digamma(a + b + x + 1.0)
        gradients = np.array(
            [
                np.log(alpha)
                - digamma(r)
                + by_r_alive
                + dead * (by_r_dead - by_r_alive),
                r / alpha + by_alpha_alive + dead * (by_alpha_dead - by_alpha_alive),
                shared + dead / a,
                shared + digamma(b + x + 1.0) - digamma(b) - dead / (b + x),
            ]
        )
        return values, gradients * np.array([[r], [alpha], [a], [b]])


def _shapes(rows: SummaryRows, prior: Prior | None) -> tuple[int, ...]:
    """Shapes to try: a rhythm that few customers show is believed in part."""
    if prior is None:
        return REGULARITIES
    customers = float(rows.weights[rows.frequency >= 2].sum())
    largest = 2 + customers // CUSTOMERS_PER_STEP
    return tuple(k for k in REGULARITIES if k <= largest)
