"""The indices of each customer: predictions, value, and their intervals.

The last stage of the engine in a scoring run, on the models of :mod:`.scoring`. Stored
times are days and dates; the models count in weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .behaviour import shrunk_margin_rate
from .clv import DAYS_PER_YEAR, discounted_expected_purchases
from .clv_interval import clv_interval
from .cost.clv_waterfall import ServiceCost, clv_limits, clv_waterfall
from .purchase.active_time import discounted_active_time
from .purchase.draws import parameter_blocks
from .purchase.next_purchase import next_purchase_dates
from .purchase.predictive import PredictiveInterval, predictive_interval
from .rfm import rfm_scores
from .scoring import WEEK_DAYS, purchase_summary
from .spend.correction import Correction, model_correction

if TYPE_CHECKING:
    from datetime import date

    from .scoring import ScoringModels, ScoringSettings

__all__ = ["company_indices", "customer_indices", "known_or_zero"]

#: Seed of the simulated futures: the same purchases give the same intervals.
SEED = 20250601
#: Futures drawn per customer, and parameter vectors among them for a small company.
DRAWS = 300
PARAMETER_DRAWS = 30


def company_indices(staged: pd.DataFrame) -> pd.DataFrame:
    """Compare each customer with all others of the company.

    Parameters
    ----------
    staged
        Result of :func:`~.scoring.summarise` for all customers.

    Returns
    -------
    DataFrame
        ``customer_id``, ``rfm_score`` (3 to 15) and ``margin_rate``.
    """
    scores = rfm_scores(
        purchase_summary(staged), revenue=staged["revenue"].to_numpy(float)
    )
    return pd.DataFrame(
        {
            "customer_id": staged["customer_id"],
            "rfm_score": scores["rfm_score"].to_numpy(),
            "margin_rate": shrunk_margin_rate(staged),
        }
    )


def customer_indices(
    staged: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    observation_end: date,
    forecast: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Predict purchases and value of some customers.

    Parameters
    ----------
    staged
        Rows of :func:`~.scoring.summarise` with ``margin_rate`` of
        :func:`company_indices`, ``service_cost_per_purchase`` and
        ``service_cost_per_year`` of :mod:`.service_costs`, and ``credit_loss_rate``
        (a share of revenue); the last three may be unknown or missing, and count as 0.
    models
        Result of :func:`~.scoring.fit_models`.
    settings
        Horizon, discount rate, interval level.
    observation_end
        Day after which the future begins.
    forecast
        Result of :meth:`~.spend_forecast.SpendForecast.predict` for the same customers,
        which the indices then agree with; None leaves them to the models.

    Returns
    -------
    DataFrame
        By ``customer_id``: the prediction and value columns of the customer profile.
    """
    summary = purchase_summary(staged)
    correction = model_correction(summary, models, settings, forecast)
    columns = {
        "customer_id": staged["customer_id"].to_numpy(),
        **_activity(summary, models, settings, correction),
        **_purchases(summary, models, settings, correction),
        **_value(staged, summary, models, settings, correction),
    }
    columns["loyalty"] = columns["purchase_probability"]
    columns["loyalty_source"] = "retention"
    columns |= next_purchase_dates(
        models.activity,
        summary,
        columns["purchase_probability"],
        observation_end,
        level=settings.interval_level,
    )
    return pd.DataFrame(columns)


def _activity(
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    correction: Correction,
) -> dict[str, np.ndarray]:
    """Whether the customer is still one, and buys within the horizon."""
    expected = models.activity.purchase_probability(summary, settings.horizon)
    probability = correction.purchase_probability(expected)
    limits = _probability_interval(summary, models, settings)
    lower, upper = correction.probability_limits(expected, (limits.lower, limits.upper))
    alive = models.activity.probability_alive(summary)
    return {
        "probability_alive": np.maximum(alive, probability),
        "purchase_probability": probability,
        "purchase_probability_lower": lower,
        "purchase_probability_upper": upper,
        "churn_probability": 1.0 - probability,
    }


