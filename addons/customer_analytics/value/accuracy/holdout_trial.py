"""The company's own examination: its last period held out, predicted, and compared.

The history is cut before its last period. Models, combination and simple rules see what
was known on that day, predict the period, and are judged by it. From the same period
follow which purchase model suits the company (:mod:`.model_choice`) and whether a model
or a rule is to be relied on (:mod:`.forecast_accuracy`).

Only customers known at the cut-off are judged: nothing could be said of those who came
later. Times are in days, money in the company's currency.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from ..scoring import ScoringModels, ScoringSettings, fit_models
from ..spend.combination import CombinedPredictor
from ..spend.evidence import PurchaseLedger
from ..spend.spend_law import SpendLaw
from .cut_off import cut_off_day, outcome_of_known
from .forecast_accuracy import ForecastAccuracy, forecast_accuracy, forecast_to_use
from .forecast_comparison import compare_forecasts
from .forecast_deciles import probability_deciles, spend_deciles
from .forecasts import (
    SEED,
    Forecast,
    combined_forecast,
    forecast_by_name,
    model_forecast,
    model_interval,
    rule_forecasts,
)
from .ledger_summary import ledger_summary
from .model_trial import model_trial
from .recalibration import ForecastOutcome
from .recalibration_trial import (
    RecalibrationTrial,
    recalibrated,
    run_recalibration_trial,
)
from .simple_rules import RULES

if TYPE_CHECKING:
    from datetime import date

    from ..purchase.btyd import PurchaseModel
    from ..purchase.model_choice import ModelChoice

__all__ = ["HoldoutTrial", "run_holdout_trial"]

#: Coverage of an interval below its level by more than this is put right.
COVERAGE_SLACK = 0.04


@dataclass(frozen=True)
class HoldoutTrial:
    """What the examination found.

    Parameters
    ----------
    cut_off, end
        Last day that was known, and last day of the period, days since 1970-01-01.
    customers, buyers, purchases
        Customers judged, those of them who bought, and what they bought.
    choice
        Which purchase model suits.
    accuracies
        Figures of every forecast, the best mark first.
    used
        Key of the forecast to rely on: a purchase model, ``combined`` or a rule.
    rival
        What the forecast in use is shown beside: the best rule, or the best model where
        a rule is used.
    comparison
        At what it was better, equal or worse, see :func:`.compare_forecasts`.
    recalibration
        What earlier errors taught; None where there was no earlier period to learn from,
        or where the policy names the model.
        The figures of the forecast in use are those after it.
    spend_table, probability_table
        Tenths of customers by the forecast that is used.
    law
        How spend strayed from the forecast, where its own interval is missing or held
        too rarely; None otherwise.
    combined_reason
        Why there is no combined forecast; empty if there is one.
    """

    cut_off: int
    end: int
    customers: int
    buyers: int
    purchases: int
    choice: ModelChoice
    accuracies: tuple[ForecastAccuracy, ...]
    used: str
    rival: str
    comparison: dict[str, str]
    recalibration: RecalibrationTrial | None
    spend_table: pd.DataFrame
    probability_table: pd.DataFrame
    law: SpendLaw | None
    combined_reason: str

    @property
    def first_day(self) -> date:
        """First day of the period held out."""
        return np.datetime64(self.cut_off + 1, "D").item()

    def accuracy(self, name: str) -> ForecastAccuracy:
        """Return the figures of one forecast.

        Parameters
        ----------
        name
            Its key.

        Returns
        -------
        ForecastAccuracy
            As found in the period held out.
        """
        return next(item for item in self.accuracies if item.name == name)


def run_holdout_trial(
    ledger: PurchaseLedger, settings: ScoringSettings
) -> HoldoutTrial:
    """Hold out the last period of a company and judge all ways to predict it.

    Parameters
    ----------
    ledger
        Days of business of all customers, or of a random sample.
    settings
        Horizon, interval level, and the purchase model: ``auto`` leaves it to the trial
        what to rely on, another one is obeyed.

    Returns
    -------
    HoldoutTrial
        Which forecast to use, and the figures of all.

    Raises
    ------
    InsufficientDataError
        If the history is too short, or too few customers were known or bought.
    """
    cut_off = cut_off_day(ledger.begin, ledger.end, settings.horizon_days)
    known = ledger.until(cut_off)
    before = ledger_summary(known, cut_off)
    purchases, spend = outcome_of_known(ledger, before, cut_off)
    horizon = ledger.end - cut_off
    choice, fitted = model_trial(ledger, cut_off, settings)
    chosen = replace(settings, purchase_model=choice.chosen, horizon_days=horizon)
    rivals, others, reason = _forecasts(known, before, fitted, chosen)
    is_free = settings.purchase_model == "auto"
    used = forecast_to_use(rivals, purchases, spend) if is_free else choice.chosen
    found = {item.name: item for item in (*rivals, *others)}
    taught = _recalibration(known, found[used], purchases, spend, settings)
    if taught:
        found[used] = recalibrated(found[used], taught.judged)
    figures = [forecast_accuracy(item, purchases, spend) for item in found.values()]
    accuracies = sorted(figures, key=lambda item: -item.mark)
    rival = _rival(used, accuracies)
    return HoldoutTrial(
        cut_off,
        ledger.end,
        customers=len(before),
        buyers=int((purchases > 0).sum()),
        purchases=int(purchases.sum()),
        choice=choice,
        accuracies=tuple(accuracies),
        used=used,
        rival=rival,
        comparison=compare_forecasts(found[used], found[rival], purchases, spend),
        recalibration=taught,
        spend_table=spend_deciles(found[used], found[rival], spend),
        probability_table=probability_deciles(found[used], found[rival], purchases),
        law=_law(found[used], accuracies, spend, settings.interval_level),
        combined_reason=reason,
    )


def _rival(used: str, accuracies: list[ForecastAccuracy]) -> str:
    """Return the best rule beside a model, and the best model beside a rule."""
    is_rule = used in RULES
    return next(item.name for item in accuracies if (item.name in RULES) != is_rule)


def _recalibration(
    known: PurchaseLedger,
    forecast: Forecast,
    purchases: np.ndarray,
    spend: np.ndarray,
    settings: ScoringSettings,
) -> RecalibrationTrial | None:
    """Forecast from an earlier day in the same way, and see what its errors teach.

    A model that the policy names speaks for itself: nothing is put right.
    """
    if settings.purchase_model != "auto":
        return None
    try:
        first = cut_off_day(known.begin, known.end, settings.horizon_days)
        past = known.until(first)
        summary = ledger_summary(past, first)
        outcome = outcome_of_known(known, summary, first)
        then = replace(settings, horizon_days=known.end - first)
        earlier = forecast_by_name(forecast.name, past, summary, then)
    except InsufficientDataError:
        return None
    pairs = ((earlier, outcome), (forecast, (purchases, spend)))
    return run_recalibration_trial(
        *(
            ForecastOutcome(item.probability, item.spend, bought > 0, spent)
            for item, (bought, spent) in pairs
        )
    )


def _forecasts(
    known: PurchaseLedger,
    before: pd.DataFrame,
    fitted: dict[str, PurchaseModel],
    settings: ScoringSettings,
) -> tuple[list[Forecast], list[Forecast], str]:
    """Return forecasts that may be relied on, and those of the other purchase models."""
    models = fit_models(before, settings, before)
    main, reason = _main_forecasts(known, before, models, settings)
    horizon = settings.horizon_days
    others = [
        model_forecast(name, model, models, before, horizon)
        for name, model in fitted.items()
        if name != settings.purchase_model
    ]
    return [*main, *rule_forecasts(known, horizon)], others, reason


def _main_forecasts(
    known: PurchaseLedger,
    before: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
) -> tuple[list[Forecast], str]:
    """Return the combination, if there is one, and the purchase model, with intervals."""
    horizon, level = settings.horizon_days, settings.interval_level
    rng = np.random.default_rng(SEED)
    plain = model_forecast(
        models.purchase_model, models.purchases, models, before, horizon
    )
    limits = model_interval(models, before, horizon, rng=rng, level=level)
    plain = replace(plain, lower=limits.lower, upper=limits.upper)
    predictor = CombinedPredictor.fit(known, horizon=horizon, rng=rng)
    if predictor.method != "combined":
        return [plain], predictor.reason
    return [combined_forecast(predictor, known, rng=rng, level=level), plain], ""


def _law(
    forecast: Forecast,
    accuracies: list[ForecastAccuracy],
    spend: np.ndarray,
    level: float,
) -> SpendLaw | None:
    """Return how spend strays from a forecast without an interval that can be trusted."""
    found = next(item for item in accuracies if item.name == forecast.name)
    bought = (spend > 0) & (forecast.spend > 0)
    if found.coverage >= level - COVERAGE_SLACK or not bought.any():
        return None
    known = forecast.spend > 0
    return SpendLaw.fit(
        forecast.probability[known], forecast.spend[known], spend[known]
    )
