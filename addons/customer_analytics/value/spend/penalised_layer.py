"""Two small regressions on standardised, bounded features.

Every feature is held within the range of nearly all training rows before it is used:
what lies beyond was never seen, and one customer with 100 purchases must not be
extrapolated by a straight line on the scale of logarithms. Coefficients are drawn to
zero (ridge penalty), the less there is to learn from the more.

* Spend: E[spend] = base * exp(intercept + x beta), by the quasi-likelihood of Tweedie's
  variance base^1.5, between counts (1) and sums whose spread grows with them (2). With
  the base as offset this is a Poisson regression of spend / base with weights base^.5.
* Purchase: logistic regression.

References
----------
Jorgensen (1987). Exponential dispersion models. J. R. Statist. Soc. B 49, 127-162.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression, PoissonRegressor

if TYPE_CHECKING:
    from typing import Self

__all__ = [
    "PenalisedLayer",
    "fit_purchase_layer",
    "fit_spend_layer",
    "mixed_probability",
]

#: Share of training rows beyond either bound of a feature.
BEYOND = 0.005
#: Penalty on squared standardised coefficients per row, and what few buyers add to it.
PENALTY = 0.03
PENALTY_BUYERS = 200.0
#: Spends above this quantile count as it when coefficients are estimated; the total is
#: restored afterwards.
LARGEST = 0.999
ITERATIONS = 300
#: Probabilities are held this far from 0 and 1.
LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True)
class PenalisedLayer:
    """A linear predictor on bounded, standardised features.

    Parameters
    ----------
    coefficients
        One per feature, of the standardised features.
    intercept
        Constant.
    lower, upper
        Bounds of the features.
    mean, scale
        Centre and spread of the bounded features.
    """

    coefficients: tuple[float, ...]
    intercept: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]

    def linear_predictor(self, features: np.ndarray) -> np.ndarray:
        """Return intercept plus weighted features.

        Parameters
        ----------
        features
            Shape ``(customers, features)``.

        Returns
        -------
        ndarray
            One per customer.
        """
        bounded = np.clip(features, self.lower, self.upper)
        standard = (bounded - np.array(self.mean)) / np.array(self.scale)
        return self.intercept + standard @ np.array(self.coefficients)

    def to_dict(self) -> dict:
        """Return the layer as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the layer that ``to_dict`` wrote."""
        return cls(
            **{
                name: tuple(value) if isinstance(value, (list, tuple)) else value
                for name, value in values.items()
            }
        )


def fit_spend_layer(
    features: np.ndarray, base: np.ndarray, spend: np.ndarray
) -> PenalisedLayer:
    """Learn by which factor spend differs from the base.

    Parameters
    ----------
    features
        Shape ``(customers, features)``.
    base
        Expected spend, positive.
    spend
        What was spent; negative counts as 0 in the coefficients, as it is in the total.

    Returns
    -------
    PenalisedLayer
        Its linear predictor is the log of the factor.
    """
    positive = np.maximum(spend, 0.0)
    held = np.minimum(positive, _largest(positive))
    weight = np.sqrt(base / base.mean())
    bounds = _bounds(features)
    model = PoissonRegressor(
        alpha=_penalty(positive > 0), max_iter=ITERATIONS, solver="newton-cholesky"
    )
    model.fit(_standard(features, bounds), held / base, sample_weight=weight)
    layer = _layer(model.coef_, float(model.intercept_), bounds)
    total = float((base * np.exp(layer.linear_predictor(features))).sum())
    shift = np.log(max(float(spend.sum()), float(held.max()) * 1e-6) / total)
    return _layer(model.coef_, float(model.intercept_) + float(shift), bounds)


def fit_purchase_layer(features: np.ndarray, active: np.ndarray) -> PenalisedLayer:
    """Learn the log odds of at least one purchase.

    Parameters
    ----------
    features
        Shape ``(customers, features)``.
    active
        Whether the customer bought; both answers must occur.

    Returns
    -------
    PenalisedLayer
        Its linear predictor is the logit.
    """
    bounds = _bounds(features)
    strength = 1.0 / (_penalty(active) * len(active))
    model = LogisticRegression(
        C=strength, max_iter=ITERATIONS, solver="newton-cholesky"
    )
    model.fit(_standard(features, bounds), active)
    return _layer(model.coef_[0], float(model.intercept_[0]), bounds)


def mixed_probability(
    base: np.ndarray, log_odds: np.ndarray, weight: float
) -> np.ndarray:
    """Mix the models' log odds with learnt ones.

    Parameters
    ----------
    base
        Purchase probability of the models.
    log_odds
        Learnt log odds, in the same order.
    weight
        Weight of the learnt ones, 0 to 1.

    Returns
    -------
    ndarray
        Probabilities, neither 0 nor 1.

    Examples
    --------
    >>> mixed_probability(np.array([0.5, 0.5]), np.array([2.0, -2.0]), 0.0)
    array([0.5, 0.5])
    """
    held = np.clip(base, LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)
    mixed = expit((1.0 - weight) * logit(held) + weight * log_odds)
    return np.clip(mixed, LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)


def _penalty(active: np.ndarray) -> float:
    return PENALTY + PENALTY_BUYERS / max(int(active.sum()), 1)


def _largest(spend: np.ndarray) -> float:
    """Largest spend that is believed; the maximum where hardly anybody bought."""
    largest = float(np.quantile(spend, LARGEST))
    return largest if largest > 0 else float(spend.max())


def _bounds(features: np.ndarray) -> tuple[np.ndarray, ...]:
    lower, upper = np.quantile(features, [BEYOND, 1.0 - BEYOND], axis=0)
    bounded = np.clip(features, lower, upper)
    scale = bounded.std(axis=0)
    return lower, upper, bounded.mean(axis=0), np.where(scale > 1e-9, scale, 1.0)


def _standard(features: np.ndarray, bounds: tuple[np.ndarray, ...]) -> np.ndarray:
    lower, upper, mean, scale = bounds
    return (np.clip(features, lower, upper) - mean) / scale


def _layer(
    coefficients: np.ndarray, intercept: float, bounds: tuple[np.ndarray, ...]
) -> PenalisedLayer:
    parts = (tuple(np.asarray(part, dtype=float).tolist()) for part in bounds)
    return PenalisedLayer(tuple(np.asarray(coefficients).tolist()), intercept, *parts)
