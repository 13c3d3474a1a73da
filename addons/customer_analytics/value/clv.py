"""Customer lifetime value: future purchases, what each is worth, discounted to today.

For a company that wants euros per customer it can trace: expected purchases of each
future month, times expected spend per purchase, times the margin on it, over
(1 + d) ** (years until then). The models that say how many and how much are arguments.

Timing: with ``period="month"`` the money of a month arrives at its END (month k is
discounted by (1 + d) ** (k/12)), the convention of the literature and the cautious one;
with ``"continuous"`` every purchase is discounted from its own moment. A month is
365.25 / 12 days. The discount rate is per year, a fraction (0.1 is 10 %), converted by
compounding: (1 + d) ** (1/12) - 1 per month.

References
----------
[1] Fader, Hardie, Lee (2005). RFM and CLV: using iso-value curves for customer base
    analysis. Journal of Marketing Research 42, 415-430.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ..errors import FrameError
from ..stats.quadrature import laplace_of_power, legendre_rule
from .purchase.btyd import PurchaseModel
from .rows import SummaryRows, summary_rows

if TYPE_CHECKING:
    from pandas import DataFrame

    from .purchase.gamma_gamma import GammaGamma
    from .purchase.pareto_nbd import ParetoNBD

__all__ = [
    "DAYS_PER_MONTH",
    "DAYS_PER_YEAR",
    "continuous_rate",
    "customer_lifetime_value",
    "discounted_expected_purchases",
    "pareto_nbd_dert",
    "period_ends",
]

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12.0

#: Gauss-Legendre nodes of the continuous discounting over one horizon.
NODES = 12


def continuous_rate(
    discount_rate_per_year: float, *, time_unit_days: float = 7.0
) -> float:
    """Continuous discount rate per time unit that a yearly rate amounts to.

    Parameters
    ----------
    discount_rate_per_year
        Fraction per year, above -1.
    time_unit_days
        Days per time unit.

    Returns
    -------
    float
        log(1 + d) per time unit.

    Raises
    ------
    FrameError
        If the rate or the unit is out of range.

    Examples
    --------
    >>> round(continuous_rate(0.15), 4)
    0.0027
    """
    if not (np.isfinite(discount_rate_per_year) and discount_rate_per_year > -1):
        raise FrameError("clv", "discount_rate_per_year", "range", 1)
    if not (np.isfinite(time_unit_days) and time_unit_days > 0):
        raise FrameError("clv", "time_unit_days", "range", 1)
    return float(np.log1p(discount_rate_per_year)) * time_unit_days / DAYS_PER_YEAR


def discounted_expected_purchases(
    model: PurchaseModel,
    summary: DataFrame | SummaryRows,
    *,
    horizon: float,
    discount_rate_per_year: float,
    time_unit_days: float = 7.0,
    period: str = "month",
) -> np.ndarray:
    """Discount expected purchases within the horizon to the end of observation.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T in the model's time unit.
    horizon
        Length of the future that counts, in time units.
    discount_rate_per_year
        Fraction per year.
    time_unit_days
        Days per time unit.
    period
        ``month``: purchases of a month count at its end, those of a last incomplete
        month at the end of the horizon; ``continuous``: each at its own moment.

    Returns
    -------
    ndarray
        Discounted number of purchases per row of the summary, in its order.

    Raises
    ------
    FrameError
        If an argument is out of range.
    """
    if period not in ("month", "continuous"):
        raise FrameError("clv", "period", "range", 1)
    if not (np.isfinite(horizon) and horizon >= 0):
        raise FrameError("clv", "horizon", "range", 1)
    delta = continuous_rate(discount_rate_per_year, time_unit_days=time_unit_days)
    rows = summary_rows(summary)
    alive = expit(-model._log_odds_dead(rows))
    if period == "month":
        times, factors = period_ends(horizon, delta, DAYS_PER_MONTH / time_unit_days)
    else:
        times, factors = _continuous(horizon, delta)
    total = np.zeros(len(rows))
    for time, factor in zip(times, factors, strict=True):
        total += factor * model._purchases_if_alive(rows, float(time))
    return rows.expand(alive * total)


def period_ends(
    horizon: float, delta: float, month: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return times and weights that discount what adds up over time, each month at its end.

    Parameters
    ----------
    horizon
        Length of the future that counts, in time units.
    delta
        Continuous discount rate per time unit.
    month
        Time units of a month.

    Returns
    -------
    tuple of ndarray
        Ends y_k of the months, the last at the horizon, and weights c_k: of what adds up
        to E(y) by y, the discounted total is the sum of c_k E(y_k) (summation by parts
        of the sum of (E(y_k) - E(y_(k-1))) exp(-delta y_k)).
    """
    if horizon == 0:
        return np.zeros(0), np.zeros(0)
    full = int(np.floor(horizon / month * (1.0 + 1e-12)))
    times = month * np.arange(1, full + 1)
    if full == 0 or horizon - times[-1] > 1e-9 * horizon:
        times = np.append(times, horizon)
    discount = np.exp(-delta * times)
    return times, discount - np.append(discount[1:], 0.0)


