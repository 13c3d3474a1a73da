"""Earlier windows of a company's own history, from which the combination learns.

What is asked at the end of the history is how the next ``horizon`` days go, from a
history of ``history`` days. The same question was open earlier, on a smaller scale: at
an origin that leaves a period ahead in the same proportion to the history behind it.
Windows of that proportion, and of 0.7 and 1.1 times its period, end today, so they hold
the newest outcomes. Their own purchase models are fitted at each origin, on nothing
that came later.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .base_expectation import BaseExpectation
from .evidence import PurchaseLedger, evidence_at, outcome_after
from .evidence_features import evidence_features

__all__ = ["TrainingWindows", "matched_period", "training_windows", "window_origins"]

#: Periods of the windows, in periods of the matched proportion.
STRETCHES = (0.7, 0.9, 1.1)
#: No window's period is longer than this share of the history.
LONGEST_SHARE = 0.6
#: Customers known at an origin and buyers after it without whom nothing is learnt.
LEAST_CUSTOMERS = 100
LEAST_BUYERS = 50


@dataclass(frozen=True)
class TrainingWindows:
    """Customers of all windows, one below the other.

    Parameters
    ----------
    origins
        Days since 1970-01-01, one per window that has enough customers and buyers.
    features
        Shape ``(rows, features)``.
    base_spend, base_probability
        What the purchase models expected at the origin.
    spend, active
        What was spent afterwards, and whether anything was bought.
    """

    origins: tuple[int, ...]
    features: np.ndarray
    base_spend: np.ndarray
    base_probability: np.ndarray
    spend: np.ndarray
    active: np.ndarray

    @property
    def buyers(self) -> int:
        """Mean number of buyers per window."""
        return int(self.active.sum() // max(len(self.origins), 1))


def matched_period(history: float, horizon: float) -> float:
    """Period, in days, that is to the history before it as the horizon to the whole.

    Parameters
    ----------
    history
        Days of history up to today.
    horizon
        Days ahead.

    Returns
    -------
    float
        history * horizon / (history + horizon).

    Examples
    --------
    >>> matched_period(273, 273)
    136.5
    """
    return history * horizon / (history + horizon)


def window_origins(begin: int, end: int, horizon: float) -> tuple[int, ...]:
    """Origins of the windows that end at ``end``.

    Parameters
    ----------
    begin, end
        First and last day of the history.
    horizon
        Days ahead that will be asked for.

    Returns
    -------
    tuple of int
        Latest first, without repetition.
    """
    history = end - begin
    period = matched_period(history, horizon) if history > 0 else 0.0
    periods = [min(share * period, LONGEST_SHARE * history) for share in STRETCHES]
    days = sorted({max(int(round(period)), 1) for period in periods})
    return tuple(end - period for period in days if begin < end - period)


def training_windows(
    ledger: PurchaseLedger, end: int, horizon: float
) -> TrainingWindows | None:
    """Collect the windows that end at ``end``.

    Parameters
    ----------
    ledger
        Days of business; none after ``end`` is looked at.
    end
        Last day that is known.
    horizon
        Days ahead that will be asked for.

    Returns
    -------
    TrainingWindows or None
        None where no window has enough customers and buyers.
    """
    parts, origins = [], []
    for origin in window_origins(ledger.begin, end, horizon):
        part = _window(ledger, origin, end)
        if part is not None:
            parts.append(part)
            origins.append(origin)
    if not parts:
        return None
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    return TrainingWindows(tuple(origins), *columns)


def _window(
    ledger: PurchaseLedger, origin: int, end: int
) -> tuple[np.ndarray, ...] | None:
    evidence = evidence_at(ledger, origin)
    if len(evidence) < LEAST_CUSTOMERS:
        return None
    purchases, spend = _outcome(ledger, evidence, origin, end)
    active = purchases > 0
    if active.sum() < LEAST_BUYERS or active.all() or spend.sum() <= 0:
        return None
    base = BaseExpectation.fit(evidence)
    expected = base.predict(evidence, end - origin)
    features = evidence_features(
        evidence,
        expected,
        history=origin - ledger.begin,
        mean_purchase=base.mean_purchase,
    )
    return features, expected.spend, expected.purchase_probability, spend, active


def _outcome(
    ledger: PurchaseLedger, evidence: pd.DataFrame, origin: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    return outcome_after(ledger, evidence["customer_id"].to_numpy(), origin, end)
