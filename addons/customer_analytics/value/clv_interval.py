"""Interval of customer lifetime value, by draws of purchases and of their value.

Purchases are drawn as in ``predictive``. The rate nu of a customer's spend, given the
mean m of x purchases, is Gamma(q + p x, v + x m), and the sum of n purchases is
Gamma(p n, nu) (Fader, Hardie 2013, notes/025). Their ratio is (v + x m) times a
variable that depends on (x, t_x, T) alone: it is drawn once per distinct row, so that
the time does not grow with the number of customers. Only with ``parameter_draws``,
meant for small companies, is every customer drawn for himself.

Of 80 % intervals of simulated customers likely to buy, .80 hold where 400 customers
were known, .77 with 100, .75 with 25 (tests/engine/value/test_clv_interval.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .clv import DAYS_PER_MONTH, continuous_rate
from .purchase.draws import (
    central_limits,
    check_draws,
    draw_counts,
    parameter_blocks,
    row_parts,
)
from .purchase.predictive import PredictiveInterval
from .rows import SummaryRows, summary_rows

if TYPE_CHECKING:
    from pandas import DataFrame

    from .purchase.btyd import PurchaseModel
    from .purchase.gamma_gamma import GammaGamma

__all__ = ["clv_interval"]


def clv_interval(
    model: PurchaseModel,
    spend: GammaGamma,
    summary: DataFrame,
    *,
    horizon: float,
    discount_rate_per_year: float,
    rng: np.random.Generator,
    time_unit_days: float = 7.0,
    period: str = "month",
    margin_rate: float | np.ndarray = 1.0,
    level: float = 0.8,
    draws: int = 500,
    parameter_draws: int = 0,
) -> PredictiveInterval:
    """Interval of each customer's lifetime value within the horizon.

    Parameters
    ----------
    model, spend
        Purchase model and model of the money per purchase.
    summary
        RFM_SUMMARY in the model's time unit.
    horizon, discount_rate_per_year, time_unit_days, period, margin_rate
        As for ``customer_lifetime_value``.
    rng
        Source of randomness.
    level
        Probability of the interval; each tail has at most half of the rest.
    draws
        Futures drawn per distinct row.
    parameter_draws
        Parameter vectors drawn; 0 takes the estimates for certain.

    Returns
    -------
    PredictiveInterval
        Limits in money.

    Raises
    ------
    FrameError
        If an argument is out of range.

    Notes
    -----
    The purchases of one draw are discounted together, from their mean time given their
    number and the lifetime drawn; a month's end is taken as half a month later. The
    error is below (delta * horizon)**2 / 24 of the value, .4 % for 10 % and 3 years.
    """
    check_draws(level, draws, horizon)
    delta = continuous_rate(discount_rate_per_year, time_unit_days=time_unit_days)
    delay = 0.5 * min(DAYS_PER_MONTH / time_unit_days, horizon)
    future = _Future(
        parameter_blocks((model, spend), draws, parameter_draws, rng),
        horizon,
        delta,
        delay if period == "month" else 0.0,
        draws,
        level,
    )
    count, mean = spend.spend_history(summary)
    limits = np.empty((2, len(summary)))
    for group in (mean > 0, mean <= 0):
        if group.any():
            rows = summary_rows(summary[group])
            history = (count[group], mean[group])
            if parameter_draws:
                part = future.of_customers(rows, *history, rng)
            else:
                part = future.of_rows(rows, *history, rng)
            limits[:, group] = part
    limits = np.sort(limits * np.asarray(margin_rate), axis=0)
    return PredictiveInterval(limits[0], limits[1], level)


@dataclass(frozen=True)
class _Future:
    """What ``clv_interval`` fixes for all customers."""

    models: list[tuple[slice, tuple]]
    horizon: float
    delta: float
    delay: float
    draws: int
    level: float

    def of_rows(
        self,
        rows: SummaryRows,
        count: np.ndarray,
        mean: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Limits (2, customers) by scaling those of the distinct rows by v + x m."""
        spend = self.models[0][1][1]
        seen = np.zeros(len(rows))
        seen[rows.inverse] = count
        limits = self._limits(rows, seen, np.full(len(rows), np.nan), rng)
        return limits[:, rows.inverse] * (spend.v + count * mean)

    def of_customers(
        self,
        rows: SummaryRows,
        count: np.ndarray,
        mean: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Limits (2, customers), each customer drawn for himself."""
        return self._limits(rows.take(rows.inverse), count, count * mean, rng)

    def _limits(
        self,
        rows: SummaryRows,
        seen: np.ndarray,
        spent: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        limits = np.empty((2, len(rows)))
        for part in row_parts(len(rows), self.draws):
            few = rows.take(part)
            value = np.empty((len(few), self.draws))
            for block, (model, spend) in self.models:
                size = block.stop - block.start
                counts, times = draw_counts(model, few, self.horizon, size, rng)
                value[:, block] = self._value(
                    spend, counts, times, seen[part], spent[part], rng
                )
            limits[:, part] = central_limits(value, self.level)
        return limits

    def _value(
        self,
        spend: GammaGamma,
        counts: np.ndarray,
        times: np.ndarray,
        seen: np.ndarray,
        spent: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Discounted spend of each draw; over v + x m where ``spent`` is unknown."""
        which, column = np.nonzero(counts)
        value = np.zeros(counts.shape)
        total = rng.standard_gamma(spend.p * counts[which, column])
        rate = rng.standard_gamma(spend.q + spend.p * seen[which])
        scale = np.where(np.isnan(spent), 1.0, spend.v + spent)[which]
        discount = np.exp(-self.delta * (times[which, column] + self.delay))
        value[which, column] = total * discount * scale / np.maximum(rate, 1e-300)
        return value
