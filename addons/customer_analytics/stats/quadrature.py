"""Gauss rules that turn an expectation into a short weighted sum.

The buy-till-you-die models average smooth functions over a beta variable or over an
interval of time. Sums of positive terms at Gauss nodes replace the hypergeometric
functions of the papers: nothing cancels, nothing overflows, and no special-function
library is asked for values it cannot give.

References
----------
Golub, G. H., Welsch, J. H. (1969). Calculation of Gauss quadrature rules.
Mathematics of Computation 23, 221-230.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

__all__ = ["beta_rule", "laplace_of_power", "legendre_rule"]

#: Terms below exp(-DECAY) of the largest one are left out of an integral.
DECAY = 45.0


@lru_cache(maxsize=8)
def legendre_rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on [0, 1].

    Parameters
    ----------
    nodes
        Number of nodes.

    Returns
    -------
    tuple of ndarray
        Nodes and weights, each of shape ``(nodes,)``; the weights sum to 1. Read only.

    Examples
    --------
    >>> nodes, weights = legendre_rule(4)
    >>> round(float((weights * nodes**3).sum()), 12)
    0.25
    """
    points, weights = np.polynomial.legendre.leggauss(nodes)
    points, weights = (points + 1.0) / 2.0, weights / 2.0
    points.setflags(write=False)
    weights.setflags(write=False)
    return points, weights


def beta_rule(
    a: float, b: np.ndarray | float, nodes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Jacobi rules for the mean of a function of a Beta(a, b) variable.

    Parameters
    ----------
    a
        First parameter of the beta distribution, positive.
    b
        Second parameter, positive; one rule is made for each value.
    nodes
        Number of nodes of each rule.

    Returns
    -------
    tuple of ndarray
        Nodes in (0, 1) and weights, each of shape ``(len(b), nodes)``; each row of
        weights sums to 1.

    Notes
    -----
    Eigenvalues of the Jacobi matrix are the nodes, squared first components of its
    eigenvectors the weights (Golub & Welsch 1969), so the normalising constant of the
    beta distribution, which overflows for large parameters, is never computed.

    Examples
    --------
    >>> nodes, weights = beta_rule(2.0, 3.0, 8)
    >>> round(float((weights * nodes).sum()), 12)
    0.4
    """
    second = np.atleast_1d(np.asarray(b, dtype=float))[:, None]
    total = a + second - 2.0
    k = np.arange(1, nodes)[None, :]
    step = 2.0 * k + total
    square = k * (k + second - 1.0) * (k + a - 1.0) * (k + total)
    square = square / (step**2 * (step + 1.0) * np.where(k == 1, 1.0, step - 1.0))
    first = (a * second) / ((a + second) ** 2 * (a + second + 1.0))
    square[:, :1] = first[:, : min(nodes - 1, 1)]
    matrices = np.zeros((len(second), nodes, nodes))
    index = np.arange(nodes)
    matrices[:, 0, 0] = (a / (a + second))[:, 0]
    matrices[:, index[1:], index[1:]] = 0.5 + 0.5 * (
        (a - second) * total / (step * (step + 2.0))
    )
    matrices[:, index[1:], index[:-1]] = np.sqrt(square)
    points, vectors = np.linalg.eigh(matrices)
    return np.clip(points, 1e-15, 1.0), vectors[:, 0, :] ** 2


def laplace_of_power(rate: np.ndarray | float, power: float) -> np.ndarray:
    r"""Integral of ``exp(-rate * u) * (1 + u) ** -power`` over u from 0 to infinity.

    It is the confluent hypergeometric function U(1, 2 - power, rate) of the residual
    lifetime formulas, computed as a sum of positive terms.

    Parameters
    ----------
    rate
        Positive rates.
    power
        Power, not negative.

    Returns
    -------
    ndarray
        Values, of the shape of ``rate``.

    Examples
    --------
    >>> float(laplace_of_power(0.5, 0.0).round(10))
    2.0
    """
    rate = np.asarray(rate, dtype=float)
    nodes, weights = legendre_rule(96)
    width = np.log1p(DECAY / rate)[..., None]
    w = width * nodes
    log_terms = -rate[..., None] * np.expm1(w) + (1.0 - power) * w
    return (width * weights * np.exp(log_terms)).sum(axis=-1)
