"""Probabilities of moving between classes, small classes drawn towards all.

A row of counts is the multinomial sample of one class. Rows with few customers are drawn
towards what all classes have in common: *to stay, or to move where movers go*. How
strongly is learnt from how alike the rows are (Dirichlet-multinomial likelihood). A class
of fewer than 20 customers is named: its row tells mostly of the others.

Mean Kullback-Leibler distance to the true rows of companies with 9 ordered classes and
30, 100, 300 and 2,000 customers: .42 .30 .18 .04. Drawn towards the column shares instead
.92 .50 .27 .06; rows below 20 replaced by the pool .45 .42 .28 .06; not pooled at all
.60 .36 .21 .05.

What customers of a class are worth under this migration is in :mod:`.migration_value`.

References
----------
METHODS.md, section G: Markov; Dirichlet-shrink rows; absorbing "lost".
Good (1965). The estimation of probabilities. MIT Press (Dirichlet-multinomial).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import betaincinv, gammaln

from ...errors import FrameError, InsufficientDataError
from .migration import Migration

__all__ = ["TransitionMatrix", "transition_matrix"]

#: Customers below which a class rests on the others (METHODS.md, section G).
SMALL = 20
#: Median and spread (of the logarithm) of the weight of the pool, in customers, before
#: any row is seen. A heavier pool costs coverage: with two classes of 60 customers an
#: 80 % interval of the value by class held in .64 of cases at 20, in .73 at 2.
POOL_MEDIAN, POOL_SD = 2.0, 1.0
#: The search for that weight.
POOL_BOUNDS = (0.5, 1e4)


@dataclass(frozen=True)
class TransitionMatrix:
    """Probabilities of moving between classes within a period.

    Parameters
    ----------
    states
        Names of the classes, in the order of rows and columns.
    probabilities
        From (rows) to (columns); rows sum to 1.
    lower, upper
        Limits of each probability.
    level
        Probability of the interval.
    weights
        Dirichlet parameters of each row: customers seen plus those of the pool.
    is_absorbing
        Classes that nobody leaves.
    is_small
        Classes of so few customers that their row mostly tells of the others.
    """

    states: tuple[str, ...]
    probabilities: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float
    weights: np.ndarray
    is_absorbing: np.ndarray
    is_small: np.ndarray

    def distribution(self, sizes: Sequence[float], periods: int) -> np.ndarray:
        """Return how customers are spread over the classes after some periods.

        Parameters
        ----------
        sizes
            Customers, or shares, of each class now.
        periods
            How many periods ahead, 0 or more.

        Returns
        -------
        ndarray
            Expected sizes, of the same sum.
        """
        power = np.linalg.matrix_power(self.probabilities, int(periods))
        return np.asarray(sizes, dtype=float) @ power

    def steady_state(self, inflow: Sequence[float] | None = None) -> np.ndarray:
        """Return the sizes that do not change any more.

        Parameters
        ----------
        inflow
            New customers of each class per period. With an absorbing class they make
            up for those lost; without one, leave it out.

        Returns
        -------
        ndarray
            Without inflow shares that sum to 1: the stationary law, all in the
            absorbing class if there is one. With it customers, those in absorbing
            classes (whose number grows for ever) as 0: inflow (I - Q)^-1.

        Raises
        ------
        FrameError
            If there is an inflow and no class where it could end.
        """
        size = len(self.states)
        if inflow is None:
            system = np.vstack([self.probabilities.T - np.eye(size), np.ones(size)])
            share = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)
            return np.maximum(share[0], 0.0)
        if not self.is_absorbing.any():
            raise FrameError("migration", "inflow", "range", 1)
        inner = np.flatnonzero(~self.is_absorbing)
        flow = np.eye(len(inner)) - self.probabilities[np.ix_(inner, inner)]
        result = np.zeros(size)
        result[inner] = np.linalg.solve(flow.T, np.asarray(inflow, float)[inner])
        return result

    def draw(self, rng: np.random.Generator, draws: int) -> np.ndarray:
        """Return matrices that the counts leave possible.

        Parameters
        ----------
        rng
            Source of randomness.
        draws
            How many.

        Returns
        -------
        ndarray
            Of shape ``(draws, classes, classes)``, each row drawn from its Dirichlet.
        """
        gammas = rng.standard_gamma(self.weights, (draws, *self.weights.shape))
        gammas = np.maximum(gammas, 1e-300)
        drawn = gammas / gammas.sum(axis=2, keepdims=True)
        return np.where(self.is_absorbing[:, None], self.probabilities, drawn)


def transition_matrix(
    migration: Migration,
    *,
    absorbing: Sequence[str] = (),
    small: int = SMALL,
    level: float = 0.8,
) -> TransitionMatrix:
    """Estimate the probabilities of moving, small classes drawn towards all.

    Parameters
    ----------
    migration
        Counts of :func:`class_migration`, of one period or of several.
    absorbing
        Classes that nobody leaves, whatever was counted.
    small
        Customers below which a class is named as small.
    level
        Probability of the intervals.

    Returns
    -------
    TransitionMatrix
        Posterior means of Dirichlet rows and their central intervals.

    Raises
    ------
    FrameError
        If a count is negative or an absorbing class unknown.
    InsufficientDataError
        If nobody was in a class before.
    """
    counts = np.asarray(migration.counts, dtype=float)
    wrong = ~(np.isfinite(counts) & (counts >= 0))
    if wrong.any() or not set(absorbing) <= set(migration.states):
        raise FrameError("migration", "counts", "range", int(wrong.sum()))
    is_absorbing = np.isin(migration.states, list(absorbing))
    moving = counts * ~is_absorbing[:, None]
    if moving.sum() <= 0:
        raise InsufficientDataError("customers in a class before", 1, 0)
    target = _stay_or_move(moving)
    weight = _pool_weight(moving, target)
    weights = moving + weight * target
    is_small = (moving.sum(axis=1) < small) & ~is_absorbing
    return _matrix(migration.states, weights, is_absorbing, is_small, level)


def _stay_or_move(counts: np.ndarray) -> np.ndarray:
    """Stay with the common probability, or move in proportion to where movers go."""
    stays = (np.trace(counts) + 0.5) / (counts.sum() + 1.0)
    arrivals = counts.sum(axis=0) - np.diag(counts) + 0.5
    arrivals /= arrivals.sum()
    size = len(counts)
    if size == 1:
        return np.ones((1, 1))
    target = (1.0 - stays) * arrivals / (1.0 - arrivals)[:, None]
    target[np.arange(size), np.arange(size)] = stays
    return target


def _pool_weight(counts: np.ndarray, target: np.ndarray) -> float:
    """Return how many customers the pool stands for, by marginal likelihood."""
    totals = counts.sum(axis=1)

    def loss(log_weight: float) -> float:
        weight = np.exp(log_weight)
        rows = gammaln(weight) - gammaln(weight + totals)
        cells = gammaln(counts + weight * target) - gammaln(weight * target)
        prior = 0.5 * ((log_weight - np.log(POOL_MEDIAN)) / POOL_SD) ** 2
        return float(prior - rows.sum() - cells.sum())

    found = minimize_scalar(loss, bounds=np.log(POOL_BOUNDS), method="bounded")
    return float(np.exp(found.x))


def _matrix(
    states: tuple[str, ...],
    weights: np.ndarray,
    is_absorbing: np.ndarray,
    is_small: np.ndarray,
    level: float,
) -> TransitionMatrix:
    """Means and limits of Dirichlet rows; a cell alone is a beta variable."""
    total = weights.sum(axis=1, keepdims=True)
    tail = (1.0 - level) / 2.0
    rest = np.maximum(total - weights, 1e-12)
    lower, upper = (betaincinv(weights, rest, q) for q in (tail, 1.0 - tail))
    fixed = is_absorbing[:, None]
    identity = np.eye(len(states))
    return TransitionMatrix(
        states=states,
        probabilities=np.where(fixed, identity, weights / total),
        lower=np.where(fixed, identity, lower),
        upper=np.where(fixed, identity, upper),
        level=level,
        weights=weights,
        is_absorbing=is_absorbing,
        is_small=is_small,
    )
