"""How good predictions were, once the period they spoke of has passed.

For the screen on which a company sees its own holdout: amounts (are the totals and the
sizes right?), ranks (are the best on top?), probabilities (do 30 % happen 3 times in
10?) and intervals (do they hold as often as they say?). No single number does: the mean
absolute error of spend is won by predicting 0 for everybody (METHODS.md, section M).

References
----------
Brier (1950). Verification of forecasts expressed in terms of probability. Monthly
Weather Review 78, 1-3.
Hanley, McNeil (1982). The meaning and use of the area under a ROC curve. Radiology 143,
29-36.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from ..errors import FrameError, InsufficientDataError

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

#: Probabilities are kept this far from 0 and 1 in the logarithmic score.
CLIP = 1e-15


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


def _pair(
    first: np.ndarray, second: np.ndarray, names: tuple[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return two vectors of equal length as floats, or raise."""
    arrays = tuple(np.asarray(values, dtype=float) for values in (first, second))
    for name, values in zip(names, arrays, strict=True):
        missing = int((~np.isfinite(values)).sum())
        if missing:
            raise FrameError("validation", name, "null", missing)
    if arrays[0].ndim != 1 or arrays[0].shape != arrays[1].shape:
        raise FrameError("validation", names[1], "type", arrays[1].size)
    if not arrays[0].size:
        raise InsufficientDataError("customers", 1, 0)
    return arrays


def _outcome_pair(
    outcome: np.ndarray, score: np.ndarray, *, is_probability: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes of 0 and 1 beside scores, or raise."""
    happened, value = _pair(outcome, score, ("outcome", "score"))
    wrong = int((~np.isin(happened, (0.0, 1.0))).sum())
    if wrong:
        raise FrameError("validation", "outcome", "range", wrong)
    wrong = int(((value < 0) | (value > 1)).sum()) if is_probability else 0
    if wrong:
        raise FrameError("validation", "probability", "range", wrong)
    return happened, value


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
    actual, predicted = _pair(actual, predicted, ("actual", "predicted"))
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
    actual, score = _pair(actual, score, ("actual", "score"))
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


def auc(outcome: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve: how surely a positive outcome has the higher score.

    Parameters
    ----------
    outcome
        0 or 1 per customer.
    score
        Any index, higher meaning more likely, in the same order.

    Returns
    -------
    float
        Probability that a random 1 outscores a random 0, ties counting half; NaN if
        all outcomes are equal. .5 is chance.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [1, 2, 2, 3])
    0.875
    """
    happened, value = _outcome_pair(outcome, score, is_probability=False)
    positive = happened.sum()
    negative = len(happened) - positive
    if positive == 0 or negative == 0:
        return float("nan")
    ranks = rankdata(value)[happened == 1].sum()
    return float((ranks - positive * (positive + 1) / 2) / (positive * negative))


def brier_score(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean squared error of probabilities; lower is better.

    Parameters
    ----------
    outcome
        0 or 1 per customer.
    probability
        Predicted probability of 1, in the same order.

    Returns
    -------
    float
        Between 0 and 1; always saying the base rate m scores m (1 - m).

    Examples
    --------
    >>> brier_score([0, 1], [0.5, 0.5])
    0.25
    """
    happened, value = _outcome_pair(outcome, probability, is_probability=True)
    return float(((value - happened) ** 2).mean())


def log_loss(outcome: np.ndarray, probability: np.ndarray) -> float:
    """Mean negative log-probability of what happened; lower is better.

    Parameters
    ----------
    outcome
        0 or 1 per customer.
    probability
        Predicted probability of 1, in the same order.

    Returns
    -------
    float
        In nats per customer; probabilities are kept 1e-15 from 0 and 1.

    Examples
    --------
    >>> round(log_loss([0, 1], [0.5, 0.5]), 4)
    0.6931
    """
    happened, value = _outcome_pair(outcome, probability, is_probability=True)
    value = np.clip(value, CLIP, 1.0 - CLIP)
    return float(-np.where(happened == 1, np.log(value), np.log1p(-value)).mean())


def calibration_table(
    outcome: np.ndarray, probability: np.ndarray, bins: int = 10
) -> pd.DataFrame:
    """Predicted against observed frequency, by groups of rising probability.

    Parameters
    ----------
    outcome
        0 or 1 per customer.
    probability
        Predicted probability of 1, in the same order.
    bins
        Number of groups of about equal size; equal probabilities stay together, so
        there may be fewer.

    Returns
    -------
    DataFrame
        One row per group: count, predicted (mean probability), observed (share of 1).

    Examples
    --------
    >>> calibration_table([0, 1, 1, 1], [0.2, 0.2, 0.9, 0.9], bins=2)
       count  predicted  observed
    0      2        0.2       0.5
    1      2        0.9       1.0
    """
    happened, value = _outcome_pair(outcome, probability, is_probability=True)
    group = np.ceil(rankdata(value) / len(value) * bins)
    table = pd.DataFrame({"group": group, "predicted": value, "observed": happened})
    grouped = table.groupby("group", sort=True)
    result = grouped.mean()
    result.insert(0, "count", grouped.size())
    return result.reset_index(drop=True)


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
    actual, score = _pair(actual, score, ("actual", "score"))
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
    actual, lower = _pair(actual, lower, ("actual", "lower"))
    actual, upper = _pair(actual, upper, ("actual", "upper"))
    return float(((actual >= lower) & (actual <= upper)).mean())
