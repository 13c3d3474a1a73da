"""What a forecast that is more accurate than the model changes in the model's indices.

A forecast speaks of spend and of the probability of a purchase. So that every other index
(purchases, discounted purchases, lifetime value and its parts) agrees with it, it enters
as factors, one per customer, on what the model expects: of purchases, and of the value of
one. Nothing is counted twice: expected spend is the forecast's, and expected purchases
are never fewer than the probability of one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit

if TYPE_CHECKING:
    import pandas as pd

    from ..accuracy.recalibration import Recalibration
    from ..scoring import ScoringModels, ScoringSettings
    from .spend_law import SpendLaw

__all__ = ["FORECAST_COLUMNS", "Correction", "model_correction"]

#: Columns of a forecast by ``customer_id``, see :meth:`.spend_forecast.SpendForecast`.
FORECAST_COLUMNS = ("spend", "purchase_value", "probability", "lower", "upper")

#: Expectations below this are taken for it, to have ratios.
LEAST = 1e-30
EDGE = 1e-12


@dataclass(frozen=True)
class Correction:
    """Factors on a model's expectations, in the order of the summary.

    Parameters
    ----------
    purchases
        Factor of expected purchases.
    value
        Factor of the expected value of a purchase.
    probability
        Probability of a purchase; None leaves the model's.
    lower, upper
        Limits of spend over expected spend; None leaves the model's.
    """

    purchases: np.ndarray
    value: np.ndarray
    probability: np.ndarray | None = None
    lower: np.ndarray | None = None
    upper: np.ndarray | None = None

    @classmethod
    def none(cls, size: int) -> Correction:
        """Return the correction that changes nothing.

        Parameters
        ----------
        size
            Number of customers.

        Returns
        -------
        Correction
            Factors of 1.
        """
        return cls(np.ones(size), np.ones(size))

    @classmethod
    def by_recalibration(
        cls,
        maps: Recalibration,
        probability: np.ndarray,
        expected_purchases: np.ndarray,
    ) -> Correction:
        """Return the factors that put a model right by what came of its past.

        Parameters
        ----------
        maps
            Learnt from earlier forecasts of the model.
        probability, expected_purchases
            What the model expects.

        Returns
        -------
        Correction
            Without limits: the model's move with its expectations.
        """
        chance = maps.probability(probability)
        expected = np.maximum(expected_purchases, LEAST)
        purchases = np.maximum(maps.spend_factor * expected, chance) / expected
        return cls(purchases, maps.spend_factor / purchases, chance)

    @classmethod
    def by_law(
        cls, law: SpendLaw, probability: np.ndarray, spend: np.ndarray, level: float
    ) -> Correction:
        """Return a correction of the interval alone.

        Parameters
        ----------
        law
            How spend strayed in the period held out.
        probability, spend
            What the model expects.
        level
            Probability of the interval.

        Returns
        -------
        Correction
            With limits of spend.
        """
        held = np.maximum(spend, LEAST)
        limits = law.interval(np.clip(probability, EDGE, 1.0), held, level=level)
        none = cls.none(len(spend))
        return replace(
            none,
            lower=np.minimum(limits.lower / held, 1.0),
            upper=np.maximum(limits.upper / held, 1.0),
        )

    @classmethod
    def towards(
        cls,
        forecast: pd.DataFrame,
        expected_purchases: np.ndarray,
        purchase_value: np.ndarray,
    ) -> Correction:
        """Return the factors that lead from the model to a forecast.

        Parameters
        ----------
        forecast
            Columns :data:`FORECAST_COLUMNS`, in the order of the summary. A missing row,
            of a customer whose purchases were withdrawn meanwhile, leaves the model's.
        expected_purchases, purchase_value
            What the model expects.

        Returns
        -------
        Correction
            With the forecast's probability and limits.
        """
        spend, value, probability, lower, upper = (
            forecast[name].to_numpy(dtype=float) for name in FORECAST_COLUMNS
        )
        missing = np.isnan(spend)
        spend = np.where(missing, expected_purchases * purchase_value, spend)
        value = np.where(missing | ~(value > 0), purchase_value, value)
        probability = np.where(missing, -np.expm1(-expected_purchases), probability)
        lower, upper = (np.where(missing, spend, limit) for limit in (lower, upper))
        purchases = np.maximum(spend / np.maximum(value, LEAST), probability)
        spend_held = np.maximum(spend, LEAST)
        return cls(
            purchases / np.maximum(expected_purchases, LEAST),
            spend / np.maximum(purchases, LEAST) / np.maximum(purchase_value, LEAST),
            probability,
            np.minimum(lower, spend) / spend_held,
            np.maximum(upper, spend) / spend_held,
        )

    def purchase_probability(self, model: np.ndarray) -> np.ndarray:
        """Return the forecast's probability, or the model's where there is none."""
        return model if self.probability is None else self.probability

    def probability_limits(
        self, model: np.ndarray, limits: tuple[np.ndarray, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Move limits of the model's probability with it, on the scale of log odds.

        Parameters
        ----------
        model
            The model's probability.
        limits
            Its lower and upper limit.

        Returns
        -------
        tuple of ndarray
            Lower and upper limit, which hold the corrected probability.
        """
        moved = self.purchase_probability(model)
        shift = _log_odds(moved) - _log_odds(model)
        lower, upper = (expit(_log_odds(limit) + shift) for limit in limits)
        return np.minimum(lower, moved), np.maximum(upper, moved)

    def purchase_limits(
        self, lower: np.ndarray, upper: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Stretch limits of the number of purchases, outward to whole ones.

        Parameters
        ----------
        lower, upper
            The model's limits.

        Returns
        -------
        tuple of ndarray
            Whole numbers.
        """
        return (
            np.floor(lower * self.purchases + EDGE).astype(np.int64),
            np.ceil(upper * self.purchases - EDGE).astype(np.int64),
        )

    def revenue_limits(
        self, revenue: np.ndarray, lower: np.ndarray, upper: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return limits of corrected revenue.

        Parameters
        ----------
        revenue
            Corrected revenue.
        lower, upper
            The model's limits.

        Returns
        -------
        tuple of ndarray
            The forecast's limits as multiples of revenue, else the model's, moved as
            revenue is.
        """
        if self.lower is None or self.upper is None:
            factor = self.purchases * self.value
            return lower * factor, upper * factor
        return revenue * self.lower, revenue * self.upper


def model_correction(
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    forecast: pd.DataFrame | None,
) -> Correction:
    """Return what leads from the models of a run to the forecast that is relied on.

    Parameters
    ----------
    summary
        Result of :func:`~.scoring.purchase_summary`.
    models, settings
        Of the run.
    forecast
        Columns customer_id and :data:`FORECAST_COLUMNS`; None leaves the models, put
        right where their past errors taught how.

    Returns
    -------
    Correction
        In the order of the summary.
    """
    none = Correction.none(len(summary))
    if forecast is None and models.law is None and models.recalibration is None:
        return none
    purchases = models.purchases.expected_purchases(summary, settings.horizon)
    value = models.expected_purchase_value(summary)
    if forecast is not None:
        rows = forecast.set_index("customer_id").reindex(summary["customer_id"])
        return Correction.towards(rows, purchases, value)
    model = models.activity.purchase_probability(summary, settings.horizon)
    moved = none
    if models.recalibration is not None:
        maps = models.recalibration
        moved = Correction.by_recalibration(maps, model, purchases)
    if models.law is None:
        return moved
    limits = Correction.by_law(
        models.law,
        moved.purchase_probability(model),
        purchases * value * moved.purchases * moved.value,
        settings.interval_level,
    )
    return replace(moved, lower=limits.lower, upper=limits.upper)


def _log_odds(probability: np.ndarray) -> np.ndarray:
    return logit(np.clip(probability, EDGE, 1.0 - EDGE))
