"""Stability of clusters: whether another sample of customers would show them again.

Customers are drawn with replacement, clustered anew, and each former cluster is compared
with the one that is most like it. The Jaccard coefficient counts the customers in both over
those in either: 1 is the same cluster. A mean of .75 and more is called stable, below .6 a
cluster should not be trusted [1]. Coefficients have no unit.

References
----------
[1] Hennig (2007). Cluster-wise assessment of cluster stability. Computational Statistics &
    Data Analysis 52, 258-271: section 3, and the advice of its author's package fpc.
METHODS.md, section H.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["DRAWS", "STABLE", "ClusterStability", "bootstrap_jaccard", "overlap"]

#: Samples drawn.
DRAWS = 100
#: Mean from which on a cluster is stable, and counts as found again in a sample.
STABLE = 0.75


@dataclass(frozen=True)
class ClusterStability:
    """How well each cluster was found again.

    Parameters
    ----------
    jaccard
        Mean coefficient of each cluster.
    found
        Samples in which each cluster was found again: its coefficient was ``STABLE``.
    draws
        Samples drawn.
    """

    jaccard: np.ndarray
    found: np.ndarray
    draws: int


def overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Jaccard coefficients between the clusters of two partitions.

    Parameters
    ----------
    first, second
        Number of the cluster of each customer, from 0.

    Returns
    -------
    ndarray
        Shape (clusters of the first, clusters of the second).

    Examples
    --------
    >>> overlap(np.array([0, 0, 1]), np.array([1, 1, 1]))
    array([[0.        , 0.66666667],
           [0.        , 0.33333333]])
    """
    shape = int(first.max(initial=0)) + 1, int(second.max(initial=0)) + 1
    both = np.zeros(shape)
    np.add.at(both, (first, second), 1.0)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
    return both / np.maximum(either, 1.0)


def bootstrap_jaccard(
    labels: np.ndarray,
    cluster_again: Callable[[np.ndarray], np.ndarray],
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
    size: int | None = None,
) -> ClusterStability:
    """Find clusters anew in samples drawn with replacement.

    Parameters
    ----------
    labels
        Number of the cluster of each customer, from 0.
    cluster_again
        Clusters the customers at some places: places to numbers of clusters.
    rng
        Source of randomness.
    draws
        Samples drawn.
    size
        Customers of a sample; as many as there are if left out.

    Returns
    -------
    ClusterStability
        In the order of the clusters' numbers.
    """
    clusters = int(labels.max()) + 1
    total, found = np.zeros(clusters), np.zeros(clusters, dtype=int)
    seen = np.zeros(clusters, dtype=int)
    for _ in range(draws):
        drawn = rng.integers(len(labels), size=size or len(labels))
        again = cluster_again(drawn)
        once, place = np.unique(drawn, return_index=True)
        best = overlap(labels[once], again[place]).max(axis=1)
        present = np.unique(labels[once])
        seen[present] += 1
        total[present] += best[present]
        found[present] += best[present] >= STABLE
    return ClusterStability(total / np.maximum(seen, 1), found, draws)
