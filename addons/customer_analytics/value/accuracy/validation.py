"""How good predictions were, once the period they spoke of has passed.

For the screen on which a company sees its own holdout: amounts (are the totals and the
sizes right?), ranks (are the best on top?), probabilities (do 30 % happen 3 times in
10?) and intervals (do they hold as often as they say?). No single number does: the mean
absolute error of spend is won by predicting 0 for everybody (METHODS.md, section M).

Scores of probabilities are written in ``probability_scores`` and offered here as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError
from ...stats.checks import paired
from .probability_scores import auc, brier_score, calibration_table, log_loss

__all__ = [
    "HoldoutMetrics",
    "auc",
    "brier_score",
    "calibration_table",
    "decile_lift",
    "holdout_metrics",
    "interval_coverage",
    "log_loss",
    "top_share_capture",
]


@dataclass(frozen=True)
class HoldoutMetrics:
    """Predicted amounts against what happened.

    Parameters
    ----------
    mae
        Mean absolute error.
    rmse
        Root of the mean squared error.
    correlation
        Pearson correlation; NaN if either side is constant.
    total_predicted, total_actual
        Sums.
    """

    mae: float
    rmse: float
    correlation: float
    total_predicted: float
    total_actual: float


def holdout_metrics(actual: np.ndarray, predicted: np.ndarray) -> HoldoutMetrics:
    """Errors, correlation and totals of predicted amounts.

    Parameters
    ----------
    actual
        What happened, one number per customer.
    predicted
        What was predicted, in the same order.

    Returns
    -------
    HoldoutMetrics
        In the unit of ``actual``.

    Raises
    ------
    FrameError
        On missing values or unequal lengths.
    InsufficientDataError
        Without customers.

    Examples
    --------
    >>> holdout_metrics([0, 2, 4], [1, 2, 3]).mae
    0.6666666666666666
    """
    actual, predicted = paired(actual, predicted, ("actual", "predicted"))
    error = predicted - actual
    varies = np.ptp(actual) > 0 and np.ptp(predicted) > 0
    return HoldoutMetrics(
        mae=float(np.abs(error).mean()),
        rmse=float(np.sqrt((error**2).mean())),
        correlation=(
            float(np.corrcoef(actual, predicted)[0, 1]) if varies else float("nan")
        ),
        total_predicted=float(predicted.sum()),
        total_actual=float(actual.sum()),
    )


def top_share_capture(
    actual: np.ndarray, score: np.ndarray, share: float = 0.2
) -> float:
    """Share of all spend that the best-scored customers turn out to make.

    Parameters
    ----------
    actual
        Spend in the holdout period, one number per customer.
    score
        Any index, higher is better, in the same order.
    share
        Which part of the customers is picked; a fraction of a customer counts as such.

    Returns
    -------
    float
        Between 0 and 1 where no spend is negative; NaN if nothing was spent.

    Notes
    -----
    Customers with equal scores at the edge count with the mean of their group, so the
    order of the rows does not matter.

    Examples
    --------
    >>> top_share_capture([10, 0, 0, 30, 0], [5, 4, 3, 2, 1], share=0.4)
    0.25
    """
    actual, score = paired(actual, score, ("actual", "score"))
    if not 0.0 < share <= 1.0:
        raise FrameError("validation", "share", "range", 1)
    total = actual.sum()
    if total == 0:
        return float("nan")
    picked = share * len(score)
    place = len(score) - int(np.ceil(picked - 1e-9))
    edge = np.partition(score, place)[place]
    above, level = score > edge, score == edge
    rest = (picked - above.sum()) * actual[level].mean()
    return float((actual[above].sum() + rest) / total)


def decile_lift(
    actual: np.ndarray, score: np.ndarray, groups: int = 10
) -> pd.DataFrame:
    """Spend by groups of falling score, against the mean of everybody.

    Parameters
    ----------
    actual
        Spend in the holdout period, one number per customer.
    score
        Any index, higher is better, in the same order.
    groups
        Number of groups of equal size.

    Returns
    -------
    DataFrame
        One row per group, best first: count, mean (spend per customer), lift (mean
        over the mean of all; NaN if nothing was spent), cumulative_share (of all
        spend). Customers with equal scores count with the mean of their ties.

    Examples
    --------
    >>> decile_lift([8, 4, 3, 1], [4, 3, 2, 1], groups=2)["lift"].tolist()
    [1.5, 0.5]
    """
    actual, score = paired(actual, score, ("actual", "score"))
    frame = pd.DataFrame({"actual": actual, "score": score})
    frame["actual"] = frame.groupby("score")["actual"].transform("mean")
    frame = frame.sort_values("score", ascending=False, kind="stable")
    group = np.arange(len(frame)) * groups // len(frame)
    grouped = frame["actual"].groupby(group)
    result = pd.DataFrame({"count": grouped.size(), "mean": grouped.mean()})
    total = actual.sum()
    scale = total if total != 0 else np.nan
    result["lift"] = result["mean"] * len(actual) / scale
    result["cumulative_share"] = grouped.sum().cumsum() / scale
    return result


def interval_coverage(
    actual: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> float:
    """Share of customers whose actual value lies in the interval, limits included.

    Parameters
    ----------
    actual
        What happened, one number per customer.
    lower, upper
        Limits predicted, in the same order.

    Returns
    -------
    float
        Between 0 and 1; to be compared with the level of the interval.

    Examples
    --------
    >>> interval_coverage([0, 5, 9], [0, 0, 0], [4, 6, 8])
    0.6666666666666666
    """
    actual, lower = paired(actual, lower, ("actual", "lower"))
    actual, upper = paired(actual, upper, ("actual", "upper"))
    return float(((actual >= lower) & (actual <= upper)).mean())
