"""Expected credit loss: what of the receivables will never be paid.

Late is not lost. A loss is the probability of *default* times the part lost then times
the exposure (PD x LGD x EAD), and most of what is late is paid in the end. Default is
being unpaid 90 days after the due day (IFRS 9, B5.5.37). How much of what is current, 1
to 30, 31 to 60, 61 to 90 days past due gets there, past instalments tell
(:mod:`.roll_rates`).

A customer's own payment risk enters at the first step only: from current to past due.
Amounts are in money, rates are fractions of 1.

References
----------
[1] IFRS 9 Financial Instruments, Illustrative Example 12: provision matrix.
[2] IFRS Community. Expected credit loss: provision matrix from roll rates.
    ifrscommunity.com.
[3] Basel Committee on Banking Supervision (2006). International convergence of capital
    measurement and capital standards, paragraph 287: 45 % of an unsecured claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import beta as beta_law

from ...errors import FrameError
from .roll_rates import BUCKETS, RollRates, ageing

__all__ = [
    "LOSS_GIVEN_DEFAULT",
    "LossGivenDefault",
    "customer_credit_loss",
    "expected_loss",
    "fit_loss_given_default",
    "loss_by_age",
    "loss_rates",
]

#: Part of a defaulted claim that is lost, until a company knows its own [3].
LOSS_GIVEN_DEFAULT = 0.45

#: Defaulted instalments with which that figure counts against the company's own.
PRIOR_DEFAULTS = 10.0

#: Days after default in which recoveries are waited for.
WORKOUT_DAYS = 360


@dataclass(frozen=True)
class LossGivenDefault:
    """Part of a defaulted claim that is lost.

    Parameters
    ----------
    value
        Expected part, 0 to 1.
    lower, upper, level
        Its interval.
    effective_count
        Defaulted instalments seen long enough, weighted by amount.
    """

    value: float
    lower: float
    upper: float
    level: float
    effective_count: float


def expected_loss(
    probability_of_default: np.ndarray | float,
    loss_given_default: np.ndarray | float,
    exposure_at_default: np.ndarray | float,
) -> np.ndarray:
    """Return PD x LGD x EAD.

    Parameters
    ----------
    probability_of_default
        Of default, not of being late.
    loss_given_default
        Part of the exposure lost in default.
    exposure_at_default
        Money owed.

    Returns
    -------
    ndarray
        Money, of the common shape.

    Raises
    ------
    FrameError
        On a probability or part outside [0, 1], a negative exposure, a missing value.

    Examples
    --------
    >>> float(expected_loss(0.02, 0.5, 1000.0))
    10.0
    """
    bounds = {
        "probability_of_default": (probability_of_default, 1.0),
        "loss_given_default": (loss_given_default, 1.0),
        "exposure_at_default": (exposure_at_default, np.finfo(float).max),
    }
    arrays = []
    for name, (value, most) in bounds.items():
        array = np.asarray(value, dtype=float)
        wrong = int((~((array >= 0.0) & (array <= most))).sum())
        if wrong:
            raise FrameError("credit_loss", name, "range", wrong)
        arrays.append(array)
    return arrays[0] * arrays[1] * arrays[2]


def loss_rates(amounts: Sequence[float]) -> np.ndarray:
    """Return which part of each step of ageing is lost, from one cohort of sales.

    Parameters
    ----------
    amounts
        What was sold, what of it was still unpaid at the beginning of each later
        bucket, and last what was never paid: not rising.

    Returns
    -------
    ndarray
        The last amount over each: the provision matrix of [2], one per step.

    Raises
    ------
    FrameError
        If an amount is missing, negative or above the one before.

    Examples
    --------
    >>> loss_rates([100_000, 50_000, 23_000, 8_000, 2_000]).round(3)
    array([0.02 , 0.04 , 0.087, 0.25 , 1.   ])
    """
    left = np.asarray(amounts, dtype=float)
    wrong = int((~(left >= 0.0)).sum() + (np.diff(left) > 0.0).sum())
    if wrong or left.ndim != 1 or not np.isfinite(left).all():
        raise FrameError("credit_loss", "amounts", "range", max(wrong, 1))
    return np.divide(left[-1], left, out=np.ones(len(left)), where=left > 0)


def fit_loss_given_default(
    instalments: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    default_day: int = BUCKETS[-1],
    workout_days: int = WORKOUT_DAYS,
    prior: float = LOSS_GIVEN_DEFAULT,
    level: float = 0.8,
) -> LossGivenDefault:
    """Estimate which part of defaulted instalments is never paid.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.
    observation_end
        Last day that counts.
    default_day
        Day past due from which on an unpaid instalment is in default.
    workout_days
        Days after default in which recoveries are waited for.
    prior
        Part lost that is assumed of a company without defaults, above 0 and below 1.
    level
        Probability of the interval.

    Returns
    -------
    LossGivenDefault
        Share of the defaulted amounts still unpaid after the workout, pulled towards
        ``prior`` with the weight of PRIOR_DEFAULTS instalments.

    Raises
    ------
    FrameError
        If the instalments break their contract, or a part or level is outside (0, 1).
    """
    for name, value in (("prior", prior), ("level", level)):
        if not 0.0 < value < 1.0:
            raise FrameError("credit_loss", name, "range", 1)
    amount, unpaid_days, age = ageing(instalments, observation_end)
    end = default_day + workout_days
    seen = (unpaid_days >= default_day) & (age >= end) & (amount > 0)
    money = amount[seen]
    lost = money @ (unpaid_days[seen] >= end) / money.sum() if seen.any() else 0.0
    count = float(money.sum() ** 2 / (money @ money)) if seen.any() else 0.0
    bad = lost * count + prior * PRIOR_DEFAULTS
    good = (1.0 - lost) * count + (1.0 - prior) * PRIOR_DEFAULTS
    tail = (1.0 - level) / 2.0
    lower, upper = beta_law.ppf([tail, 1.0 - tail], bad, good)
    value = bad / (bad + good)
    return LossGivenDefault(float(value), float(lower), float(upper), level, count)


def loss_by_age(
    loss_given_default: float,
    days_past_due: np.ndarray,
    *,
    default_day: int = BUCKETS[-1],
    workout_days: int = WORKOUT_DAYS,
) -> np.ndarray:
    """Return which part of an unpaid claim is lost once it goes into default.

    Parameters
    ----------
    loss_given_default
        Part lost, as of the day of default.
    days_past_due
        Per claim, still unpaid.
    default_day, workout_days
        As for :func:`fit_loss_given_default`.

    Returns
    -------
    ndarray
        The same up to default; from then on recoveries that have not come are missing.
        They come evenly over the workout, and what is unpaid at its end is lost.

    Examples
    --------
    >>> loss_by_age(0.5, [0, 91, 271, 451]).round(3)
    array([0.5  , 0.5  , 0.667, 1.   ])
    """
    waited = (np.asarray(days_past_due, dtype=float) - default_day) / workout_days
    to_come = (1.0 - loss_given_default) * np.clip(1.0 - waited, 0.0, 1.0)
    return loss_given_default / (loss_given_default + to_come)


def customer_credit_loss(
    open_instalments: pd.DataFrame,
    roll_rates: RollRates,
    observation_end: np.datetime64,
    *,
    late_probability: np.ndarray | None = None,
    loss_given_default: float = LOSS_GIVEN_DEFAULT,
) -> pd.DataFrame:
    """Return what each customer owes and is expected never to pay.

    Parameters
    ----------
    open_instalments
        customer_id, due_day and open_amount (money not yet paid, which after part
        payments is less than the amount), one row per open instalment.
    roll_rates
        Result of :func:`~.roll_rates.fit_roll_rates`.
    observation_end
        Day on which they are open.
    late_probability
        Of each row, from :mod:`.payment_risk`; None uses the company's first step.
    loss_given_default
        Part of the exposure lost in default.

    Returns
    -------
    DataFrame
        By ``customer_id``: ``exposure``, ``overdue_exposure``, ``expected_loss``,
        ``expected_loss_lower``, ``expected_loss_upper`` (money; the interval is that of
        the roll rates, which are wrong for all instalments together, so limits add up).

    Raises
    ------
    FrameError
        On a missing or negative amount, or a part outside [0, 1].
    """
    due = open_instalments["due_day"].to_numpy().astype("datetime64[D]")
    days = (np.datetime64(observation_end, "D") - due).astype(np.int64)
    exposure = open_instalments["open_amount"].to_numpy(dtype=float)
    rate = roll_rates.default_rate(days, late_probability)
    loss = expected_loss(rate, loss_given_default, exposure)
    step = np.searchsorted(roll_rates.buckets, days, side="right")
    center = roll_rates.default_probability[step]
    columns = {
        "customer_id": open_instalments["customer_id"].to_numpy(),
        "exposure": exposure,
        "overdue_exposure": np.where(days > 0, exposure, 0.0),
        "expected_loss": loss,
        "expected_loss_lower": loss * roll_rates.lower[step] / center,
        "expected_loss_upper": np.minimum(
            loss * roll_rates.upper[step] / center, exposure * loss_given_default
        ),
    }
    return pd.DataFrame(columns).groupby("customer_id", sort=True).sum().reset_index()
