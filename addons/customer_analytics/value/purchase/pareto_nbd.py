"""Pareto/NBD: a customer may stop at any moment, whether he buys or not.

The model of Schmittlein, Morrison and Colombo (1987): purchases at rate
lambda ~ Gamma(r, alpha), a lifetime with rate mu ~ Gamma(s, beta), independent.

The papers write the likelihood with differences of 2F1, which cancel and overflow. Here
the integral that they come from is summed directly: with x, t_x, T,

    L = Gamma(r+x) alpha^r beta^s / Gamma(r)
        * ( (alpha+T)^-(r+x) (beta+T)^-s
            + s * integral from t_x to T of (alpha+y)^-(r+x) (beta+y)^-(s+1) dy )

([2], before the change of variables to 2F1): alive at T, or died at y. All terms are
positive and the gradient is the same sum with other weights.

References
----------
[1] Schmittlein, Morrison, Colombo (1987). Counting your customers: who are they and
    what will they do next? Management Science 33, 1-24.
[2] Fader, Hardie (2005). A note on deriving the Pareto/NBD model and related
    expressions. brucehardie.com/notes/009.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from scipy.special import digamma, exprel, gammaln

from ...stats.quadrature import DECAY, legendre_rule
from ..rows import SummaryRows
from .btyd import PurchaseModel
from .estimation import Prior

__all__ = ["WEAK_PRIOR", "ParetoNBD"]

#: Centred near CDNOW's published fit: r .553, alpha 10.578 = .66 of the time per
#: purchase, s .606, beta 11.669 = .36 of the mean age.
WEAK_PRIOR = Prior({"r": 0.5, "alpha": 0.6, "s": 0.6, "beta": 0.36})

#: Gauss-Legendre nodes of the integral over the time of death.
NODES = 32
#: Purchases in a horizon beyond which a draw is cut.
MANY = 1e9
#: Rows times nodes that are held in memory at once.
CELLS_AT_ONCE = 1_000_000


class _Death(NamedTuple):
    """Integral over the time of death y in (t_x, T), and means under its integrand."""

    log_ratio: np.ndarray  # log of the integral over the weight of living at T
    log_alpha: np.ndarray  # mean of log((alpha+y) / (alpha+T))
    log_beta: np.ndarray
    inverse_alpha: np.ndarray  # mean of 1 / (alpha+y)
    inverse_beta: np.ndarray


@dataclass(frozen=True)
class ParetoNBD(PurchaseModel):
    """Pareto/NBD model.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma law of purchase rates; alpha in time units.
    s, beta
        Shape and rate of the gamma law of dropout rates; beta in time units.

    Examples
    --------
    >>> model = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)
    >>> round(model.expected_purchases_new(52.0), 4)
    1.4739
    """

    r: float
    alpha: float
    s: float
    beta: float

    time_parameters: ClassVar[dict[str, str]] = {"alpha": "purchase", "beta": "age"}
    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    def _log_odds_dead(self, rows: SummaryRows) -> np.ndarray:
        """Eq. 36 of [2]: s times the integral, over the weight of living at T."""
        result = np.empty(len(rows))
        for part in _parts(len(rows)):
            death = self._death(rows.take(part), self.r + rows.frequency[part])
            result[part] = np.log(self.s) + death.log_ratio
        return result

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        values = np.empty(len(rows))
        gradients = np.empty((4, len(rows)))
        for part in _parts(len(rows)):
            values[part], gradients[:, part] = self._likelihood_part(rows.take(part))
        return values, gradients

    def _likelihood_part(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        """Eq. 18 of [2] with its gradient in log parameters."""
        r, alpha, s, beta = self.r, self.alpha, self.s, self.beta
        x, age = rows.frequency, rows.T
        death = self._death(rows, r + x)
        odds = np.log(s) + death.log_ratio
        dead = 1.0 / (1.0 + np.exp(np.minimum(-odds, 700.0)))
        alive = 1.0 - dead
        past_alpha, past_beta = np.log1p(age / alpha), np.log1p(age / beta)
        values = (
            gammaln(r + x)
            - gammaln(r)
            - r * past_alpha
            - x * np.log(alpha + age)
            - s * past_beta
            + np.logaddexp(0.0, odds)
        )
        mean_alpha = alive / (alpha + age) + dead * death.inverse_alpha
        mean_beta = alive * s / (beta + age) + dead * (s + 1.0) * death.inverse_beta
        gradients = np.array(
            [
                digamma(r + x) - digamma(r) - past_alpha - dead * death.log_alpha,
                r / alpha - (r + x) * mean_alpha,
                dead / s - past_beta - dead * death.log_beta,
                s / beta - mean_beta,
            ]
        )
        return values, gradients * np.array([[r], [alpha], [s], [beta]])

    def _death(self, rows: SummaryRows, shape: np.ndarray) -> _Death:
        """Integral of ((alpha+T)/(alpha+y))^shape ((beta+T)/(beta+y))^s / (beta+y)."""
        return _death_integral(
            shape, self.alpha, self.s, self.beta, rows.recency, rows.T
        )

    def _purchases_if_alive(self, rows: SummaryRows, horizon: float) -> np.ndarray:
        """Eq. 41 of [2], with its limit at s = 1."""
        shape, rate = self.rate_if_alive(rows)
        log_growth = np.log1p(horizon / (self.beta + rows.T))
        lifetime = (self.beta + rows.T) * log_growth
        return shape / rate * lifetime * exprel((1.0 - self.s) * log_growth)

    def _purchase_probability_if_alive(
        self, rows: SummaryRows, horizon: float
    ) -> np.ndarray:
        """One less the chance of silence of a Pareto/NBD that starts at T.

        A living customer has lambda ~ Gamma(r+x, alpha+T), mu ~ Gamma(s, beta+T), so
        silence over (T, T+t] is the likelihood of (x, t_x, T) = (0, 0, t) there.
        """
        shape, rate = self.rate_if_alive(rows)
        dropout = self.beta + rows.T
        lives = shape * np.log1p(horizon / rate) + self.s * np.log1p(horizon / dropout)
        result = np.empty(len(rows))
        for part in _parts(len(rows)):
            death = _death_integral(
                shape[part], rate[part], self.s, dropout[part], 0.0, horizon
            )
            log_silence = np.logaddexp(0.0, np.log(self.s) + death.log_ratio)
            result[part] = -np.expm1(log_silence - lives[part])
        return np.clip(result, 0.0, 1.0)

    def draw_if_alive(
        self,
        rows: SummaryRows,
        which: np.ndarray,
        horizon: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw lambda, the remaining lifetime, and Poisson purchases within it.

        Arguments and result are those of ``PurchaseModel.draw_if_alive``.
        """
        shape, rate = self.rate_if_alive(rows)
        buying = rng.standard_gamma(shape[which]) / rate[which]
        dropout = rng.standard_gamma(np.full(len(which), self.s))
        life = rng.standard_exponential(len(which)) * (self.beta + rows.T)[which]
        active = np.minimum(life / np.maximum(dropout, 1e-300), horizon)
        made = rng.poisson(np.minimum(buying * active, MANY))
        return made.astype(float), 0.5 * active


