"""From a company's purchases to its models: the first stages of a scoring run.

:mod:`.indices` is the next one. Summaries and parameters pass between stages as plain
columns and values, so a run can stop after any stage and go on in another process.
Stored times are days; the models count in weeks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import InsufficientDataError
from .accuracy.recalibration import Recalibration
from .behaviour import purchase_behaviour
from .purchase.gamma_gamma import GammaGamma
from .purchase.purchase_models import (
    CHURN_MODELS,
    PURCHASE_MODELS,
    fit_purchase_models,
    is_small_company,
)
from .rfm import rfm_summary
from .spend.spend_law import SpendLaw

if TYPE_CHECKING:
    from datetime import date

    from .purchase.btyd import PurchaseModel

__all__ = [
    "ScoringModels",
    "ScoringSettings",
    "fit_models",
    "purchase_summary",
    "summarise",
]

WEEK_DAYS = 7.0

MODEL_KEYS: dict[type, str] = {
    **{model: key for key, model in PURCHASE_MODELS.items()},
    GammaGamma: "gamma_gamma",
}


@dataclass(frozen=True)
class ScoringSettings:
    """What a manager sets.

    Parameters
    ----------
    horizon_days
        How far ahead predictions look.
    discount_rate
        Per year, a fraction.
    purchase_model
        ``bg_nbd``, ``mbg_nbd``, ``pareto_nbd``, ``mbg_cnbd``, or ``auto`` for the better
        fit of Pareto/NBD and MBG/NBD.
    interval_level
        Probability that an interval holds the truth.
    decimals
        Of the currency.
    """

    horizon_days: int
    discount_rate: float
    purchase_model: str = "auto"
    interval_level: float = 0.8
    decimals: int = 2

    @property
    def horizon(self) -> float:
        """Horizon in weeks."""
        return self.horizon_days / WEEK_DAYS


@dataclass(frozen=True)
class ScoringModels:
    """The models of a run.

    Parameters
    ----------
    purchases
        Says how much a customer will buy.
    activity
        Says whether he is still a customer; the same unless that is BG/NBD.
    spend
        Money per purchase; None where nobody has bought again for money.
    mean_purchase
        Mean value of a purchase, where ``spend`` is None.
    others
        Models estimated and not chosen.
    is_small
        Whether so few customers that the parameters themselves are uncertain.
    law
        How spend strayed from these models in the period held out, where their own
        interval held too rarely.
    recalibration
        What puts expectations right, where the past taught it.
    """

    purchases: PurchaseModel
    activity: PurchaseModel
    spend: GammaGamma | None
    mean_purchase: float
    others: tuple[PurchaseModel, ...] = ()
    is_small: bool = False
    law: SpendLaw | None = None
    recalibration: Recalibration | None = None

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        return {
            "purchases": self.purchases.to_dict(),
            "activity": self.activity.to_dict(),
            "spend": self.spend.to_dict() if self.spend else None,
            "mean_purchase": self.mean_purchase,
            "others": [model.to_dict() for model in self.others],
            "is_small": self.is_small,
            "law": self.law.to_dict() if self.law else None,
            "recalibration": self.recalibration and self.recalibration.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> ScoringModels:
        """Return the models that ``to_dict`` wrote."""
        spend, law = values["spend"], values.get("law")
        maps = values.get("recalibration")
        return cls(
            purchases=_model_from_dict(values["purchases"]),
            activity=_model_from_dict(values["activity"]),
            spend=GammaGamma.from_dict(spend) if spend else None,
            mean_purchase=values["mean_purchase"],
            others=tuple(_model_from_dict(other) for other in values["others"]),
            is_small=values["is_small"],
            law=SpendLaw.from_dict(law) if law else None,
            recalibration=Recalibration.from_dict(maps) if maps else None,
        )

    def expected_purchase_value(self, summary: pd.DataFrame) -> np.ndarray:
        """Return the expected revenue of each customer's next purchase."""
        if self.spend is None:
            return np.full(len(summary), self.mean_purchase)
        return self.spend.expected_spend(summary)

    @property
    def purchase_model(self) -> str:
        """Key of the purchase model in use."""
        return MODEL_KEYS[type(self.purchases)]

    def diagnostics(self) -> Iterator[dict]:
        """Yield one row per estimated parameter: model, value, standard error, fit."""
        used = {type(self.purchases), type(self.activity), GammaGamma}
        models = {type(model): model for model in (self.purchases, self.activity)}
        models |= {type(model): model for model in self.others}
        for model in (*models.values(), *filter(None, [self.spend])):
            errors = model.estimate.standard_errors
            k = {"k": model.regularity} if hasattr(model, "regularity") else {}
            for name, value in (model.parameters | k).items():
                error = errors.get(name, 0.0)
                yield {
                    "model": MODEL_KEYS[type(model)],
                    "is_used": type(model) in used,
                    "parameter": name,
                    "value": value,
                    "standard_error": error if np.isfinite(error) else 0.0,
                    "log_likelihood": model.estimate.log_likelihood,
                }


