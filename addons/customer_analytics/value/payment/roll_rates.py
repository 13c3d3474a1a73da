"""Roll rates: how much of what ages past due goes on to default.

Of each step of ageing (current, 1 to 30 days past due, 31 to 60, 61 to 90) some amount
is paid and the rest rolls on to the next. Default is the last step, by the rule of IFRS 9
(B5.5.37) 90 days past due. Steps are estimated apart, so recent instalments count for
the early ones, and their product is the probability of default from each step on.

Amounts are in money, rates are fractions of 1.

References
----------
[1] IFRS 9 Financial Instruments, B5.5.35 and B5.5.37.
[2] Brown, Cai, DasGupta (2001). Interval estimation for a binomial proportion.
    Statistical Science 16, 101-133: half a success and half a failure added (Jeffreys).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import beta as beta_law

from ...errors import FrameError
from .payment_history import INSTALMENTS

__all__ = ["BUCKETS", "RollRates", "ageing", "fit_roll_rates"]

#: First day past due of each step after "current"; the last one is default.
BUCKETS = (1, 31, 61, 91)

#: Half a success and half a failure: what is assumed of a step nobody has been seen on.
JEFFREYS = 0.5

#: Draws behind the interval of a product of steps.
DRAWS = 2000


@dataclass(frozen=True, eq=False)
class RollRates:
    """How much of each step of ageing reaches the next, and default.

    Parameters
    ----------
    steps
        Amount-weighted share of each step that reaches the next: current to past due,
        then from bucket to bucket.
    default_probability
        Probability of default from each step on; 1 for the last, default itself.
    lower, upper, level
        Interval of ``default_probability``.
    effective_counts
        Instalments seen on each step, weighted by amount (Kish): one big invoice among
        small ones counts for little more than one.
    buckets
        First day past due of each step after "current".
    """

    steps: np.ndarray
    default_probability: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float
    effective_counts: np.ndarray
    buckets: tuple[int, ...] = BUCKETS

    def default_rate(
        self, days_past_due: np.ndarray, late_probability: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the probability of default of open instalments.

        Parameters
        ----------
        days_past_due
            Per instalment; 0 or less is current.
        late_probability
            The customer's own probability of being late, which takes the place of the
            company's first step for what is current; None is the company's.

        Returns
        -------
        ndarray
            One per instalment, in their order.
        """
        days = np.asarray(days_past_due, dtype=float)
        step = np.searchsorted(self.buckets, days, side="right")
        rate = self.default_probability[step]
        if late_probability is None:
            return rate
        own = np.asarray(late_probability, dtype=float) * self.default_probability[1]
        return np.where(step == 0, own, rate)


def fit_roll_rates(
    instalments: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    rng: np.random.Generator,
    buckets: tuple[int, ...] = BUCKETS,
    level: float = 0.8,
) -> RollRates:
    """Estimate the roll rates of a company from its instalments.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.
    observation_end
        Last day that counts; each step is judged by the instalments due long enough
        before it.
    rng
        Randomness of the interval.
    buckets
        First day past due of each step after "current".
    level
        Probability of the interval.

    Returns
    -------
    RollRates
        Shares of the amounts. Each step starts from half a success and half a failure,
        so a company that never lost a cent has a small rate and a wide interval, and
        one without history says one half at every step.

    Raises
    ------
    FrameError
        If the instalments break their contract, or on a level outside (0, 1).
    """
    if not 0.0 < level < 1.0:
        raise FrameError("credit_loss", "level", "range", 1)
    amount, unpaid_days, age = ageing(instalments, observation_end)
    reached, rolled, counts = [], [], []
    for start, end in zip((-np.inf, *buckets[:-1]), buckets, strict=True):
        seen = (age >= end) & (unpaid_days >= start) & (amount > 0)
        money = amount[seen]
        share = money @ (unpaid_days[seen] >= end) / money.sum() if seen.any() else 0.0
        count = money.sum() ** 2 / (money @ money) if seen.any() else 0.0
        reached.append((1.0 - share) * count + JEFFREYS)
        rolled.append(share * count + JEFFREYS)
        counts.append(count)
    paid, unpaid = np.array(reached), np.array(rolled)
    drawn = beta_law.rvs(unpaid, paid, size=(DRAWS, len(paid)), random_state=rng)
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(_to_default(drawn), [tail, 1.0 - tail], axis=0)
    steps = unpaid / (unpaid + paid)
    default = _to_default(steps[None, :])[0]
    return RollRates(
        steps=steps,
        default_probability=default,
        lower=np.minimum(lower, default),
        upper=np.maximum(upper, default),
        level=level,
        effective_counts=np.array(counts),
        buckets=tuple(buckets),
    )


def ageing(
    instalments: pd.DataFrame, observation_end: np.datetime64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how far each instalment has aged past its due day.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.
    observation_end
        Last day that counts.

    Returns
    -------
    tuple of ndarray
        Amount (money); days past due on which it was paid, or of ``observation_end``
        if open; days past due of ``observation_end``. Negative is before the due day.

    Raises
    ------
    FrameError
        If the instalments break their contract.
    """
    INSTALMENTS.check(instalments)
    end = np.datetime64(observation_end, "D")
    due, settled = (
        instalments[name].to_numpy().astype("datetime64[D]")
        for name in ("due_day", "settled_day")
    )
    is_open = np.isnat(settled) | (settled > end)
    stop = np.where(is_open, end, settled)
    unpaid_days = (stop - due).astype(np.int64)
    age = (end - due).astype(np.int64)
    return instalments["amount"].to_numpy(dtype=float), unpaid_days, age


def _to_default(steps: np.ndarray) -> np.ndarray:
    """Probability of reaching default from each step on, and 1 for default itself."""
    product = np.cumprod(steps[:, ::-1], axis=1)[:, ::-1]
    return np.column_stack([product, np.ones(len(product))])
