"""What would change a prediction: silence until a customer is at risk, one more purchase.

A purchase model predicts from the number of purchases, the age at the last and the age
now. Letting the age grow shows what silence does; adding a purchase now shows what one
is worth beyond its own margin: it proves the customer alive and raises his rate.
Times are in the model's unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ..purchase.btyd import PurchaseModel

__all__ = ["after_purchase", "after_silence", "silence_until_risk"]

#: Halvings of the searched span: to a millionth of it.
HALVINGS = 20


def after_silence(summary: pd.DataFrame, time: float | np.ndarray) -> pd.DataFrame:
    """Histories as they will be after more time without a purchase.

    Parameters
    ----------
    summary
        Columns frequency, recency, T in one time unit.
    time
        More time, not negative, one number or one per row.

    Returns
    -------
    DataFrame
        A copy with a larger T.
    """
    return summary.assign(T=summary["T"] + time)


def after_purchase(summary: pd.DataFrame) -> pd.DataFrame:
    """Histories as they would be had the customer bought just now.

    Parameters
    ----------
    summary
        Columns frequency, recency, T in one time unit.

    Returns
    -------
    DataFrame
        A copy with one more repeat purchase, made at T.
    """
    return summary.assign(frequency=summary["frequency"] + 1, recency=summary["T"])


def silence_until_risk(
    model: PurchaseModel,
    summary: pd.DataFrame,
    horizon: float,
    *,
    probability: float | np.ndarray = 0.5,
    longest: float,
) -> np.ndarray:
    """Time from now at which silence puts a customer at risk, or did.

    Parameters
    ----------
    model
        Purchase model; its purchase probability falls while a customer is silent.
    summary
        Columns frequency, recency, T in the model's time unit.
    horizon
        At risk means: a purchase within this time is less likely than ``probability``.
    probability
        Between 0 and 1, one number or one per row.
    longest
        How far ahead to look.

    Returns
    -------
    ndarray
        Time from T, one per row: negative if at risk already, at the earliest since the
        last purchase; infinite if not within ``longest``.
    """
    low = (summary["recency"] - summary["T"]).to_numpy(dtype=float)
    high = np.full(len(summary), float(longest))

    def is_safe(time: np.ndarray) -> np.ndarray:
        later = model.purchase_probability(after_silence(summary, time), horizon)
        return later >= probability

    is_never_at_risk = is_safe(high)
    is_always_at_risk = ~is_safe(low)
    earliest = low
    for _halving in range(HALVINGS):
        middle = (low + high) / 2.0
        is_before = is_safe(middle)
        low = np.where(is_before, middle, low)
        high = np.where(is_before, high, middle)
    found = np.where(is_always_at_risk, earliest, high)
    return np.where(is_never_at_risk, np.inf, found)
