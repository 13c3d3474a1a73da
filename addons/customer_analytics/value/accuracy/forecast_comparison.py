"""Who was better at what: two forecasts, measure by measure, with a margin of error.

One forecast can tell better who buys again and be worse at how much. So that words and
figures agree, both take each verdict from here: better or worse by more than a standard
error of the difference, paired by customer, and otherwise equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .forecast_accuracy import auc_parts

if TYPE_CHECKING:
    from .forecasts import Forecast

__all__ = ["MEASURES", "compare_forecasts"]

#: Typical error of spend, error of the total, spend of the best fifth, who buys again.
MEASURES = ("rmse", "total_error", "capture", "auc")
#: The share of customers that counts as the best.
BEST_SHARE = 0.2


def compare_forecasts(
    forecast: Forecast, rival: Forecast, purchases: np.ndarray, spend: np.ndarray
) -> dict[str, str]:
    """Return at what a forecast was better than another, equal, or worse.

    Parameters
    ----------
    forecast, rival
        Of the same customers.
    purchases, spend
        What happened, one per customer in the same order; some bought and some did not.

    Returns
    -------
    dict
        Each of :data:`MEASURES` to ``better``, ``equal`` or ``worse``.
    """
    active = purchases > 0
    error, other = forecast.spend - spend, rival.spend - spend
    picked = _picked(forecast.rank) - _picked(rival.rank)
    share = float((spend * picked).sum()) / max(float(spend.sum()), 1e-30)
    total_sides = np.sign(error.sum()), np.sign(other.sum())
    gains = {
        "rmse": other**2 - error**2,
        "total_error": total_sides[1] * other - total_sides[0] * error,
        "capture": spend * (picked - share) + spend.mean() * share,
        "auc": auc_parts(active, forecast.probability)
        - auc_parts(active, rival.probability),
    }
    return {name: _verdict(gains[name]) for name in MEASURES}


def _verdict(gain: np.ndarray) -> str:
    """Compare the mean gain of customers with its standard error."""
    margin = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else 0.0
    if abs(gain.mean()) <= margin:
        return "equal"
    return "better" if gain.mean() > 0 else "worse"


def _picked(rank: np.ndarray) -> np.ndarray:
    """Share in which each customer is among the best: ties at the edge count in part."""
    wanted = BEST_SHARE * len(rank)
    place = len(rank) - int(np.ceil(wanted - 1e-9))
    edge = np.partition(rank, place)[place]
    above, level = rank > edge, rank == edge
    rest = (wanted - above.sum()) / level.sum()
    return above + rest * level
