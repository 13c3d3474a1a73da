"""Trial of prospects: do attributes tell the value of customers not seen before.

Five parts of the customers are left out in turn, valued by their attributes alone and
compared with what they are worth. The plain mean of the others is the rival: a model that
does not beat it is not used, and leads are valued like the mean customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ..accuracy.validation import top_share_capture
from .prospects import LEAST_CUSTOMERS, ProspectModel

__all__ = ["ProspectTrial", "prospect_trial"]

#: Parts that are left out in turn.
FOLDS = 5
#: Customers below which there is no trial, and of which a sample is tried.
LEAST_TRIED, MOST_TRIED = 20, 20_000
#: Part of the variance of transformed values that must be explained out of fold.
LEAST_EXPLAINED = 0.01
#: Best-ranked part of the customers whose share of all value is told.
TOP = 0.2
#: Seed of the parts: the same customers get the same trial.
SEED = 20250601


@dataclass(frozen=True)
class ProspectTrial:
    """How well customers left out were valued.

    Parameters
    ----------
    customers
        Customers tried, 0 if there were too few.
    explained
        One less the squared errors over those of the mean of the others, of values
        transformed as in :mod:`.prospects`; 0 is no better than the mean.
    rank_correlation
        Spearman's, between predicted and actual value.
    capture
        Part of all value that the best-ranked fifth holds; .2 is chance.
    total_ratio
        Predicted total over actual total.
    """

    customers: int
    explained: float
    rank_correlation: float
    capture: float
    total_ratio: float

    @property
    def is_better(self) -> bool:
        """Whether the attributes beat the mean."""
        return self.explained >= LEAST_EXPLAINED and self.rank_correlation > 0

    def figures(self) -> dict[str, float]:
        """Return the figures by name."""
        return {
            "explained": self.explained,
            "rank_correlation": self.rank_correlation,
            "capture": self.capture,
            "total_ratio": self.total_ratio,
        }


def prospect_trial(
    customers: pd.DataFrame, attributes: Sequence[str], *, value: str = "clv"
) -> ProspectTrial:
    """Value customers from the others.

    Parameters
    ----------
    customers
        One row per customer with its value and attributes.
    attributes
        Columns that leads have as well.
    value
        Column of the lifetime value, money.

    Returns
    -------
    ProspectTrial
        Not better than the mean with fewer than 20 customers or values all equal.

    Raises
    ------
    FrameError
        If a column is missing or a value is no number.
    """
    rng = np.random.default_rng(SEED)
    if len(customers) < max(LEAST_TRIED, LEAST_CUSTOMERS * 2):
        return ProspectTrial(0, 0.0, 0.0, TOP, 1.0)
    order = rng.permutation(len(customers))[:MOST_TRIED]
    tried = customers.iloc[order].reset_index(drop=True)
    actual = tried[value].to_numpy(dtype=float)
    predicted, error, spread = np.empty((3, len(tried)))
    fold = np.arange(len(tried)) % FOLDS
    for part in range(FOLDS):
        out = fold == part
        model = ProspectModel.fit(tried[~out], attributes, value=value)
        predicted[out] = model.predict(tried[out]).value
        y, known = (model.scale.forward(actual[rows]) for rows in (out, ~out))
        error[out] = y - model.law.mean(model.coding.design(tried[out]))
        spread[out] = y - known.mean()
    return _compared(actual, predicted, error, spread)


def _compared(
    actual: np.ndarray, predicted: np.ndarray, error: np.ndarray, spread: np.ndarray
) -> ProspectTrial:
    """Return the figures of predictions of customers left out."""
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0 or actual.sum() <= 0:
        return ProspectTrial(len(actual), 0.0, 0.0, TOP, 1.0)
    return ProspectTrial(
        customers=len(actual),
        explained=float(1.0 - (error**2).sum() / (spread**2).sum()),
        rank_correlation=float(spearmanr(predicted, actual).statistic),
        capture=top_share_capture(np.maximum(actual, 0.0), predicted, TOP),
        total_ratio=float(predicted.sum() / actual.sum()),
    )
