"""Gamma-Gamma: what a customer spends per purchase.

A purchase of a customer is Gamma(p, nu), his nu is Gamma(q, v): he spends p / nu on
average, independently of how often he buys. The mean observed over few purchases is
pulled towards that of everybody, the more the fewer they are.

The population mean p v / (q - 1) exists for q > 1 only, and is worthless just above it.
Peers then value a one-time buyer at minus hundreds (METHODS.md, traps). Here the model
remembers the mean that was observed, and says through ``is_mean_usable`` when it takes
the shrunk observed mean instead.

References
----------
[1] Fader, Hardie (2013). The Gamma-Gamma model of monetary value.
    brucehardie.com/notes/025.
[2] Fader, Hardie, Lee (2005). RFM and CLV: using iso-value curves. Journal of Marketing
    Research 42, 415-430.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import digamma, gammaln

from ...errors import InsufficientDataError
from ...frames import Column, FrameContract
from ...stats.optimize import Objective
from .estimation import Prior, estimate_parameters
from .fitted import FittedModel

if TYPE_CHECKING:
    from typing import Self

    from pandas import DataFrame

__all__ = ["SPEND_HISTORY", "WEAK_PRIOR", "GammaGamma"]

#: What the model reads of RFM_SUMMARY.
SPEND_HISTORY = FrameContract(
    "spend_history",
    {
        "frequency": Column("float", "repeat purchases", minimum=0),
        "monetary_value": Column("float", "mean value of a purchase", minimum=0),
    },
)

#: Centred near CDNOW's published fit: p 6.25, q 3.74, v 15.44 = .44 of the mean spend.
WEAK_PRIOR = Prior({"p": 6.0, "q": 3.7, "v": 0.45}, sd=1.0)

#: Largest ratio of the model's population mean to the observed one that is believed.
CREDIBLE_RATIO = 2.0


@dataclass(frozen=True)
class GammaGamma(FittedModel):
    """Gamma-Gamma model of spend per purchase.

    Parameters
    ----------
    p
        Shape of a purchase's value.
    q
        Shape of the customers' rates nu.
    v
        Rate of the customers' rates, in money.
    observed_mean
        Mean spend per purchase of the customers behind the fit; the model falls back on
        it when its own mean is infinite or not credible.
    includes_first_purchase
        Whether monetary_value is a mean over frequency + 1 purchases.
    estimate
        How the parameters were found; None when they were given.

    Examples
    --------
    >>> import pandas as pd
    >>> spend = GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> customers = pd.DataFrame({"frequency": [2, 0], "monetary_value": [22.35, 0]})
    >>> spend.expected_spend(customers).round(2)
    array([24.66, 35.22])
    """

    p: float
    q: float
    v: float
    observed_mean: float | None = field(default=None, kw_only=True)
    includes_first_purchase: bool = field(default=False, kw_only=True)

    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    @property
    def population_mean(self) -> float:
        """Mean spend per purchase of a new customer; infinite for q <= 1."""
        return self.p * self.v / (self.q - 1.0) if self.q > 1.0 else float("inf")

    @property
    def is_mean_usable(self) -> bool:
        """Whether the model's own mean is finite and near what was observed."""
        if self.observed_mean is None:
            return self.q > 1.0
        return self.population_mean <= CREDIBLE_RATIO * self.observed_mean

    @classmethod
    def fit(
        cls,
        summary: DataFrame,
        *,
        prior: Prior | None = None,
        includes_first_purchase: bool = False,
        weights: np.ndarray | None = None,
    ) -> Self:
        """Estimate the parameters from the mean spend of each customer.

        Parameters
        ----------
        summary
            Columns frequency and monetary_value of RFM_SUMMARY; customers without a
            purchase of positive mean value are left out.
        prior
            Weak prior, e.g. ``GammaGamma.weak_prior``; None is maximum likelihood.
        includes_first_purchase
            Whether monetary_value is a mean over frequency + 1 purchases.
        weights
            How many customers each row stands for.

        Returns
        -------
        Self
            The model, with ``observed_mean`` and ``estimate`` filled.

        Raises
        ------
        FrameError
            If the summary breaks its contract.
        InsufficientDataError
            If nobody has a purchase of positive value.
        """
        count, mean = _spend_history(summary, includes_first_purchase)
        weight = np.ones(len(count)) if weights is None else np.asarray(weights, float)
        used = (count > 0) & (weight > 0)
        if not used.any():
            raise InsufficientDataError("customers with a purchase of value", 1, 0)
        count, mean, weight = count[used], mean[used], weight[used]
        observed = float(weight @ mean / weight.sum())
        parameters, estimate = estimate_parameters(
            _objective(count, mean / observed, weight, np.log(observed)),
            {"p": 1.0, "q": 1.0, "v": observed},
            start=list((prior or cls.weak_prior).medians.values()),
            n_customers=float(weight.sum()),
            prior=prior,
        )
        return cls(
            **parameters,
            observed_mean=observed,
            includes_first_purchase=includes_first_purchase,
            estimate=estimate,
        )

    def log_likelihood(self, summary: DataFrame) -> float:
        """Log-likelihood of the customers with a purchase of positive value.

        Parameters
        ----------
        summary
            Columns frequency and monetary_value of RFM_SUMMARY.

        Returns
        -------
        float
            In the currency of the summary: a density of the mean values.
        """
        count, mean = self.spend_history(summary)
        used = count > 0
        objective = _objective(count[used], mean[used], np.ones(used.sum()), 0.0)
        return objective(np.log([self.p, self.q, self.v]))[0]

    def spend_history(self, summary: DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Return what is known of each customer's spend.

        Parameters
        ----------
        summary
            Columns frequency and monetary_value of RFM_SUMMARY.

        Returns
        -------
        tuple of ndarray
            Purchases behind the mean value, and the mean value (money); both 0 where
            there is no purchase of positive value.
        """
        return _spend_history(summary, self.includes_first_purchase)

    def expected_spend(self, summary: DataFrame) -> np.ndarray:
        """Return the expected mean spend per future purchase of each customer.

        Parameters
        ----------
        summary
            Columns frequency and monetary_value of RFM_SUMMARY.

        Returns
        -------
        ndarray
            Money per purchase, one per row of the summary, in its order.

        Notes
        -----
        Eq. 5 of [1]: (q-1)/(px+q-1) * pv/(q-1) + px/(px+q-1) * m. Where
        ``is_mean_usable`` is false, the observed mean takes the place of pv/(q-1) with
        the weight q/(px+q); without one, its value p v / q at the mean nu does.
        """
        count, mean = self.spend_history(summary)
        if self.is_mean_usable:
            return self.p * (self.v + count * mean) / (self.p * count + self.q - 1.0)
        center = self.observed_mean or self.p * self.v / self.q
        own = self.p * count / (self.p * count + self.q)
        return center + own * (mean - center)


def _spend_history(
    summary: DataFrame, includes_first_purchase: bool
) -> tuple[np.ndarray, np.ndarray]:
    SPEND_HISTORY.check(summary)
    count = summary["frequency"].to_numpy(dtype=float) + float(includes_first_purchase)
    mean = summary["monetary_value"].to_numpy(dtype=float)
    is_known = (count > 0) & (mean > 0)
    return np.where(is_known, count, 0.0), np.where(is_known, mean, 0.0)


def _objective(
    count: np.ndarray, mean: np.ndarray, weight: np.ndarray, log_unit: float
) -> Objective:
    """Log-likelihood, eq. 1a of [1], with gradient in log p, log q, log v."""
    counts, which = np.unique(count, return_inverse=True)
    customers = np.bincount(which, weights=weight)
    total = count * mean
    constant = -float(weight @ (np.log(mean) + log_unit))

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, v = np.exp(point)
        shape = p * counts
        share_sum = -np.log1p(v / total)  # log(x m / (v + x m))
        share_v = -np.log1p(total / v)  # log(v / (v + x m))
        by_p = (weight * count) @ share_sum
        by_q = weight @ share_v
        value = customers @ (gammaln(shape + q) - gammaln(shape) - gammaln(q))
        both = digamma(shape + q)
        dp = customers @ (counts * (both - digamma(shape))) + by_p
        dq = customers @ (both - digamma(q)) + by_q
        dv = weight @ (q - (p * count + q) * np.exp(share_v))
        value += p * by_p + q * by_q + constant
        return float(value), np.array([p * dp, q * dq, dv])

    return objective