def _model_from_dict(values: Mapping) -> PurchaseModel:
    classes = {model.__name__: model for model in PURCHASE_MODELS.values()}
    return classes[values["model"]].from_dict(values)


def summarise(transactions: pd.DataFrame, observation_end: date) -> pd.DataFrame:
    """Summary of each customer with at least one purchase, in stored columns.

    Parameters
    ----------
    transactions
        Rows of TRANSACTIONS; all rows of a customer must be present.
    observation_end
        Last day that counts.

    Returns
    -------
    DataFrame
        The columns of :func:`~.behaviour.purchase_behaviour` with ``frequency``,
        ``recency`` and ``tenure`` (days) and ``monetary_value``, by ``customer_id``.
    """
    end = np.datetime64(observation_end, "D")
    history = rfm_summary(transactions, end, time_unit_days=1.0)
    behaviour = purchase_behaviour(transactions, end)
    whole = {"frequency": "int64", "recency": "int64", "T": "int64"}
    return behaviour.merge(history.astype(whole), on="customer_id").rename(
        columns={"T": "tenure"}
    )


def purchase_summary(staged: pd.DataFrame) -> pd.DataFrame:
    """Return stored columns as RFM_SUMMARY in weeks, with ``log_gaps`` if known."""
    summary = pd.DataFrame(
        {
            "customer_id": staged["customer_id"],
            "frequency": staged["frequency"],
            "recency": staged["recency"] / WEEK_DAYS,
            "T": staged["tenure"] / WEEK_DAYS,
            "monetary_value": staged["monetary_value"],
        }
    )
    if "log_gaps" in staged:
        weeks = np.log(WEEK_DAYS) * staged["frequency"]
        summary["log_gaps"] = staged["log_gaps"] - weeks
    return summary


def fit_models(
    staged: pd.DataFrame,
    settings: ScoringSettings,
    history: pd.DataFrame | None = None,
) -> ScoringModels:
    """Estimate the models on all customers of a company.

    Parameters
    ----------
    staged
        Result of :func:`summarise`, at least one customer.
    settings
        Which model to use.
    history
        Result of :func:`~.ledger_summary.ledger_summary`, some of the customers or all:
        ``mbg_cnbd`` is fitted to it, and only if that model is asked for.

    Raises
    ------
    InsufficientDataError
        If there is no customer, or ``mbg_cnbd`` is asked for without a history.
    """
    if staged.empty:
        raise InsufficientDataError("customers with a purchase", 1, 0)
    summary = purchase_summary(staged)
    chosen = settings.purchase_model
    if chosen == "mbg_cnbd":
        if history is None or history.empty:
            raise InsufficientDataError("purchase histories", 1, 0)
        fitted = fit_purchase_models(purchase_summary(history), {chosen})
    else:
        fitted = fit_purchase_models(summary, {*CHURN_MODELS[:2], chosen})
    churn = [name for name in CHURN_MODELS if name in fitted]
    best = max(churn, key=lambda name: fitted[name].estimate.log_likelihood)
    chosen = best if chosen == "auto" else chosen
    active = chosen if chosen in CHURN_MODELS else best
    is_small = is_small_company(summary)
    return ScoringModels(
        purchases=fitted[chosen],
        activity=fitted[active],
        spend=_fit_spend(summary, is_small),
        mean_purchase=staged["revenue"].sum() / staged["purchase_count"].sum(),
        others=tuple(fitted[name] for name in fitted if name not in (chosen, active)),
        is_small=is_small,
    )


def _fit_spend(summary: pd.DataFrame, is_small: bool) -> GammaGamma | None:
    prior = GammaGamma.weak_prior if is_small else None
    try:
        return GammaGamma.fit(summary, prior=prior)
    except InsufficientDataError:
        return None
