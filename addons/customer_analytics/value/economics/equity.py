"""Customer equity: what all customers are worth, those we have and those to come.

The sum of the lifetime values of the present customers, and apart from it the value of
the customers that will be won, discounted to today (E5). They answer different
questions - what is there, and what acquisition adds - and are known with different
certainty, so they are never shown as one number only.

A sum is better known than its parts. Its interval comes from draws in which a column is
one possible future of *all* customers (the same parameters, every customer's own luck):
the luck of n customers grows like the square root of n, an error of the parameters like
n. Both are taken from the draws of :mod:`.lifetime_draws`, of all customers or of a
random sample of them.

The future part assumes that customers keep coming at the mean rate of the months given,
and are like the present ones when they were new. Money of a month arrives at its end,
as in :mod:`.clv`.

References
----------
Blattberg, Deighton (1996). Manage marketing by the customer equity test. HBR 74, 136-144.
Gupta, Lehmann, Stuart (2004). Valuing customers. Journal of Marketing Research 41, 7-18.
METHODS.md, section G: equity = sum of CLV existing + future cohorts, shown separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import FrameError, InsufficientDataError
from ..clv import DAYS_PER_MONTH, continuous_rate
from ..purchase.draws import check_draws

__all__ = [
    "CustomerEquity",
    "EquityEstimate",
    "future_equity",
    "present_equity",
]


@dataclass(frozen=True)
class EquityEstimate:
    """Value of a group of customers.

    Parameters
    ----------
    value
        Expected, in money of today.
    lower, upper
        Limits, in money.
    level
        Probability of the interval.
    customers
        How many there are, or may be expected to come.
    """

    value: float
    lower: float
    upper: float
    level: float
    customers: float


@dataclass(frozen=True)
class CustomerEquity:
    """Value of present and of future customers, side by side.

    Parameters
    ----------
    present, future
        The two parts, of one level.
    """

    present: EquityEstimate
    future: EquityEstimate

    @property
    def total(self) -> EquityEstimate:
        """Sum of both; the errors, taken as independent, add in squares."""
        parts = (self.present, self.future)
        value = sum(part.value for part in parts)
        below = np.hypot(*(part.value - part.lower for part in parts))
        above = np.hypot(*(part.upper - part.value for part in parts))
        return EquityEstimate(
            value,
            float(value - below),
            float(value + above),
            self.present.level,
            sum(part.customers for part in parts),
        )


def present_equity(
    clv: np.ndarray, draws: np.ndarray, *, level: float = 0.8
) -> EquityEstimate:
    """Add up the lifetime values of present customers, with the interval of the sum.

    Parameters
    ----------
    clv
        Expected lifetime value of every customer, in money.
    draws
        Possible values of all of them, or of a random sample, array (customers,
        futures); a column belongs together. Money of ``clv``.
    level
        Probability of the interval.

    Returns
    -------
    EquityEstimate
        The sum of ``clv``; limits from the draws.

    Raises
    ------
    FrameError
        On missing values, or a level out of range.
    InsufficientDataError
        With fewer than 20 draws of one customer, or no customer at all.
    """
    clv, draws = np.asarray(clv, dtype=float), np.asarray(draws, dtype=float)
    check_draws(level, 1, 0.0)
    missing = int((~np.isfinite(clv)).sum() + (~np.isfinite(draws)).sum())
    if missing:
        raise FrameError("equity", "clv", "null", missing)
    if not len(clv):
        raise InsufficientDataError("customers", 1, 0)
    if draws.ndim != 2 or not len(draws) or draws.shape[1] < 20:
        raise InsufficientDataError("draws", 20, draws.size)
    deviation = _spread_of_all(draws, len(clv) / len(draws))
    tail = (1.0 - level) / 2.0
    value = float(clv.sum())
    lower, upper = value + np.quantile(deviation, [tail, 1.0 - tail])
    return EquityEstimate(value, float(lower), float(upper), level, float(len(clv)))


def _spread_of_all(draws: np.ndarray, factor: float) -> np.ndarray:
    """Deviations of the sum over all customers, ``factor`` times those drawn.

    Own luck adds in variance, common error in standard deviation; what the variances of
    the rows do not explain of the variance of the sums is common.
    """
    total = draws.sum(axis=0)
    variance = float(total.var(ddof=1))
    if variance <= 0:
        return np.zeros(len(total))
    own = min(float(draws.var(axis=1, ddof=1).sum()), variance)
    wanted = factor * own + factor**2 * (variance - own)
    return (total - total.mean()) * np.sqrt(wanted / variance)


def future_equity(
    acquired: Sequence[float],
    customer_value: float,
    *,
    months: int,
    discount_rate_per_year: float,
    rng: np.random.Generator,
    value_error: float = 0.0,
    value_sd: float = 0.0,
    level: float = 0.8,
    draws: int = 4000,
) -> EquityEstimate:
    """Value of the customers that will be won in the coming months.

    Parameters
    ----------
    acquired
        New customers of each past month that is thought typical.
    customer_value
        Lifetime value of a customer on the day he is won, less what winning him costs.
    months
        How many months of acquisition count.
    discount_rate_per_year
        Fraction per year, above -1.
    rng
        Source of randomness.
    value_error
        Standard error of ``customer_value``.
    value_sd
        Standard deviation of the value between customers.
    level
        Probability of the interval.
    draws
        Futures drawn.

    Returns
    -------
    EquityEstimate
        Mean rate times value times the discounted months; ``customers`` undiscounted.

    Raises
    ------
    FrameError
        If an argument is out of range.
    InsufficientDataError
        Without a past month.

    Notes
    -----
    Months more uneven than Poisson (index of dispersion above 1) widen the interval of
    the rate, which is that of a gamma posterior with Jeffreys' prior.
    """
    counts = _checked_months(acquired)
    check_draws(level, draws, months)
    delta = continuous_rate(discount_rate_per_year, time_unit_days=DAYS_PER_MONTH)
    discount = float(np.exp(-delta * np.arange(1, int(months) + 1)).sum())
    uneven = _dispersion(counts)
    rate = rng.gamma(counts.sum() / uneven + 0.5, uneven / len(counts), draws)
    worth = customer_value + value_error * rng.standard_normal(draws)
    come = uneven * rng.poisson(np.maximum(rate * months / uneven, 0.0))
    luck = value_sd * np.sqrt(come) * rng.standard_normal(draws)
    per_month = discount / max(int(months), 1)
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile((come * worth + luck) * per_month, [tail, 1.0 - tail])
    value = float(counts.mean() * discount * customer_value)
    return EquityEstimate(
        value,
        min(float(lower), value),
        max(float(upper), value),
        level,
        float(counts.mean() * months),
    )


def _checked_months(acquired: Sequence[float]) -> np.ndarray:
    counts = np.asarray(acquired, dtype=float)
    wrong = ~(np.isfinite(counts) & (counts >= 0))
    if wrong.any():
        raise FrameError("equity", "acquired", "range", int(wrong.sum()))
    if not counts.size:
        raise InsufficientDataError("months", 1, 0)
    return counts


def _dispersion(counts: np.ndarray) -> float:
    """Variance over mean of the months, at least 1."""
    if len(counts) < 2 or counts.sum() <= 0:
        return 1.0
    return max(1.0, float(counts.var(ddof=1) / counts.mean()))
