"""From a model of transformed money back to money: expectation and interval.

For skewed amounts, partly near zero and now and then negative, that are modelled as
y = sign(v) log(1 + |v| / m): near m it is money, far above it a logarithm, and with m from
the data nothing depends on the currency. The mean of v is not the value at the mean of y;
Duan's smearing [1] averages over the residuals instead. The interval takes the residuals'
own ranks, of n + 1 as conformal prediction does [2], so no distribution is assumed.

References
----------
[1] Duan (1983). Smearing estimate: a nonparametric retransformation method. JASA 78.
[2] Vovk, Gammerman, Shafer (2005). Algorithmic learning in a random world. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import FrameError, InsufficientDataError

__all__ = ["SignedLog", "conformal_limits", "signed_log", "smeared_mean"]

#: Transformed values are kept within this: e^30 times m.
LARGEST = 30.0
#: Residuals used for smearing, evenly chosen among the sorted ones.
NODES = 200
#: Means at which many cases are computed.
GRID = 2000


@dataclass(frozen=True)
class SignedLog:
    """The transformation y = sign(v) log(1 + |v| / scale).

    Parameters
    ----------
    scale
        m, in money, positive.

    Examples
    --------
    >>> law = SignedLog(100.0)
    >>> law.forward(np.array([-100.0, 0.0, 300.0])).round(3)
    array([-0.693,  0.   ,  1.386])
    """

    scale: float

    def forward(self, money: np.ndarray) -> np.ndarray:
        """Return y of amounts.

        Parameters
        ----------
        money
            Amounts of any sign.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        money = np.asarray(money, dtype=float)
        return np.sign(money) * np.log1p(np.abs(money) / self.scale)

    def backward(self, transformed: np.ndarray) -> np.ndarray:
        """Return the amounts of y.

        Parameters
        ----------
        transformed
            Values of y.

        Returns
        -------
        ndarray
            Money, of the same shape; never infinite.
        """
        y = np.asarray(transformed, dtype=float)
        return self.scale * np.sign(y) * np.expm1(np.minimum(np.abs(y), LARGEST))


def signed_log(money: np.ndarray) -> SignedLog:
    """Choose the scale of the transformation: the median size of what is not zero.

    Parameters
    ----------
    money
        Amounts of any sign.

    Returns
    -------
    SignedLog
        Of scale 1 where every amount is zero.
    """
    sizes = np.abs(np.asarray(money, dtype=float))
    sizes = sizes[sizes > 0]
    return SignedLog(float(np.median(sizes)) if len(sizes) else 1.0)


def smeared_mean(
    law: SignedLog, mean: np.ndarray, sd: float, residuals: np.ndarray
) -> np.ndarray:
    """Mean amount of cases whose y is ``mean + sd * residual``.

    Parameters
    ----------
    law
        Transformation.
    mean
        Of y, one per case.
    sd
        Of y, the same for all cases.
    residuals
        Standardised residuals, ascending; of many, 200 evenly chosen are used.

    Returns
    -------
    ndarray
        Money, one per case; of many cases interpolated between 2,000 means.

    Raises
    ------
    InsufficientDataError
        Without a residual.
    """
    if not len(residuals):
        raise InsufficientDataError("residuals", 1, 0)
    nodes = residuals
    if len(residuals) > NODES:
        place = (np.arange(NODES) + 0.5) / NODES * len(residuals)
        nodes = residuals[place.astype(np.int64)]
    if len(mean) <= GRID:
        return law.backward(mean[:, None] + sd * nodes).mean(axis=1)
    grid = np.linspace(mean.min(), mean.max(), GRID)
    values = law.backward(grid[:, None] + sd * nodes).mean(axis=1)
    return law.backward(np.interp(mean, grid, law.forward(values)))


def conformal_limits(residuals: np.ndarray, level: float) -> tuple[float, float]:
    """Residuals between which a new one lies with ``level``.

    Parameters
    ----------
    residuals
        Residuals of known cases, ascending.
    level
        Probability of the interval, between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper limit: the k-th smallest and largest, k = tail (n + 1) rounded
        down. With too few residuals for k = 1, twice the outermost ones.

    Raises
    ------
    FrameError
        If the level is not between 0 and 1.
    InsufficientDataError
        Without a residual.

    Examples
    --------
    >>> conformal_limits(np.arange(1.0, 20.0), 0.8)
    (2.0, 18.0)
    """
    if not 0.0 < level < 1.0:
        raise FrameError("smearing", "level", "range", 1)
    size = len(residuals)
    if not size:
        raise InsufficientDataError("residuals", 1, 0)
    place = int(np.floor((1.0 - level) / 2.0 * (size + 1) + 1e-9)) - 1
    if place < 0:
        return 2.0 * float(residuals[0]), 2.0 * float(residuals[-1])
    return float(residuals[place]), float(residuals[-place - 1])
