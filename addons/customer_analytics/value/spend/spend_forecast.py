"""The forecast that a company relies on, where that is not a purchase model alone.

After the examination (:mod:`.holdout_trial`) the winner is fitted to the whole history
and kept as plain values, so that customers can be predicted in batches and in another
process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..accuracy.recalibration import Recalibration
from ..accuracy.simple_rules import RULES, SimpleRule, rule_evidence
from .combination import CombinedPredictor
from .evidence import PurchaseLedger, evidence_at
from .spend_law import SpendLaw

if TYPE_CHECKING:
    from typing import Self

__all__ = ["SpendForecast"]

#: Seed of samples and draws: the same purchases give the same forecast.
SEED = 20250601


@dataclass(frozen=True)
class SpendForecast:
    """A fitted forecast of spend and of buying again.

    Parameters
    ----------
    predictor
        The combination or the rule.
    begin
        First day of the company's history, days since 1970-01-01.
    law
        How spend strayed from it in the period held out; None takes the combination's
        own interval.
    recalibration
        What puts it right, where the past taught it.
    """

    predictor: CombinedPredictor | SimpleRule
    begin: int
    law: SpendLaw | None = None
    recalibration: Recalibration | None = None

    @classmethod
    def fit(
        cls,
        name: str,
        ledger: PurchaseLedger,
        horizon: int,
        law: SpendLaw | None = None,
        recalibration: Recalibration | None = None,
    ) -> Self | None:
        """Fit the forecast that was chosen.

        Parameters
        ----------
        name
            ``combined``, a simple rule, or a purchase model, which needs none of this.
        ledger
            Days of business up to today, of all customers or a random sample.
        horizon
            Days ahead.
        law
            Interval learnt from the period held out.
        recalibration
            Learnt from earlier forecasts.

        Returns
        -------
        SpendForecast or None
            None where a purchase model alone is to be relied on.
        """
        if name in RULES:
            rule = SimpleRule.fit(name, ledger, horizon)
            return cls(rule, ledger.begin, law, recalibration)
        if name != "combined":
            return None
        predictor = CombinedPredictor.fit(
            ledger, horizon=horizon, rng=np.random.default_rng(SEED)
        )
        if predictor.method != "combined":
            return None
        return cls(predictor, ledger.begin, law, recalibration)

    def predict(
        self, ledger: PurchaseLedger, rfm_score: pd.Series, *, level: float
    ) -> pd.DataFrame:
        """Predict customers.

        Parameters
        ----------
        ledger
            Days of business of the customers to be predicted, and no others.
        rfm_score
            RFM score among all customers of the company, by customer_id.
        level
            Probability of the interval.

        Returns
        -------
        DataFrame
            By customer_id: ``spend``, ``purchase_value``, ``probability``, ``lower`` and
            ``upper`` of spend.
        """
        ledger = replace(ledger, begin=self.begin)
        if isinstance(self.predictor, SimpleRule):
            frame = self._by_rule(self.predictor, ledger, rfm_score)
        else:
            frame = self._combined(self.predictor, ledger, level)
        if self.recalibration is not None:
            frame = self._put_right(frame, self.recalibration)
        if self.law is not None:
            limits = self.law.interval(
                frame["probability"].to_numpy(), frame["spend"].to_numpy(), level=level
            )
            frame = frame.assign(lower=limits.lower, upper=limits.upper)
        return frame

    @staticmethod
    def _put_right(frame: pd.DataFrame, maps: Recalibration) -> pd.DataFrame:
        """Apply what the past taught; limits move with spend."""
        scaled = {
            name: frame[name] * maps.spend_factor
            for name in ("spend", "lower", "upper")
        }
        probability = maps.probability(frame["probability"].to_numpy())
        return frame.assign(probability=probability, **scaled)

    @staticmethod
    def _combined(
        predictor: CombinedPredictor, ledger: PurchaseLedger, level: float
    ) -> pd.DataFrame:
        found = predictor.predict(
            evidence_at(ledger, ledger.end),
            rng=np.random.default_rng(SEED),
            level=level,
        )
        return pd.DataFrame(
            {
                "customer_id": found.customer_id,
                "spend": found.expected_spend,
                "purchase_value": found.expected_spend / found.expected_purchases,
                "probability": found.purchase_probability,
                "lower": found.lower,
                "upper": found.upper,
            }
        )

    @staticmethod
    def _by_rule(
        rule: SimpleRule, ledger: PurchaseLedger, rfm_score: pd.Series
    ) -> pd.DataFrame:
        evidence = rule_evidence(ledger, rule.horizon)
        scores = rfm_score.reindex(evidence["customer_id"]).to_numpy()
        evidence = evidence.assign(rfm_score=scores)
        spend = rule.spend(evidence)
        return pd.DataFrame(
            {
                "customer_id": evidence["customer_id"],
                "spend": spend,
                "purchase_value": evidence["monetary_value"],
                "probability": rule.purchase_probability(evidence),
                "lower": spend,
                "upper": spend,
            }
        )

    def to_dict(self) -> dict:
        """Return the forecast as plain values for JSON."""
        return {
            "is_rule": isinstance(self.predictor, SimpleRule),
            "predictor": self.predictor.to_dict(),
            "begin": self.begin,
            "law": self.law.to_dict() if self.law else None,
            "recalibration": self.recalibration and self.recalibration.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the forecast that ``to_dict`` wrote."""
        family = SimpleRule if values["is_rule"] else CombinedPredictor
        law, maps = values["law"], values.get("recalibration")
        return cls(
            family.from_dict(values["predictor"]),
            values["begin"],
            SpendLaw.from_dict(law) if law else None,
            Recalibration.from_dict(maps) if maps else None,
        )
