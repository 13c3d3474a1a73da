"""Maximum likelihood and weak priors, the same for every model of this room.

A model has positive parameters and a log-likelihood with its gradient in the logarithms
of the parameters. With few customers the likelihood alone runs away (METHODS.md, traps
met in the peers); a weak prior, normal on the logarithms, keeps it in the region where
companies have been found before, and loses its say as customers are added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from ...stats.optimize import Objective, Optimum, maximise

__all__ = ["Estimate", "Prior", "estimate_parameters"]

#: The search keeps every parameter, in the data's own units, between 1e-4 and 1e4:
#: beyond, the mixing distribution is a point or a spike and predictions do not change.
LOG_BOUND = float(np.log(1e4))


@dataclass(frozen=True)
class Prior:
    """Independent log-normal prior of a model's parameters.

    Parameters
    ----------
    medians
        Median of each parameter. Those with a dimension (time, money) are multiples of
        the scale of the data, as the model documents.
    sd
        Standard deviation of each logarithm; 1.5 says "within a factor of 19, 95 %".
    """

    medians: Mapping[str, float]
    sd: float = 1.5


@dataclass(frozen=True)
class Estimate:
    """How a model's parameters were found.

    Parameters
    ----------
    log_likelihood
        At the parameters, without the prior, in the units of the data.
    standard_errors
        Of each parameter; NaN for a parameter on a bound.
    log_covariance
        Of the logarithms of the parameters, in their order; zero on a bound, NaN where
        the data leave a direction open.
    n_customers
        Customers behind the estimate.
    converged
        Whether the gradient vanishes in every free parameter.
    at_bound
        Parameters that ended on a bound: the data do not identify them.
    has_prior
        Whether a prior was used.
    """

    log_likelihood: float
    standard_errors: Mapping[str, float]
    log_covariance: tuple[tuple[float, ...], ...]
    n_customers: float
    converged: bool
    at_bound: tuple[str, ...]
    has_prior: bool

    def to_dict(self) -> dict:
        """Return the estimate as plain values for JSON; NaN becomes None."""
        values = asdict(self)
        values["standard_errors"] = {
            name: _none_if_nan(error) for name, error in self.standard_errors.items()
        }
        values["log_covariance"] = [
            [_none_if_nan(value) for value in row] for row in self.log_covariance
        ]
        return values

    @classmethod
    def from_dict(cls, values: Mapping) -> Estimate:
        """Return the estimate that ``to_dict`` wrote.

        Parameters
        ----------
        values
            Result of ``to_dict``, also after a round through JSON.

        Returns
        -------
        Estimate
            An equal estimate.
        """
        errors = values["standard_errors"]
        covariance = values["log_covariance"]
        return cls(
            **{
                **values,
                "standard_errors": {
                    name: _nan_if_none(error) for name, error in errors.items()
                },
                "log_covariance": tuple(
                    tuple(map(_nan_if_none, row)) for row in covariance
                ),
                "at_bound": tuple(values["at_bound"]),
            }
        )


def _none_if_nan(value: float) -> float | None:
    return None if np.isnan(value) else value


def _nan_if_none(value: float | None) -> float:
    return float("nan") if value is None else value


def estimate_parameters(
    objective: Objective,
    scales: Mapping[str, float],
    *,
    start: Sequence[float],
    n_customers: float,
    prior: Prior | None = None,
) -> tuple[dict[str, float], Estimate]:
    """Parameters at the maximum of the likelihood, or of the posterior with a prior.

    Parameters
    ----------
    objective
        Log-likelihood and gradient as functions of the logarithms of the parameters,
        each divided by its scale.
    scales
        Parameter name, in order, to its scale: 1, or the data's time or money.
    start
        First guess of the parameters over their scales.
    n_customers
        Number of customers, for the record.
    prior
        Weak prior; None is plain maximum likelihood.

    Returns
    -------
    tuple
        Parameters by name, and how they were found.
    """
    names = tuple(scales)
    target = objective if prior is None else _with_prior(objective, prior, names)
    bound = np.full(len(names), LOG_BOUND)
    found = maximise(target, np.log(np.asarray(start, dtype=float)), -bound, bound)
    units = np.array([scales[name] for name in names])
    values = np.exp(found.point) * units
    parameters = {name: float(value) for name, value in zip(names, values, strict=True)}
    likelihood = float(objective(found.point)[0])
    estimate = _estimate(found, parameters, likelihood, n_customers, prior is not None)
    return parameters, estimate


def _with_prior(objective: Objective, prior: Prior, names: Sequence[str]) -> Objective:
    """Log-posterior, up to a constant."""
    center = np.log([prior.medians[name] for name in names])

    def posterior(point: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = objective(point)
        distance = (point - center) / prior.sd
        return value - 0.5 * distance @ distance, gradient - distance / prior.sd

    return posterior


def _estimate(
    found: Optimum,
    parameters: Mapping[str, float],
    likelihood: float,
    n_customers: float,
    has_prior: bool,
) -> Estimate:
    """Derive standard errors by the delta method: se(theta) = theta se(log theta)."""
    covariance = found.covariance
    log_errors = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    log_errors = np.where(found.at_bound, np.nan, log_errors)
    return Estimate(
        log_likelihood=likelihood,
        standard_errors={
            name: float(value * error)
            for (name, value), error in zip(parameters.items(), log_errors, strict=True)
        },
        log_covariance=tuple(map(tuple, covariance.tolist())),
        n_customers=n_customers,
        converged=found.converged,
        at_bound=tuple(
            name for name, hit in zip(parameters, found.at_bound, strict=True) if hit
        ),
        has_prior=has_prior,
    )