def _continuous(horizon: float, delta: float) -> tuple[np.ndarray, np.ndarray]:
    """Integral of exp(-delta y) dE(y) = E(H) exp(-delta H) + delta int E exp(-delta y).

    Integrated by parts, so that only the expectation itself is asked of the model.
    """
    nodes, weights = legendre_rule(NODES)
    times = np.append(horizon * nodes, horizon)
    inner = delta * horizon * weights * np.exp(-delta * horizon * nodes)
    return times, np.append(inner, np.exp(-delta * horizon))


def customer_lifetime_value(
    model: PurchaseModel,
    spend: GammaGamma,
    summary: DataFrame,
    *,
    horizon: float,
    discount_rate_per_year: float,
    time_unit_days: float = 7.0,
    period: str = "month",
    margin_rate: float | np.ndarray = 1.0,
) -> np.ndarray:
    """Net present value of each customer's purchases within the horizon.

    Parameters
    ----------
    model
        Purchase model.
    spend
        Model of the money per purchase.
    summary
        RFM_SUMMARY.
    horizon
        Length of the future that counts, in time units.
    discount_rate_per_year
        Fraction per year.
    time_unit_days
        Days per time unit.
    period
        ``month`` or ``continuous``; see the module.
    margin_rate
        Contribution margin per unit of money spent, one for all or one per row; 1 if
        monetary_value already is a margin.

    Returns
    -------
    ndarray
        Money per row of the summary, in its order.

    Raises
    ------
    FrameError
        If an argument is out of range.
    """
    purchases = discounted_expected_purchases(
        model,
        summary,
        horizon=horizon,
        discount_rate_per_year=discount_rate_per_year,
        time_unit_days=time_unit_days,
        period=period,
    )
    return purchases * spend.expected_spend(summary) * np.asarray(margin_rate)


def pareto_nbd_dert(
    model: ParetoNBD, summary: DataFrame | SummaryRows, delta: float
) -> np.ndarray:
    """Discounted expected residual transactions of Pareto/NBD, without a horizon.

    Parameters
    ----------
    model
        Pareto/NBD model.
    summary
        Columns frequency, recency, T in the model's time unit.
    delta
        Continuous discount rate per time unit, positive (``continuous_rate``).

    Returns
    -------
    ndarray
        Discounted number of all future purchases, one per row, in the row order.

    Raises
    ------
    FrameError
        If ``delta`` is not positive.

    Notes
    -----
    DERT of [1], whose confluent hypergeometric function is written as what it is: a
    living customer's mu is Gamma(s, beta+T), so his discounted remaining lifetime is
    the integral of exp(-delta y) ((beta+T) / (beta+T+y)) ** s over all y > 0.
    """
    if not (np.isfinite(delta) and delta > 0):
        raise FrameError("clv", "delta", "range", 1)
    rows = summary_rows(summary)
    shape, rate = model.rate_if_alive(rows)
    ages, which = np.unique(rows.T, return_inverse=True)
    start = model.beta + ages
    lifetime = start * laplace_of_power(delta * start, model.s)
    alive = expit(-model._log_odds_dead(rows))
    return rows.expand(alive * shape / rate * lifetime[which])
