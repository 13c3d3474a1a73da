"""Who moves between classes, and what the moves say of lifetime value.

From the months that a company has kept: how many customers of each class were where a
month later. ``LOST`` is the state of those who have not bought for a year, whatever their
class; nobody comes back from it. Valued with the margin that a class really brought in
the month after, the moves give a lifetime value per class that knows nothing of the
purchase models: a second opinion beside theirs.

Money is the company's; a period is a month.

References
----------
Pfeifer, Carraway (2000). Journal of Interactive Marketing 14(2), 43-55.
METHODS.md, section G: Markov; Dirichlet-shrink rows; absorbing "lost".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from ..clv import DAYS_PER_MONTH, continuous_rate
from ..economics.economics import plain
from ..scoring import ScoringSettings
from .class_outlook import class_outlook
from .migration import Migration
from .migration_value import class_value
from .transition import TransitionMatrix, transition_matrix

__all__ = ["LOST", "class_movement", "movement_counts"]

#: State of those who have not bought for a year.
LOST = "lost"
SEED = 20240101


def movement_counts(moves: pd.DataFrame, classes: Sequence[int]) -> Migration:
    """Count customers by class before and after.

    Parameters
    ----------
    moves
        before, after (class identifier; 0 for lost, -1 for not a customer yet) and
        customers.
    classes
        Class identifiers, in the order of rows and columns; lost comes last.

    Returns
    -------
    Migration
        Of the classes' identifiers as text, and ``LOST``.

    Examples
    --------
    >>> moves = pd.DataFrame({"before": [7], "after": [0], "customers": [3]})
    >>> movement_counts(moves, [7]).counts
    array([[0., 3.],
           [0., 0.]])
    """
    place = {int(name): number for number, name in enumerate([*classes, 0])}
    counts = np.zeros((len(place), len(place)))
    entries = np.zeros(len(place))
    for row in moves.itertuples():
        if row.after not in place:
            continue
        if row.before in place:
            counts[place[row.before], place[row.after]] += row.customers
        elif row.before == -1:
            entries[place[row.after]] += row.customers
    return Migration((*map(str, classes), LOST), counts, entries)


def class_movement(
    moves: pd.DataFrame,
    rewards: pd.DataFrame,
    present: pd.DataFrame,
    classes: Sequence[int],
    settings: ScoringSettings,
    *,
    months: int = 1,
) -> dict | None:
    """Monthly probabilities of moving and the lifetime value that they imply.

    Parameters
    ----------
    moves
        As for :func:`movement_counts`, of all pairs of successive months together.
    rewards
        class_id, customers (of the class at the end of a month, added up over months) and
        margin (that they brought in the month after).
    present
        class_id (0 for lost), customers and clv (of all of them together) now.
    classes
        Class identifiers.
    settings
        Horizon, discount rate and interval level.
    months
        Pairs of successive months that ``moves`` adds up.

    Returns
    -------
    dict or None
        states, probabilities (list of rows), is_small; classes: by class identifier the
        customers, their mean clv, and value, lower and upper per customer by the moves;
        total: value by the moves, clv of the same customers and difference (share of
        clv); outlook: see :func:`.class_outlook`. None if nobody was in a class a month before.
    """
    migration = movement_counts(moves, classes)
    try:
        matrix = transition_matrix(
            migration,
            absorbing=(LOST,),
            level=settings.interval_level,
        )
    except InsufficientDataError:
        return None
    by_class = _compared(_values(matrix, rewards, settings), present)
    return {
        "states": list(matrix.states),
        "probabilities": plain(matrix.probabilities, 4),
        "is_small": matrix.is_small.tolist(),
        "classes": by_class,
        "total": _total(by_class),
        "outlook": _outlook(matrix, migration.entries / months, present),
    }


def _values(
    matrix: TransitionMatrix, rewards: pd.DataFrame, settings: ScoringSettings
) -> dict[str, dict[str, float]]:
    """Lifetime value within the horizon by class; money of a month counts at its end."""
    by_class = rewards.set_index(rewards["class_id"].astype(str))
    per_month = (by_class["margin"] / by_class["customers"]).reindex(matrix.states[:-1])
    money = np.append(per_month.fillna(0.0).to_numpy(float), 0.0)
    rate = continuous_rate(settings.discount_rate, time_unit_days=DAYS_PER_MONTH)
    months = max(1, round(settings.horizon_days / DAYS_PER_MONTH))
    found = class_value(
        matrix,
        money * np.exp(-rate),
        float(np.expm1(rate)),
        rng=np.random.default_rng(SEED),
        periods=months - 1,
        level=settings.interval_level,
    )
    return {
        state: {
            "value": float(found.value[place]),
            "lower": float(found.lower[place]),
            "upper": float(found.upper[place]),
        }
        for place, state in enumerate(matrix.states[:-1])
        if state in by_class.index
    }


def _compared(values: dict, present: pd.DataFrame) -> dict:
    """Put the mean lifetime value of the purchase models beside that of the moves."""
    now = present.set_index(present["class_id"].astype(str))
    return {
        state: {
            **{name: plain(figure, 2) for name, figure in figures.items()},
            "customers": int(now.loc[state, "customers"]),
            "clv": plain(now.loc[state, "clv"] / now.loc[state, "customers"], 2),
        }
        for state, figures in values.items()
        if state in now.index
    }


def _outlook(
    matrix: TransitionMatrix, inflow: np.ndarray, present: pd.DataFrame
) -> list[dict]:
    """Sizes and values to come, of a class without customers at no value per customer."""
    names = [LOST if name == 0 else str(name) for name in present["class_id"]]
    now = present.set_index(pd.Index(names))[["customers", "clv"]].astype(float)
    now = now.reindex(list(matrix.states)).fillna(0.0)
    worth = now["clv"] / now["customers"].where(now["customers"] > 0)
    return class_outlook(
        matrix,
        now["customers"].to_numpy(),
        inflow,
        worth.fillna(0.0).to_numpy(),
        rng=np.random.default_rng(SEED),
    )


def _total(by_class: dict) -> dict:
    rows = by_class.values()
    value = sum(row["customers"] * row["value"] for row in rows)
    clv = sum(row["customers"] * row["clv"] for row in rows)
    difference = (value - clv) / clv if clv > 0 else float("nan")
    return {
        "value": plain(value, 2),
        "clv": plain(clv, 2),
        "difference": plain(difference, 4),
    }
