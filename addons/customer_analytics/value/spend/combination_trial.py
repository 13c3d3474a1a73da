"""Whether the correction would have helped: a trial inside the known history.

The last window whose period is to its history as the horizon to the whole is predicted
from what was known at its origin, with models and corrections of that day. Losses are
those that the true expectation minimises, and that a few large customers do not decide
alone (Gneiting 2011): for spend the deviance of Tweedie's variance mu^1.5, for buying
again the log loss. Mean absolute error would be won by predicting nothing.

References
----------
Gneiting (2011). Making and evaluating point forecasts. JASA 106, 746-762.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..accuracy.probability_scores import log_loss
from .base_expectation import LEAST, BaseExpectation
from .evidence import PurchaseLedger, evidence_at, outcome_after
from .evidence_features import PURCHASE_COLUMNS, SPEND_COLUMNS, evidence_features
from .penalised_layer import fit_purchase_layer, fit_spend_layer, mixed_probability
from .training_windows import TrainingWindows, matched_period, training_windows

if TYPE_CHECKING:
    from typing import Self

__all__ = ["WEIGHTS", "CombinationTrial", "run_trial", "spend_deviance"]

#: Shares of the correction that are tried.
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class CombinationTrial:
    """Losses on the last window, for each share of the correction.

    Parameters
    ----------
    origin
        Last day known to the trial, days since 1970-01-01.
    customers, buyers
        Customers predicted, and how many of them bought.
    spend_losses, purchase_losses
        One per entry of ``WEIGHTS``: mean deviance (square root of money) and log loss.
    """

    origin: int
    customers: int
    buyers: int
    spend_losses: tuple[float, ...]
    purchase_losses: tuple[float, ...]

    @property
    def best_weights(self) -> tuple[float, float]:
        """Shares with the smallest loss of spend and of buying again."""
        return (
            WEIGHTS[int(np.argmin(self.spend_losses))],
            WEIGHTS[int(np.argmin(self.purchase_losses))],
        )

    def to_dict(self) -> dict:
        """Return the trial as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the trial that ``to_dict`` wrote."""
        losses = ("spend_losses", "purchase_losses")
        return cls(**{**values, **{name: tuple(values[name]) for name in losses}})


def spend_deviance(actual: np.ndarray, expected: np.ndarray) -> float:
    """Mean deviance of Tweedie's variance mu^1.5.

    Parameters
    ----------
    actual
        Money spent; negative counts as 0.
    expected
        Money expected, positive.

    Returns
    -------
    float
        Square root of money; 0 for a perfect prediction.

    Notes
    -----
    4 (sqrt(mu) - 2 sqrt(y) + y / sqrt(mu)) = 4 (sqrt(y) - sqrt(mu))^2 / sqrt(mu).

    Examples
    --------
    >>> spend_deviance(np.array([4.0, 9.0]), np.array([4.0, 4.0]))
    1.0
    """
    root = np.sqrt(np.maximum(expected, LEAST))
    return float((4.0 * (np.sqrt(np.maximum(actual, 0.0)) - root) ** 2 / root).mean())


def run_trial(ledger: PurchaseLedger, horizon: float) -> CombinationTrial | None:
    """Predict the last window of the history from what was known before it.

    Parameters
    ----------
    ledger
        Days of business.
    horizon
        Days ahead that will be asked for.

    Returns
    -------
    CombinationTrial or None
        None where too little was known then.
    """
    period = matched_period(ledger.end - ledger.begin, horizon)
    origin = ledger.end - max(int(round(period)), 1)
    windows = (
        training_windows(ledger, origin, horizon) if origin > ledger.begin else None
    )
    if windows is None:
        return None
    evidence = evidence_at(ledger, origin)
    base = BaseExpectation.fit(evidence)
    expected = base.predict(evidence, ledger.end - origin)
    features = evidence_features(
        evidence,
        expected,
        history=origin - ledger.begin,
        mean_purchase=base.mean_purchase,
    )
    ids = evidence["customer_id"].to_numpy()
    purchases, spend = outcome_after(ledger, ids, origin, ledger.end)
    log_factor, log_odds = _learnt(windows, features)
    probability = expected.purchase_probability
    return CombinationTrial(
        origin=origin,
        customers=len(ids),
        buyers=int((purchases > 0).sum()),
        spend_losses=tuple(
            spend_deviance(spend, expected.spend * np.exp(weight * log_factor))
            for weight in WEIGHTS
        ),
        purchase_losses=tuple(
            log_loss(purchases > 0, mixed_probability(probability, log_odds, weight))
            for weight in WEIGHTS
        ),
    )


def _learnt(
    windows: TrainingWindows, features: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log factor of spend and log odds of a purchase, learnt from earlier windows."""
    spend = fit_spend_layer(
        windows.features[:, SPEND_COLUMNS], windows.base_spend, windows.spend
    )
    purchase = fit_purchase_layer(windows.features[:, PURCHASE_COLUMNS], windows.active)
    return (
        spend.linear_predictor(features[:, SPEND_COLUMNS]),
        purchase.linear_predictor(features[:, PURCHASE_COLUMNS]),
    )
