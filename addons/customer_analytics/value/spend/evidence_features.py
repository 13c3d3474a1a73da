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

__all__ = ["FEATURES", "PURCHASE_COLUMNS", "SPEND_COLUMNS", "evidence_features"]

#: What the purchase models say.
MODEL_FEATURES = (
    "expected_purchases",
    "disagreement",
    "purchase_probability",
    "probability_alive",
    "purchase_value",
)
#: What the customer shows.
SHOWN_FEATURES = (
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
)
#: Products of these: bends, and what means something else for a one-time buyer.
BENT_FEATURES = (
    "is_once",
    "once_first_value",
    "once_log_silence",
    "once_age",
    "log_silence_squared",
    "repeats_squared",
    "repeats_log_silence",
    "silence_in_gaps",
    "silence_in_gaps_squared",
    "log_revenue_log_silence",
    "log_revenue_repeats",
)
FEATURES = (*MODEL_FEATURES, *SHOWN_FEATURES, *BENT_FEATURES)
#: Columns of the spend regression: it corrects the models, in knowledge of them.
SPEND_COLUMNS = slice(0, len(MODEL_FEATURES) + len(SHOWN_FEATURES))
#: Columns of the purchase regression: it knows no model and is mixed with them later.
PURCHASE_COLUMNS = slice(len(MODEL_FEATURES), None)

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
    probability = np.clip(
        expected.purchase_probability, LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY
    )
    said = [
        np.log(expected.purchases),
        expected.disagreement,
        logit(probability),
        expected.probability_alive,
        np.log(expected.purchase_value / unit),
    ]
    shown = _shown(evidence, history, unit)
    return np.column_stack([*said, *shown.values(), *_bent(evidence, shown)])


def _shown(
    evidence: pd.DataFrame, history: float, unit: float
) -> dict[str, np.ndarray]:
    """Columns of SHOWN_FEATURES."""
    data = {
        name: evidence[name].to_numpy(dtype=float)
        for name in evidence.columns
        if name != "customer_id"
    }
    silence = data["T"] - data["recency"]
    money = {
        f"log_{name}": np.log(np.maximum(data[name], 0.0) / unit + MONEY_OFFSET)
        for name in ("revenue", "first_value", "last_value")
    }
    recent = ("repeats_tenth", "repeats_fifth", "repeats_third", "repeats_half")
    return {
        "repeats": np.log1p(data["frequency"]),
        "age": data["T"] / history,
        "silence": silence / history,
        "silence_of_age": silence / np.maximum(data["T"], 1.0),
        "log_silence": np.log((silence + 1.0) / history),
        **money,
        **{name: data[name] for name in recent},
        "spend_half": np.log1p(np.maximum(data["spend_half"], 0.0) / unit),
    }


def _bent(
    evidence: pd.DataFrame, shown: dict[str, np.ndarray]
) -> tuple[np.ndarray, ...]:
    """Columns of BENT_FEATURES."""
    frequency = evidence["frequency"].to_numpy(dtype=float)
    age = evidence["T"].to_numpy(dtype=float)
    silence = age - evidence["recency"].to_numpy(dtype=float)
    once = (frequency == 0).astype(float)
    gaps = np.log((silence + 1.0) / (age / (frequency + 1.0) + 1.0))
    quiet, repeats = shown["log_silence"], shown["repeats"]
    return (
        once,
        once * shown["log_first_value"],
        once * quiet,
        once * shown["age"],
        quiet**2,
        repeats**2,
        repeats * quiet,
        gaps,
        gaps**2,
        shown["log_revenue"] * quiet,
        shown["log_revenue"] * repeats,
    )
