"""What the purchase models expect of each customer: the ground of the combination.

Pareto/NBD lets customers stop at any time, MBG/NBD only at a purchase; both describe
most companies about equally well and err in different places. Expected purchases are
the geometric mean of the two, the purchase probability their mean (an equal weight is
hard to beat: Clemen 1989). Spend is expected purchases times the Gamma-Gamma value of a
purchase, the first purchase included: it is known of everybody, and for one-time buyers
it is all that is known.

Times are in days; the estimates do not depend on the unit.

References
----------
Clemen (1989). Combining forecasts: a review and annotated bibliography. International
    Journal of Forecasting 5, 559-583.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InsufficientDataError
from ..purchase.gamma_gamma import GammaGamma
from ..purchase.mbgnbd import ModifiedBetaGeo
from ..purchase.pareto_nbd import ParetoNBD
from ..rows import summary_rows

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

__all__ = ["BaseExpectation", "Expected"]

#: With fewer repeat customers the weak priors take part; above, they would not be felt.
PRIOR_BELOW = 500
#: Expected purchases and values below this are taken for it, to have logarithms.
LEAST = 1e-12


@dataclass(frozen=True)
class Expected:
    """Expectations of each customer, in the row order of the evidence.

    Parameters
    ----------
    purchases
        Expected purchases within the horizon.
    purchase_probability
        Of at least one purchase within the horizon.
    probability_alive
        Of not having stopped for good.
    purchase_value
        Expected money per purchase.
    disagreement
        Log of Pareto/NBD's expected purchases over MBG/NBD's.
    """

    purchases: np.ndarray
    purchase_probability: np.ndarray
    probability_alive: np.ndarray
    purchase_value: np.ndarray
    disagreement: np.ndarray

    @property
    def spend(self) -> np.ndarray:
        """Expected money within the horizon."""
        return self.purchases * self.purchase_value


@dataclass(frozen=True)
class BaseExpectation:
    """The purchase models of a company and its value of a purchase.

    Parameters
    ----------
    pareto_nbd, mbg_nbd
        Purchase models.
    spend
        Value of a purchase, first purchase included; None where nothing was paid.
    mean_purchase
        Mean revenue per purchase, the company's unit of money.
    """

    pareto_nbd: ParetoNBD
    mbg_nbd: ModifiedBetaGeo
    spend: GammaGamma | None
    mean_purchase: float

    @classmethod
    def fit(cls, evidence: pd.DataFrame) -> Self:
        """Estimate the models.

        Parameters
        ----------
        evidence
            Result of :func:`~.evidence.evidence_at`.

        Returns
        -------
        BaseExpectation
            With weak priors where fewer than 500 customers have bought again.

        Raises
        ------
        InsufficientDataError
            If there is no customer.
        """
        if evidence.empty:
            raise InsufficientDataError("customers with a purchase", 1, 0)
        rows = summary_rows(evidence)
        few = int((evidence["frequency"] > 0).sum()) < PRIOR_BELOW
        try:
            spend = GammaGamma.fit(
                evidence,
                prior=GammaGamma.weak_prior if few else None,
                includes_first_purchase=True,
            )
        except InsufficientDataError:
            spend = None
        purchases = float((evidence["frequency"] + 1.0).sum())
        return cls(
            ParetoNBD.fit(rows, prior=ParetoNBD.weak_prior if few else None),
            ModifiedBetaGeo.fit(
                rows, prior=ModifiedBetaGeo.weak_prior if few else None
            ),
            spend,
            max(float(evidence["revenue"].sum()), 0.0) / purchases,
        )

    def predict(self, evidence: pd.DataFrame, horizon: float) -> Expected:
        """Return what the models expect of each customer.

        Parameters
        ----------
        evidence
            Result of :func:`~.evidence.evidence_at`, or some of its rows.
        horizon
            Length of the period ahead, days.

        Returns
        -------
        Expected
            In the order of the rows.
        """
        rows = summary_rows(evidence)
        pareto, geometric = (
            np.maximum(model.expected_purchases(rows, horizon), LEAST)
            for model in self.models
        )
        probability = [
            model.purchase_probability(rows, horizon) for model in self.models
        ]
        alive = [model.probability_alive(rows) for model in self.models]
        return Expected(
            purchases=np.sqrt(pareto * geometric),
            purchase_probability=np.mean(probability, axis=0),
            probability_alive=np.mean(alive, axis=0),
            purchase_value=np.maximum(self._purchase_value(evidence), LEAST),
            disagreement=np.log(pareto / geometric),
        )

    @property
    def models(self) -> tuple[ParetoNBD, ModifiedBetaGeo]:
        """Both purchase models."""
        return self.pareto_nbd, self.mbg_nbd

    def _purchase_value(self, evidence: pd.DataFrame) -> np.ndarray:
        if self.spend is None:
            return np.full(len(evidence), self.mean_purchase)
        return self.spend.expected_spend(evidence)

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        return {
            "pareto_nbd": self.pareto_nbd.to_dict(),
            "mbg_nbd": self.mbg_nbd.to_dict(),
            "spend": self.spend.to_dict() if self.spend else None,
            "mean_purchase": self.mean_purchase,
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the models that ``to_dict`` wrote."""
        spend = values["spend"]
        return cls(
            ParetoNBD.from_dict(values["pareto_nbd"]),
            ModifiedBetaGeo.from_dict(values["mbg_nbd"]),
            GammaGamma.from_dict(spend) if spend else None,
            values["mean_purchase"],
        )
