"""Which model tells a company's purchases best, judged by what it had not seen.

Models are fitted to what was known at a cut-off and asked how likely, customer by
customer, the days of the purchases after it are. That likelihood is the ratio of two
which every model has: of the whole history, and of its part up to the cut-off, at the
same parameters. Differences between models are paired by customer, so their standard
error is that of a mean; a model that is better by less than one is not better, and the
simpler one is taken (the one-standard-error rule of Breiman et al. 1984).

Where a company is too small for that, the likelihood of the history itself decides,
under the weak priors, by the same rule.

Times are in one unit, that of the models.

References
----------
Breiman, Friedman, Olshen, Stone (1984). Classification and Regression Trees, 3.4.
Geisser, Eddy (1979). A predictive approach to model selection. JASA 74, 153-160.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InsufficientDataError
from ..rows import summary_rows

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd

    from .btyd import PurchaseModel
    from .gap_rule import GapRule

__all__ = [
    "LEAST_CUSTOMERS",
    "LEAST_EVENTS",
    "SIMPLEST_FIRST",
    "ModelChoice",
    "choose_model",
    "customer_log_likelihood",
    "gap_rule_log_likelihood",
    "predictive_log_likelihood",
]

#: The simpler is taken among equals. BG/NBD comes after MBG/NBD because it says nothing
#: of one-time buyers and needs another model beside it for that (METHODS.md, M).
SIMPLEST_FIRST = ("gap_rule", "mbg_nbd", "bg_nbd", "pareto_nbd", "mbg_cnbd")

#: Customers known at the cut-off, and purchases after it, that a choice needs.
LEAST_CUSTOMERS = 50
LEAST_EVENTS = 50


@dataclass(frozen=True)
class ModelChoice:
    """How likely each model made what happened, and which is taken.

    Parameters
    ----------
    chosen, best
        Key of the model that is taken, and of the likeliest.
    reason
        ``best``; ``simpler``: within one standard error of the best; ``too_few``: judged
        by the history itself.
    customers, events
        Customers compared, and their purchases in the period that judged.
    log_likelihood
        Mean per customer of each model, in nats.
    difference, standard_error
        Of each model from the best, per customer: not positive, and how sure that is.
    """

    chosen: str
    best: str
    reason: str
    customers: int
    events: int
    log_likelihood: Mapping[str, float]
    difference: Mapping[str, float]
    standard_error: Mapping[str, float]

    def to_dict(self) -> dict:
        """Return the choice as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the choice that ``to_dict`` wrote."""
        return cls(**values)

    def rows(self) -> Iterator[dict]:
        """Yield one row per model, the likeliest first."""
        for name in sorted(self.log_likelihood, key=lambda key: -self.difference[key]):
            yield {
                "model": name,
                "log_likelihood": self.log_likelihood[name],
                "difference": self.difference[name],
                "standard_error": self.standard_error[name],
            }


def choose_model(
    values: Mapping[str, np.ndarray],
    *,
    events: int,
    usable: tuple[str, ...] = SIMPLEST_FIRST,
    is_holdout: bool = True,
) -> ModelChoice:
    """Take the likeliest model, or a simpler one that is as likely.

    Parameters
    ----------
    values
        Log-likelihood of each customer under each model, in the same order.
    events
        Purchases in the period that judges.
    usable
        Models that may be taken; the others are compared only.
    is_holdout
        Whether the values speak of purchases that the models had not seen.

    Returns
    -------
    ModelChoice
        With a reason.

    Raises
    ------
    InsufficientDataError
        Without a usable model or a customer.

    Examples
    --------
    >>> values = {"mbg_nbd": np.array([-1.0, -2.0, -3.0]), "pareto_nbd": np.full(3, -1.9)}
    >>> choose_model(values, events=60).chosen
    'mbg_nbd'
    """
    allowed = [name for name in SIMPLEST_FIRST if name in values and name in usable]
    customers = len(next(iter(values.values()), ()))
    if not allowed or not customers:
        raise InsufficientDataError("models and customers to compare", 1, 0)
    mean = {name: float(value.mean()) for name, value in values.items()}
    best = max(values, key=lambda name: mean[name])
    top = max(allowed, key=lambda name: mean[name])
    chosen = next(
        name
        for name in allowed
        if mean[top] - mean[name] <= _standard_error(values[top] - values[name])
    )
    return ModelChoice(
        chosen=chosen,
        best=best,
        reason=("best" if chosen == top else "simpler") if is_holdout else "too_few",
        customers=customers,
        events=int(events),
        log_likelihood=mean,
        difference={name: mean[name] - mean[best] for name in values},
        standard_error={
            name: _standard_error(values[best] - values[name]) for name in values
        },
    )


def customer_log_likelihood(model: PurchaseModel, summary: pd.DataFrame) -> np.ndarray:
    """Log-likelihood of the purchase days of each customer.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T and log_gaps (sum of the logarithms of the gaps).

    Returns
    -------
    ndarray
        One per row; densities per time unit, comparable between models.
    """
    rows = summary_rows(summary)
    value = rows.expand(model._log_likelihoods(rows)[0])
    regularity = getattr(model, "regularity", 1)
    return value + (regularity - 1.0) * summary["log_gaps"].to_numpy(dtype=float)


def predictive_log_likelihood(
    model: PurchaseModel, before: pd.DataFrame, after: pd.DataFrame
) -> np.ndarray:
    """Log-likelihood of the purchases after a cut-off, given those before it.

    Parameters
    ----------
    model
        Purchase model, fitted to ``before``.
    before, after
        Summaries of the same customers in the same order, with log_gaps, at the cut-off
        and at the end.

    Returns
    -------
    ndarray
        One per customer.
    """
    return customer_log_likelihood(model, after) - customer_log_likelihood(
        model, before
    )


def gap_rule_log_likelihood(
    rule: GapRule, before: pd.DataFrame, purchases: np.ndarray, period: float
) -> np.ndarray:
    """Log-likelihood of the purchases after a cut-off under the gap rule.

    Parameters
    ----------
    rule
        The rule, fitted before the cut-off.
    before
        Summary at the cut-off.
    purchases
        What each customer bought in the ``period`` after it.
    period
        Length of it.

    Returns
    -------
    ndarray
        One per customer: each buys by chance at the rate that the rule gives him.
    """
    rate = rule.rate(before)
    return purchases * np.log(rate) - rate * period


def _standard_error(difference: np.ndarray) -> float:
    if len(difference) < 2:
        return 0.0
    return float(difference.std(ddof=1) / np.sqrt(len(difference)))
