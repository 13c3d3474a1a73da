"""Maximising a log-likelihood whose gradient is known, within bounds.

For the engine's own models: a few parameters on the log scale, a smooth objective, data
of ten or of a million rows. The search never leaves its bounds, so nothing that it
evaluates can overflow, and what ends on a bound is named instead of returned as a fact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

__all__ = ["Objective", "Optimum", "information", "maximise"]

#: A function of the parameters that returns the value and its gradient.
Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]

#: Step of the central differences of the gradient; error about STEP**2 = 1e-8.
STEP = 1e-4
#: Gradient per unit of information at which the search has arrived.
TOLERANCE = 1e-6
#: Distance to a bound, on the log scale, that counts as lying on it.
ON_BOUND = 1e-3


@dataclass(frozen=True)
class Optimum:
    """Where a maximisation ended.

    Parameters
    ----------
    point
        Parameters at the maximum.
    value
        Objective there.
    information
        Negative Hessian there.
    at_bound
        Which parameters lie on a bound.
    converged
        Whether the gradient of every free parameter vanishes.
    evaluations
        How often the objective was computed.
    """

    point: np.ndarray
    value: float
    information: np.ndarray
    at_bound: np.ndarray
    converged: bool
    evaluations: int

    @property
    def covariance(self) -> np.ndarray:
        """Inverse information of the free parameters; zero for those on a bound."""
        size = len(self.point)
        covariance = np.zeros((size, size))
        free = np.flatnonzero(~self.at_bound)
        values, vectors = np.linalg.eigh(self.information[np.ix_(free, free)])
        if len(free) and values.min() > 1e-12 * max(values.max(), 1e-300):
            covariance[np.ix_(free, free)] = (vectors / values) @ vectors.T
        elif len(free):
            covariance[np.ix_(free, free)] = np.nan
        return covariance


def information(objective: Objective, point: np.ndarray) -> np.ndarray:
    """Negative Hessian of ``objective`` at ``point``.

    Parameters
    ----------
    objective
        Value and gradient.
    point
        Where, of shape ``(k,)``.

    Returns
    -------
    ndarray
        Symmetric matrix ``(k, k)``, by central differences of the gradient.
    """
    size = len(point)
    rows = np.empty((size, size))
    for i in range(size):
        step = np.zeros(size)
        step[i] = STEP
        rows[i] = objective(point - step)[1] - objective(point + step)[1]
    return (rows + rows.T) / (4.0 * STEP)


def maximise(
    objective: Objective, start: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> Optimum:
    """Maximise ``objective`` between ``lower`` and ``upper``.

    L-BFGS-B brings the point near, a few guarded Newton steps make it exact.

    Parameters
    ----------
    objective
        Value and gradient; concave near its maximum.
    start, lower, upper
        First point and bounds, of shape ``(k,)``.

    Returns
    -------
    Optimum
        The best point found; ``converged`` tells whether it is a maximum.
    """
    count = 0

    def negative(point: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal count
        count += 1
        value, gradient = objective(point)
        return -value, -gradient

    found = minimize(
        negative,
        np.clip(start, lower, upper),
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(lower, upper, strict=True)),
        options={"maxiter": 500, "maxfun": 1000, "ftol": 1e-13, "gtol": 1e-8},
    )
    return _polish(objective, found.x, lower, upper, count)


def _polish(
    objective: Objective,
    point: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    count: int,
) -> Optimum:
    """Newton steps on the free parameters until the gradient vanishes."""
    value, gradient = objective(point)
    for _ in range(8):
        matrix = information(objective, point)
        count += 2 * len(point)
        on_lower = (point - lower < ON_BOUND) & (gradient <= 0)
        on_upper = (upper - point < ON_BOUND) & (gradient >= 0)
        bound = on_lower | on_upper
        step = _newton_step(matrix, gradient, ~bound)
        if abs(step @ gradient) <= TOLERANCE**2:
            break
        moved = np.clip(point + step, lower, upper)
        new_value, new_gradient = objective(moved)
        count += 1
        if not new_value > value:
            break
        point, value, gradient = moved, new_value, new_gradient
    converged = bool(abs(step @ gradient) <= TOLERANCE)
    return Optimum(point, float(value), matrix, bound, converged, count)


def _newton_step(
    matrix: np.ndarray, gradient: np.ndarray, free: np.ndarray
) -> np.ndarray:
    """Newton step of the free parameters, at most 1 long; uphill if not concave."""
    step = np.zeros(len(gradient))
    if not free.any():
        return step
    values, vectors = np.linalg.eigh(matrix[np.ix_(free, free)])
    floor = 1e-10 * max(np.abs(values).max(), 1e-300)
    step[free] = vectors @ ((vectors.T @ gradient[free]) / np.maximum(values, floor))
    length = np.abs(step).max()
    return step / length if length > 1.0 else step
