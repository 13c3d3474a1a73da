"""How much longer a customer may be expected to stay one.

For a company that asks "how long will she be with us?" (E4). The purchase models give
every customer a probability of being alive and, if alive, a law of the time until he
stops; here the two make an expected residual lifetime and an interval.

The mean is *restricted* to a horizon: the expected part of the next H that he remains a
customer. Without one it is infinite in most companies, because Pareto/NBD has no mean
lifetime for s <= 1 (CDNOW: s = .61), a beta-geometric model none for a <= 1 (.79, .89).

The laws of the purchase models are in :mod:`.lifetime_law`. Under contract (sBG) survival
is S(n-1+t) / S(n-1), counted in renewals.

References
----------
Fader, Hardie (2010). Marketing Science 29, 85-93 (contracts).
Royston, Parmar (2013). Restricted mean survival time. BMC Med. Res. Methodology 13:152.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import FrameError
from ..rows import SummaryRows, summary_rows
from .lifetime_law import lifetime_law

if TYPE_CHECKING:
    from pandas import DataFrame

    from .btyd import PurchaseModel
    from .sbg import ShiftedBetaGeometric

__all__ = [
    "ResidualLifetime",
    "expected_renewals",
    "residual_lifetime",
    "survival_if_alive",
]

#: Rows whose nodes are held in memory at once.
ROWS_AT_ONCE = 20_000
#: Halvings in the search for a quantile: exact to a millionth of the horizon.
HALVINGS = 20


@dataclass(frozen=True)
class ResidualLifetime:
    """Time that customers will still be customers, one per row of the summary.

    Parameters
    ----------
    mean
        Expected part of the horizon, in the model's time unit.
    lower, upper
        Central interval of the time, cut at the horizon; 0 where the customer is
        likely to have left already.
    level
        Probability of the interval.
    horizon
        Beyond which nothing is counted.
    """

    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float
    horizon: float


def residual_lifetime(
    model: PurchaseModel,
    summary: DataFrame | SummaryRows,
    horizon: float,
    *,
    level: float = 0.8,
) -> ResidualLifetime:
    """Residual lifetime of each customer within a horizon, with an interval.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T in the model's time unit.
    horizon
        Longest time that counts, same unit, positive.
    level
        Probability of the interval, between 0 and 1.

    Returns
    -------
    ResidualLifetime
        In the order of the summary.

    Raises
    ------
    FrameError
        If the horizon or the level is out of range.
    TypeError
        If the model tells nothing of survival.
    """
    if not (np.isfinite(horizon) and horizon > 0):
        raise FrameError("residual_lifetime", "horizon", "range", 1)
    if not 0.0 < level < 1.0:
        raise FrameError("residual_lifetime", "level", "range", 1)
    rows = summary_rows(summary)
    alive = model.probability_alive(rows.take(slice(None)))
    mean, lower, upper = np.empty((3, len(rows)))
    tail = (1.0 - level) / 2.0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        law = lifetime_law(model, rows.take(part))
        here = alive[part]
        mean[part] = here * law.mean(horizon)
        lower[part] = _time_survived(law.survival, here, 1.0 - tail, horizon)
        upper[part] = _time_survived(law.survival, here, tail, horizon)
    return ResidualLifetime(
        rows.expand(mean), rows.expand(lower), rows.expand(upper), level, horizon
    )


def survival_if_alive(
    model: PurchaseModel, summary: DataFrame | SummaryRows, times: Sequence[float]
) -> np.ndarray:
    """Probability that a customer alive at T is still one some time later.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T in the model's time unit.
    times
        Times after T, same unit, not negative.

    Returns
    -------
    ndarray
        Shape ``(customers, times)``, in the order of the summary.

    Raises
    ------
    TypeError
        If the model tells nothing of survival.

    Examples
    --------
    >>> import pandas as pd
    >>> from .pareto_nbd import ParetoNBD
    >>> model = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)
    >>> history = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0]})
    >>> survival_if_alive(model, history, [0.0, 52.0]).round(3)
    array([[1.   , 0.358]])
    """
    rows = summary_rows(summary)
    result = np.empty((len(rows), len(times)))
    for first in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(first, first + ROWS_AT_ONCE)
        law = lifetime_law(model, rows.take(part))
        for column, time in enumerate(times):
            result[part, column] = law.survival(float(time))
    return rows.expand(result)


def expected_renewals(
    model: ShiftedBetaGeometric,
    renewals: Sequence[float] | np.ndarray,
    horizon: int,
) -> np.ndarray:
    """Renewals that a customer under contract may be expected to make.

    Parameters
    ----------
    model
        sBG model of the cohort.
    renewals
        Number n of the renewal that the customer is about to face, 1 or more.
    horizon
        Renewals that count, the next one included.

    Returns
    -------
    ndarray
        Sum over t = 1, ..., horizon of S(n-1+t) / S(n-1), of the shape of
        ``renewals``. Discounted and for ever: ``discounted_residual_lifetime``.

    Examples
    --------
    >>> from .sbg import ShiftedBetaGeometric
    >>> expected_renewals(ShiftedBetaGeometric(0.668, 3.806), [1, 5], 5).round(2)
    array([3.44, 4.05])
    """
    n = np.asarray(renewals, dtype=float)
    ahead = n[..., None] - 1.0 + np.arange(1, int(horizon) + 1)
    return (model.survival(ahead) / model.survival(n - 1.0)[..., None]).sum(axis=-1)


def _time_survived(
    survival: Callable[[np.ndarray], np.ndarray],
    alive: np.ndarray,
    probability: float,
    horizon: float,
) -> np.ndarray:
    """Latest time that the customer outlives with ``probability``, by bisection."""
    low, high = np.zeros(len(alive)), np.full(len(alive), float(horizon))
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        is_later = alive * survival(middle) >= probability
        low = np.where(is_later, middle, low)
        high = np.where(is_later, high, middle)
    is_gone = alive < probability
    outlives = alive * survival(np.full(len(alive), float(horizon))) >= probability
    return np.where(is_gone, 0.0, np.where(outlives, float(horizon), low))
