"""The indices of each customer: predictions, value, and their intervals.

The last stage of the engine in a scoring run, on the models of :mod:`.scoring`. Stored
times are days and dates; the models count in weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .active_time import discounted_active_time
from .behaviour import shrunk_margin_rate
from .clv import DAYS_PER_YEAR, discounted_expected_purchases
from .clv_interval import clv_interval
from .clv_waterfall import ServiceCost, clv_limits, clv_waterfall
from .draws import parameter_blocks
from .predictive import PredictiveInterval, predictive_interval
from .rfm import rfm_scores
from .scoring import WEEK_DAYS, purchase_summary
from .waiting_time import next_purchase_quantiles

if TYPE_CHECKING:
    from datetime import date

    from .scoring import ScoringModels, ScoringSettings

__all__ = ["company_indices", "customer_indices", "known_or_zero"]

#: Seed of the simulated futures: the same purchases give the same intervals.
SEED = 20250601
#: Futures drawn per customer, and parameter vectors among them for a small company.
DRAWS = 300
PARAMETER_DRAWS = 30

#: Odds from which on a next purchase is announced.
EVEN_ODDS = 0.5
#: Waits beyond this many days are no forecast and get no date.
LONGEST_WAIT_DAYS = 3650.0


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

    Returns
    -------
    DataFrame
        By ``customer_id``: the prediction and value columns of the customer profile.
    """
    summary = purchase_summary(staged)
    columns = {
        "customer_id": staged["customer_id"].to_numpy(),
        **_activity(summary, models, settings),
        **_purchases(summary, models, settings),
        **_value(staged, summary, models, settings),
    }
    columns["loyalty"] = columns["purchase_probability"]
    columns["loyalty_source"] = "retention"
    columns |= _next_purchase(
        summary, models, settings, columns["purchase_probability"], observation_end
    )
    return pd.DataFrame(columns)


def _activity(
    summary: pd.DataFrame, models: ScoringModels, settings: ScoringSettings
) -> dict[str, np.ndarray]:
    """Whether the customer is still one, and buys within the horizon."""
    probability = models.activity.purchase_probability(summary, settings.horizon)
    limits = _probability_interval(summary, models, settings)
    return {
        "probability_alive": models.activity.probability_alive(summary),
        "purchase_probability": probability,
        "purchase_probability_lower": np.minimum(limits.lower, probability),
        "purchase_probability_upper": np.maximum(limits.upper, probability),
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
    summary: pd.DataFrame, models: ScoringModels, settings: ScoringSettings
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
    return {
        "expected_purchases": expected,
        "expected_purchases_lower": limits.lower.astype(np.int64),
        "expected_purchases_upper": limits.upper.astype(np.int64),
    }


def _value(
    staged: pd.DataFrame,
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
) -> dict[str, np.ndarray]:
    """Spend and lifetime value within the horizon, and what lies between."""
    purchases = models.purchases.expected_purchases(summary, settings.horizon)
    discounted = discounted_expected_purchases(
        models.purchases,
        summary,
        horizon=settings.horizon,
        discount_rate_per_year=settings.discount_rate,
    )
    per_purchase = models.expected_purchase_value(summary)
    revenue = discounted * per_purchase
    parts = {
        "margin_rate": staged["margin_rate"].to_numpy(float),
        "service": _service_cost(staged, summary, discounted, models, settings),
        "credit_loss_rate": known_or_zero(staged, "credit_loss_rate"),
    }
    limits = _revenue_interval(summary, models, settings)
    lower, upper = clv_limits(np.array([limits.lower, limits.upper]), revenue, **parts)
    return {
        "expected_spend": purchases * per_purchase,
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


def _next_purchase(
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    purchase_probability: np.ndarray,
    observation_end: date,
) -> dict[str, np.ndarray]:
    """Dates of the next purchase of those more likely than not to make one."""
    tail = (1.0 - settings.interval_level) / 2.0
    waits = WEEK_DAYS * next_purchase_quantiles(
        models.activity, summary, (tail, 0.5, 1.0 - tail)
    )
    is_expected = purchase_probability >= EVEN_ODDS
    end = np.datetime64(observation_end, "D")
    dates = {}
    for name, days in zip(("from", "date", "to"), waits.T, strict=True):
        is_told = is_expected & (days <= LONGEST_WAIT_DAYS)
        whole = np.ceil(np.where(is_told, days, 0.0)).astype("timedelta64[D]")
        day = np.where(is_told, end + whole, np.datetime64("NaT"))
        dates[f"next_purchase_{name}"] = day.astype("datetime64[ns]")
    return dates


def _parameter_draws(models: ScoringModels) -> int:
    return PARAMETER_DRAWS if models.is_small else 0
