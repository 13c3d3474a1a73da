"""Customers who want the same: clusters by k-means or by a mixture of normal laws.

For a company that asks which needs there are among its customers (C3). Both are those of
scikit-learn, on the values of :mod:`.needs_variables`; the mixture [1] on the principal
components that hold most of their variance, since shares of spend are often exactly 0. How
many clusters there are is asked in :mod:`.cluster_count`. Values have no unit.

References
----------
[1] Fraley, Raftery (2002). Model-based clustering, discriminant analysis, and density
    estimation. JASA 97, 611-631.
METHODS.md, section H.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import multivariate_normal
from sklearn.cluster import KMeans
from sklearn.metrics import pairwise_distances_argmin
from sklearn.mixture import GaussianMixture

__all__ = [
    "ClusterModel",
    "RIDGE",
    "fit_clusters",
    "gaussian_mixture",
    "principal_components",
]

#: Starts of the search; the best one counts.
KMEANS_STARTS, MIXTURE_STARTS = 10, 3
#: A mixture is found when a step changes its likelihood per customer by less than this.
MIXTURE_TOLERANCE, MIXTURE_STEPS = 1e-5, 500
#: A mixture is fitted to the principal components that hold this share of the variance.
COMPONENT_SHARE = 0.9
#: Keeps a cluster of customers who are alike in something from getting infinitely dense.
RIDGE = 0.01
#: Customers per parameter from which on a mixture may have covariances.
PER_PARAMETER = 3


@dataclass(frozen=True)
class ClusterModel:
    """Clusters that were found, to which any customer can be assigned.

    Parameters
    ----------
    method
        ``kmeans`` or ``mixture``.
    centres
        Shape (clusters, columns), those of k-means in the order of the values, those of a
        mixture in that of its components.
    components
        Columns to components, shape (columns, components); None for k-means.
    covariances, weights
        Of each cluster of a mixture.
    """

    method: str
    centres: np.ndarray
    components: np.ndarray | None = None
    covariances: np.ndarray | None = None
    weights: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Return the number of clusters."""
        return len(self.centres)

    def assign(self, values: np.ndarray) -> np.ndarray:
        """Return the number of the cluster of each row of ``values``, from 0.

        Parameters
        ----------
        values
            Shape (customers, columns), of the scale that the clusters were found with.
        """
        if not len(values):
            return np.zeros(0, dtype=int)
        if self.method == "kmeans":
            return pairwise_distances_argmin(values, self.centres)
        scores = values @ self.components
        densities = [
            np.log(weight) + multivariate_normal(centre, covariance).logpdf(scores)
            for weight, centre, covariance in zip(
                self.weights, self.centres, self.covariances, strict=True
            )
        ]
        return np.argmax(np.stack([np.atleast_1d(row) for row in densities]), axis=0)

    def to_dict(self) -> dict:
        """Return the model as JSON knows it."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in self.__dict__.items()
        }

    @classmethod
    def from_dict(cls, values: dict) -> ClusterModel:
        """Return the model that :meth:`to_dict` wrote."""
        return cls(
            **{
                name: np.array(value) if isinstance(value, list) else value
                for name, value in values.items()
            }
        )


def fit_clusters(
    values: np.ndarray,
    count: int,
    method: str = "kmeans",
    *,
    seed: int = 0,
    starts: int | None = None,
) -> ClusterModel:
    """Find so many clusters.

    Parameters
    ----------
    values
        Shape (customers, columns), scaled.
    count
        Number of clusters.
    method
        ``kmeans`` or ``mixture``.
    seed
        Repeats the search.
    starts
        How many starts, those usual for the method if left out.

    Returns
    -------
    ClusterModel
        Clusters in the order of their size, the largest first.
    """
    if method == "kmeans":
        found = KMeans(count, n_init=starts or KMEANS_STARTS, random_state=seed)
        labels = found.fit_predict(values)
        order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
        return ClusterModel("kmeans", found.cluster_centers_[order])
    rotation = principal_components(values)
    mixture = gaussian_mixture(
        values @ rotation,
        count,
        seed=seed,
        ridge=RIDGE,
        starts=starts or MIXTURE_STARTS,
    )
    order = np.argsort(-mixture.weights_, kind="stable")
    covariances = mixture.covariances_[order]
    if covariances.ndim == 2:
        covariances = np.stack([np.diag(row) for row in covariances])
    return ClusterModel(
        "mixture", mixture.means_[order], rotation, covariances, mixture.weights_[order]
    )


def gaussian_mixture(
    values: np.ndarray,
    count: int,
    *,
    seed: int = 0,
    ridge: float = 1e-6,
    starts: int = MIXTURE_STARTS,
) -> GaussianMixture:
    """Fit a mixture of normal laws, with covariances where there are customers enough.

    Parameters
    ----------
    values
        Shape (customers, columns).
    count
        Number of clusters.
    seed
        Repeats the search.
    ridge
        Added to every variance.
    starts
        How many starts.

    Returns
    -------
    GaussianMixture
        That of scikit-learn.
    """
    columns = values.shape[1]
    parameters = count * (columns + 1) * (columns + 2) / 2
    shape = "full" if len(values) >= PER_PARAMETER * parameters else "diag"
    mixture = GaussianMixture(
        count,
        covariance_type=shape,
        n_init=starts,
        reg_covar=ridge,
        tol=MIXTURE_TOLERANCE,
        max_iter=MIXTURE_STEPS,
        random_state=seed,
    )
    return mixture.fit(values)


def principal_components(values: np.ndarray) -> np.ndarray:
    """Directions that hold most of the variance, the largest first.

    Parameters
    ----------
    values
        Shape (customers, columns).

    Returns
    -------
    ndarray
        Shape (columns, components).
    """
    _, lengths, directions = np.linalg.svd(
        values - values.mean(axis=0), full_matrices=False
    )
    held = np.cumsum(lengths**2) / max((lengths**2).sum(), 1e-300)
    kept = int(np.searchsorted(held, COMPONENT_SHARE)) + 1
    return directions[:kept].T
