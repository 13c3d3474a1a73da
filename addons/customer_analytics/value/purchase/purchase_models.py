"""The purchase models that a company can be scored with, and how they are fitted."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from .bgnbd import BetaGeo
from .mbgcnbd import CondensedBetaGeo
from .mbgnbd import ModifiedBetaGeo
from .pareto_nbd import ParetoNBD

if TYPE_CHECKING:
    import pandas as pd

    from .btyd import PurchaseModel

__all__ = [
    "CHURN_MODELS",
    "PURCHASE_MODELS",
    "fit_purchase_models",
    "is_small_company",
]

PURCHASE_MODELS: dict[str, type[PurchaseModel]] = {
    "bg_nbd": BetaGeo,
    "mbg_nbd": ModifiedBetaGeo,
    "pareto_nbd": ParetoNBD,
    "mbg_cnbd": CondensedBetaGeo,
}
#: Models that may say whether a customer is lost. BG/NBD may not: it holds every one-time
#: buyer for alive (METHODS.md M).
CHURN_MODELS = ("pareto_nbd", "mbg_nbd", "mbg_cnbd")

#: With fewer repeat customers the weak priors take part; above, they would not be felt.
PRIOR_BELOW = 500


def fit_purchase_models(
    summary: pd.DataFrame, names: Collection[str]
) -> dict[str, PurchaseModel]:
    """Estimate purchase models, with weak priors where repeat customers are few.

    Parameters
    ----------
    summary
        Result of :func:`~.scoring.purchase_summary`, at least one customer.
    names
        Keys of the models; ``mbg_cnbd`` needs ``log_gaps``.

    Returns
    -------
    dict
        Fitted models by key.
    """
    is_small = is_small_company(summary)
    return {
        name: model.fit(summary, prior=model.weak_prior if is_small else None)
        for name, model in PURCHASE_MODELS.items()
        if name in names
    }


def is_small_company(summary: pd.DataFrame) -> bool:
    """Tell whether so few have bought again that the weak priors should take part.

    Parameters
    ----------
    summary
        Column frequency.

    Returns
    -------
    bool
        True below 500 repeat customers.
    """
    return int((summary["frequency"] > 0).sum()) < PRIOR_BELOW
