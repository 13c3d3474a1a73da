"""What the buy-till-you-die models share: fitting, prediction, storage.

A customer buys at a steady personal rate until, unseen, he stops for good. A model says
how rates and endings differ between customers; from repeat purchases x, age at the
last one t_x and age T (all ages in one time unit, any) it tells who is still a
customer, what he will buy, and after how long.

Every prediction is P(alive) times an expectation for a living customer, so a model adds
four things to this base: its log-likelihood with gradient, the log-odds of being dead,
and the two expectations given life. Results are arrays in the row order of the summary:
put them beside its customer_id at once, never join them by position later.

References
----------
Schmittlein, Morrison, Colombo (1987). Counting your customers. Management Science 33.
Fader, Hardie, Lee (2005). "Counting your customers" the easy way. Marketing Science 24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import expit

from ..errors import FrameError, InsufficientDataError
from .estimation import Estimate, Prior, estimate_parameters
from .rows import SummaryRows, summary_rows

if TYPE_CHECKING:
    from typing import Self

    from pandas import DataFrame

__all__ = ["PurchaseModel", "TimeScales", "time_scales"]

#: Distinct rows of the sample on which a large fit starts.
WARM_START_ROWS = 4000


@dataclass(frozen=True)
class TimeScales:
    """The data's own units of time, which make estimates independent of the calendar's.

    Parameters
    ----------
    purchase
        Time per purchase, the first one included: sum of T over sum of (x + 1).
    age
        Mean age of a customer.
    """

    purchase: float
    age: float


def time_scales(rows: SummaryRows) -> TimeScales:
    """Time scales of a summary; 1 where every customer is new (T = 0).

    Parameters
    ----------
    rows
        Distinct rows with weights.

    Returns
    -------
    TimeScales
        In the summary's time unit.

    Examples
    --------
    >>> import pandas as pd
    >>> history = pd.DataFrame({"frequency": [1.0], "recency": [2.0], "T": [4.0]})
    >>> time_scales(summary_rows(history))
    TimeScales(purchase=2.0, age=4.0)
    """
    total = float(rows.weights @ rows.T)
    customers = rows.n_customers
    if total <= 0 or customers <= 0:
        return TimeScales(1.0, 1.0)
    purchases = float(rows.weights @ (rows.frequency + 1.0))
    return TimeScales(total / purchases, total / customers)


@dataclass(frozen=True)
class PurchaseModel:
    """Base of the purchase models; parameters are fields, named as in the paper.

    Parameters
    ----------
    estimate
        How the parameters were found; None when they were given.
    """

    estimate: Estimate | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )

    #: Parameters with the dimension of time, and the time scale their prior refers to.
    time_parameters: ClassVar[Mapping[str, str]] = {"alpha": "purchase"}
    #: Weak prior for small companies; see the module of the model for its origin.
    weak_prior: ClassVar[Prior]

    def __post_init__(self) -> None:
        """Refuse parameters that are no positive numbers."""
        for name, value in self.parameters.items():
            if not (np.isfinite(value) and value > 0):
                raise FrameError(type(self).__name__, name, "range", 1)

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Return the names of the parameters in the order of the paper."""
        return tuple(item.name for item in fields(cls) if not item.kw_only)

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters by name."""
        return {name: getattr(self, name) for name in self.parameter_names()}

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
            If there is no customer at all.
        """
        rows = summary_rows(summary, weights)
        if rows.n_customers <= 0:
            raise InsufficientDataError("customers", 1, 0)
        scales = cls._scales(rows)
        medians = (prior or cls.weak_prior).medians
        guess = (
            [medians[name] for name in scales]
            if start is None
            else [start[name] / scales[name] for name in scales]
        )
        if len(rows) > 3 * WARM_START_ROWS:
            sample = rows.take(slice(None, None, len(rows) // WARM_START_ROWS))
            guess = cls._solve(sample, scales, guess, None)[0]
            guess = [guess[name] / scales[name] for name in scales]
        parameters, estimate = cls._solve(rows, scales, guess, prior)
        return cls(**parameters, estimate=estimate)

    @classmethod
    def _solve(
        cls,
        rows: SummaryRows,
        scales: Mapping[str, float],
        guess: list[float],
        prior: Prior | None,
    ) -> tuple[dict[str, float], Estimate]:
        units = np.array([scales[name] for name in scales])

        def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
            model = cls(*(np.exp(point) * units))
            values, gradients = model._log_likelihoods(rows)
            return float(rows.weights @ values), gradients @ rows.weights

        return estimate_parameters(
            objective, scales, start=guess, n_customers=rows.n_customers, prior=prior
        )

    @classmethod
    def _scales(cls, rows: SummaryRows) -> dict[str, float]:
        """Scale of every parameter: 1, or the time scale of ``time_parameters``."""
        scales = time_scales(rows)
        return {
            name: getattr(scales, cls.time_parameters[name])
            if name in cls.time_parameters
            else 1.0
            for name in cls.parameter_names()
        }

    def log_likelihood(
        self, summary: DataFrame | SummaryRows, weights: np.ndarray | None = None
    ) -> float:
        """Log-likelihood of the summary at these parameters."""
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
        """Return the expected repeat purchases of a customer in his first ``horizon``.

        Parameters
        ----------
        horizon
            Time since the first purchase, in the time unit of the parameters.

        Returns
        -------
        float
            Expected number, the first purchase not counted.
        """
        zero = np.zeros(1)
        newborn = SummaryRows(zero, zero, zero, np.ones(1), np.zeros(1, dtype=int))
        return float(self.expected_purchases(newborn, horizon)[0])

    def rate_if_alive(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Shape and rate of the gamma law of a living customer's purchase rate.

        All models mix Poisson purchases over Gamma(r, alpha): having lived through T
        with x repeat purchases leaves Gamma(r + x, alpha + T).
        """
        return self.r + rows.frequency, self.alpha + rows.T

    def _purchase_probability_if_alive(
        self, rows: SummaryRows, horizon: float
    ) -> np.ndarray:
        """Where stopping happens at a purchase, silence means only waiting."""
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

    # Storage ------------------------------------------------------------------------

    def to_dict(self) -> dict:
        """Return parameters and estimate as plain values for JSON."""
        estimate = None if self.estimate is None else self.estimate.to_dict()
        return {
            "model": type(self).__name__,
            "parameters": self.parameters,
            "estimate": estimate,
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the model that ``to_dict`` wrote."""
        estimate = values.get("estimate")
        return cls(
            **values["parameters"],
            estimate=None if estimate is None else Estimate.from_dict(estimate),
        )


def _check_horizon(horizon: float) -> None:
    if not (np.isfinite(horizon) and horizon >= 0):
        raise FrameError("prediction", "horizon", "range", 1)
