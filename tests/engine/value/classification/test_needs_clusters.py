"""k-means and mixtures against published figures of Fisher's irises."""

import numpy as np
import pytest
from customer_analytics.value.classification.needs_clusters import (
    ClusterModel,
    fit_clusters,
    gaussian_mixture,
    principal_components,
)
from sklearn.datasets import load_iris


@pytest.fixture(scope="module")
def irises():
    return load_iris().data


@pytest.mark.parametrize(("count", "inertia"), [(2, 152.348), (3, 78.851)])
def test_iris_inertia_of_kmeans(irises, count, inertia):
    model = fit_clusters(irises, count)
    distance = (irises - model.centres[model.assign(irises)]) ** 2
    assert distance.sum() == pytest.approx(inertia, abs=1e-3)


@pytest.mark.parametrize(("count", "bic"), [(2, 574.02), (3, 580.84)])
def test_iris_bic_of_mixtures(irises, count, bic):
    assert gaussian_mixture(irises, count).bic(irises) == pytest.approx(bic, abs=0.02)


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_clusters_are_numbered_by_size_and_kept_as_json(rng, method):
    sizes = {0: 300, 8: 120, -8: 60}
    values = np.concatenate(
        [rng.normal(at, 1.0, (size, 3)) for at, size in sizes.items()]
    )
    model = fit_clusters(values, 3, method)
    labels = model.assign(values)
    assert np.bincount(labels).tolist() == list(sizes.values())
    again = ClusterModel.from_dict(model.to_dict())
    assert (again.assign(values) == labels).all()
    assert again.assign(values[:0]).shape == (0,)


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_a_batch_of_customers_is_assigned_as_all_together(rng, method):
    values = rng.normal(size=(400, 4))
    model = fit_clusters(values, 3, method)
    batches = [model.assign(part) for part in np.array_split(values, 7)]
    assert (np.concatenate(batches) == model.assign(values)).all()
    assert model.assign(values[:1]).shape == (1,)


def test_components_hold_most_of_the_variance(rng):
    wide = rng.normal(size=(500, 1)) * [5.0, 5.0, 0.0]
    values = wide + rng.normal(size=(500, 3)) * 0.1
    directions = principal_components(values)
    assert directions.shape == (3, 1)
    assert np.abs(directions[:, 0]) == pytest.approx([0.707, 0.707, 0.0], abs=0.01)
