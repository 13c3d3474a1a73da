"""What a lead will be worth if it is won, judged by customers of the same kind.

Lifetime values of present customers are explained by what is known of leads as well:
country, industry, size, source, campaign, tags, language. Values are skewed, partly near
zero and now and then negative, so y = sign(v) log(1 + |v| / m) is modelled, m the median
size of a value: near m it is money, far above it a logarithm, and it does not depend on
the currency. The attributes act as random effects [1] (:mod:`..stats.random_effects`): each
counts as far as it has proved to, a level with few customers little, and with ten
customers nearly nothing: then every lead gets the mean of all, with a wide interval.

* Back to money by smearing: the mean over the residuals of the customers, each left
  out in its turn. The uncertainty of the mean itself is kept out: with ten customers it
  would make every lead dearer. What the transformation loses of the total is restored by
  one factor.
* Interval by the ranks of the same residuals, however they are distributed [2].

A lead is judged as if it became a customer like those of its kind who did. Multiply by
the chance to win it for its expected value now.

References
----------
[1] Robinson (1991). That BLUP is a good thing. Statistical Science 6, 15-32.
[2] Barber et al. (2021). Predictive inference with the jackknife+. Ann. Statist. 49.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import FrameError, InsufficientDataError
from ...stats.random_effects import RandomEffects, random_effects
from ...stats.smearing import SignedLog, conformal_limits, signed_log, smeared_mean
from ..attributes import AttributeCoding, attribute_coding

if TYPE_CHECKING:
    from typing import Self

    from scipy.sparse import csr_matrix

__all__ = ["ProspectModel", "ProspectValue"]

#: Least number of customers to learn from.
LEAST_CUSTOMERS = 5
#: Customers that the factor 1 weighs in the restored total, and its bounds.
PRIOR_CUSTOMERS = 50.0
FACTOR_BOUNDS = (0.5, 2.0)
#: Part of the completeness that all attributes share equally, whatever they tell.
EQUAL_SHARE = 0.2


@dataclass(frozen=True)
class ProspectValue:
    """Lifetime value of leads if they are won, one per lead.

    Parameters
    ----------
    value
        Expected, in money.
    lower, upper
        Limits.
    level
        Probability of the interval.
    """

    value: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float


@dataclass(frozen=True)
class ProspectModel:
    """Lifetime values explained by attributes.

    Parameters
    ----------
    coding
        Attributes and their levels.
    law
        Random effects of the transformed values; ``law.explained`` tells whether the
        attributes predict them.
    scale
        Transformation of the values.
    factor
        Total value of the customers over their total prediction.
    residuals
        Sorted leave-one-out residuals of the customers, standardised.
    usual
        Mean effect of each attribute among the customers of whom it is known.
    """

    coding: AttributeCoding
    law: RandomEffects
    scale: SignedLog
    factor: float
    residuals: np.ndarray
    usual: np.ndarray

    @classmethod
    def fit(
        cls,
        customers: pd.DataFrame,
        attributes: Sequence[str],
        *,
        value: str = "clv",
        numeric: Sequence[str] = (),
    ) -> Self:
        """Learn from customers what attributes tell of lifetime value.

        Parameters
        ----------
        customers
            One row per customer with its value and attributes.
        attributes
            Columns that leads have as well.
        value
            Column of the lifetime value, money.
        numeric
            Those of the attributes that are numbers to be cut into groups.

        Returns
        -------
        Self
            The model.

        Raises
        ------
        FrameError
            If a column is missing or a value is no number.
        InsufficientDataError
            With fewer than five customers.
        """
        money = _money(customers, value)
        if len(money) < LEAST_CUSTOMERS:
            raise InsufficientDataError("customers", LEAST_CUSTOMERS, len(money))
        coding = attribute_coding(customers, attributes, numeric=numeric).known()
        scale = signed_log(money)
        y = scale.forward(money)
        design = coding.design(customers)
        law = random_effects(design, coding.grouping, y)
        usual = _usual_effects(design, law)
        plain = cls(coding, law, scale, 1.0, np.sort(law.residuals), usual)
        return replace(plain, factor=_factor(money, plain._smeared(law.leave_one_out)))

    def without_effects(self, customers: pd.DataFrame, *, value: str = "clv") -> Self:
        """Return the model that values every lead like the mean customer.

        Parameters
        ----------
        customers
            Customers of the fit.
        value
            Column of the lifetime value, money.

        Returns
        -------
        Self
            It still knows which attributes there are, and so how complete a lead is.
        """
        plain = type(self).fit(customers, (), value=value)
        size, groups = len(self.law.effects), len(self.law.variances)
        covariance = np.zeros((size + 1, size + 1))
        covariance[0, 0] = plain.law.covariance[0, 0]
        law = replace(
            plain.law,
            effects=np.zeros(size),
            grouping=self.law.grouping,
            variances=np.zeros(groups),
            covariance=covariance,
        )
        return replace(plain, coding=self.coding, law=law, usual=np.zeros(groups))

    def predict(self, leads: pd.DataFrame, *, level: float = 0.8) -> ProspectValue:
        """Return the lifetime value of leads if they are won.

        Parameters
        ----------
        leads
            One row per lead, the attributes as columns, empty where unknown.
        level
            Probability of the interval.

        Returns
        -------
        ProspectValue
            In the order of the leads.

        Raises
        ------
        FrameError
            If an attribute is missing as a column or the level is out of range.
        """
        mean, sd = self._law_of(leads)
        value = self._smeared(mean)
        low, high = conformal_limits(self.residuals, level)
        lower, upper = (self.scale.backward(mean + sd * limit) for limit in (low, high))
        return ProspectValue(
            value, np.minimum(lower, value), np.maximum(upper, value), level
        )

    def contributions(self, leads: pd.DataFrame) -> pd.DataFrame:
        """Return what each attribute of a lead adds to its value.

        Parameters
        ----------
        leads
            As for :meth:`predict`.

        Returns
        -------
        DataFrame
            One column of money per attribute, one row per lead: its value less the
            value it would have were this attribute as it usually is where it is known;
            0 where it is not.
        """
        design = self.coding.design(leads)
        mean = self.law.mean(design)
        known = self.coding.is_known(design)
        whole = self._smeared(mean)
        columns = {}
        for place, name in enumerate(self.coding.attributes):
            is_of = self.coding.grouping == place
            effect = design[:, is_of] @ self.law.effects[is_of] - self.usual[place]
            usual = self._smeared(mean - effect * known[:, place])
            columns[name] = whole - usual
        return pd.DataFrame(columns, index=leads.index)

    def completeness(self, leads: pd.DataFrame) -> np.ndarray:
        """Return how much of what could be known of a lead is known.

        Parameters
        ----------
        leads
            As for :meth:`predict`.

        Returns
        -------
        ndarray
            Between 0 and 1: filled attributes, weighted by what they tell of value,
            one fifth shared equally.
        """
        if not self.coding.attributes:
            return np.ones(len(leads))
        return self.coding.is_filled(leads) @ self.weights

    @property
    def weights(self) -> np.ndarray:
        """Part of the completeness that each attribute is, in order; they sum to 1."""
        size, total = len(self.coding.attributes), self.law.variances.sum()
        told = self.law.variances / total if total > 0 else np.full(size, 1.0 / size)
        return EQUAL_SHARE / size + (1.0 - EQUAL_SHARE) * told

    def _law_of(self, leads: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread of the transformed value; what is not known adds spread."""
        design = self.coding.design(leads)
        unknown = ~self.coding.is_known(design) @ self.law.variances
        return self.law.mean(design), np.hypot(self.law.sd(design), np.sqrt(unknown))

    def _smeared(self, mean: np.ndarray) -> np.ndarray:
        """Return expected money, in total that of the customers."""
        sd = float(np.sqrt(self.law.residual_variance))
        return self.factor * smeared_mean(self.scale, mean, sd, self.residuals)


def _usual_effects(design: csr_matrix, law: RandomEffects) -> np.ndarray:
    """Mean effect of each attribute among customers of whom it is known."""
    cases = np.asarray(design.sum(axis=0)).ravel()
    groups = len(law.variances)
    told = np.bincount(law.grouping, cases * law.effects, groups)
    return told / np.maximum(np.bincount(law.grouping, cases, groups), 1e-12)


def _money(customers: pd.DataFrame, value: str) -> np.ndarray:
    if value not in customers.columns:
        raise FrameError("prospects", value, "missing")
    money = customers[value].to_numpy(dtype=float)
    missing = int((~np.isfinite(money)).sum())
    if missing:
        raise FrameError("prospects", value, "null", missing)
    return money


def _factor(money: np.ndarray, predicted: np.ndarray) -> float:
    """Total value over total prediction, drawn to 1 by few customers."""
    total, expected = money.sum(), predicted.sum()
    if total <= 0 or expected <= 0:
        return 1.0
    weight = len(money) / (len(money) + PRIOR_CUSTOMERS)
    low, high = FACTOR_BOUNDS
    return float(np.clip((total / expected) ** weight, low, high))
