"""Quantile regression: what the customers at the top of their kind do.

Least squares finds the mean of an outcome given attributes, this finds a quantile: at .9,
nine in ten customers of such attributes lie below. Judged by the pinball loss, which it
minimises, never by squared errors.

References
----------
[1] Koenker, Bassett (1978). Regression quantiles. Econometrica 46, 33-50.
[2] Chernozhukov, Fernandez-Val, Galichon (2010). Quantile and probability curves without
    crossing. Econometrica 78, 1093-1125: sorted predictions are never worse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..errors import FrameError, InsufficientDataError
from .checks import paired

__all__ = ["QuantileRegression", "pinball_loss"]

#: Steps after which the search stops; a few dozen are usual.
MOST_STEPS = 5000


@dataclass(frozen=True, eq=False)
class QuantileRegression:
    """Linear quantiles of an outcome.

    Parameters
    ----------
    quantiles
        Rising, between 0 and 1.
    coefficients
        Shape ``(quantiles, 1 + attributes)``, the intercept first.
    """

    quantiles: tuple[float, ...]
    coefficients: np.ndarray

    @classmethod
    def fit(
        cls,
        attributes: np.ndarray,
        outcome: np.ndarray,
        quantiles: Sequence[float],
        *,
        tolerance: float = 1e-6,
    ) -> QuantileRegression:
        """Estimate the coefficients of each quantile.

        Parameters
        ----------
        attributes
            Shape ``(customers, attributes)``, without an intercept.
        outcome
            One per customer.
        quantiles
            Between 0 and 1.
        tolerance
            Change of the coefficients at which the search ends; 1e-4 is some four times
            faster, and good enough for one of many repetitions.

        Returns
        -------
        QuantileRegression
            The minimum of the pinball loss, eq. 3.1 of [1], by statsmodels.

        Raises
        ------
        FrameError
            On missing values, unequal lengths or a quantile outside (0, 1).
        InsufficientDataError
            If there are no more customers than coefficients.
        """
        # statsmodels is loaded where a model is fitted, not by every reader of a result
        from statsmodels.regression.quantile_regression import QuantReg

        design, target = _design(attributes), np.asarray(outcome, dtype=float)
        _, target = paired(design[:, 0], target, ("attributes", "outcome"))
        levels = tuple(sorted(float(quantile) for quantile in quantiles))
        for level in levels:
            _check_quantile(level)
        if len(target) <= design.shape[1]:
            raise InsufficientDataError("customers", design.shape[1] + 1, len(target))
        model = QuantReg(target, design)
        with np.errstate(all="ignore"):  # of its standard errors, which are not used
            coefficients = [
                model.fit(q=level, max_iter=MOST_STEPS, p_tol=tolerance).params
                for level in levels
            ]
        return cls(levels, np.array(coefficients, dtype=float))

    def predict(self, attributes: np.ndarray) -> np.ndarray:
        """Return the quantiles of the outcome of each customer.

        Parameters
        ----------
        attributes
            Shape ``(customers, attributes)``.

        Returns
        -------
        ndarray
            Shape ``(customers, quantiles)``, sorted per customer: lines fitted apart
            may cross, the quantiles of a customer may not [2].

        Raises
        ------
        FrameError
            On missing values.
        """
        return np.sort(_design(attributes) @ self.coefficients.T, axis=1)


def pinball_loss(actual: np.ndarray, predicted: np.ndarray, quantile: float) -> float:
    """Mean loss of predicting a quantile; lower is better.

    Parameters
    ----------
    actual
        What happened, one number per customer.
    predicted
        Predicted quantile, in the same order.
    quantile
        Between 0 and 1.

    Returns
    -------
    float
        Mean of q (y - p) where y > p, and (1 - q) (p - y) elsewhere.

    Raises
    ------
    FrameError
        On missing values, unequal lengths or a quantile outside (0, 1).
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> pinball_loss([10.0, 0.0], [5.0, 5.0], 0.8)
    2.5
    """
    _check_quantile(quantile)
    actual, predicted = paired(actual, predicted, ("actual", "predicted"))
    error = actual - predicted
    return float(np.maximum(quantile * error, (quantile - 1.0) * error).mean())


def _check_quantile(quantile: float) -> None:
    if not 0.0 < quantile < 1.0:
        raise FrameError("quantile_regression", "quantile", "range", 1)


def _design(attributes: np.ndarray) -> np.ndarray:
    """Return the attributes with an intercept before them, none missing."""
    table = np.asarray(attributes, dtype=float)
    if table.ndim != 2:
        raise FrameError("quantile_regression", "attributes", "type", table.size)
    missing = int((~np.isfinite(table)).any(axis=1).sum())
    if missing:
        raise FrameError("quantile_regression", "attributes", "null", missing)
    return np.column_stack([np.ones(len(table)), table])
