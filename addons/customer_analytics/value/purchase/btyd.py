"""What the buy-till-you-die models share: fitting, prediction, storage.

A customer buys at a steady personal rate until, unseen, he stops for good. A model says
how rates and endings differ between customers; from repeat purchases x, age at the
last one t_x and age T (all ages in one time unit, any) it tells who is still a
customer, what he will buy, and after how long.

Every prediction is P(alive) times an expectation for a living customer: a model adds its
likelihood, the odds of death and those expectations. Results are arrays in the row order
of the summary: put them beside its customer_id at once, never join by position later.

References
----------
Schmittlein, Morrison, Colombo (1987). Counting your customers. Management Science 33.
Fader, Hardie, Lee (2005). "Counting your customers" the easy way. Marketing Science 24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import expit

from ...errors import FrameError, InsufficientDataError
from ..rows import SummaryRows, summary_rows, time_scales
from .estimation import Estimate, Prior, estimate_parameters
from .fitted import FittedModel

if TYPE_CHECKING:
    from typing import Self

    from pandas import DataFrame

__all__ = ["PurchaseModel"]

#: Distinct rows of the sample on which a large fit starts.
WARM_START_ROWS = 4000


@dataclass(frozen=True)
class PurchaseModel(FittedModel):
    """Base of the purchase models."""

    #: Parameters with the dimension of time, and the time scale their prior refers to.
    time_parameters: ClassVar[Mapping[str, str]] = {"alpha": "purchase"}

    # Fitting ------------------------------------------------------------------------

    @classmethod
    def fit(
        cls,
        summary: DataFrame | SummaryRows,
        *,
        prior: Prior | None = None,
        weights: np.ndarray | None = None,
        start: Mapping[str, float] | None = None,
    ) -> Self:
        """Estimate the parameters from purchase histories.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in one time unit.
        prior
            Weak prior, e.g. the class's ``weak_prior``; None is maximum likelihood.
        weights
            How many customers each row stands for.
        start
            First guess, in the summary's time unit; the prior medians if left out.

        Returns
        -------
        Self
            The model, with ``estimate`` filled.

        Raises
        ------
        FrameError
            If the summary breaks its contract.
        InsufficientDataError
            If there is no customer.
        """
        rows = summary_rows(summary, weights)
        if rows.n_customers <= 0:
            raise InsufficientDataError("customers", 1, 0)
        scales = cls._scales(rows)
        medians = (prior or cls.weak_prior).medians
        guess = start or {name: medians[name] * scales[name] for name in scales}
        if len(rows) > 3 * WARM_START_ROWS:
            sample = rows.take(slice(None, None, len(rows) // WARM_START_ROWS))
            guess, _ = cls._solve(sample, scales, guess, None)
        parameters, estimate = cls._solve(rows, scales, guess, prior)
        return cls(**parameters, estimate=estimate)

    @classmethod
    def _solve(
        cls,
        rows: SummaryRows,
        scales: Mapping[str, float],
        guess: Mapping[str, float],
        prior: Prior | None,
    ) -> tuple[dict[str, float], Estimate]:
        units = np.array([scales[name] for name in scales])

        def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
            model = cls(*(np.exp(point) * units))
            values, gradients = model._log_likelihoods(rows)
            return float(rows.weights @ values), gradients @ rows.weights

        return estimate_parameters(
            objective,
            scales,
            start=[guess[name] / scales[name] for name in scales],
            n_customers=rows.n_customers,
            prior=prior,
        )

    @classmethod
    def _scales(cls, rows: SummaryRows) -> dict[str, float]:
        """Scale of every parameter: 1, or the time scale of ``time_parameters``."""
        scales = time_scales(rows)
        units = {
            name: getattr(scales, kind) for name, kind in cls.time_parameters.items()
        }
        return {name: units.get(name, 1.0) for name in cls.parameter_names()}

    def log_likelihood(
        self, summary: DataFrame | SummaryRows, weights: np.ndarray | None = None
    ) -> float:
        """Log-likelihood of the summary at these parameters.

        Parameters
        ----------
        summary
            Columns frequency, recency, T, in the time unit of the parameters.
        weights
            How many customers each row stands for.

        Returns
        -------
        float
            Log of a density of the purchase times, hence in the summary's units.
        """
        rows = summary_rows(summary, weights)
        return float(rows.weights @ self._log_likelihoods(rows)[0])

    # Prediction ---------------------------------------------------------------------

    def probability_alive(self, summary: DataFrame | SummaryRows) -> np.ndarray:
        """Return the probability that the customer has not stopped for good.

        Parameters
        ----------
        summary
            Columns frequency, recency, T, in the time unit of the parameters.

        Returns
        -------
        ndarray
            One probability per row of the summary, in its order.
        """
        rows = summary_rows(summary)
        return rows.expand(expit(-self._log_odds_dead(rows)))

    def expected_purchases(
        self, summary: DataFrame | SummaryRows, horizon: float
    ) -> np.ndarray:
        """Return the expected number of purchases in (T, T + horizon].

        Parameters
        ----------
        summary
            Columns frequency, recency, T, in the time unit of the parameters.
        horizon
            Length of the period ahead, same unit, not negative.

        Returns
        -------
        ndarray
            One number per row of the summary, in its order.
        """
        rows = summary_rows(summary)
        _check_horizon(horizon)
        alive = expit(-self._log_odds_dead(rows))
        return rows.expand(alive * self._purchases_if_alive(rows, horizon))

    def purchase_probability(
        self, summary: DataFrame | SummaryRows, horizon: float
    ) -> np.ndarray:
        """Return the probability of at least one purchase in (T, T + horizon].

        The usable churn index is its complement: unlike P(alive) it speaks of something
        that can be seen to happen (METHODS.md, section M).

        Parameters
        ----------
        summary
            Columns frequency, recency, T, in the time unit of the parameters.
        horizon
            Length of the period ahead, same unit, not negative.

        Returns
        -------
        ndarray
            One probability per row of the summary, in its order.
        """
        rows = summary_rows(summary)
        _check_horizon(horizon)
        alive = expit(-self._log_odds_dead(rows))
        return rows.expand(alive * self._purchase_probability_if_alive(rows, horizon))

    def expected_purchases_new(self, horizon: float) -> float:
        """Return the expected repeat purchases of a new customer.

        Parameters
        ----------
        horizon
            Time since the first purchase, in the time unit of the parameters.

        Returns
        -------
        float
            Without the first purchase.
        """
        zero = np.zeros(1)
        newborn = SummaryRows(zero, zero, zero, np.ones(1), np.zeros(1, dtype=int))
        return float(self.expected_purchases(newborn, horizon)[0])

    def rate_if_alive(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Shape and rate of the gamma law of a living customer's purchase rate.

        All models mix Poisson purchases over Gamma(r, alpha): having lived through T
        with x repeat purchases leaves Gamma(r + x, alpha + T).

        Parameters
        ----------
        rows
            Distinct rows.

        Returns
        -------
        tuple of ndarray
            Shape, and rate in time units.
        """
        return self.r + rows.frequency, self.alpha + rows.T

    def _purchase_probability_if_alive(
        self, rows: SummaryRows, horizon: float
    ) -> np.ndarray:
        """Where stopping happens at a purchase, silence is only waiting."""
        shape, rate = self.rate_if_alive(rows)
        return -np.expm1(-shape * np.log1p(horizon / rate))

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Log-likelihood of each row, and its gradient (k, rows) in log parameters."""
        raise NotImplementedError

    def _log_odds_dead(self, rows: SummaryRows) -> np.ndarray:
        """Logit of 1 - P(alive) of each row."""
        raise NotImplementedError

    def _purchases_if_alive(self, rows: SummaryRows, horizon: float) -> np.ndarray:
        """Return expected purchases of each row within the horizon, given life at T."""
        raise NotImplementedError

    def draw_if_alive(
        self,
        rows: SummaryRows,
        which: np.ndarray,
        horizon: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw what living customers buy in (T, T + horizon].

        Parameters
        ----------
        rows
            Distinct rows.
        which
            For every draw, the number of its row.
        horizon
            Length of the period ahead, in the time unit of the parameters.
        rng
            Source of randomness.

        Returns
        -------
        tuple of ndarray
            For every draw the number of purchases, and the mean time of those
            purchases after T (its conditional expectation).
        """
        raise NotImplementedError


def _check_horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise FrameError("prediction", "horizon", "range", 1)
