"""How many customers each class will have, and what they will be worth, if moves go on.

From the present sizes, the monthly probabilities of moving and the customers won per month:
the expected size of each class in some months, and in the steady state, at which as many
enter a class as leave it. Intervals hold what the counts leave possible of the migration
(rows drawn from their Dirichlet laws) and, up to a year, the chance of each customer's move.
The value of a class is its size times the mean lifetime value of its present customers.

Sizes are customers, value is money.

References
----------
Pfeifer, Carraway (2000). Journal of Interactive Marketing 14(2), 43-55.
METHODS.md, section G: Markov; absorbing "lost".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..economics.economics import plain
from .migration_value import class_forecast
from .transition import TransitionMatrix

__all__ = ["MONTHS", "class_outlook"]

#: Months ahead that are told.
MONTHS = (0, 3, 6, 12)
#: Futures drawn.
DRAWS = 500


def class_outlook(
    matrix: TransitionMatrix,
    sizes: Sequence[float],
    inflow: Sequence[float],
    worth: Sequence[float],
    *,
    rng: np.random.Generator,
) -> list[dict]:
    """Tell size and value of each class in some months and in the steady state.

    Parameters
    ----------
    matrix
        Monthly probabilities of moving, with an absorbing class last.
    sizes
        Customers of each class now.
    inflow
        Customers won per month, by the class they enter.
    worth
        Mean lifetime value of a present customer of each class; NaN where unknown.
    rng
        Source of randomness.

    Returns
    -------
    list of dict
        months (None: the steady state, left out if nobody is won) and classes: of each
        but the absorbing one its customers and value with lower and upper.
    """
    inflow, worth = np.asarray(inflow, dtype=float), np.asarray(worth, dtype=float)
    found = class_forecast(
        matrix,
        np.rint(sizes).astype(int),
        max(MONTHS),
        rng=rng,
        inflow=inflow,
        level=matrix.level,
        draws=DRAWS,
    )
    rows = [
        _row(
            matrix,
            month,
            found.expected[month],
            found.lower[month],
            found.upper[month],
            worth,
        )
        for month in MONTHS
    ]
    if inflow[~matrix.is_absorbing].sum() > 0:
        limits = _steady_limits(matrix, inflow, rng)
        rows.append(_row(matrix, None, matrix.steady_state(inflow), *limits, worth))
    return rows


def _steady_limits(
    matrix: TransitionMatrix, inflow: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Limits of the sizes at which as many enter as leave, over possible matrices."""
    inner = np.flatnonzero(~matrix.is_absorbing)
    drawn = matrix.draw(rng, DRAWS)[:, inner][:, :, inner]
    flow = np.eye(len(inner)) - drawn.transpose(0, 2, 1)
    sizes = np.zeros((DRAWS, len(inflow)))
    entering = np.broadcast_to(inflow[inner], (DRAWS, len(inner)))
    sizes[:, inner] = np.linalg.solve(flow, entering[..., None])[..., 0]
    tail = (1.0 - matrix.level) / 2.0
    return np.quantile(sizes, [tail, 1.0 - tail], axis=0)


def _row(
    matrix: TransitionMatrix,
    months: int | None,
    expected: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    worth: np.ndarray,
) -> dict:
    limits = np.minimum(lower, expected), np.maximum(upper, expected)
    figures = {
        "customers": expected,
        "lower": limits[0],
        "upper": limits[1],
        "value": expected * worth,
        "value_lower": np.minimum(limits[0] * worth, limits[1] * worth),
        "value_upper": np.maximum(limits[0] * worth, limits[1] * worth),
    }
    return {
        "months": months,
        "classes": {
            matrix.states[place]: {
                name: plain(values[place], 2) for name, values in figures.items()
            }
            for place in np.flatnonzero(~matrix.is_absorbing)
        },
    }
