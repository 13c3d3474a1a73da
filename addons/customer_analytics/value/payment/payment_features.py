"""What describes a customer as a payer, each pulled towards all customers.

From the counts of :mod:`.payment_history` and two laws of the company: how often its
customers pay late (beta-binomial), and by how many days they are early or late (normal
around a personal mean, itself normal over customers). The second knows more: who pays
two days before the due day is nearer to being late than who pays twenty before.

Days are days, amounts are taken relative to the company's typical amount.

References
----------
[1] Searle, Casella, McCulloch (1992). Variance Components, sections 3.6 and 3.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from ...errors import InsufficientDataError
from ...stats.beta_binomial import WEAK_PRIOR, BetaBinomial

__all__ = ["DelayLaw", "PaymentLaws", "fit_payment_laws", "payment_features"]

#: Weak prior of the variances: payments of one customer vary by 10 days, and customers
#: among each other as payments do, with the weight of this many observations.
PRIOR_SD = 10.0
PRIOR_WEIGHT = 2.0

#: Weight of the company's spread in a customer's, in payments.
SPREAD_WEIGHT = 5.0

#: Weight of the company's mean days late in a customer's, in late payments.
LATE_WEIGHT = 5.0
#: Days late of one payment that every company is assumed to have seen.
PRIOR_DAYS_LATE = 10.0

#: Smallest ratio to the typical amount that still makes a difference.
LEAST_AMOUNT = 0.01


@dataclass(frozen=True)
class DelayLaw:
    """Days from due to settled: normal within a customer, and his mean over customers.

    Parameters
    ----------
    mean
        Mean over customers, in days; negative is early.
    within
        Variance of the payments of a customer, in squared days.
    between
        Variance of the customers' means.
    """

    mean: float
    within: float
    between: float

    @property
    def weight(self) -> float:
        """Payments with which the mean of all counts against a customer's own."""
        return self.within / self.between

    @classmethod
    def fit(cls, history: pd.DataFrame) -> DelayLaw:
        """Estimate the law from one row per customer.

        Parameters
        ----------
        history
            due_count, delay_sum, delay_square_sum of
            :func:`~.payment_history.history_at_day`.

        Returns
        -------
        DelayLaw
            By analysis of variance, unbalanced, eq. 3.6 of [1], with a weak prior on
            both variances.

        Raises
        ------
        InsufficientDataError
            If no instalment has fallen due.
        """
        known = history[history["due_count"] > 0]
        if not len(known):
            raise InsufficientDataError("instalments fallen due", 1, 0)
        count = known["due_count"].to_numpy(float)
        own = known["delay_sum"].to_numpy(float) / count
        total, customers = count.sum(), len(count)
        squares = (known["delay_square_sum"].to_numpy(float) - count * own**2).sum()
        within = (squares + PRIOR_WEIGHT * PRIOR_SD**2) / (
            total - customers + PRIOR_WEIGHT
        )
        spread = count @ (own - count @ own / total) ** 2 - (customers - 1) * within
        size = total - count @ count / total
        between = max(spread / size, 0.0) if size > 0 else 0.0
        between = ((customers - 1) * between + PRIOR_WEIGHT * within) / (
            customers - 1 + PRIOR_WEIGHT
        )
        trust = 1.0 / (between + within / count)
        return cls(float(trust @ own / trust.sum()), float(within), float(between))


@dataclass(frozen=True)
class PaymentLaws:
    """What is known of a company's customers together.

    Parameters
    ----------
    rates
        Law of the customers' rates of late payment.
    delays
        Law of the days between due and settled.
    typical_amount
        Mean amount of an instalment, in money.
    days_late
        Mean days late of a late instalment.
    """

    rates: BetaBinomial
    delays: DelayLaw
    typical_amount: float
    days_late: float

    def mean_days_late(self, history: pd.DataFrame) -> np.ndarray:
        """Return the expected days late of a customer's instalment that is late.

        Parameters
        ----------
        history
            late_days and late_settled_count per row.

        Returns
        -------
        ndarray
            Days per row: total days over payments made, as for a constant rate of
            paying, so those still open count with their days but not as payments;
            pulled towards the company's with the weight of LATE_WEIGHT payments.
        """
        days = history["late_days"].to_numpy(float) + LATE_WEIGHT * self.days_late
        return days / (history["late_settled_count"].to_numpy(float) + LATE_WEIGHT)


