"""Random futures of customers: the machinery under ``predictive``.

Alive or not is drawn systematically along the draws of a row with one random start, so
that the share of living draws is P(alive) to within one draw; rows stay independent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...errors import FrameError

if TYPE_CHECKING:
    from ..rows import SummaryRows
    from .btyd import PurchaseModel
    from .gamma_gamma import GammaGamma

__all__ = [
    "central_limits",
    "check_draws",
    "draw_counts",
    "parameter_blocks",
    "row_parts",
]

#: Draws held in memory at once; some 15 arrays of this length live at the same time.
DRAWS_AT_ONCE = 1_000_000
#: A parameter is drawn within a factor exp(LARGEST_SHIFT) of its estimate.
LARGEST_SHIFT = 4.0


def draw_counts(
    model: PurchaseModel,
    rows: SummaryRows,
    horizon: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the purchases of each row in (T, T + horizon].

    Parameters
    ----------
    model
        Purchase model.
    rows
        Rows to draw for.
    horizon
        Length of the period ahead, in the model's time unit.
    draws
        Draws per row.
    rng
        Source of randomness.

    Returns
    -------
    tuple of ndarray
        Number of purchases and their mean time after T, arrays (rows, draws).
    """
    alive = expit(-model._log_odds_dead(rows))
    grid = np.arange(draws) / draws
    position = (grid + rng.random((len(rows), 1))) % 1.0
    which, column = np.nonzero(position < alive[:, None])
    counts, times = np.zeros((2, len(rows), draws))
    counts[which, column], times[which, column] = model.draw_if_alive(
        rows, which, horizon, rng
    )
    return counts, times


def central_limits(future: np.ndarray, level: float) -> np.ndarray:
    """Limits of the central interval, by the inverse of the empirical law.

    Parameters
    ----------
    future
        Draws, array (rows, draws); its rows are reordered in place.
    level
        Probability of the interval.

    Returns
    -------
    ndarray
        Lower and upper limit of each row, array (2, rows).
    """
    draws = future.shape[1]
    tail = (1.0 - level) / 2.0
    low = max(int(np.ceil(tail * draws - 1e-9)) - 1, 0)
    high = min(int(np.ceil((1.0 - tail) * draws - 1e-9)) - 1, draws - 1)
    future.partition((low, high), axis=1)
    return future[:, (low, high)].T


def parameter_blocks(
    models: tuple, draws: int, parameter_draws: int, rng: np.random.Generator
) -> list[tuple[slice, tuple]]:
    """Split the draws into blocks, each with models of its own parameters.

    Parameters
    ----------
    models
        Models at their estimates.
    draws
        Number of draws.
    parameter_draws
        Number of blocks; 0 is one block at the estimates.
    rng
        Source of randomness.

    Returns
    -------
    list
        Columns of a block, and the models that make them.

    Raises
    ------
    FrameError
        If parameters are to be drawn of a model that was not fitted.
    """
    blocks = min(max(parameter_draws, 0), draws)
    if not blocks:
        return [(slice(0, draws), models)]
    edges = np.linspace(0, draws, blocks + 1).astype(int)
    return [
        (slice(first, last), tuple(_drawn(model, rng) for model in models))
        for first, last in zip(edges[:-1], edges[1:], strict=True)
    ]


def _drawn(
    model: PurchaseModel | GammaGamma, rng: np.random.Generator
) -> PurchaseModel | GammaGamma:
    """Return the model with parameters drawn from the law of their estimate."""
    if model.estimate is None:
        raise FrameError("predictive", "estimate", "missing", 1)
    covariance = np.nan_to_num(np.array(model.estimate.log_covariance))
    values, vectors = np.linalg.eigh(covariance)
    noise = rng.standard_normal(len(values)) * np.sqrt(np.maximum(values, 0.0))
    factor = np.exp(np.clip(vectors @ noise, -LARGEST_SHIFT, LARGEST_SHIFT))
    drawn = {
        name: value * shift
        for (name, value), shift in zip(
            model.parameters.items(), factor.tolist(), strict=True
        )
    }
    return replace(model, **drawn)


def row_parts(size: int, draws: int) -> Iterator[slice]:
    """Yield slices of rows whose draws fit into memory.

    Parameters
    ----------
    size
        Number of rows.
    draws
        Draws per row.

    Yields
    ------
    slice
        Of rows, in order; together all of them.
    """
    step = max(1, DRAWS_AT_ONCE // max(draws, 1))
    for first in range(0, size, step):
        yield slice(first, first + step)


def check_draws(level: float, draws: int, horizon: float) -> None:
    """Check the arguments of an interval.

    Parameters
    ----------
    level, draws, horizon
        As for ``predictive.predictive_interval``.

    Raises
    ------
    FrameError
        If one is out of its range.
    """
    for name, is_right in (
        ("level", 0.0 < level < 1.0),
        ("draws", draws >= 1),
        ("horizon", np.isfinite(horizon) and horizon >= 0),
    ):
        if not is_right:
            raise FrameError("predictive", name, "range", 1)
