"""Additive random effects: means by several groupings at once, each shrunk by its worth.

y = m + sum over groupings g of u_g[level] + e, u_g ~ N(0, t_g), e ~ N(0, s). Every
grouping (country, industry, source) gets the variance that its levels show; a level with
few cases is drawn to zero, a grouping that tells nothing vanishes. It is ridge
regression on indicators with one penalty per grouping, and the empirical-Bayes form of
target encoding: nothing leaks, because an effect is estimated with all others in place.

Variances maximise the marginal likelihood times weak priors (scaled inverse chi-square),
by MacKay's fixed point [1]. On simulated data of 7 groupings with 10, 30, 150 and 600
cases the root mean squared error was .996 .985 .847 .778 of that of the overall mean
where three groupings mattered, 1.000 1.000 1.004 1.004 where none did
(tests/engine/stats/test_random_effects.py).

References
----------
[1] MacKay (1992). Bayesian interpolation. Neural Computation 4, 415-447.
[2] Robinson (1991). That BLUP is a good thing. Statistical Science 6, 15-32.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack

from ..errors import FrameError, InsufficientDataError

__all__ = ["RandomEffects", "random_effects"]

#: Weight of the priors of the variances, in levels and in cases, and the median share of
#: the whole variance that a grouping is thought to hold before it is seen.
PRIOR_WEIGHT = 3.0
PRIOR_SHARE = 0.01
#: Rounds of the fixed point at most, and the change of a log variance that ends it.
ROUNDS = 200
TOLERANCE = 1e-4
#: Rows times columns of a dense block.
CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class RandomEffects:
    """Fitted additive random effects.

    Parameters
    ----------
    intercept
        Mean m.
    effects
        Effect of each column of the design.
    grouping
        Number of the grouping of each column.
    variances
        Variance t of each grouping.
    residual_variance
        Variance s.
    covariance
        Of intercept and effects, given the variances, (columns + 1, columns + 1).
    residuals
        Leave-one-out residuals of the cases, each over its own standard deviation.
    leave_one_out
        Prediction of each case from all others, at the same variances.
    leave_one_out_sd
        Standard deviation of each case around it.
    explained
        Share of the variance that this predicts, of a case and of the mean alike left
        out; near 0 or below, the groupings tell nothing.
    """

    intercept: float
    effects: np.ndarray
    grouping: np.ndarray
    variances: np.ndarray
    residual_variance: float
    covariance: np.ndarray
    residuals: np.ndarray
    leave_one_out: np.ndarray
    leave_one_out_sd: np.ndarray
    explained: float

    def mean(self, design: csr_matrix) -> np.ndarray:
        """Return the expected y of new cases.

        Parameters
        ----------
        design
            One row per case, columns as in the fit; a row of zeros is a case of which
            nothing is known.

        Returns
        -------
        ndarray
            One per row.
        """
        return self.intercept + design @ self.effects

    def sd(self, design: csr_matrix) -> np.ndarray:
        """Return the standard deviation of y of new cases around their mean.

        Parameters
        ----------
        design
            As for :meth:`mean`.

        Returns
        -------
        ndarray
            Residual and what is not known of the effects, one per row. Groupings that
            are missing from a row are the caller's to add: ``variances``.
        """
        spread = _leverage(_with_ones(design), self.covariance)
        return np.sqrt(self.residual_variance + spread)


def random_effects(
    design: csr_matrix, grouping: np.ndarray, response: np.ndarray
) -> RandomEffects:
    """Estimate effects and variances.

    Parameters
    ----------
    design
        Cases (rows) by levels (columns): 1 where the case has the level.
    grouping
        Number of the grouping that each column belongs to, from 0 on without a gap.
    response
        y, one per case.

    Returns
    -------
    RandomEffects
        Effects zero where the response is constant.

    Raises
    ------
    FrameError
        On missing values or unequal lengths.
    InsufficientDataError
        With fewer than three cases.

    Examples
    --------
    >>> y = np.r_[np.zeros(50), np.ones(50)] + np.tile([-0.1, 0.1], 50)
    >>> levels = csr_matrix(np.repeat(np.eye(2), 50, axis=0))
    >>> random_effects(levels, np.array([0, 0]), y).mean(csr_matrix(np.eye(2))).round(1)
    array([0., 1.])
    """
    y = np.asarray(response, dtype=float)
    missing = int((~np.isfinite(y)).sum())
    if missing or design.shape != (len(y), len(grouping)):
        raise FrameError("random_effects", "response", "null", missing)
    if len(y) < 3:
        raise InsufficientDataError("cases", 3, len(y))
    grouping = np.asarray(grouping, dtype=np.int64)
    center, unit = y.mean(), y.std(ddof=1) or 1.0
    scaled = (y - center) / unit
    full = _with_ones(design)
    variances, noise = _variances(full, grouping, scaled)
    covariance = _covariance((full.T @ full).toarray(), grouping, variances, noise)
    solution = covariance @ (full.T @ scaled) / noise
    error = scaled - full @ solution
    rest = 1.0 - np.minimum(_leverage(full, covariance) / noise, 0.98)
    return RandomEffects(
        intercept=float(center + unit * solution[0]),
        effects=unit * solution[1:],
        grouping=grouping,
        variances=unit**2 * variances,
        residual_variance=float(unit**2 * noise),
        covariance=unit**2 * covariance,
        residuals=error / np.sqrt(noise * rest),
        leave_one_out=y - unit * error / rest,
        leave_one_out_sd=unit * np.sqrt(noise / rest),
        explained=_explained(scaled, error / rest),
    )


def _explained(y: np.ndarray, error: np.ndarray) -> float:
    """One less the squared errors over those of the mean of all others."""
    size = len(y)
    spread = float(((y - y.mean()) ** 2).sum()) * (size / (size - 1.0)) ** 2
    return float(1.0 - (error**2).sum() / spread) if spread > 0 else 0.0


def _variances(
    full: csr_matrix, grouping: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, float]:
    """Variance of each grouping and of the residual, of a response of variance 1."""
    gram, moment, total = (full.T @ full).toarray(), full.T @ y, float(y @ y)
    levels = np.bincount(grouping)
    variances, noise = np.full(len(levels), 0.1), 0.7
    for _ in range(ROUNDS):
        covariance = _covariance(gram, grouping, variances, noise)
        u = covariance @ moment / noise
        spread = np.bincount(grouping, np.diag(covariance)[1:], len(levels))
        used = np.maximum(levels - spread / np.maximum(variances, 1e-12), 0.0)
        squares = np.bincount(grouping, u[1:] ** 2, len(levels))
        new = (squares + PRIOR_WEIGHT * PRIOR_SHARE) / (used + PRIOR_WEIGHT)
        error = max(total - 2.0 * u @ moment + u @ gram @ u, 0.0)
        freedom = len(y) - 1.0 - used.sum() + PRIOR_WEIGHT
        new_noise = (error + 0.5 * PRIOR_WEIGHT) / max(freedom, PRIOR_WEIGHT)
        change = np.abs(np.log(np.append(new, new_noise) / np.append(variances, noise)))
        variances, noise = new, new_noise
        if change.max() < TOLERANCE:
            break
    return variances, float(noise)


def _covariance(
    gram: np.ndarray, grouping: np.ndarray, variances: np.ndarray, noise: float
) -> np.ndarray:
    """Posterior covariance of intercept (flat prior) and effects."""
    precision = gram / noise
    diagonal = np.arange(len(gram))
    precision[diagonal[1:], diagonal[1:]] += 1.0 / variances[grouping]
    return np.linalg.inv(precision)


def _with_ones(design: csr_matrix) -> csr_matrix:
    return hstack([np.ones((design.shape[0], 1)), design], format="csr")


def _leverage(full: csr_matrix, covariance: np.ndarray) -> np.ndarray:
    """Quadratic form x' C x of every row."""
    result = np.empty(full.shape[0])
    step = max(1, CELLS_AT_ONCE // full.shape[1])
    for first in range(0, len(result), step):
        part = full[first : first + step]
        row = np.repeat(np.arange(part.shape[0]), np.diff(part.indptr))
        form = part.data * (part @ covariance)[row, part.indices]
        result[first : first + step] = np.bincount(row, form, part.shape[0])
    return result
