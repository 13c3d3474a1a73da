"""Ways to predict a company's customers, side by side: models, combination, rules.

All of them start from the same ledger and end in the same three columns: money expected,
probability of a purchase, and an order of customers. They can be judged by the same
figures (:mod:`.forecast_accuracy`) and one can take the place of another.

Times are in days, money in the company's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..clv_interval import clv_interval
from ..purchase.predictive import PredictiveInterval, predictive_interval
from ..scoring import WEEK_DAYS, fit_models, purchase_summary
from ..spend.combination import CombinedPredictor
from ..spend.evidence import PurchaseLedger, evidence_at
from .simple_rules import RULES, SimpleRule, rule_evidence

if TYPE_CHECKING:
    import pandas as pd

    from ..purchase.btyd import PurchaseModel
    from ..scoring import ScoringModels, ScoringSettings

__all__ = [
    "Forecast",
    "combined_forecast",
    "forecast_by_name",
    "model_forecast",
    "model_interval",
    "rule_forecast",
    "rule_forecasts",
]

#: Seed of samples and draws: the same purchases give the same forecast.
SEED = 20250601
#: Futures drawn per customer for the intervals of a model, and parameters among them.
DRAWS = 300
PARAMETER_DRAWS = 30


@dataclass(frozen=True)
class Forecast:
    """Predictions of customers, in the order of their summary.

    Parameters
    ----------
    name
        Key of the model or rule.
    spend
        Expected money within the period.
    probability
        Of at least one purchase within the period; its complement is the churn index.
    rank
        Index by which the best customers are picked, higher is better.
    lower, upper
        Limits of spend; None without an interval.
    """

    name: str
    spend: np.ndarray
    probability: np.ndarray
    rank: np.ndarray
    lower: np.ndarray | None = None
    upper: np.ndarray | None = None


def model_forecast(
    name: str,
    model: PurchaseModel,
    models: ScoringModels,
    summary: pd.DataFrame,
    horizon: float,
) -> Forecast:
    """Predict by a purchase model, as a run does that uses it alone.

    Parameters
    ----------
    name
        Key of the model.
    model
        Purchase model in weeks.
    models
        The models of the run, for the value of a purchase.
    summary
        Result of :func:`~.ledger_summary.ledger_summary`.
    horizon
        Days ahead.

    Returns
    -------
    Forecast
        Without an interval.
    """
    history = purchase_summary(summary)
    weeks = horizon / WEEK_DAYS
    spend = model.expected_purchases(history, weeks)
    spend = spend * models.expected_purchase_value(history)
    activity = models.activity if model is models.purchases else model
    return Forecast(name, spend, activity.purchase_probability(history, weeks), spend)


def forecast_by_name(
    name: str, known: PurchaseLedger, summary: pd.DataFrame, settings: ScoringSettings
) -> Forecast:
    """Predict from an earlier day as a company that relies on ``name`` would have.

    Parameters
    ----------
    name
        Key of a purchase model, ``combined``, or a simple rule.
    known
        Days of business up to that day.
    summary
        Result of :func:`~.ledger_summary.ledger_summary` of it.
    settings
        The horizon from that day.

    Returns
    -------
    Forecast
        Its interval is not to be relied on.

    Raises
    ------
    InsufficientDataError
        If too little was known on that day.
    """
    horizon = settings.horizon_days
    if name in RULES:
        rule = SimpleRule.fit(name, known, horizon)
        return rule_forecast(rule, rule_evidence(known, horizon))
    if name == "combined":
        rng = np.random.default_rng(SEED)
        predictor = CombinedPredictor.fit(known, horizon=horizon, rng=rng)
        level = settings.interval_level
        return combined_forecast(predictor, known, rng=rng, level=level)
    models = fit_models(summary, replace(settings, purchase_model=name), summary)
    return model_forecast(name, models.purchases, models, summary, horizon)


def model_interval(
    models: ScoringModels,
    summary: pd.DataFrame,
    horizon: float,
    *,
    rng: np.random.Generator,
    level: float,
) -> PredictiveInterval:
    """Interval of spend by the purchase model of a run, by simulation.

    Parameters
    ----------
    models
        The models of the run.
    summary
        Result of :func:`~.ledger_summary.ledger_summary`.
    horizon
        Days ahead.
    rng
        Source of randomness.
    level
        Probability of the interval.

    Returns
    -------
    PredictiveInterval
        Limits in money.
    """
    history = purchase_summary(summary)
    weeks = horizon / WEEK_DAYS
    options = {
        "rng": rng,
        "level": level,
        "draws": DRAWS,
        "parameter_draws": PARAMETER_DRAWS if models.is_small else 0,
    }
    if models.spend is None:
        counts = predictive_interval(models.purchases, history, weeks, **options)
        value = models.mean_purchase
        return PredictiveInterval(counts.lower * value, counts.upper * value, level)
    return clv_interval(
        models.purchases,
        models.spend,
        history,
        horizon=weeks,
        discount_rate_per_year=0.0,
        **options,
    )


def combined_forecast(
    predictor: CombinedPredictor,
    ledger: PurchaseLedger,
    *,
    rng: np.random.Generator,
    level: float,
) -> Forecast:
    """Predict by the combination of models and evidence.

    Parameters
    ----------
    predictor
        Fitted to the ledger.
    ledger
        Days of business.
    rng
        Source of randomness.
    level
        Probability of the interval.

    Returns
    -------
    Forecast
        With an interval.
    """
    found = predictor.predict(evidence_at(ledger, ledger.end), rng=rng, level=level)
    spend = found.expected_spend
    some = found.purchase_probability
    return Forecast("combined", spend, some, spend, found.lower, found.upper)


def rule_forecast(rule: SimpleRule, evidence: pd.DataFrame) -> Forecast:
    """Predict by a simple rule.

    Parameters
    ----------
    rule
        Fitted rule.
    evidence
        Result of :func:`~.simple_rules.rule_evidence`.

    Returns
    -------
    Forecast
        Without an interval.
    """
    return Forecast(
        rule.kind,
        rule.spend(evidence),
        rule.purchase_probability(evidence),
        rule.score(evidence),
    )


def rule_forecasts(ledger: PurchaseLedger, horizon: int) -> list[Forecast]:
    """Predict by each of the simple rules.

    Parameters
    ----------
    ledger
        Days of business up to now.
    horizon
        Days ahead.

    Returns
    -------
    list of Forecast
        In the order of :data:`~.simple_rules.RULES`.
    """
    evidence = rule_evidence(ledger, horizon)
    return [
        rule_forecast(SimpleRule.fit(kind, ledger, horizon), evidence) for kind in RULES
    ]
