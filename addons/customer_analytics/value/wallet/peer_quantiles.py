"""Quantiles of an outcome among the peers of a customer, by four ideas of a peer.

Everybody; those of the same class; the nearest by their attributes; or a line through
all of them (quantile regression). Which is best differs by company and is tried by the
pinball loss on customers left out.

References
----------
[1] Rosset, Perlich, Zadrozny, Merugu, Weiss, Lawrence (2007). Wallet estimation models.
    KDD: quantile regression and quantile nearest neighbours.
[2] Conover (1999). Practical Nonparametric Statistics, 3rd ed., section 3.2: intervals of
    a quantile from the order of the sample alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import binom

from ...stats.quantile_regression import QuantileRegression, pinball_loss

__all__ = [
    "LEAST_PEERS",
    "TRIAL_TOLERANCE",
    "Levels",
    "Peers",
    "class_quantiles",
    "limit_levels",
    "neighbour_count",
    "neighbour_quantiles",
    "peer_losses",
    "pooled_quantiles",
    "regression_quantiles",
]

#: Levels of the quantiles wanted from a sample of a given size.
Levels = Callable[[int], list[float]]

#: Least peers of a class; with fewer everybody is a peer (METHODS.md, section E).
LEAST_PEERS = 10

#: Neighbours looked at: a tenth of the peers within these limits (METHODS.md, E).
LEAST_NEIGHBOURS, MOST_NEIGHBOURS = 50, 100

#: Parts of the customers that are left out in turn.
FOLDS = 5

#: Tolerance of a line that is one of many.
TRIAL_TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Peers:
    """Customers with what is compared.

    Parameters
    ----------
    outcome
        One per customer; empty for customers who are only asked about.
    attributes
        Shape ``(customers, attributes)``, on comparable scales.
    group
        Code of the class of each, -1 for none.
    """

    outcome: np.ndarray
    attributes: np.ndarray
    group: np.ndarray

    def take(self, rows: np.ndarray) -> Peers:
        """Return some of the customers.

        Parameters
        ----------
        rows
            Positions or a mask.

        Returns
        -------
        Peers
            Those customers, in the order of ``rows``.
        """
        return Peers(self.outcome[rows], self.attributes[rows], self.group[rows])


def limit_levels(
    quantile: float, lowest: float, highest: float, level: float
) -> Levels:
    """Return the levels of a quantile and of the limits around a range of quantiles.

    Parameters
    ----------
    quantile
        The one that is wanted.
    lowest, highest
        Range in which it may as well have been chosen.
    level
        Probability of the interval.

    Returns
    -------
    Levels
        From a sample's size to three levels: of the quantile itself, of the lower limit
        of the lowest and of the upper limit of the highest, binomial as in [2].

    Examples
    --------
    >>> [round(p, 2) for p in limit_levels(0.9, 0.8, 0.9, 0.8)(100)]
    [0.9, 0.75, 0.94]
    """
    tail = (1.0 - level) / 2.0

    def levels(size: int) -> list[float]:
        low = binom.ppf(tail, size, lowest) / size
        high = binom.ppf(1.0 - tail, size, highest) / size
        return [quantile, float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))]

    return levels


def pooled_quantiles(peers: Peers, customers: Peers, levels: Levels) -> np.ndarray:
    """Return the quantiles of all peers, the same for each customer.

    Parameters
    ----------
    peers
        Customers with an outcome, at least one.
    customers
        Customers asked about.
    levels
        Levels wanted.

    Returns
    -------
    ndarray
        Shape ``(customers, levels)``.
    """
    found = np.quantile(peers.outcome, levels(len(peers.outcome)))
    return np.tile(found, (len(customers.group), 1))


def class_quantiles(peers: Peers, customers: Peers, levels: Levels) -> np.ndarray:
    """Return the quantiles of the peers of a customer's class.

    Parameters
    ----------
    peers
        Customers with an outcome, at least one.
    customers
        Customers asked about.
    levels
        Levels wanted.

    Returns
    -------
    ndarray
        Shape ``(customers, levels)``; those of all peers where the class has fewer than
        LEAST_PEERS.
    """
    found = pooled_quantiles(peers, customers, levels)
    order = np.argsort(peers.group, kind="stable")
    codes, start = np.unique(peers.group[order], return_index=True)
    samples = np.split(peers.outcome[order], start[1:])
    for code, sample in zip(codes, samples, strict=True):
        if code >= 0 and len(sample) >= LEAST_PEERS:
            own = customers.group == code
            found[own] = np.quantile(sample, levels(len(sample)))
    return found


def neighbour_quantiles(peers: Peers, customers: Peers, levels: Levels) -> np.ndarray:
    """Return the quantiles of the nearest peers of a customer.

    Parameters
    ----------
    peers
        Customers with an outcome and at least one attribute.
    customers
        Customers asked about.
    levels
        Levels wanted.

    Returns
    -------
    ndarray
        Shape ``(customers, levels)``, of 50 to 100 neighbours, or of all if fewer, of
        the peer that is most like the customer: a million customers ask as many
        questions as there are peers.
    """
    count = len(peers.outcome)
    size = neighbour_count(count)
    tree = cKDTree(peers.attributes)
    _, near = tree.query(peers.attributes, k=np.arange(1, size + 1))
    found = np.quantile(peers.outcome[near], levels(size), axis=1).T
    _, most_alike = tree.query(customers.attributes)
    return found[most_alike]


def neighbour_count(peers: int) -> int:
    """Return how many neighbours are looked at.

    Parameters
    ----------
    peers
        Customers with an outcome.

    Returns
    -------
    int
        A tenth of them, but 50 to 100; all if there are fewer.
    """
    return min(max(LEAST_NEIGHBOURS, min(peers // 10, MOST_NEIGHBOURS)), peers)


def regression_quantiles(
    peers: Peers, customers: Peers, quantile: float, *, tolerance: float = 1e-6
) -> np.ndarray:
    """Return a quantile by a line through all peers.

    Parameters
    ----------
    peers
        Customers with an outcome and at least one attribute.
    customers
        Customers asked about.
    quantile
        Level wanted.
    tolerance
        Of the coefficients, see :class:`~..stats.quantile_regression.QuantileRegression`.

    Returns
    -------
    ndarray
        One per customer, not outside what the peers have: a line knows no bounds.
    """
    model = QuantileRegression.fit(
        peers.attributes, peers.outcome, [quantile], tolerance=tolerance
    )
    found = model.predict(customers.attributes)[:, 0]
    return np.clip(found, peers.outcome.min(), peers.outcome.max())


def peer_losses(
    peers: Peers, quantile: float, *, rng: np.random.Generator
) -> dict[str, float]:
    """Try each idea of a peer on customers left out.

    Parameters
    ----------
    peers
        Customers with an outcome.
    quantile
        Level wanted.
    rng
        Randomness of the division.

    Returns
    -------
    dict
        ``all``, ``class`` and, with attributes, ``neighbours`` and (with 10 peers per
        coefficient) ``regression`` to their mean pinball loss, in the unit of the
        outcome.
    """

    def levels(_size: int) -> list[float]:
        return [quantile]

    fold = rng.permutation(len(peers.outcome)) % FOLDS
    predicted: dict[str, np.ndarray] = {
        name: np.empty(len(fold)) for name in ("all", "class")
    }
    if attributes := peers.attributes.shape[1]:
        predicted["neighbours"] = np.empty(len(fold))
    if attributes and len(fold) >= LEAST_PEERS * (1 + attributes):
        predicted["regression"] = np.empty(len(fold))
    for part in range(FOLDS):
        known, asked = peers.take(fold != part), peers.take(fold == part)
        for name, values in predicted.items():
            if name == "regression":
                values[fold == part] = regression_quantiles(
                    known, asked, quantile, tolerance=TRIAL_TOLERANCE
                )
            else:
                values[fold == part] = BY_SAMPLE[name](known, asked, levels)[:, 0]
    return {
        name: pinball_loss(peers.outcome, values, quantile)
        for name, values in predicted.items()
    }


#: Ideas of a peer that give a sample of peers.
BY_SAMPLE = {
    "all": pooled_quantiles,
    "class": class_quantiles,
    "neighbours": neighbour_quantiles,
}
