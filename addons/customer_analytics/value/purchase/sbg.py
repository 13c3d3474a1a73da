"""Shifted-beta-geometric: how long customers of a contract stay.

At every renewal a customer leaves with a personal probability p ~ Beta(a, b). Retention
rises with age although nobody changes: those with a high p leave first.

References
----------
[1] Fader, Hardie (2007). How to project customer retention. Journal of Interactive
    Marketing 21(1), 76-90.
[2] Fader, Hardie (2010). Customer-base valuation in a contractual setting: the perils
    of ignoring heterogeneity. Marketing Science 29(1), 85-93.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betaln, digamma

from ...errors import FrameError, InsufficientDataError
from ...stats.quadrature import beta_rule
from .estimation import Prior, estimate_parameters
from .fitted import FittedModel

if TYPE_CHECKING:
    from typing import Self

__all__ = ["WEAK_PRIOR", "ShiftedBetaGeometric"]

#: Between the two published cohorts of [1]: a .668 b 3.806, and a .704 b 1.182.
WEAK_PRIOR = Prior({"a": 0.7, "b": 2.1})

#: Gauss nodes of the residual lifetime, exact to 1e-9 for discount rates above .5 %.
NODES = 200


@dataclass(frozen=True)
class ShiftedBetaGeometric(FittedModel):
    """sBG model of contract length.

    Parameters
    ----------
    a, b
        Parameters of the beta law of the probability to leave at a renewal.

    Examples
    --------
    >>> high_end = ShiftedBetaGeometric(a=0.668, b=3.806)
    >>> high_end.survival([1, 7, 12]).round(3)
    array([0.851, 0.489, 0.378])
    """

    a: float
    b: float

    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    @classmethod
    def fit(
        cls, lost: Sequence[float], remaining: float, *, prior: Prior | None = None
    ) -> Self:
        """Estimate the parameters from one cohort.

        Parameters
        ----------
        lost
            Customers who left at renewal 1, 2, ...
        remaining
            Customers left after the last of these renewals.
        prior
            Weak prior; None is maximum likelihood. If everybody leaves at the same
            rate, that runs to its bound, where the model is the geometric one.

        Returns
        -------
        Self
            The model, with ``estimate`` filled.

        Raises
        ------
        FrameError
            On negative or missing counts.
        InsufficientDataError
            If there is no customer or no renewal.
        """
        counts = np.append(np.asarray(lost, dtype=float), float(remaining))
        wrong = ~(np.isfinite(counts) & (counts >= 0))
        if wrong.any():
            raise FrameError("cohort", "lost", "range", int(wrong.sum()))
        if len(counts) < 2 or counts.sum() <= 0:
            found = int(counts.sum()) if len(counts) > 1 else 0
            raise InsufficientDataError("customers with a renewal", 1, found)
        parameters, estimate = estimate_parameters(
            lambda point: _log_likelihood(*np.exp(point), counts),
            {"a": 1.0, "b": 1.0},
            start=list((prior or cls.weak_prior).medians.values()),
            n_customers=float(counts.sum()),
            prior=prior,
        )
        return cls(**parameters, estimate=estimate)

    def log_likelihood(self, lost: Sequence[float], remaining: float) -> float:
        """Log-likelihood of a cohort.

        Parameters
        ----------
        lost
            Customers who left at renewal 1, 2, ...
        remaining
            Customers left after the last of these renewals.

        Returns
        -------
        float
            Sum over the customers, eq. B3 of [1].
        """
        counts = np.append(np.asarray(lost, dtype=float), float(remaining))
        return _log_likelihood(self.a, self.b, counts)[0]

    def survival(self, renewals: Sequence[float] | np.ndarray) -> np.ndarray:
        """Return the share of customers still there after so many renewals.

        Parameters
        ----------
        renewals
            Numbers of renewals, 0 or more.

        Returns
        -------
        ndarray
            B(a, b + t) / B(a, b), eq. 6 of [1].
        """
        t = np.asarray(renewals, dtype=float)
        return np.exp(betaln(self.a, self.b + t) - betaln(self.a, self.b))

    def retention_rate(self, renewals: Sequence[float] | np.ndarray) -> np.ndarray:
        """Return the share of customers who stay at their t-th renewal.

        Parameters
        ----------
        renewals
            Number t of the renewal, 1 or more.

        Returns
        -------
        ndarray
            (b + t - 1) / (a + b + t - 1), eq. 8 of [1].
        """
        t = np.asarray(renewals, dtype=float)
        return (self.b + t - 1.0) / (self.a + self.b + t - 1.0)

    def discounted_residual_lifetime(
        self, renewals: Sequence[float] | np.ndarray, discount_rate: float
    ) -> np.ndarray:
        """Return the discounted number of renewals still to come (DERL).

        Parameters
        ----------
        renewals
            Number n of the renewal that the customer is about to face, 1 or more: he
            has been through n - 1.
        discount_rate
            Per period, a positive fraction.

        Returns
        -------
        ndarray
            Expected renewals, the next one undiscounted.

        Raises
        ------
        FrameError
            If the discount rate is not positive.

        Notes
        -----
        [2] has (b+n-1)/(a+b+n-1) 2F1(1, b+n; a+b+n; 1/(1+d)). It is the mean of
        (1-p)(1+d) / (d+p) over p ~ Beta(a, b+n-1), computed as such.
        """
        d = float(discount_rate)
        if not (np.isfinite(d) and d > 0):
            raise FrameError("sbg", "discount_rate", "range", 1)
        n = np.atleast_1d(np.asarray(renewals, dtype=float))
        p, weights = beta_rule(self.a, self.b + n - 1.0, NODES)
        value = (weights * (1.0 - p) * (1.0 + d) / (d + p)).sum(axis=1)
        return value.reshape(np.shape(renewals))


def _log_likelihood(a: float, b: float, counts: np.ndarray) -> tuple[float, np.ndarray]:
    """Log-likelihood with gradient in log a, log b; the last count are the stayers."""
    t = np.arange(1.0, len(counts))
    end = len(counts) - 1.0
    log_terms = np.append(betaln(a + 1.0, b + t - 1.0), betaln(a, b + end))
    shared = digamma(a + b)
    total = np.append(digamma(a + b + t), digamma(a + b + end))
    by_a = np.append(np.full(len(t), digamma(a + 1.0)), digamma(a)) - total
    by_b = np.append(digamma(b + t - 1.0), digamma(b + end)) - total
    value = counts @ (log_terms - betaln(a, b))
    da = counts @ (by_a - digamma(a) + shared)
    db = counts @ (by_b - digamma(b) + shared)
    return float(value), np.array([a * da, b * db])
