"""Number of clusters: silhouettes of Fisher's irises, what is too little."""

import numpy as np
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.classification.cluster_count import (
    CountTrial,
    check_sample,
    class_count_trials,
    count_trials,
    least_members,
    suggested_count,
)
from sklearn.datasets import load_iris


def test_iris_silhouettes_and_the_suggestion_of_two():
    trials = count_trials(load_iris().data, counts=(2, 3))
    assert [trial.silhouette for trial in trials] == pytest.approx(
        [0.6810, 0.5528], abs=1e-4
    )
    assert suggested_count(trials) == 2, "though three species exist"


@pytest.mark.parametrize("method", ["kmeans", "mixture"])
def test_four_clouds_are_suggested(rng, method):
    corners = np.array([[0, 0], [9, 0], [0, 9], [9, 9]])
    values = np.concatenate([rng.normal(at, 1.0, (80, 2)) for at in corners])
    assert suggested_count(count_trials(values, method), method) == 4


def test_latent_classes_are_suggested_by_bic(rng):
    kind = rng.integers(2, size=600)
    codes = (rng.random((600, 6)) < np.where(kind, 0.9, 0.1)[:, None]).astype(int)
    trials = class_count_trials(codes, counts=(2, 3, 4))
    assert suggested_count(trials, "latent") == 2
    assert {trial.silhouette for trial in trials} == {None}


def test_a_number_with_a_tiny_cluster_is_not_suggested():
    trials = [CountTrial(2, 0.3, 9.0, 40, True), CountTrial(3, 0.6, 5.0, 12, False)]
    assert suggested_count(trials) == 2
    with pytest.raises(InsufficientDataError) as caught:
        suggested_count(trials[1:])
    assert (caught.value.needed, caught.value.found) == (20, 12)


@pytest.mark.parametrize(("customers", "least"), [(100, 20), (400, 20), (2000, 100)])
def test_least_members_are_twenty_or_five_per_cent(customers, least):
    assert least_members(customers) == least


def test_less_than_a_hundred_customers_are_refused():
    check_sample(100)
    with pytest.raises(InsufficientDataError) as caught:
        check_sample(99)
    assert (caught.value.needed, caught.value.found) == (100, 99)


def test_no_more_clusters_than_different_customers():
    values = np.repeat([[0.0], [1.0], [5.0]], 50, axis=0)
    assert [trial.count for trial in count_trials(values)] == [2]
