"""Evidence and expectations as numbers without a unit, for linear models.

Times are shares of the history, money is in mean purchases of the company, both inside
logarithms where they are skewed: a company in cents, or in days instead of weeks, gets
the same features, and so does one whose history is half as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

if TYPE_CHECKING:
    import pandas as pd

    from .base_expectation import Expected

__all__ = ["FEATURES", "evidence_features"]

FEATURES = (
    "repeats",
    "age",
    "silence",
    "silence_of_age",
    "log_silence",
    "log_revenue",
    "log_first_value",
    "log_last_value",
    "repeats_tenth",
    "repeats_fifth",
    "repeats_third",
    "repeats_half",
    "spend_half",
    "expected_purchases",
    "disagreement",
    "purchase_probability",
    "probability_alive",
    "purchase_value",
)

#: Added to money, in mean purchases, before taking logarithms: free orders exist.
MONEY_OFFSET = 0.2
#: Probabilities closer than this to 0 or 1 are taken for it.
LEAST_PROBABILITY = 1e-6


def evidence_features(
    evidence: pd.DataFrame, expected: Expected, *, history: float, mean_purchase: float
) -> np.ndarray:
    """Features of each customer.

    Parameters
    ----------
    evidence
        Result of :func:`~.evidence.evidence_at`, or some of its rows.
    expected
        What the purchase models expect of the same rows.
    history
        Days from the company's first purchase to the origin, positive.
    mean_purchase
        Mean revenue per purchase, the unit of money; 1 if it is not positive.

    Returns
    -------
    ndarray
        Shape ``(customers, len(FEATURES))``, finite.
    """
    unit = mean_purchase if mean_purchase > 0 else 1.0

    def column(name: str) -> np.ndarray:
        return evidence[name].to_numpy(dtype=float)

    def log_money(values: np.ndarray) -> np.ndarray:
        return np.log(np.maximum(values, 0.0) / unit + MONEY_OFFSET)

    age = column("T")
    silence = age - column("recency")
    probability = np.clip(
        expected.purchase_probability, LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY
    )
    return np.column_stack(
        [
            np.log1p(column("frequency")),
            age / history,
            silence / history,
            silence / np.maximum(age, 1.0),
            np.log((silence + 1.0) / history),
            log_money(column("revenue")),
            log_money(column("first_value")),
            log_money(column("last_value")),
            *(
                column(f"repeats_{name}")
                for name in ("tenth", "fifth", "third", "half")
            ),
            np.log1p(np.maximum(column("spend_half"), 0.0) / unit),
            np.log(expected.purchases),
            expected.disagreement,
            logit(probability),
            expected.probability_alive,
            np.log(expected.purchase_value / unit),
        ]
    )
