"""How far a customer's figures may be relied on: a grade, and the reasons that lower it.

The grade starts from the customer's own purchases: with one, all that is said of him is
what is usual among others. Circumstances of the company's data then cap it, and the caps
are returned, so that a screen can say why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...errors import FrameError

__all__ = [
    "CAPS",
    "FEWEST_REPEAT_CUSTOMERS",
    "ConfidenceGrades",
    "confidence_grades",
]

#: Grades from the least to the most reliable, and the purchases that earn each.
LEAST_PURCHASES = {"D": 1, "C": 2, "B": 4, "A": 10}

#: Below so many repeat customers the 80 % intervals of simulated companies held the truth
#: in fewer than 78 of 100 cases (tests/engine/value/test_small_companies.py).
FEWEST_REPEAT_CUSTOMERS = 100

#: Highest grade under each circumstance (own rule): parameters borrowed from other
#: companies allow an indication at most; a margin that is assumed, or a model that was
#: not the best on the held-out period or could not be tried on one, no full trust.
CAPS = {
    "small_company": "C",
    "margin_assumed": "B",
    "model_beaten": "B",
    "not_validated": "B",
}


@dataclass(frozen=True)
class ConfidenceGrades:
    """Grades of customers, and what limits them.

    Parameters
    ----------
    grades
        One of D, C, B, A per customer.
    caps
        The circumstances that lowered at least one grade.
    """

    grades: np.ndarray
    caps: tuple[str, ...]


def confidence_grades(
    purchase_count: np.ndarray, circumstances: Mapping[str, bool]
) -> ConfidenceGrades:
    """Grades of customers with the same circumstances.

    Parameters
    ----------
    purchase_count
        Purchases of each customer, 1 or more.
    circumstances
        Names of :data:`CAPS`, each with whether it holds; those left out do not.

    Returns
    -------
    ConfidenceGrades
        Never above the lowest cap that holds.

    Raises
    ------
    FrameError
        On a customer without a purchase, or an unknown circumstance.

    Examples
    --------
    >>> confidence_grades([1, 3, 9, 25], {}).grades.tolist()
    ['D', 'C', 'B', 'A']
    >>> confidence_grades([1, 3, 9, 25], {"small_company": True}).grades.tolist()
    ['D', 'C', 'C', 'C']
    """
    unknown = set(circumstances) - set(CAPS)
    if unknown:
        raise FrameError("confidence", sorted(unknown)[0], "missing")
    order = list(LEAST_PURCHASES)
    counts = np.asarray(purchase_count, dtype=float)
    without = int((~(counts >= 1)).sum())
    if without:
        raise FrameError("confidence", "purchase_count", "range", without)
    least = list(LEAST_PURCHASES.values())
    earned = np.searchsorted(least, counts, side="right") - 1
    limits = {
        name: order.index(cap) for name, cap in CAPS.items() if circumstances.get(name)
    }
    best = int(earned.max()) if len(earned) else 0
    highest = min(limits.values(), default=len(order) - 1)
    return ConfidenceGrades(
        grades=np.array(order)[np.minimum(earned, highest)],
        caps=tuple(name for name, limit in limits.items() if limit < best),
    )
