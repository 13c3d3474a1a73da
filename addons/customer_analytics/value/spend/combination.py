"""The combined prediction of spend and of buying again.

Purchase models are right about amounts and blind to most of what a customer shows; rank
rules see more and know no amounts (METHODS.md, section M). Here the models are the
ground, and two small regressions, trained on earlier windows of the same company
(:mod:`.training_windows`), say by which factor spend, and by which odds a purchase,
differ from what the models expect. The total is recalibrated with them, and then mixed
with "as lately" (:mod:`.spend_level`).

How much of the correction is used is decided on a trial inside the known history: the
last window of that proportion is predicted from what was known at its origin, and the
weight with the smaller loss is taken, 0 (models alone) to 1. It is then drawn towards 0
by n / (n + 100) for n buyers per window. Without a window of 100 customers and 50 buyers
there is no correction: the result is the purchase models' own, and ``method`` and
``reason`` say so.

Times are in days, money in the company's currency. The same purchases and seed give the
same result; results do not depend on the order of the rows or on the unit of money.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from ...errors import FrameError, InsufficientDataError
from ..purchase.predictive import PredictiveInterval
from .base_expectation import BaseExpectation, Expected
from .combination_trial import CombinationTrial, run_trial
from .combined_prediction import CombinedPrediction
from .evidence import PurchaseLedger, evidence_at
from .evidence_features import PURCHASE_COLUMNS, SPEND_COLUMNS, evidence_features
from .penalised_layer import (
    PenalisedLayer,
    fit_purchase_layer,
    fit_spend_layer,
    mixed_probability,
)
from .spend_interval import simulated_spend_interval
from .spend_law import SpendLaw
from .spend_level import LEVEL_WEIGHT, level_factor, recent_spend_total
from .training_windows import TrainingWindows, training_windows

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

__all__ = ["CombinedPrediction", "CombinedPredictor"]

#: Customers on whom windows are trained; more change no coefficient that matters.
TRAINING_CUSTOMERS = 50_000
#: Buyers per window at whom half of the trial's weight is kept.
HALF_CREDIBLE = 100.0
PARTS = {
    "base": BaseExpectation,
    "spend_layer": PenalisedLayer,
    "purchase_layer": PenalisedLayer,
    "law": SpendLaw,
    "trial": CombinationTrial,
}


@dataclass(frozen=True)
class CombinedPredictor:
    """Purchase models and what earlier windows add to them.

    Parameters
    ----------
    base
        Purchase models at the end of the history.
    horizon, history
        Days ahead and days behind.
    method
        ``combined``, or ``purchase_models`` where nothing is added.
    reason
        Why nothing is added: ``too_few`` customers, buyers or days for a window, or
        ``trial``: the models alone predicted the last window better. Empty otherwise.
    spend_weight, purchase_weight
        Share of the correction that is used, 0 to 1.
    origins
        Origins of the training windows, days since 1970-01-01.
    spend_layer, purchase_layer
        The corrections; None without windows.
    level_factor
        What brings the total to its mix with recent spend. Purchase probabilities follow
        as if purchases were Poisson: 1 - (1 - P)^factor, which keeps their order.
    law
        How spend strays from its expectation; None without windows.
    trial
        The trial inside the history; None where it could not be held.
    """

    base: BaseExpectation
    horizon: float
    history: float
    method: str
    reason: str = ""
    spend_weight: float = 0.0
    purchase_weight: float = 0.0
    origins: tuple[int, ...] = ()
    spend_layer: PenalisedLayer | None = None
    purchase_layer: PenalisedLayer | None = None
    level_factor: float = 1.0
    law: SpendLaw | None = None
    trial: CombinationTrial | None = None

    @classmethod
    def fit(
        cls,
        ledger: PurchaseLedger,
        *,
        horizon: float,
        rng: np.random.Generator,
        training_customers: int = TRAINING_CUSTOMERS,
    ) -> Self:
        """Fit the models and train the correction.

        Parameters
        ----------
        ledger
            Days of business, see :meth:`~.evidence.PurchaseLedger.from_transactions`;
            nothing after its ``end`` is known.
        horizon
            Days ahead, positive.
        rng
            Draws the customers on whom windows are trained, where there are more.
        training_customers
            How many those are at most.

        Returns
        -------
        CombinedPredictor
            For predictions from ``ledger.end`` on.

        Raises
        ------
        FrameError
            If the horizon is not positive.
        InsufficientDataError
            If nobody has bought.
        """
        if not (np.isfinite(horizon) and horizon > 0):
            raise FrameError("combination", "horizon", "range", 1)
        evidence = evidence_at(ledger, ledger.end)
        if evidence.empty:
            raise InsufficientDataError("customers with a purchase", 1, 0)
        base = BaseExpectation.fit(evidence)
        history = float(max(ledger.end - ledger.begin, 1))
        few = ledger.sample(training_customers, rng)
        windows = training_windows(few, ledger.end, horizon)
        if windows is None:
            return cls(base, horizon, history, "purchase_models", "too_few")
        trial = run_trial(few, horizon)
        combined = cls._combine(base, horizon, history, windows, trial)
        return combined._levelled(evidence, windows.buyers)

    @classmethod
    def _combine(
        cls,
        base: BaseExpectation,
        horizon: float,
        history: float,
        windows: TrainingWindows,
        trial: CombinationTrial | None,
    ) -> Self:
        credible = _credible(windows.buyers)
        weights = (0.5, 0.5) if trial is None else trial.best_weights
        spend_weight, purchase_weight = (weight * credible for weight in weights)
        spend_features = windows.features[:, SPEND_COLUMNS]
        spend_layer = fit_spend_layer(spend_features, windows.base_spend, windows.spend)
        purchase_features = windows.features[:, PURCHASE_COLUMNS]
        purchase_layer = fit_purchase_layer(purchase_features, windows.active)
        factor = np.exp(spend_weight * spend_layer.linear_predictor(spend_features))
        probability = mixed_probability(
            windows.base_probability,
            purchase_layer.linear_predictor(purchase_features),
            purchase_weight,
        )
        used = spend_weight > 0 or purchase_weight > 0
        return cls(
            base=base,
            horizon=horizon,
            history=history,
            method="combined" if used else "purchase_models",
            reason="" if used else "trial",
            spend_weight=spend_weight,
            purchase_weight=purchase_weight,
            origins=windows.origins,
            spend_layer=spend_layer,
            purchase_layer=purchase_layer,
            law=SpendLaw.fit(probability, windows.base_spend * factor, windows.spend),
            trial=trial,
        )

    def _levelled(self, evidence: pd.DataFrame, buyers: int) -> Self:
        """Return the predictor with its total mixed with recent spend."""
        if self.method != "combined":
            return self
        spend, _ = self._corrected(evidence, self.base.predict(evidence, self.horizon))
        recent = recent_spend_total(
            evidence, history=self.history, horizon=self.horizon
        )
        weight = LEVEL_WEIGHT * _credible(buyers)
        factor = level_factor(float(spend.sum()), recent, weight=weight)
        return replace(self, level_factor=factor)

    def predict(
        self, evidence: pd.DataFrame, *, rng: np.random.Generator, level: float = 0.8
    ) -> CombinedPrediction:
        """Predict what customers will spend within the horizon.

        Parameters
        ----------
        evidence
            Result of :func:`~.evidence.evidence_at` at the end of the history, or some
            of its rows: customers may be predicted in batches.
        rng
            Draws futures where the interval is simulated (without windows).
        level
            Probability of the interval.

        Returns
        -------
        CombinedPrediction
            In the order of the rows.
        """
        expected = self.base.predict(evidence, self.horizon)
        spend, probability = self._corrected(evidence, expected)
        limits = self._interval(evidence, spend, probability, rng, level)
        return CombinedPrediction(
            customer_id=evidence["customer_id"].to_numpy(),
            expected_spend=spend,
            expected_purchases=spend / expected.purchase_value,
            purchase_probability=probability,
            lower=limits.lower,
            upper=limits.upper,
            level=level,
        )

    def _corrected(
        self, evidence: pd.DataFrame, expected: Expected
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return spend and purchase probability after the correction."""
        if self.spend_layer is None or self.purchase_layer is None:
            return expected.spend, expected.purchase_probability
        features = evidence_features(
            evidence,
            expected,
            history=self.history,
            mean_purchase=self.base.mean_purchase,
        )
        log_factor = self.spend_layer.linear_predictor(features[:, SPEND_COLUMNS])
        factor = np.exp(self.spend_weight * log_factor)
        probability = mixed_probability(
            expected.purchase_probability,
            self.purchase_layer.linear_predictor(features[:, PURCHASE_COLUMNS]),
            self.purchase_weight,
        )
        levelled = -np.expm1(self.level_factor * np.log1p(-probability))
        return expected.spend * factor * self.level_factor, levelled

    def _interval(
        self,
        evidence: pd.DataFrame,
        spend: np.ndarray,
        probability: np.ndarray,
        rng: np.random.Generator,
        level: float,
    ) -> PredictiveInterval:
        if self.law is not None:
            return self.law.interval(probability, spend, level=level)
        return simulated_spend_interval(
            self.base, evidence, self.horizon, rng=rng, level=level
        )

    def to_dict(self) -> dict:
        """Return the predictor as plain values for JSON."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: value.to_dict() if hasattr(value, "to_dict") else value
            for name, value in values.items()
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the predictor that ``to_dict`` wrote."""
        parts = {
            name: PARTS[name].from_dict(value) if name in PARTS and value else value
            for name, value in values.items()
        }
        return cls(**{**parts, "origins": tuple(parts["origins"])})


def _credible(buyers: int) -> float:
    """Share of a learnt weight that so many buyers per window justify."""
    return buyers / (buyers + HALF_CREDIBLE)
