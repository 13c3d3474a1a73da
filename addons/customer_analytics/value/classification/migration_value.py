"""Lifetime value by class: what customers bring while they migrate.

A second opinion on lifetime value, from the classes alone: a customer of class i brings
r_i now, moves, brings what his new class brings a period later, discounted, and so on.
Summed for ever that is V = (I - P / (1+d))^-1 R [1]. It needs no model of purchases and
is compared with their sum per class (E7). Money of a period counts at its beginning:
the present period is not discounted.

Where serving a class costs more than it will ever bring, the best policy stops there;
``stop_unprofitable`` finds the classes.

References
----------
[1] Pfeifer, Carraway (2000). Modeling customer relationships as Markov chains. Journal
    of Interactive Marketing 14(2), 43-55: eq. 4 (T periods), eq. 6 (for ever).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import FrameError
from .transition import TransitionMatrix

__all__ = [
    "ClassForecast",
    "ClassValue",
    "class_forecast",
    "class_value",
    "migration_value",
    "stop_unprofitable",
]


def migration_value(
    probabilities: np.ndarray,
    rewards: Sequence[float],
    discount_rate: float,
    *,
    periods: int | None = None,
) -> np.ndarray:
    """Lifetime value of a customer of each class.

    Parameters
    ----------
    probabilities
        From (rows) to (columns), array (classes, classes) or several of them.
    rewards
        Money that a customer of each class brings per period, costs deducted.
    discount_rate
        Per period, a fraction; positive where the sum goes on for ever.
    periods
        Periods after the present one that count; None is for ever.

    Returns
    -------
    ndarray
        Money, shape of ``probabilities`` less its last axis.

    Raises
    ------
    FrameError
        If the rows are no probabilities or the discount rate is out of range.

    Examples
    --------
    >>> stay_or_go = np.array([[0.8, 0.2], [0.0, 1.0]])
    >>> migration_value(stay_or_go, [100.0, 0.0], 0.1).round(2)
    array([366.67,   0.  ])
    """
    matrix = np.asarray(probabilities, dtype=float)
    money = np.asarray(rewards, dtype=float)
    _check(matrix, money, discount_rate, is_endless=periods is None)
    step = matrix / (1.0 + discount_rate)
    if periods is None:
        system = np.eye(matrix.shape[-1]) - step
        return np.linalg.solve(
            system, np.broadcast_to(money, step.shape[:-1])[..., None]
        )[..., 0]
    value = np.broadcast_to(money, step.shape[:-1])
    for _ in range(int(periods)):
        value = money + (step @ value[..., None])[..., 0]
    return np.array(value)


def stop_unprofitable(
    probabilities: np.ndarray, rewards: Sequence[float], discount_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lifetime value if customers are let go as soon as they would cost money.

    Parameters
    ----------
    probabilities
        From (rows) to (columns), array (classes, classes).
    rewards
        Money that a customer of each class brings per period, costs deducted.
    discount_rate
        Per period, a positive fraction.

    Returns
    -------
    tuple of ndarray
        Value of each class, 0 where one stops; and whether one stops there.

    Raises
    ------
    FrameError
        If an argument is out of range.

    Notes
    -----
    Policy iteration (Howard 1960): stop where going on is worth less than nothing,
    value the policy, and so on until it does not change.
    """
    matrix = np.asarray(probabilities, dtype=float)
    money = np.asarray(rewards, dtype=float)
    value = migration_value(matrix, money, discount_rate)
    stops = np.zeros(len(money), dtype=bool)
    for _ in range(2 * len(money)):
        worthless = money + matrix @ value / (1.0 + discount_rate) < 0.0
        if (worthless == stops).all():
            break
        stops = worthless
        # A class that is stopped leads nowhere and brings nothing.
        leads = np.where(stops[:, None], 0.0, matrix / (1.0 + discount_rate))
        value = np.linalg.solve(np.eye(len(money)) - leads, np.where(stops, 0.0, money))
    return value, stops


