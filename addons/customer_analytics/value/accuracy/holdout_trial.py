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
from ..purchase.model_choice import LEAST_CUSTOMERS, LEAST_EVENTS, ModelChoice
from ..scoring import ScoringModels, ScoringSettings, fit_models
from ..spend.combination import CombinedPredictor
from ..spend.evidence import PurchaseLedger, outcome_after
from ..spend.spend_law import SpendLaw
from .forecast_accuracy import ForecastAccuracy, forecast_accuracy, forecast_to_use
from .forecast_deciles import probability_deciles, spend_deciles
from .forecasts import (
    Forecast,
    combined_forecast,
    model_forecast,
    model_interval,
    rule_forecasts,
)
from .ledger_summary import ledger_summary
from .model_trial import model_trial
from .simple_rules import RULES

if TYPE_CHECKING:
    from datetime import date

__all__ = ["LEAST_DAYS", "HoldoutTrial", "cut_off_day", "run_holdout_trial"]

#: Seed of the intervals: the same purchases give the same figures.
SEED = 20250601
#: Days of history below which no period can be held out.
LEAST_DAYS = 56
#: Share of the history that is held out at most.
LARGEST_SHARE = 0.5
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
    best_rule
        Key of the simple rule with the best mark.
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
    best_rule: str
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


def cut_off_day(begin: int, end: int, horizon: int) -> int:
    """Last day that is known to the examination.

    Parameters
    ----------
    begin, end
        First and last day of the history, days since 1970-01-01.
    horizon
        Days ahead that predictions look.

    Returns
    -------
    int
        ``horizon`` days before the end, or half of the history if that is less.

    Raises
    ------
    InsufficientDataError
        If the history is shorter than eight weeks.

    Examples
    --------
    >>> cut_off_day(0, 546, 273), cut_off_day(0, 400, 365)
    (273, 200)
    """
    if end - begin < LEAST_DAYS:
        raise InsufficientDataError("days of purchases", LEAST_DAYS, end - begin)
    return end - int(min(horizon, (end - begin) * LARGEST_SHARE))


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
    purchases, spend = _outcome(ledger, before, cut_off)
    horizon = ledger.end - cut_off
    choice, fitted = model_trial(ledger, cut_off, settings)
    chosen = replace(settings, purchase_model=choice.chosen, horizon_days=horizon)
    models = fit_models(before, chosen, before)
    main, reason = _main_forecasts(known, before, models, chosen)
    rules = rule_forecasts(known, horizon)
    is_free = settings.purchase_model == "auto"
    rivals = [*main, *rules]
    used = forecast_to_use(rivals, purchases, spend) if is_free else choice.chosen
    others = [
        model_forecast(name, model, models, before, horizon)
        for name, model in fitted.items()
        if name != choice.chosen
    ]
    found = {item.name: item for item in (*rivals, *others)}
    figures = [forecast_accuracy(item, purchases, spend) for item in found.values()]
    accuracies = sorted(figures, key=lambda item: -item.mark)
    best_rule = next(item.name for item in accuracies if item.name in RULES)
    return HoldoutTrial(
        cut_off,
        ledger.end,
        customers=len(before),
        buyers=int((purchases > 0).sum()),
        purchases=int(purchases.sum()),
        choice=choice,
        accuracies=tuple(accuracies),
        used=used,
        best_rule=best_rule,
        spend_table=spend_deciles(found[used], found[best_rule], spend),
        probability_table=probability_deciles(found[used], found[best_rule], purchases),
        law=_law(found[used], accuracies, spend, settings.interval_level),
        combined_reason=reason,
    )


def _outcome(
    ledger: PurchaseLedger, before: pd.DataFrame, cut_off: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the customers known bought and spent, if that is enough to judge by."""
    if len(before) < LEAST_CUSTOMERS:
        raise InsufficientDataError("customers known", LEAST_CUSTOMERS, len(before))
    ids = before["customer_id"].to_numpy()
    purchases, spend = outcome_after(ledger, ids, cut_off, ledger.end)
    if purchases.sum() < LEAST_EVENTS:
        raise InsufficientDataError("purchases", LEAST_EVENTS, int(purchases.sum()))
    return purchases, spend


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
