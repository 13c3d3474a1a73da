"""The company's total: between what models expect and what was spent lately.

Models see customers fade and so foretell less than there was; "as lately" sees nothing
fade and foretells more. Their errors have opposite signs, so the geometric mean of the
two totals is better than either (Bates & Granger 1969). Equal weights: on earlier windows
of CDNOW weights that follow each side's past error did worse (docs/ACCURACY.md).

References
----------
Bates, Granger (1969). The combination of forecasts. Operational Research Quarterly 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .evidence import RECENT_SHARES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["LEVEL_WEIGHT", "level_factor", "recent_spend_total"]

#: Weight of the recent total where there are buyers enough.
LEVEL_WEIGHT = 0.5


def recent_spend_total(
    evidence: pd.DataFrame, *, history: float, horizon: float
) -> float:
    """Total of the horizon if customers go on as in the last third of the history.

    Parameters
    ----------
    evidence
        Result of :func:`~.evidence.evidence_at`, all customers of the company.
    history
        Days behind.
    horizon
        Days ahead.

    Returns
    -------
    float
        Money: repeat spend per customer and day of the last third, times customers and
        days ahead. A customer counts in the last third from his first purchase on.
    """
    period = RECENT_SHARES["third"] * history
    days = np.minimum(evidence["T"].to_numpy(dtype=float), period).sum()
    if days <= 0:
        return 0.0
    return float(evidence["spend_third"].sum() / days * horizon * len(evidence))


def level_factor(model_total: float, recent_total: float, *, weight: float) -> float:
    """Factor that brings the total of the models to the mixed total.

    Parameters
    ----------
    model_total, recent_total
        Money; 1 is returned unless both are positive.
    weight
        Weight of the recent total, 0 to 1.

    Returns
    -------
    float
        (recent_total / model_total) ** weight.

    Examples
    --------
    >>> level_factor(100.0, 144.0, weight=0.5)
    1.2
    """
    if not (model_total > 0 and recent_total > 0):
        return 1.0
    return float((recent_total / model_total) ** weight)
