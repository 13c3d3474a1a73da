"""From a company's purchases to the indices of each customer: the order of the work.

Each function is one stage of a scoring run and knows nothing of where rows come from or
go to. Summaries and parameters pass between stages as plain columns and values, so a run
can stop after any stage and go on in another process. Times in stored columns are days;
the models count in weeks, as the literature does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..errors import InsufficientDataError
from .behaviour import purchase_behaviour, shrunk_margin_rate
from .bgnbd import BetaGeo
from .clv import discounted_expected_purchases
from .gamma_gamma import GammaGamma
from .mbgnbd import ModifiedBetaGeo
from .pareto_nbd import ParetoNBD
from .rfm import rfm_scores, rfm_summary

if TYPE_CHECKING:
    from datetime import date

    from .btyd import PurchaseModel

__all__ = [
    "ScoringModels",
    "ScoringSettings",
    "company_indices",
    "customer_indices",
    "fit_models",
    "summarise",
]

WEEK_DAYS = 7.0

PURCHASE_MODELS: dict[str, type[PurchaseModel]] = {
    "bg_nbd": BetaGeo,
    "mbg_nbd": ModifiedBetaGeo,
    "pareto_nbd": ParetoNBD,
}
#: Models that may say whether a customer is lost. BG/NBD may not: it holds every one-time
#: buyer for alive (METHODS.md M).
CHURN_MODELS = ("pareto_nbd", "mbg_nbd")

#: With fewer repeat customers the weak priors take part; above, they would not be felt.
PRIOR_BELOW = 1000

#: Smallest number of purchases for each grade of confidence.
CONFIDENCE = (("A", 10), ("B", 4), ("C", 2), ("D", 1))


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
        ``bg_nbd``, ``mbg_nbd``, ``pareto_nbd``, or ``auto`` for the better fit of the
        last two.
    interval_level
        Probability that an interval holds the truth.
    """

    horizon_days: int
    discount_rate: float
    purchase_model: str = "auto"
    interval_level: float = 0.8

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
    """

    purchases: PurchaseModel
    activity: PurchaseModel
    spend: GammaGamma | None
    mean_purchase: float
    others: tuple[PurchaseModel, ...] = ()

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        return {
            "purchases": self.purchases.to_dict(),
            "activity": self.activity.to_dict(),
            "spend": self.spend.to_dict() if self.spend else None,
            "mean_purchase": self.mean_purchase,
            "others": [model.to_dict() for model in self.others],
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> ScoringModels:
        """Return the models that ``to_dict`` wrote."""
        spend = values["spend"]
        return cls(
            purchases=_model_from_dict(values["purchases"]),
            activity=_model_from_dict(values["activity"]),
            spend=GammaGamma.from_dict(spend) if spend else None,
            mean_purchase=values["mean_purchase"],
            others=tuple(_model_from_dict(other) for other in values["others"]),
        )

    def diagnostics(self) -> Iterator[dict]:
        """Yield one row per estimated parameter: model, value, standard error, fit."""
        used = {type(self.purchases), type(self.activity), GammaGamma}
        models = {type(model): model for model in (self.purchases, self.activity)}
        models |= {type(model): model for model in self.others}
        for model in (*models.values(), *filter(None, [self.spend])):
            errors = model.estimate.standard_errors
            for name, value in model.parameters.items():
                error = errors[name]
                yield {
                    "model": type(model).__name__,
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
    """Return stored columns as RFM_SUMMARY in weeks, the models' unit."""
    return pd.DataFrame(
        {
            "customer_id": staged["customer_id"],
            "frequency": staged["frequency"],
            "recency": staged["recency"] / WEEK_DAYS,
            "T": staged["tenure"] / WEEK_DAYS,
            "monetary_value": staged["monetary_value"],
        }
    )


def fit_models(staged: pd.DataFrame, settings: ScoringSettings) -> ScoringModels:
    """Estimate the models on all customers of a company.

    Parameters
    ----------
    staged
        Result of :func:`summarise`, at least one customer.
    settings
        Which model to use.

    Raises
    ------
    InsufficientDataError
        If there is no customer.
    """
    if staged.empty:
        raise InsufficientDataError("customers with a purchase", 1, 0)
    summary = purchase_summary(staged)
    needs_prior = int((summary["frequency"] > 0).sum()) < PRIOR_BELOW
    wanted = {*CHURN_MODELS, settings.purchase_model} - {"auto"}
    fitted = {
        name: PURCHASE_MODELS[name].fit(
            summary, prior=PURCHASE_MODELS[name].weak_prior if needs_prior else None
        )
        for name in PURCHASE_MODELS
        if name in wanted
    }
    best = max(CHURN_MODELS, key=lambda name: fitted[name].estimate.log_likelihood)
    chosen = best if settings.purchase_model == "auto" else settings.purchase_model
    active = chosen if chosen in CHURN_MODELS else best
    return ScoringModels(
        purchases=fitted[chosen],
        activity=fitted[active],
        spend=_fit_spend(summary, needs_prior),
        mean_purchase=staged["revenue"].sum() / staged["purchase_count"].sum(),
        others=tuple(fitted[name] for name in fitted if name not in (chosen, active)),
    )


def _fit_spend(summary: pd.DataFrame, needs_prior: bool) -> GammaGamma | None:
    prior = GammaGamma.weak_prior if needs_prior else None
    try:
        return GammaGamma.fit(summary, prior=prior)
    except InsufficientDataError:
        return None


def company_indices(staged: pd.DataFrame) -> pd.DataFrame:
    """Indices that compare a customer with all others of the company.

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
    """Predictions and value of some customers.

    Parameters
    ----------
    staged
        Rows of :func:`summarise` with ``margin_rate`` of :func:`company_indices`.
    models
        Result of :func:`fit_models`.
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
    frame = staged[["customer_id"]].copy()
    frame["probability_alive"] = models.activity.probability_alive(summary)
    frame["purchase_probability"] = models.activity.purchase_probability(
        summary, settings.horizon
    )
    frame["churn_probability"] = 1.0 - frame["purchase_probability"]
    frame["expected_purchases"] = models.purchases.expected_purchases(
        summary, settings.horizon
    )
    purchase_value = _purchase_value(models, summary)
    frame["expected_spend"] = frame["expected_purchases"] * purchase_value
    frame["clv"] = (
        discounted_expected_purchases(
            models.purchases,
            summary,
            horizon=settings.horizon,
            discount_rate_per_year=settings.discount_rate,
        )
        * purchase_value
        * staged["margin_rate"].to_numpy()
    )
    frame["loyalty"] = frame["purchase_probability"]
    frame["loyalty_source"] = "retention"
    frame["confidence"] = _confidence(staged["purchase_count"].to_numpy())
    return frame


def _purchase_value(models: ScoringModels, summary: pd.DataFrame) -> np.ndarray:
    """Expected revenue of a customer's next purchase."""
    if models.spend is None:
        return np.full(len(summary), models.mean_purchase)
    return models.spend.expected_spend(summary)


def _confidence(purchase_count: np.ndarray) -> np.ndarray:
    grades, least = zip(*reversed(CONFIDENCE), strict=True)
    return np.asarray(grades)[np.searchsorted(least, purchase_count, side="right") - 1]