def fit_payment_laws(history: pd.DataFrame, typical_amount: float) -> PaymentLaws:
    """Estimate the laws of a company from one row per customer.

    Parameters
    ----------
    history
        Result of :func:`~.payment_history.history_at_day`.
    typical_amount
        Mean amount of an instalment, in money; not positive counts as 1.

    Returns
    -------
    PaymentLaws
        With weak priors throughout, so that one customer is enough.

    Raises
    ------
    InsufficientDataError
        If no instalment has fallen due.
    """
    delays = DelayLaw.fit(history)
    days, count = history["late_days"].sum(), history["late_settled_count"].sum()
    return PaymentLaws(
        rates=BetaBinomial.fit(
            history["late_count"].to_numpy(float),
            history["due_count"].to_numpy(float),
            prior=WEAK_PRIOR,
        ),
        delays=delays,
        typical_amount=float(typical_amount) if typical_amount > 0 else 1.0,
        days_late=float((days + PRIOR_DAYS_LATE) / (count + 1.0)),
    )


def payment_features(
    cases: pd.DataFrame, laws: PaymentLaws, features: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Describe each case for a logistic model of late payment.

    Parameters
    ----------
    cases
        Columns of :func:`~.payment_history.history_at_invoice`, ``amount`` of the
        instalment in question, and the known features.
    laws
        The company's laws.
    features
        Names of the known features.

    Returns
    -------
    DataFrame
        Per case, in their order: ``log_amount`` (over the typical one), ``late_rate``
        (log-odds), ``delay_score`` (expected days from due to settled, in predictive
        standard deviations), ``mean_days_late``, ``open_amount`` and ``overdue_amount``
        (logarithms); each known feature, and ``<feature>_change`` against the
        customer's earlier instalments, by which his history has to be corrected.

    Notes
    -----
    The number of earlier instalments has no column of its own: it is in every pulled
    value. As a column it counts the time since the books begin; on the benchmark's
    validation months it made the logarithmic score worse by .004 to .02.
    """
    count = cases["due_count"].to_numpy(float)
    delays = laws.delays
    size = count + delays.weight
    columns = {
        "log_amount": np.log(_relative(cases["amount"], laws, LEAST_AMOUNT)),
        "late_rate": logit(laws.rates.rate(cases["late_count"], count)),
        "delay_score": _delay_score(cases, delays),
        "mean_days_late": np.log1p(cases["late_days"].to_numpy(float) / size),
        "open_amount": np.log1p(_relative(cases["open_amount"], laws)),
        "overdue_amount": np.log1p(_relative(cases["overdue_amount"], laws)),
    }
    for name in features:
        value = cases[name].to_numpy(float)
        columns[name] = value
        change = count * value - cases[f"{name}_sum"].to_numpy(float)
        columns[f"{name}_change"] = change / size
    return pd.DataFrame(columns)


def _relative(amount: pd.Series, laws: PaymentLaws, least: float = 0.0) -> np.ndarray:
    return np.maximum(amount.to_numpy(float) / laws.typical_amount, least)


def _delay_score(cases: pd.DataFrame, delays: DelayLaw) -> np.ndarray:
    """Return the expected delay over the standard deviation of the next one."""
    count = cases["due_count"].to_numpy(float)
    total = cases["delay_sum"].to_numpy(float)
    mean = (total + delays.weight * delays.mean) / (count + delays.weight)
    squares = cases["delay_square_sum"].to_numpy(float)
    squares = np.maximum(squares - 2.0 * mean * total + count * mean**2, 0.0)
    own = (squares + SPREAD_WEIGHT * delays.within) / (count + SPREAD_WEIGHT)
    return mean / np.sqrt(own + delays.within / (count + delays.weight))
