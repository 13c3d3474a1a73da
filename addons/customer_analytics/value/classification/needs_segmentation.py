"""Needs clusters of a company, from its customers' figures to clusters told apart.

The steps in order: make the columns comparable, try numbers of clusters, find the clusters,
see whether other samples of customers show them again, and describe each. What was learnt
is kept, so that any customer, also one who came later, is assigned to the clusters found
then. A million customers are clustered on a sample and assigned in batches.

Values are in the units of the columns.

References
----------
METHODS.md, section H: clustering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ...errors import FrameError, InsufficientDataError
from ..economics.economics import plain
from .cluster_count import (
    CountTrial,
    check_sample,
    class_count_trials,
    count_trials,
    least_members,
    suggested_count,
)
from .cluster_profile import cluster_profile
from .cluster_stability import DRAWS, ClusterStability, bootstrap_jaccard
from .latent_classes import LatentClasses
from .needs_categories import NeedsCategories
from .needs_clusters import ClusterModel, fit_clusters
from .needs_variables import NeedsScale, NeedsVariable

__all__ = ["METHODS", "FoundClusters", "NeedsSegmentation", "find_clusters"]

#: k-means, mixture of normal laws, latent classes.
METHODS = ("kmeans", "mixture", "latent")
SEED = 20240101
#: Customers of a redrawn sample, and starts of the search in it.
REDRAWN, REDRAWN_STARTS = 2_000, {"kmeans": 10, "mixture": 1, "latent": 5}


@dataclass(frozen=True)
class NeedsSegmentation:
    """What was learnt: how columns become comparable, and the clusters.

    Parameters
    ----------
    method
        One of ``METHODS``.
    scale
        Columns to values, or to answers for latent classes.
    model
        Values to clusters.
    """

    method: str
    scale: NeedsScale | NeedsCategories
    model: ClusterModel | LatentClasses

    @property
    def count(self) -> int:
        """Return the number of clusters."""
        return self.model.count

    def assign(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Return the cluster of each customer.

        Parameters
        ----------
        customers
            customer_id and the columns of the variables; NaN where not known.

        Returns
        -------
        DataFrame
            customer_id and cluster, from 0.
        """
        labels = self.model.assign(self.scale.transform(customers))
        return customers[["customer_id"]].assign(cluster=labels)

    def to_dict(self) -> dict:
        """Return it as JSON knows it."""
        return {
            "method": self.method,
            "scale": self.scale.to_dict(),
            "model": self.model.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: dict) -> NeedsSegmentation:
        """Return what :meth:`to_dict` wrote."""
        is_latent = values["method"] == "latent"
        scale = NeedsCategories if is_latent else NeedsScale
        model = LatentClasses if is_latent else ClusterModel
        return cls(
            values["method"],
            scale.from_dict(values["scale"]),
            model.from_dict(values["model"]),
        )


@dataclass(frozen=True)
class FoundClusters:
    """Clusters, and all that is told of them.

    Parameters
    ----------
    segmentation
        To assign customers with.
    trials
        Numbers of clusters that were tried.
    suggested
        The number they suggest, None if each leaves some cluster too small.
    stability
        How well each cluster was found again.
    traits
        What sets each cluster apart, see :func:`.cluster_profile`.
    customers
        Customers it was learnt from.
    """

    segmentation: NeedsSegmentation
    trials: list[CountTrial]
    suggested: int | None
    stability: ClusterStability
    traits: list[list[dict]]
    customers: int

    def report(self) -> dict:
        """Return the figures that a screen shows, as JSON knows them."""
        return {
            "customers": self.customers,
            "count": self.segmentation.count,
            "suggested": self.suggested,
            "best_bic": min(self.trials, key=lambda trial: trial.bic).count,
            "trials": [
                {
                    **asdict(trial),
                    "bic": plain(trial.bic, 1),
                    "silhouette": plain(_number(trial.silhouette), 3),
                }
                for trial in self.trials
            ],
            "dropped": list(self.segmentation.scale.dropped),
            "draws": self.stability.draws,
            "clusters": [
                {"jaccard": plain(jaccard, 3), "found": int(found), "traits": traits}
                for jaccard, found, traits in zip(
                    self.stability.jaccard,
                    self.stability.found,
                    self.traits,
                    strict=True,
                )
            ],
        }


# Threads that wait for each other cost seven times the work where processors are shared.
@threadpool_limits.wrap(limits=1)
def find_clusters(
    customers: pd.DataFrame,
    variables: Sequence[NeedsVariable],
    *,
    method: str = "kmeans",
    count: int | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> FoundClusters:
    """Find the needs clusters of a company, or of a sample of its customers.

    Parameters
    ----------
    customers
        One row per customer with the columns of the variables; NaN where not known.
    variables
        What to compare customers by.
    method
        One of ``METHODS``.
    count
        Number of clusters; the suggested one if left out.
    draws
        Samples drawn to see whether clusters are found again.
    seed
        Repeats the search.

    Returns
    -------
    FoundClusters
        The largest cluster first.

    Raises
    ------
    FrameError
        If the method is unknown or a column missing.
    InsufficientDataError
        If there are too few customers, or customers in the smallest cluster, or if
        customers are alike in everything.
    """
    if method not in METHODS:
        raise FrameError("needs", "method", "range", 1)
    check_sample(len(customers))
    is_latent = method == "latent"
    scale = (NeedsCategories if is_latent else NeedsScale).fit(customers, variables)
    values = scale.transform(customers)
    least = (count or 2) + 1
    different = len(np.unique(values, axis=0))
    if different < least:
        raise InsufficientDataError("different customers", least, different)
    trials = _trials(values, method, seed)
    if count is None:
        suggested = count = suggested_count(trials, method)
    else:
        suggested = _suggested_or_none(trials, method)
    model = _fit(values, count, method, seed=seed)
    labels = model.assign(values)
    _check_sizes(np.bincount(labels, minlength=count))
    return FoundClusters(
        NeedsSegmentation(method, scale, model),
        trials,
        suggested,
        _stability(values, labels, count, method, draws, seed),
        cluster_profile(customers, labels, variables, count),
        len(customers),
    )


def _trials(values: np.ndarray, method: str, seed: int) -> list[CountTrial]:
    if method == "latent":
        return class_count_trials(values, seed=seed)
    return count_trials(values, method, seed=seed)


def _suggested_or_none(trials: Sequence[CountTrial], method: str) -> int | None:
    try:
        return suggested_count(trials, method)
    except InsufficientDataError:
        return None


def _fit(
    values: np.ndarray, count: int, method: str, **options: int
) -> ClusterModel | LatentClasses:
    if method == "latent":
        return LatentClasses.fit(values, count, **options)
    return fit_clusters(values, count, method, **options)


def _check_sizes(sizes: np.ndarray) -> None:
    least = least_members(int(sizes.sum()))
    if sizes.min() < least:
        raise InsufficientDataError(
            "customers in the smallest cluster", least, int(sizes.min())
        )


def _stability(
    values: np.ndarray,
    labels: np.ndarray,
    count: int,
    method: str,
    draws: int,
    seed: int,
) -> ClusterStability:
    options = {"seed": seed, "starts": REDRAWN_STARTS[method]}

    def cluster_again(drawn: np.ndarray) -> np.ndarray:
        return _fit(values[drawn], count, method, **options).assign(values[drawn])

    return bootstrap_jaccard(
        labels,
        cluster_again,
        rng=np.random.default_rng(seed),
        draws=draws,
        size=min(REDRAWN, len(labels)),
    )


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
