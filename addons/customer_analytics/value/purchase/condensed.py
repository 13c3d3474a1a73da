"""What a customer with a rhythm will buy: predictions of the models with Erlang gaps.

The time from one purchase to the next is the sum of k exponential steps at a personal
rate lambda ~ Gamma(r, alpha), and after a purchase the customer stops with probability
p ~ Beta(a, b). Given life at T, with silence w = T - t_x, the customer is j steps into the
next gap, j = 0, ..., k-1, with weights proportional to

    Gamma(R + j) / j! (w / (alpha+T))^j,    R = r + k x,

and lambda is Gamma(R+j, alpha+T). Every prediction is then a sum over j of
negative-binomial probabilities of the steps to come. [1] simulates or approximates what
is exact here. The likelihood is in :mod:`.mbgcnbd`.

References
----------
[1] Reutterer, Platzer, Schroeder (2021). Leveraging purchase regularity for predicting
    customer behavior the easy way. Int. J. of Research in Marketing 38, 194-215.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.special import betainc, gammaln, logsumexp

from ...errors import FrameError
from ..rows import SummaryRows, summary_rows
from .btyd import PurchaseModel

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["CondensedModel"]

#: Probability below which a further purchase is left out of an expectation.
NEGLIGIBLE = 1e-10
#: Search for a waiting time: logarithm of its largest multiple of the gap, and halvings.
LOG_REACH = 12.0
HALVINGS = 27
#: Steps in a horizon beyond which a draw is cut.
MANY = 1e9


@dataclass(frozen=True)
class CondensedModel(PurchaseModel):
    """Base of the models with Erlang-k gaps, stopping after each purchase.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma law of the rate of steps; alpha in time units.
    a, b
        Parameters of the beta law of the probability to stop after a purchase, the
        first one included.
    regularity
        Steps per purchase, k; 1 is no rhythm at all.
    """

    r: float
    alpha: float
    a: float
    b: float
    regularity: int = field(default=1, kw_only=True)

    #: The first purchase is an occasion to stop, as in MBG/NBD.
    first_occasion: ClassVar[int] = 1

    def _log_steps(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Log of the weights of j steps, (rows, k), and of having stopped at t_x."""
        j = np.arange(self.regularity)
        shape = self.r + self.regularity * rows.frequency
        age = (self.alpha + rows.T)[:, None]
        silence = np.maximum(rows.T - rows.recency, 1e-300)[:, None]
        alive = (
            gammaln(shape[:, None] + j)
            - gammaln(j + 1.0)
            - shape[:, None] * np.log(age)
        )
        alive = alive + j * (np.log(silence) - np.log(age))
        dead = gammaln(shape) - shape * np.log(self.alpha + rows.recency)
        return alive, dead

    def _log_odds_dead(self, rows: SummaryRows) -> np.ndarray:
        steps, log_dead = self._log_steps(rows)
        spare = np.log(self.a / (self.b + rows.frequency))
        return spare + log_dead - logsumexp(steps, axis=1)

    def steps_if_alive(self, rows: SummaryRows) -> np.ndarray:
        """Weights of the steps that a living customer has made since his last purchase.

        Parameters
        ----------
        rows
            Distinct rows.

        Returns
        -------
        ndarray
            Probabilities of 0, ..., k-1 steps, (rows, k).
        """
        steps, _ = self._log_steps(rows)
        return np.exp(steps - logsumexp(steps, axis=1)[:, None])

    def rate_if_alive(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Shape and rate of a gamma law with the mean of the purchase rate, lambda / k.

        Parameters
        ----------
        rows
            Distinct rows.

        Returns
        -------
        tuple of ndarray
            Shape, and rate in time units.
        """
        steps = self.steps_if_alive(rows) @ np.arange(self.regularity)
        shape = self.r + self.regularity * rows.frequency + steps
        return shape, self.regularity * (self.alpha + rows.T)

    def silence_probability(
        self, rows: SummaryRows, time: np.ndarray | float
    ) -> np.ndarray:
        """Probability that a customer who stays one does not buy for some time.

        Parameters
        ----------
        rows
            Distinct rows.
        time
            Time after T, one for all or one per row.

        Returns
        -------
        ndarray
            P(no purchase in (T, T + time] | alive), one per row.
        """
        k = self.regularity
        shape = self.r + k * rows.frequency
        kept = (self.alpha + rows.T) / (self.alpha + rows.T + time)
        weight = self.steps_if_alive(rows)
        return sum(weight[:, j] * betainc(shape + j, k - j, kept) for j in range(k))

    def waiting_time(
        self, summary: DataFrame | SummaryRows, levels: Sequence[float]
    ) -> np.ndarray:
        """Quantiles of the time from T to the next purchase of one who stays a customer.

        Parameters
        ----------
        summary
            Columns frequency, recency, T in the model's time unit.
        levels
            Probabilities in (0, 1); .5 is the median.

        Returns
        -------
        ndarray
            Waiting times in the model's time unit, (customers, levels), in the order of
            the summary; infinite beyond e^12 times the usual gap. By bisection.

        Raises
        ------
        FrameError
            If a level is not between 0 and 1.
        """
        wanted = np.asarray(levels, dtype=float)
        wrong = ~((wanted > 0) & (wanted < 1))
        if wrong.any():
            raise FrameError("waiting_time", "levels", "range", int(wrong.sum()))
        rows = summary_rows(summary)
        shape, rate = self.rate_if_alive(rows)
        own = rate / shape
        result = np.empty((len(rows), len(wanted)))
        for column, probability in enumerate(wanted):
            low, high = np.full(len(rows), -LOG_REACH), np.full(len(rows), LOG_REACH)
            for _ in range(HALVINGS):
                middle = 0.5 * (low + high)
                waits = self.silence_probability(rows, own * np.exp(middle))
                is_later = waits > 1.0 - probability
                low = np.where(is_later, middle, low)
                high = np.where(is_later, high, middle)
            result[:, column] = np.where(high < LOG_REACH, own * np.exp(high), np.inf)
        return rows.expand(result)

    def _purchase_probability_if_alive(
        self, rows: SummaryRows, horizon: float
    ) -> np.ndarray:
        return np.clip(1.0 - self.silence_probability(rows, horizon), 0.0, 1.0)

    def _purchases_if_alive(self, rows: SummaryRows, horizon: float) -> np.ndarray:
        """Sum over i of P(at least i purchases without stopping).

        Steps in the horizon are NB(R+j, horizon / (alpha+T+horizon)) given j; the i-th
        purchase needs i k - j of them, and that none of the i - 1 before was the last.
        """
        k, share = self.regularity, horizon / (self.alpha + rows.T + horizon)
        shape, weight = self.r + k * rows.frequency, self.steps_if_alive(rows)
        total, goes_on = np.zeros(len(rows)), np.ones(len(rows))
        left, i = np.arange(len(rows)), 0
        while len(left) and horizon > 0:
            i += 1
            chance = sum(
                weight[left, j] * betainc(i * k - j, shape[left] + j, share[left])
                for j in range(k)
            )
            total[left] += chance * goes_on[left]
            spare = self.b + rows.frequency[left] + i
            goes_on[left] *= spare / (self.a + spare)
            left = left[chance * goes_on[left] > NEGLIGIBLE]
        return total

    def draw_if_alive(
        self,
        rows: SummaryRows,
        which: np.ndarray,
        horizon: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw steps made, lambda, steps to come, p, and the purchase he stops after.

        Arguments and result are those of ``PurchaseModel.draw_if_alive``.
        """
        k = self.regularity
        edges = self.steps_if_alive(rows).cumsum(axis=1)[which, :-1]
        j = (rng.random(len(which))[:, None] > edges).sum(axis=1)
        shape = (self.r + k * rows.frequency)[which] + j
        rate = rng.standard_gamma(shape) / (self.alpha + rows.T)[which]
        wanted = (j + rng.poisson(np.minimum(rate * horizon, MANY))) // k
        stopping = rng.beta(self.a, self.b + rows.frequency[which] + 1.0)
        pace = -np.log1p(-np.minimum(stopping, 1.0 - 1e-15))
        last = np.ceil(rng.standard_exponential(len(which)) / np.maximum(pace, 1e-15))
        made = np.minimum(wanted, np.maximum(last, 1.0))
        part = np.where(made < wanted, (made + 1.0) / (wanted + 1.0), 1.0)
        return made, 0.5 * horizon * part
