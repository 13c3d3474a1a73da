"""Fit the purchase models to a company's past and see which foretells the rest.

The gap rule is compared as well, so that a company sees what a model is worth beside the
rule of thumb; where it wins, the best model still tells what the rule cannot, and the
rule may be relied on for amounts (:mod:`.forecast_accuracy`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import InsufficientDataError
from ..purchase.gap_rule import GapRule
from ..purchase.model_choice import (
    ModelChoice,
    choose_model,
    customer_log_likelihood,
    gap_rule_log_likelihood,
    predictive_log_likelihood,
)
from ..purchase.purchase_models import PURCHASE_MODELS, fit_purchase_models
from ..scoring import WEEK_DAYS, ScoringSettings, purchase_summary
from ..spend.evidence import PurchaseLedger, outcome_after
from .ledger_summary import ledger_summary

if TYPE_CHECKING:
    import pandas as pd

    from ..purchase.btyd import PurchaseModel

__all__ = ["model_choice_by_fit", "model_trial"]


def model_trial(
    ledger: PurchaseLedger, cut_off: int, settings: ScoringSettings
) -> tuple[ModelChoice, dict[str, PurchaseModel]]:
    """Choose the purchase model by the purchases after a cut-off.

    Parameters
    ----------
    ledger
        Days of business, the period after the cut-off included.
    cut_off
        Last day known to the models, days since 1970-01-01.
    settings
        A purchase model other than ``auto`` is taken whatever the comparison says.

    Returns
    -------
    tuple
        The choice, and the fitted models by key, times in weeks.
    """
    before = ledger_summary(ledger, cut_off)
    ids = before["customer_id"].to_numpy()
    after = ledger_summary(ledger, ledger.end)
    after = after[np.isin(after["customer_id"], ids)].reset_index(drop=True)
    past, whole = purchase_summary(before), purchase_summary(after)
    fitted = _distinct(fit_purchase_models(past, tuple(PURCHASE_MODELS)), settings)
    values = {
        name: predictive_log_likelihood(model, past, whole)
        for name, model in fitted.items()
    }
    bought, _ = outcome_after(ledger, ids, cut_off, ledger.end)
    rule = _gap_rule(ledger, cut_off)
    if rule is not None:
        period = (ledger.end - cut_off) / WEEK_DAYS
        values["gap_rule"] = gap_rule_log_likelihood(rule, past, bought, period)
    usable = _usable(settings)
    return choose_model(values, events=int(bought.sum()), usable=usable), fitted


def model_choice_by_fit(
    summary: pd.DataFrame, settings: ScoringSettings
) -> ModelChoice:
    """Choose the purchase model of a company too small to hold out a period.

    Parameters
    ----------
    summary
        Result of :func:`~.ledger_summary.ledger_summary`, at least one customer.
    settings
        A purchase model other than ``auto`` is taken whatever the comparison says.

    Returns
    -------
    ModelChoice
        With the reason ``too_few``.
    """
    history = purchase_summary(summary)
    fitted = _distinct(fit_purchase_models(history, tuple(PURCHASE_MODELS)), settings)
    values = {
        name: customer_log_likelihood(model, history) for name, model in fitted.items()
    }
    return choose_model(
        values,
        events=int(summary["frequency"].sum()),
        usable=_usable(settings),
        is_holdout=False,
    )


def _usable(settings: ScoringSettings) -> tuple[str, ...]:
    if settings.purchase_model == "auto":
        return tuple(PURCHASE_MODELS)
    return (settings.purchase_model,)


def _distinct(
    fitted: dict[str, PurchaseModel], settings: ScoringSettings
) -> dict[str, PurchaseModel]:
    """Leave out the model of rhythm where it found none: it is MBG/NBD then."""
    rhythm = fitted["mbg_cnbd"]
    if rhythm.regularity > 1 or settings.purchase_model == "mbg_cnbd":
        return fitted
    return {name: model for name, model in fitted.items() if name != "mbg_cnbd"}


def _gap_rule(ledger: PurchaseLedger, cut_off: int) -> GapRule | None:
    """Learn the rule in the last third before the cut-off; None if nobody came back."""
    origin = cut_off - (cut_off - ledger.begin) // 3
    seen = purchase_summary(ledger_summary(ledger, origin))
    try:
        bought, _ = outcome_after(ledger, seen["customer_id"], origin, cut_off)
        return GapRule.fit(seen, bought, (cut_off - origin) / WEEK_DAYS)
    except InsufficientDataError:
        return None
