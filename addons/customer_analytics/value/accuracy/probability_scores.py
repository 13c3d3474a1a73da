"""How good predicted probabilities were: rank, distance, calibration.

References
----------
[1] Brier (1950). Verification of forecasts expressed in terms of probability. Monthly
    Weather Review 78, 1-3.
[2] Hanley, McNeil (1982). The meaning and use of the area under a ROC curve. Radiology
    143, 29-36.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from ...errors import FrameError
from ...stats.checks import paired

__all__ = ["auc", "brier_score", "calibration_table", "log_loss"]

#: Probabilities are kept this far from 0 and 1 in the logarithmic score.
CLIP = 1e-15


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


def _outcome_pair(
    outcome: np.ndarray, score: np.ndarray, *, is_probability: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes of 0 and 1 beside scores, or raise."""
    happened, value = paired(outcome, score, ("outcome", "score"))
    wrong = int((~np.isin(happened, (0.0, 1.0))).sum())
    if wrong:
        raise FrameError("validation", "outcome", "range", wrong)
    wrong = int(((value < 0) | (value > 1)).sum()) if is_probability else 0
    if wrong:
        raise FrameError("validation", "probability", "range", wrong)
    return happened, value
