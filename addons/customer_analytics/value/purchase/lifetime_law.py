"""Law of the time that a living customer will still be one, by purchase model.

* Pareto/NBD: mu of a living customer is Gamma(s, beta + T), so his survival is
  S(t) = ((beta+T) / (beta+T+t)) ** s.
* BG/NBD, MBG/NBD: he stops at a purchase with p ~ Beta(a, b+k); given p and
  lambda ~ Gamma(r+x, alpha+T) the purchase that ends it comes at rate lambda p, so
  S(t) is the mean of (1 + p t / (alpha+T)) ** -(r+x) over p. MBG/CNBD-k: the same with
  the law of its purchase rate, which takes the purchases ahead for evenly spread.
* NBD: nobody stops.

References
----------
Schmittlein, Morrison, Colombo (1987). Management Science 33, 1-24 (Pareto/NBD).
Fader, Hardie, Lee (2005). Marketing Science 24, 275-284 (BG/NBD), assumption (iii).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import exprel

from ...stats.quadrature import beta_rule
from ..rows import SummaryRows
from .beta_geometric import BetaGeometric
from .condensed import CondensedModel
from .nbd import NBD
from .pareto_nbd import ParetoNBD

if TYPE_CHECKING:
    from .btyd import PurchaseModel

__all__ = ["LifetimeLaw", "lifetime_law"]

#: Gauss nodes of the mean over p; relative error below 1e-7 while the horizon is less
#: than 100 times alpha + T.
NODES = 64


@dataclass(frozen=True)
class LifetimeLaw:
    """Lifetime from T on of living customers, one per row.

    Parameters
    ----------
    survival
        Probability of being a customer still, some time after T.
    mean
        Expected part of a horizon that the customer remains one: the integral of
        survival up to it.
    """

    survival: Callable[[np.ndarray | float], np.ndarray]
    mean: Callable[[float], np.ndarray]


@singledispatch
def lifetime_law(model: PurchaseModel, rows: SummaryRows) -> LifetimeLaw:
    """Law of the time until a living customer stops.

    Parameters
    ----------
    model
        Purchase model.
    rows
        Distinct histories in the model's time unit.

    Returns
    -------
    LifetimeLaw
        In the order of the rows.

    Raises
    ------
    TypeError
        If the model tells nothing of survival.
    """
    raise TypeError(f"{type(model).__name__} has no law of survival")


@lifetime_law.register
def _(model: ParetoNBD, rows: SummaryRows) -> LifetimeLaw:
    age = model.beta + rows.T
    return LifetimeLaw(
        survival=lambda time: np.exp(-model.s * np.log1p(time / age)),
        mean=lambda horizon: age * _power_integral(horizon / age, model.s),
    )


@lifetime_law.register
def _(model: NBD, rows: SummaryRows) -> LifetimeLaw:
    return LifetimeLaw(
        survival=lambda time: np.ones(len(rows)),
        mean=lambda horizon: np.full(len(rows), float(horizon)),
    )


@lifetime_law.register(BetaGeometric)
@lifetime_law.register(CondensedModel)
def _(model: BetaGeometric | CondensedModel, rows: SummaryRows) -> LifetimeLaw:
    shape, rate = model.rate_if_alive(rows)
    occasions, which = np.unique(
        rows.frequency + model.first_occasion, return_inverse=True
    )
    p, weights = beta_rule(model.a, model.b + occasions, NODES)
    p, weights = p[which], weights[which]
    shape, rate = shape[:, None], rate[:, None]

    def survival(time: np.ndarray | float) -> np.ndarray:
        ratio = np.asarray(time, dtype=float)[..., None] / rate
        return (weights * np.exp(-shape * np.log1p(p * ratio))).sum(axis=1)

    def mean(horizon: float) -> np.ndarray:
        ratio = p * horizon / rate
        return (weights * rate / p * _power_integral(ratio, shape)).sum(axis=1)

    return LifetimeLaw(survival, mean)


def _power_integral(end: np.ndarray, power: np.ndarray | float) -> np.ndarray:
    """Integral of (1 + u) ** -power over u from 0 to ``end``; power 1 is no exception."""
    log_end = np.log1p(end)
    return log_end * exprel((1.0 - power) * log_end)
