"""Common arithmetic of BG/NBD and MBG/NBD.

Both let a customer stop, with a personal probability p ~ Beta(a, b), right after a
purchase, and differ in one thing only: whether the first purchase counts as such an
occasion. With k occasions survived by a customer with x repeat purchases, k = x for
BG/NBD and k = x + 1 for MBG/NBD, every formula of the two is the same function of k.

References
----------
[1] Fader, Hardie, Lee (2005). "Counting your customers" the easy way. Marketing
    Science 24(2), 275-284.
[2] Batislam, Denizel, Filiztekin (2007). Empirical validation and comparison of models
    for customer base analysis. Int. J. of Research in Marketing 24, 201-209.
[3] Fader, Hardie, Lee (2008). Computing P(alive) using the BG/NBD model.
    brucehardie.com/notes/021.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import digamma, gammaln

from ...stats.quadrature import beta_rule
from ..rows import SummaryRows
from .btyd import PurchaseModel

__all__ = ["BetaGeometric"]

#: Largest ratio horizon / (alpha + T) and the Gauss nodes that serve it to 1e-9.
NODES = ((1.5, 16), (4.0, 32), (15.0, 96), (np.inf, 200))
#: Purchases in a horizon beyond which a draw is cut.
MANY = 1e9
#: Distinct frequencies that share one call of the eigenvalue routine.
RULES_AT_ONCE = 128
#: Rows times nodes that are held in memory at once.
CELLS_AT_ONCE = 100_000


@dataclass(frozen=True)
class BetaGeometric(PurchaseModel):
    """Purchases at rate lambda ~ Gamma(r, alpha); stopping with p ~ Beta(a, b).

    Parameters
    ----------
    r, alpha
        Shape and rate of the purchase rate; alpha in time units.
    a, b
        Parameters of the beta law of the stopping probability.
    """

    r: float
    alpha: float
    a: float
    b: float

    #: 1 if the first purchase is an occasion to stop, else 0.
    first_occasion: ClassVar[int] = 0

    def _occasions(self, rows: SummaryRows) -> np.ndarray:
        """Occasions to stop that a living customer has survived: k."""
        return rows.frequency + self.first_occasion

    def _log_odds_dead(self, rows: SummaryRows) -> np.ndarray:
        """P(alive) of [3] in logs: a / (b+k-1) * ((alpha+T) / (alpha+t_x)) ** (r+x)."""
        k = self._occasions(rows)
        spare = self.b + np.maximum(k, 1.0) - 1.0
        silence = np.log1p((rows.T - rows.recency) / (self.alpha + rows.recency))
        odds = np.log(self.a / spare) + (self.r + rows.frequency) * silence
        return np.where(k > 0, odds, -np.inf)

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Likelihood of [1], [2]: life to T, plus stopping at the last purchase."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        x, k = rows.frequency, self._occasions(rows)
        odds = self._log_odds_dead(rows)
        dead = 1.0 / (1.0 + np.exp(np.minimum(-odds, 700.0)))
        values = (
            gammaln(r + x)
            - gammaln(r)
            + gammaln(a + b)
            - gammaln(b)
            + gammaln(b + k)
            - gammaln(a + b + k)
            - r * np.log1p(rows.T / alpha)
            - x * np.log(alpha + rows.T)
            + np.logaddexp(0.0, odds)
        )
        gap = np.log1p((rows.T - rows.recency) / (alpha + rows.recency))
        slope = (rows.T - rows.recency) / (alpha + rows.recency) / (alpha + rows.T)
        shared = digamma(a + b) - digamma(a + b + k)
        spare = b + np.maximum(k, 1.0) - 1.0
        gradients = np.array(
            [
                digamma(r + x) - digamma(r) - np.log1p(rows.T / alpha) + dead * gap,
                (r * rows.T / alpha - x) / (alpha + rows.T) - dead * (r + x) * slope,
                shared + dead / a,
                shared + digamma(b + k) - digamma(b) - dead / spare,
            ]
        )
        return values, gradients * np.array([[r], [alpha], [a], [b]])

    def _purchases_if_alive(self, rows: SummaryRows, horizon: float) -> np.ndarray:
        """Mean of (1 - (1 + p u) ** -(r+x)) / p over p ~ Beta(a, b+k).

        It is eq. 10 of [1] without its poles at a = 1 and a + b + k = 1 and without
        2F1: given p a living customer's count has mean (1 - exp(-lambda p t)) / p, and
        lambda ~ Gamma(r+x, alpha+T); u = t / (alpha+T).
        """
        result = np.empty(len(rows))
        ratio = horizon / (self.alpha + rows.T)
        floor = -np.inf
        for ceiling, nodes in NODES:
            index = np.flatnonzero((ratio > floor) & (ratio <= ceiling))
            if len(index):
                result[index] = self._mean_count(rows.take(index), ratio[index], nodes)
            floor = ceiling
        return result

    def _mean_count(
        self, rows: SummaryRows, ratio: np.ndarray, nodes: int
    ) -> np.ndarray:
        """Sum over the Gauss nodes, one group of equal frequency after another."""
        occasions, which = np.unique(self._occasions(rows), return_inverse=True)
        order = np.argsort(which, kind="stable")
        ends = np.cumsum(np.bincount(which))
        shape = self.r + rows.frequency
        result = np.empty(len(rows))
        step = max(1, CELLS_AT_ONCE // nodes)
        for number, (p, weights) in enumerate(self._rules(occasions, nodes)):
            first = ends[number - 1] if number else 0
            for start in range(first, ends[number], step):
                part = order[start : min(start + step, ends[number])]
                growth = np.log1p(ratio[part, None] * p)
                count = -np.expm1(-shape[part[0]] * growth)
                result[part] = count @ (weights / p)
        return result

    def _rules(
        self, occasions: np.ndarray, nodes: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Gauss nodes and weights of p ~ Beta(a, b + k) for each k."""
        for first in range(0, len(occasions), RULES_AT_ONCE):
            part = occasions[first : first + RULES_AT_ONCE]
            yield from zip(*beta_rule(self.a, self.b + part, nodes), strict=True)

    def draw_if_alive(
        self,
        rows: SummaryRows,
        which: np.ndarray,
        horizon: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw lambda, p, the purchases he would make and the one he stops after.

        Arguments and result are those of ``PurchaseModel.draw_if_alive``.
        """
        shape, rate = self.rate_if_alive(rows)
        buying = rng.standard_gamma(shape[which]) / rate[which]
        wanted = rng.poisson(np.minimum(buying * horizon, MANY))
        stopping = rng.beta(self.a, (self.b + self._occasions(rows))[which])
        with np.errstate(divide="ignore"):
            pace = -np.log1p(-stopping)
        last = np.ceil(rng.standard_exponential(len(which)) / np.maximum(pace, 1e-15))
        made = np.minimum(wanted, np.maximum(last, 1.0))
        return made, np.where(
            made < wanted, 0.5 * horizon * (made + 1.0) / (wanted + 1.0), 0.5 * horizon
        )
