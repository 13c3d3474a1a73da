"""NBD: customers who never stop. A yardstick, and the timing of contractual buyers.

Purchases at rate lambda ~ Gamma(r, alpha) for ever (Ehrenberg 1959). It loses to the
models with dropout wherever customers do stop; where it does not, nobody has left.

References
----------
Ehrenberg (1959). The pattern of consumer purchases. Applied Statistics 8, 26-41.
Likelihood: that of Pareto/NBD without its dropout terms, i.e. of the purchase times.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.special import digamma, gammaln

from ..rows import SummaryRows
from .btyd import PurchaseModel
from .estimation import Prior

__all__ = ["NBD", "WEAK_PRIOR"]

#: Near CDNOW's fit: r .385, alpha 12.07 = .75 of the time per purchase.
WEAK_PRIOR = Prior({"r": 0.5, "alpha": 0.7})

#: Purchases in a horizon beyond which a draw is cut.
MANY = 1e9


@dataclass(frozen=True)
class NBD(PurchaseModel):
    """NBD model of purchases without dropout.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma law of purchase rates; alpha in time units.

    Examples
    --------
    >>> NBD(r=0.5, alpha=10.0).expected_purchases_new(52.0)
    2.6
    """

    r: float
    alpha: float

    weak_prior: ClassVar[Prior] = WEAK_PRIOR

    def _log_odds_dead(self, rows: SummaryRows) -> np.ndarray:
        return np.full(len(rows), -np.inf)

    def _log_likelihoods(self, rows: SummaryRows) -> tuple[np.ndarray, np.ndarray]:
        r, alpha, x = self.r, self.alpha, rows.frequency
        past = np.log1p(rows.T / alpha)
        values = gammaln(r + x) - gammaln(r) - r * past - x * np.log(alpha + rows.T)
        gradients = np.array(
            [
                r * (digamma(r + x) - digamma(r) - past),
                (r * rows.T - alpha * x) / (alpha + rows.T),
            ]
        )
        return values, gradients

    def _purchases_if_alive(self, rows: SummaryRows, horizon: float) -> np.ndarray:
        shape, rate = self.rate_if_alive(rows)
        return shape / rate * horizon

    def draw_if_alive(
        self,
        rows: SummaryRows,
        which: np.ndarray,
        horizon: float,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw lambda, then Poisson purchases.

        Arguments and result are those of ``PurchaseModel.draw_if_alive``.
        """
        shape, rate = self.rate_if_alive(rows)
        buying = rng.standard_gamma(shape[which]) / rate[which]
        made = rng.poisson(np.minimum(buying * horizon, MANY)).astype(float)
        return made, np.full(len(which), 0.5 * horizon)
