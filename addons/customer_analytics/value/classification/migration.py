"""Who moved from which class to which between two dates.

For a company that sorts its customers into classes and asks what becomes of them (E7).
Counts of several periods, or of several batches of customers, add up; probabilities are
estimated from them in :mod:`.transition`, values in :mod:`.migration_value`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError

__all__ = ["Migration", "class_migration"]


@dataclass(frozen=True)
class Migration:
    """Counts of customers by class before and after a period.

    Parameters
    ----------
    states
        Names of the classes, in the order of rows and columns.
    counts
        Customers by class before (rows) and after (columns).
    entries
        Customers after who were in no class before, by class.
    """

    states: tuple[str, ...]
    counts: np.ndarray
    entries: np.ndarray

    def __add__(self, other: Migration) -> Migration:
        """Return the counts of two periods, or of two batches of customers, together."""
        if self.states != other.states:
            raise FrameError("migration", "states", "type", len(other.states))
        return Migration(
            self.states, self.counts + other.counts, self.entries + other.entries
        )


def class_migration(
    before: pd.Series,
    after: pd.Series,
    states: Sequence[str],
    *,
    lost: str | None = None,
) -> Migration:
    """Count who moved from which class to which.

    Parameters
    ----------
    before, after
        Class of each customer, by customer_id, at two dates.
    states
        Names of the classes.
    lost
        Class of those who are in ``before`` and not in ``after``; they are left out
        if there is none.

    Returns
    -------
    Migration
        Customers of ``after`` alone are its entries.

    Raises
    ------
    FrameError
        If a class is unknown or a customer appears twice.

    Examples
    --------
    >>> one, two = pd.Series({7: "A", 8: "A"}), pd.Series({7: "B", 9: "A"})
    >>> class_migration(one, two, ["A", "B"]).counts
    array([[0., 1.],
           [0., 0.]])
    """
    states = tuple(states)
    for name, series in (("before", before), ("after", after)):
        unknown = int((~series.isin(states)).sum())
        repeated = int(series.index.duplicated().sum())
        if unknown or repeated:
            reason = "range" if unknown else "duplicate"
            raise FrameError("migration", name, reason, unknown or repeated)
    later = after.reindex(before.index)
    if lost is not None:
        later = later.where(later.notna(), lost)
    place = pd.Index(states)
    row, column = place.get_indexer(before), place.get_indexer(later)
    counts = np.zeros((len(states), len(states)))
    np.add.at(counts, (row[column >= 0], column[column >= 0]), 1.0)
    entered = place.get_indexer(after[~after.index.isin(before.index)])
    entries = np.bincount(entered, minlength=len(states)).astype(float)
    return Migration(states, counts, entries)