def _death_integral(
    shape: np.ndarray,
    alpha: np.ndarray | float,
    s: float,
    beta: np.ndarray | float,
    start: np.ndarray | float,
    end: np.ndarray | float,
) -> _Death:
    """Integral over the time y of death between ``start`` and ``end``, see ``_Death``.

    The variable of integration is log(min(alpha, beta) + y): the other factor is then
    smooth however far apart the two are. Deaths so long before ``end`` that they weigh
    less than exp(-DECAY) of the largest are left out.
    """
    nodes, weights = legendre_rule(NODES)
    small, large = np.minimum(alpha, beta), np.maximum(alpha, beta)
    reach = np.expm1(np.minimum(DECAY / (shape + s), 300.0)) * (large + start)
    last = np.minimum(end, start + reach)
    width = np.log1p((last - start) / (small + start))
    growth = width[:, None] * nodes  # log((small+y) / (small+start))
    y = np.asarray(start)[..., None] + _column(small + start) * np.expm1(growth)
    to_alpha = np.log1p((_column(end) - y) / (_column(alpha) + y))
    to_beta = np.log1p((_column(end) - y) / (_column(beta) + y))
    inverse_beta = 1.0 / (_column(beta) + y)
    log_terms = shape[:, None] * to_alpha + s * to_beta
    peak = log_terms[:, :1]
    terms = np.exp(log_terms - peak) * weights * (_column(small) + y) * inverse_beta
    total = terms.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_ratio = np.log(width * total) + peak[:, 0]
    return _Death(
        log_ratio,
        -(terms * to_alpha).sum(axis=1) / total,
        -(terms * to_beta).sum(axis=1) / total,
        (terms / (_column(alpha) + y)).sum(axis=1) / total,
        (terms * inverse_beta).sum(axis=1) / total,
    )


def _column(values: np.ndarray | float) -> np.ndarray:
    return np.asarray(values, dtype=float)[..., None]


def _parts(size: int) -> Iterator[slice]:
    """Slices of rows whose quadrature fits into memory."""
    step = CELLS_AT_ONCE // NODES
    for first in range(0, size, step):
        yield slice(first, first + step)
