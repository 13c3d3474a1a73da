"""Forecasts put right by what came of earlier ones.

A forecast can be too sure of itself, or too high for everybody, and still put customers
in the right order. Two maps put it right, both learnt from earlier forecasts and what
came of them (:mod:`.recalibration_trial` decides whether they are used):

* probability: intercept and slope of the log odds [1], drawn towards 0 and 1, which
  change nothing, by normal priors: 30 customers hardly move them, 30,000 fully do [2];
* spend: one factor that brings the total right, drawn towards 1 by its own sampling
  error, and by how much it differed from period to period.

References
----------
[1] Cox (1958). Two further applications of a model for binary regression. Biometrika 45,
    562-565.
[2] Steyerberg, Borsboom, van Houwelingen, Eijkemans, Habbema (2004). Validation and
    updating of predictive logistic regression models: a study on sample size and
    shrinkage. Statistics in Medicine 23, 2567-2586.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ForecastOutcome", "Recalibration", "fit_probability", "fit_spend_factor"]

#: Standard deviations of the priors of intercept and slope, on the log odds. How far
#: apart probabilities should be lasts longer than how high they should be.
LOG_ODDS_SD = (0.1, 0.2)
#: Standard deviation of the prior of the logarithm of the spend factor.
LOG_FACTOR_SD = 0.2
#: Probabilities are held this far from 0 and 1.
EDGE = 1e-6
NEWTON_STEPS = 50


@dataclass(frozen=True)
class ForecastOutcome:
    """A forecast of some customers and what came of it.

    Parameters
    ----------
    probability
        Of a purchase, as predicted.
    spend
        Money, as predicted.
    active
        Whether the customer bought.
    spent
        Money that he spent.
    """

    probability: np.ndarray
    spend: np.ndarray
    active: np.ndarray
    spent: np.ndarray


@dataclass(frozen=True)
class Recalibration:
    """Maps from what a forecast says to what it should say; by default the same.

    Parameters
    ----------
    intercept, slope
        Of the log odds of a purchase.
    spend_factor
        Factor on all spend.

    Examples
    --------
    >>> Recalibration(slope=0.5).probability(np.array([0.5, 0.9])).round(2)
    array([0.5 , 0.75])
    """

    intercept: float = 0.0
    slope: float = 1.0
    spend_factor: float = 1.0

    @property
    def is_identity(self) -> bool:
        """Whether nothing is changed."""
        return self == type(self)()

    def probability(self, probability: np.ndarray) -> np.ndarray:
        """Return the probabilities put right.

        Parameters
        ----------
        probability
            Of a purchase, as predicted.

        Returns
        -------
        ndarray
            In the same order; with a slope of 1 and no intercept the same values.
        """
        if (self.intercept, self.slope) == (0.0, 1.0):
            return probability
        return expit(self.intercept + self.slope * _log_odds(probability))

    def to_dict(self) -> dict:
        """Return the maps as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the maps that ``to_dict`` wrote."""
        return cls(**values)


def fit_probability(
    outcomes: Sequence[ForecastOutcome], *, sd: tuple[float, float] = LOG_ODDS_SD
) -> Recalibration:
    """Learn the map of probabilities from earlier forecasts.

    Parameters
    ----------
    outcomes
        At least one.
    sd
        Standard deviations of the priors of intercept and slope.

    Returns
    -------
    Recalibration
        With a spend factor of 1: intercept and slope at the maximum of the posterior.
    """
    odds = _log_odds(np.concatenate([one.probability for one in outcomes]))
    active = np.concatenate([one.active for one in outcomes]).astype(float)
    design = np.column_stack([np.ones(len(odds)), odds])
    prior = np.array([0.0, 1.0])
    precision = 1.0 / np.square(sd)
    point = prior
    for _ in range(NEWTON_STEPS):
        chance = expit(design @ point)
        gradient = design.T @ (active - chance) - precision * (point - prior)
        weight = chance * (1.0 - chance)
        curvature = (design * weight[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curvature, gradient)
        point = point + step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-10:
            break
    return Recalibration(float(point[0]), float(max(point[1], 0.0)))


def fit_spend_factor(
    outcomes: Sequence[ForecastOutcome], *, sd: float = LOG_FACTOR_SD
) -> float:
    """Learn the factor of the total from earlier forecasts.

    Parameters
    ----------
    outcomes
        At least one.
    sd
        Standard deviation of the prior of the logarithm.

    Returns
    -------
    float
        1 where nothing was foretold or spent. Periods count alike; its uncertainty is
        the larger of their sampling errors and of what lay between the periods.
    """
    logs, variances = [], []
    for one in outcomes:
        foretold, spent = float(one.spend.sum()), float(one.spent.sum())
        if foretold <= 0 or spent <= 0:
            return 1.0
        ratio = spent / foretold
        logs.append(np.log(ratio))
        variances.append(((one.spent - ratio * one.spend) ** 2).sum() / spent**2)
    sampled = float(np.mean(variances))
    between = float(np.var(logs, ddof=1)) if len(logs) > 1 else 0.0
    doubt = max(sampled, between) / len(logs)
    return float(np.exp(np.mean(logs) * sd**2 / (sd**2 + doubt)))


def _log_odds(probability: np.ndarray) -> np.ndarray:
    return logit(np.clip(probability, EDGE, 1.0 - EDGE))
