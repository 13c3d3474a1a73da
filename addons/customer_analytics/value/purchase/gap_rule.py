"""The rule of thumb: three times the usual gap of silence, and the customer is lost.

For companies that ask whether a statistical model is worth its while. A customer's usual
gap is the mean of his own gaps, the company's counting as one more. Who has been silent
for longer than three of them is lost. So that the rule can be compared with models, it
becomes a probability: the customers kept, and those lost, buy at so many times the pace
that their gaps promise, two numbers seen in the latest period.

Times are in any one unit.

References
----------
Wuebben, Wangenheim (2008). Instant customer base analysis: managerial heuristics often
get it right. Journal of Marketing 72, 82-93.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InsufficientDataError

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

__all__ = ["GapRule"]

#: Usual gaps of silence after which a customer counts as lost (METHODS.md, G).
PATIENCE = 3.0
#: Purchases at the promised pace that count beside those seen.
PRIOR_PURCHASES = 1.0


@dataclass(frozen=True)
class GapRule:
    """Pace of customers by their own gap and silence.

    Parameters
    ----------
    mean_gap
        The company's mean gap, in time units.
    kept_pace, lost_pace
        Purchases of those kept, and of those lost, per usual gap of theirs.

    Examples
    --------
    >>> import pandas as pd
    >>> rule = GapRule(mean_gap=30.0, kept_pace=0.9, lost_pace=0.1)
    >>> history = pd.DataFrame({"frequency": [2, 2], "recency": [60, 60], "T": [70, 200]})
    >>> (rule.rate(history) * 30).round(2)
    array([0.9, 0.1])
    """

    mean_gap: float
    kept_pace: float
    lost_pace: float

    @classmethod
    def fit(cls, summary: pd.DataFrame, purchases: np.ndarray, period: float) -> Self:
        """Learn the pace of those kept and those lost.

        Parameters
        ----------
        summary
            Columns frequency, recency, T at an earlier origin.
        purchases
            What each row bought in the ``period`` after it.
        period
            Length of it.

        Returns
        -------
        Self
            The rule.

        Raises
        ------
        InsufficientDataError
            If nobody has bought again.
        """
        repeats = float(summary["frequency"].sum())
        if not repeats:
            raise InsufficientDataError("repeat purchases", 1, 0)
        rule = cls(float(summary["recency"].sum()) / repeats, 1.0, 1.0)
        promised = period / rule.usual_gap(summary)
        kept = rule.is_kept(summary)
        paces = [
            float(
                (purchases[group].sum() + PRIOR_PURCHASES * prior)
                / (promised[group].sum() + PRIOR_PURCHASES)
            )
            for group, prior in ((kept, 1.0), (~kept, 0.1))
        ]
        return cls(rule.mean_gap, *paces)

    def usual_gap(self, summary: pd.DataFrame) -> np.ndarray:
        """Mean of a customer's gaps and one of the company's.

        Parameters
        ----------
        summary
            Columns frequency, recency.

        Returns
        -------
        ndarray
            One per row.
        """
        recency = summary["recency"].to_numpy(dtype=float)
        return (recency + self.mean_gap) / (summary["frequency"].to_numpy(float) + 1.0)

    def is_kept(self, summary: pd.DataFrame) -> np.ndarray:
        """Tell who has not been silent for three usual gaps.

        Parameters
        ----------
        summary
            Columns frequency, recency, T.

        Returns
        -------
        ndarray
            One truth value per row.
        """
        silence = (summary["T"] - summary["recency"]).to_numpy(dtype=float)
        return silence <= PATIENCE * self.usual_gap(summary)

    def rate(self, summary: pd.DataFrame) -> np.ndarray:
        """Return expected purchases per time unit.

        Parameters
        ----------
        summary
            Columns frequency, recency, T.

        Returns
        -------
        ndarray
            One per row, positive.
        """
        pace = np.where(self.is_kept(summary), self.kept_pace, self.lost_pace)
        return pace / self.usual_gap(summary)

    def to_dict(self) -> dict:
        """Return the rule as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the rule that ``to_dict`` wrote."""
        return cls(**values)
