"""What a company would predict without a statistician: the rules to be beaten.

* ``same_period``: each customer spends as in the same days a year earlier, or in the
  period just before where the history is shorter than that.
* ``rfm_score``: each customer spends what customers of his RFM score did in the latest
  period.
* ``gap_rule``: customers go on at their own gap unless silent for three
  (:mod:`.gap_rule`), at the mean value of their purchases.
* ``mean``: all customers spend alike, as in the latest period.

A rule learns its few numbers from the latest period that is over and speaks of the next
one. What it says of amounts is not embellished; how likely it makes a purchase is read
off that period, by a rising curve from its own score.

Times are in days, money in the company's currency.

References
----------
Wuebben, Wangenheim (2008). Instant customer base analysis. Journal of Marketing 72.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..purchase.gap_rule import GapRule
from ..rfm import rfm_scores
from ..spend.evidence import PurchaseLedger, evidence_at, outcome_after
from ..spend.training_windows import matched_period
from .calibration import Calibration, fit_calibration

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

__all__ = ["RULES", "SimpleRule", "rule_evidence"]

#: Rules in the order in which equals are preferred.
RULES = ("same_period", "rfm_score", "gap_rule", "mean")
#: Length of the year after which a season returns: whole weeks keep the weekday.
YEAR_DAYS = 364
#: RFM scores, and customers at the mean of all that count beside those of a score.
SCORES = np.arange(3, 16)
PRIOR_CUSTOMERS = 10.0


def rule_evidence(ledger: PurchaseLedger, horizon: int) -> pd.DataFrame:
    """Return what the rules look at, as known at the end of the ledger.

    Parameters
    ----------
    ledger
        Days of business of all customers; see :meth:`SimpleRule.predict` for a part.
    horizon
        Days ahead.

    Returns
    -------
    DataFrame
        :func:`~.evidence.evidence_at` at the end with ``rfm_score`` and ``spend_before``:
        money of the same days a year earlier, or of the period before, not negative.
    """
    evidence = evidence_at(ledger, ledger.end)
    first = ledger.end - horizon
    if horizon <= YEAR_DAYS <= ledger.end - ledger.begin:
        first = ledger.end - YEAR_DAYS
    last = min(first + horizon, ledger.end)
    ids = evidence["customer_id"].to_numpy()
    _, spend = outcome_after(ledger, ids, first, last)
    scores = rfm_scores(evidence, revenue=evidence["revenue"].to_numpy())
    return evidence.assign(
        spend_before=np.maximum(spend, 0.0), rfm_score=scores["rfm_score"].to_numpy()
    )


@dataclass(frozen=True)
class SimpleRule:
    """A rule with its numbers.

    Parameters
    ----------
    kind
        One of :data:`RULES`.
    horizon
        Days ahead.
    mean_spend
        Mean spend of a customer within the horizon.
    score_spend
        Mean spend by RFM score, 3 to 15.
    gaps
        The gap rule.
    unit
        Score at which the calibrated scale is in its middle.
    calibration
        From the squashed score to the probability of a purchase.
    """

    kind: str
    horizon: int
    mean_spend: float
    score_spend: tuple[float, ...]
    gaps: GapRule
    unit: float = 1.0
    calibration: Calibration = Calibration()

    @classmethod
    def fit(cls, kind: str, ledger: PurchaseLedger, horizon: int) -> Self:
        """Learn the rule from the latest period of the history.

        Parameters
        ----------
        kind
            One of :data:`RULES`.
        ledger
            Days of business; its end is the last day known.
        horizon
            Days ahead.

        Returns
        -------
        Self
            The rule, for the days after the ledger's end.

        Raises
        ------
        InsufficientDataError
            If nobody has bought again, or all or none did in the latest period.
        """
        history = ledger.end - ledger.begin
        matched = max(int(matched_period(history, horizon)), 1)
        period = horizon if history >= 2 * horizon else matched
        past = ledger.until(ledger.end - period)
        seen = rule_evidence(past, period)
        ids = seen["customer_id"].to_numpy()
        bought, spend = outcome_after(ledger, ids, past.end, ledger.end)
        scale = horizon / period
        mean = float(max(spend.mean(), 0.0))
        rule = cls(
            kind,
            horizon,
            mean * scale,
            tuple((_score_means(seen["rfm_score"], spend, mean) * scale).tolist()),
            GapRule.fit(seen, bought, period),
        )
        return rule._calibrated(seen, bought > 0)

    def _calibrated(self, seen: pd.DataFrame, active: np.ndarray) -> Self:
        score = self.score(seen)
        positive = score[score > 0]
        unit = float(np.median(positive)) if len(positive) else 1.0
        known = {**self.__dict__, "unit": unit}
        rule = type(self)(**known)
        learnt = fit_calibration(active, rule._squashed(score), isotonic_cases=0)
        return type(self)(**{**known, "calibration": learnt})

    def score(self, evidence: pd.DataFrame) -> np.ndarray:
        """Return the index by which the rule ranks customers.

        Parameters
        ----------
        evidence
            Result of :func:`rule_evidence`.

        Returns
        -------
        ndarray
            Not negative, higher is better; equal RFM scores are ordered by revenue.
        """
        if self.kind == "gap_rule":
            return self.gaps.rate(evidence)
        if self.kind == "mean":
            return np.ones(len(evidence))
        if self.kind == "same_period":
            return evidence["spend_before"].to_numpy(dtype=float)
        revenue = np.maximum(evidence["revenue"].to_numpy(dtype=float), 0.0)
        tie = revenue / (revenue + max(self.mean_spend, 1e-9))
        return evidence["rfm_score"].to_numpy(dtype=float) + 0.999 * tie

    def spend(self, evidence: pd.DataFrame) -> np.ndarray:
        """Return the spend that the rule expects within the horizon.

        Parameters
        ----------
        evidence
            Result of :func:`rule_evidence`.

        Returns
        -------
        ndarray
            Money, not negative.
        """
        if self.kind == "gap_rule":
            value = evidence["monetary_value"].to_numpy(dtype=float)
            return self.gaps.rate(evidence) * self.horizon * value
        if self.kind == "mean":
            return np.full(len(evidence), self.mean_spend)
        if self.kind == "rfm_score":
            return np.interp(evidence["rfm_score"], SCORES, self.score_spend)
        return evidence["spend_before"].to_numpy(dtype=float)

    def purchase_probability(self, evidence: pd.DataFrame) -> np.ndarray:
        """Return how often customers of that score bought.

        Parameters
        ----------
        evidence
            Result of :func:`rule_evidence`.

        Returns
        -------
        ndarray
            Between 0 and 1, both excluded.
        """
        probability = self.calibration.apply(self._squashed(self.score(evidence)))
        return np.clip(probability, 1e-6, 1.0 - 1e-6)

    def _squashed(self, score: np.ndarray) -> np.ndarray:
        return score / (score + self.unit)

    def to_dict(self) -> dict:
        """Return the rule as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the rule that ``to_dict`` wrote."""
        learnt = values["calibration"]
        curve = {name: tuple(learnt[name]) for name in ("predicted", "observed")}
        return cls(
            **{
                **values,
                "score_spend": tuple(values["score_spend"]),
                "gaps": GapRule.from_dict(values["gaps"]),
                "calibration": Calibration(**{**learnt, **curve}),
            }
        )


def _score_means(score: pd.Series, spend: np.ndarray, mean: float) -> np.ndarray:
    """Mean spend of each RFM score, drawn towards that of all."""
    place = score.to_numpy() - SCORES[0]
    total = np.bincount(place, spend, minlength=len(SCORES))
    count = np.bincount(place, minlength=len(SCORES))
    means = (total + PRIOR_CUSTOMERS * mean) / (count + PRIOR_CUSTOMERS)
    return np.maximum(means, 0.0)
