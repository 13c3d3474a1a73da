"""How many clusters there are: silhouette and BIC, and what is too little to tell.

The silhouette [1] says how much nearer customers are to their own cluster than to the next
one (1 is far apart, 0 overlapping), BIC [2] how well a model pays for its parameters (lower
is better). Whichever decides, the number is a *suggestion*: on Fisher's irises both pick 2
where three species exist.

Less than 100 customers are refused, and a number that leaves a cluster with less than 20 of
them or less than 5 % is not suggested. Neither measure has a unit.

References
----------
[1] Rousseeuw (1987). Silhouettes. Journal of Computational and Applied Mathematics 20,
    53-65.
[2] Fraley, Raftery (2002). Model-based clustering, discriminant analysis, and density
    estimation. JASA 97, 611-631.
METHODS.md, section H.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import silhouette_score

from ...errors import InsufficientDataError
from .latent_classes import LatentClasses
from .needs_clusters import (
    RIDGE,
    fit_clusters,
    gaussian_mixture,
    principal_components,
)

__all__ = [
    "COUNTS",
    "CountTrial",
    "check_sample",
    "class_count_trials",
    "count_trials",
    "least_members",
    "suggested_count",
]

#: Numbers of clusters that are tried.
COUNTS = (2, 3, 4, 5, 6)
#: Below these nothing is told (METHODS.md, section H).
LEAST_CUSTOMERS, LEAST_MEMBERS, LEAST_SHARE = 100, 20, 0.05
#: Customers on whom a silhouette is measured: it takes all distances between them.
SILHOUETTE_SAMPLE = 4_000


@dataclass(frozen=True)
class CountTrial:
    """How well one number of clusters does.

    Parameters
    ----------
    count
        Number of clusters.
    silhouette
        Mean silhouette, None where the method has none.
    bic
        Bayesian information criterion of the mixture.
    smallest
        Customers of the smallest cluster.
    is_possible
        Whether every cluster has customers enough.
    """

    count: int
    silhouette: float | None
    bic: float
    smallest: int
    is_possible: bool


def least_members(customers: int) -> int:
    """Return how many customers a cluster must have among so many.

    Examples
    --------
    >>> least_members(300), least_members(1000)
    (20, 50)
    """
    return max(LEAST_MEMBERS, int(np.ceil(LEAST_SHARE * customers)))


def check_sample(customers: int) -> None:
    """Refuse a company of too few customers.

    Raises
    ------
    InsufficientDataError
        Below ``LEAST_CUSTOMERS``.
    """
    if customers < LEAST_CUSTOMERS:
        raise InsufficientDataError("customers", LEAST_CUSTOMERS, customers)


def count_trials(
    values: np.ndarray,
    method: str = "kmeans",
    *,
    counts: Sequence[int] = COUNTS,
    seed: int = 0,
) -> list[CountTrial]:
    """Try several numbers of clusters.

    Parameters
    ----------
    values
        Shape (customers, columns), scaled.
    method
        ``kmeans`` or ``mixture``.
    counts
        Numbers to try; those above the number of different customers are left out.
    seed
        Repeats the search.

    Returns
    -------
    list of CountTrial
        In the order of ``counts``.
    """
    different = len(np.unique(values, axis=0))
    scores = values @ principal_components(values)
    trials = []
    for count in (one for one in counts if one <= different - 1):
        labels = fit_clusters(values, count, method, seed=seed).assign(values)
        sizes = np.bincount(labels, minlength=count)
        mixture = gaussian_mixture(scores, count, seed=seed, ridge=RIDGE)
        trials.append(
            CountTrial(
                count,
                _silhouette(values, labels, seed),
                float(mixture.bic(scores)),
                int(sizes.min()),
                bool(sizes.min() >= least_members(len(values))),
            )
        )
    return trials


def suggested_count(trials: Sequence[CountTrial], method: str = "kmeans") -> int:
    """Return the number that does best, among those with no cluster too small.

    Parameters
    ----------
    trials
        Result of :func:`count_trials`.
    method
        ``kmeans`` goes by the silhouette, others by BIC.

    Returns
    -------
    int
        Number of clusters.

    Raises
    ------
    InsufficientDataError
        If every number leaves some cluster too small.
    """
    possible = [trial for trial in trials if trial.is_possible]
    if not possible:
        found = max((trial.smallest for trial in trials), default=0)
        raise InsufficientDataError(
            "customers in the smallest cluster", LEAST_MEMBERS, found
        )
    if method == "kmeans":
        return max(possible, key=lambda trial: (trial.silhouette, -trial.count)).count
    return min(possible, key=lambda trial: (trial.bic, trial.count)).count


def class_count_trials(
    codes: np.ndarray, *, counts: Sequence[int] = COUNTS, seed: int = 0
) -> list[CountTrial]:
    """Try several numbers of latent classes.

    Parameters
    ----------
    codes
        As for :meth:`.LatentClasses.fit`.
    counts
        Numbers to try.
    seed
        Repeats the search.

    Returns
    -------
    list of CountTrial
        Without silhouettes: answers have no distances.
    """
    trials = []
    for count in counts:
        found = LatentClasses.fit(codes, count, seed=seed)
        sizes = np.bincount(found.assign(codes), minlength=count)
        smallest = int(sizes.min())
        is_possible = smallest >= least_members(len(codes))
        trials.append(CountTrial(count, None, float(found.bic), smallest, is_possible))
    return trials


def _silhouette(values: np.ndarray, labels: np.ndarray, seed: int) -> float:
    """Mean silhouette, on a sample of many customers; one cluster alone has 0."""
    if len(np.unique(labels)) < 2:
        return 0.0
    size = SILHOUETTE_SAMPLE if len(values) > SILHOUETTE_SAMPLE else None
    try:
        return float(
            silhouette_score(values, labels, sample_size=size, random_state=seed)
        )
    except ValueError:  # the sample has met one cluster only
        return 0.0