@dataclass(frozen=True)
class ClassValue:
    """Lifetime value of a customer of each class, with its interval.

    Parameters
    ----------
    value
        Money, one per class.
    lower, upper
        Limits from what the counts leave possible of the migration.
    level
        Probability of the interval.
    """

    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float


def class_value(
    matrix: TransitionMatrix,
    rewards: Sequence[float],
    discount_rate: float,
    *,
    rng: np.random.Generator,
    periods: int | None = None,
    level: float = 0.8,
    draws: int = 500,
) -> ClassValue:
    """Lifetime value by class with the uncertainty of the migration.

    Parameters
    ----------
    matrix
        Result of ``transition_matrix``.
    rewards, discount_rate, periods
        As for :func:`migration_value`.
    rng
        Source of randomness.
    level
        Probability of the interval.
    draws
        Matrices drawn.

    Returns
    -------
    ClassValue
        In the order of the classes.

    Raises
    ------
    FrameError
        If an argument is out of range.
    """
    options = {"periods": periods}
    value = migration_value(matrix.probabilities, rewards, discount_rate, **options)
    drawn = migration_value(matrix.draw(rng, draws), rewards, discount_rate, **options)
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return ClassValue(value, np.minimum(lower, value), np.maximum(upper, value), level)


@dataclass(frozen=True)
class ClassForecast:
    """Customers of each class in the periods to come.

    Parameters
    ----------
    expected
        Array (periods + 1, classes), the present first.
    lower, upper
        Limits of the number that will really be there, same shape.
    level
        Probability of the interval.
    """

    expected: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float

    def value(self, rewards: Sequence[float]) -> np.ndarray:
        """Return the money that each period may be expected to bring.

        Parameters
        ----------
        rewards
            Money per customer of each class and period.

        Returns
        -------
        ndarray
            One per period, the present first, not discounted.
        """
        return self.expected @ np.asarray(rewards, dtype=float)


def class_forecast(
    matrix: TransitionMatrix,
    sizes: Sequence[int],
    periods: int,
    *,
    rng: np.random.Generator,
    inflow: Sequence[float] | None = None,
    level: float = 0.8,
    draws: int = 1000,
) -> ClassForecast:
    """Size of each class in the coming periods, as expected and with an interval.

    Parameters
    ----------
    matrix
        Result of ``transition_matrix``.
    sizes
        Customers of each class now.
    periods
        How many periods ahead.
    rng
        Source of randomness.
    inflow
        New customers of each class per period; none if left out.
    level
        Probability of the interval.
    draws
        Futures drawn, each with a matrix of its own and every customer moving by chance.

    Returns
    -------
    ClassForecast
        In the order of the classes.
    """
    now = np.asarray(sizes, dtype=np.int64)
    entering = np.zeros(len(now)) if inflow is None else np.asarray(inflow, dtype=float)
    expected = [now.astype(float)]
    matrices = matrix.draw(rng, draws)
    moving = np.broadcast_to(now, (draws, len(now)))
    paths = [moving]
    for _ in range(int(periods)):
        expected.append(expected[-1] @ matrix.probabilities + entering)
        moved = rng.multinomial(moving, matrices).sum(axis=1)
        moving = moved + rng.poisson(entering, moved.shape)
        paths.append(moving)
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(np.array(paths), [tail, 1.0 - tail], axis=1)
    return ClassForecast(np.array(expected), lower, upper, level)


def _check(
    matrix: np.ndarray, money: np.ndarray, discount_rate: float, *, is_endless: bool
) -> None:
    rows = np.abs(matrix.sum(axis=-1) - 1.0) > 1e-6
    if matrix.shape[-1] != len(money) or rows.any() or (matrix < 0).any():
        raise FrameError("migration", "probabilities", "range", int(rows.sum()))
    if not np.isfinite(money).all():
        raise FrameError("migration", "rewards", "null", 1)
    least = 0.0 if is_endless else -1.0
    if not (np.isfinite(discount_rate) and discount_rate > least):
        raise FrameError("migration", "discount_rate", "range", 1)