def _probability_interval(
    summary: pd.DataFrame, models: ScoringModels, settings: ScoringSettings
) -> PredictiveInterval:
    """Interval of the purchase probability, from the uncertainty of the parameters."""
    rng = np.random.default_rng(SEED)
    blocks = parameter_blocks((models.activity,), PARAMETER_DRAWS, PARAMETER_DRAWS, rng)
    drawn = np.array(
        [
            model.purchase_probability(summary, settings.horizon)
            for _columns, (model,) in blocks
        ]
    )
    tail = (1.0 - settings.interval_level) / 2.0
    lower, upper = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return PredictiveInterval(lower, upper, settings.interval_level)


def _purchases(
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    correction: Correction,
) -> dict[str, np.ndarray]:
    """How many purchases the horizon will bring."""
    limits = predictive_interval(
        models.purchases,
        summary,
        settings.horizon,
        rng=np.random.default_rng(SEED),
        level=settings.interval_level,
        draws=DRAWS,
        parameter_draws=_parameter_draws(models),
    )
    expected = models.purchases.expected_purchases(summary, settings.horizon)
    lower, upper = correction.purchase_limits(limits.lower, limits.upper)
    return {
        "expected_purchases": expected * correction.purchases,
        "expected_purchases_lower": lower,
        "expected_purchases_upper": upper,
    }


def _value(
    staged: pd.DataFrame,
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    correction: Correction,
) -> dict[str, np.ndarray]:
    """Spend and lifetime value within the horizon, and what lies between."""
    purchases = models.purchases.expected_purchases(summary, settings.horizon)
    discounted = discounted_expected_purchases(
        models.purchases,
        summary,
        horizon=settings.horizon,
        discount_rate_per_year=settings.discount_rate,
    )
    discounted = discounted * correction.purchases
    per_purchase = models.expected_purchase_value(summary) * correction.value
    revenue = discounted * per_purchase
    parts = {
        "margin_rate": staged["margin_rate"].to_numpy(float),
        "service": _service_cost(staged, summary, discounted, models, settings),
        "credit_loss_rate": known_or_zero(staged, "credit_loss_rate"),
    }
    limits = _revenue_interval(summary, models, settings)
    limits = correction.revenue_limits(revenue, limits.lower, limits.upper)
    lower, upper = clv_limits(np.array(limits), revenue, **parts)
    return {
        "expected_spend": purchases * correction.purchases * per_purchase,
        **clv_waterfall(revenue, **parts, decimals=settings.decimals),
        "clv_lower": lower,
        "clv_upper": upper,
    }


def _service_cost(
    staged: pd.DataFrame,
    summary: pd.DataFrame,
    discounted_purchases: np.ndarray,
    models: ScoringModels,
    settings: ScoringSettings,
) -> ServiceCost:
    """Discounted cost to serve; time as a customer costs nothing where nothing runs."""
    per_year = known_or_zero(staged, "service_cost_per_year")
    years = np.zeros(len(staged))
    if per_year.any():
        years = discounted_active_time(
            models.activity,
            summary,
            horizon=settings.horizon,
            discount_rate_per_year=settings.discount_rate,
        ) * (WEEK_DAYS / DAYS_PER_YEAR)
    return ServiceCost(
        discounted_purchases * known_or_zero(staged, "service_cost_per_purchase"),
        years * per_year,
    )


def known_or_zero(staged: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of a stage that may have had nothing to go by.

    Parameters
    ----------
    staged
        Rows of customers.
    column
        Name; it may be missing.

    Returns
    -------
    ndarray
        Its values in the order of the rows, 0 where unknown.
    """
    if column not in staged:
        return np.zeros(len(staged))
    return staged[column].fillna(0.0).to_numpy(float)


def _revenue_interval(
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
) -> PredictiveInterval:
    rng = np.random.default_rng(SEED)
    common = {
        "rng": rng,
        "level": settings.interval_level,
        "draws": DRAWS,
        "parameter_draws": _parameter_draws(models),
    }
    if models.spend is not None:
        return clv_interval(
            models.purchases,
            models.spend,
            summary,
            horizon=settings.horizon,
            discount_rate_per_year=settings.discount_rate,
            **common,
        )
    counts = predictive_interval(models.purchases, summary, settings.horizon, **common)
    value = models.mean_purchase
    return PredictiveInterval(
        counts.lower * value, counts.upper * value, settings.interval_level
    )


def _parameter_draws(models: ScoringModels) -> int:
    return PARAMETER_DRAWS if models.is_small else 0
