"""Bootstrap of clusters: those that are there are found again, others are not."""

import numpy as np
import pytest
from customer_analytics.value.classification.cluster_stability import (
    STABLE,
    bootstrap_jaccard,
    overlap,
)
from customer_analytics.value.classification.needs_clusters import fit_clusters


def again(values, count):
    return lambda drawn: fit_clusters(values[drawn], count).assign(values[drawn])


def stability(values, count, **options):
    labels = fit_clusters(values, count).assign(values)
    return bootstrap_jaccard(
        labels, again(values, count), rng=np.random.default_rng(1), **options
    )


def test_clouds_apart_are_found_in_every_sample(rng):
    values = np.concatenate([rng.normal(at, 1.0, (60, 2)) for at in (0, 12, 24)])
    found = stability(values, 3, draws=20)
    assert (found.jaccard > 0.99).all()
    assert found.found.tolist() == [20, 20, 20]


def test_one_cloud_cut_in_five_is_not_stable(rng):
    values = rng.normal(size=(200, 4))
    assert stability(values, 5, draws=20).jaccard.mean() < STABLE


def test_a_sample_may_be_smaller_than_all(rng):
    values = np.concatenate([rng.normal(at, 1.0, (500, 2)) for at in (0, 15)])
    found = stability(values, 2, draws=5, size=100)
    assert found.jaccard == pytest.approx(1.0)
    assert found.draws == 5


def test_overlap_counts_both_over_either():
    first, second = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0])
    shares = np.array([[0.2, 2 / 3], [2 / 3, 0.0]])
    assert overlap(first, second) == pytest.approx(shares)
    assert overlap(first, first) == pytest.approx(np.eye(2))


def test_a_cluster_that_no_sample_met_was_not_found():
    labels = np.array([0] * 99 + [1])
    found = bootstrap_jaccard(
        labels,
        lambda drawn: labels[drawn],
        rng=np.random.default_rng(0),
        draws=4,
        size=3,
    )
    assert found.found[0] == 4
    assert found.found[1] < 4


def test_same_source_of_randomness_same_answer(rng):
    values = rng.normal(size=(150, 3))
    one, two = (stability(values, 3, draws=4) for _ in range(2))
    assert (one.jaccard == two.jaccard).all()
    assert (one.found == two.found).all()


def test_numbers_of_clusters_do_not_matter(rng):
    values = np.concatenate([rng.normal(at, 1.0, (60, 2)) for at in (0, 12)])
    labels = fit_clusters(values, 2).assign(values)
    swapped = bootstrap_jaccard(
        labels,
        lambda drawn: 1 - labels[drawn],
        rng=np.random.default_rng(0),
        draws=3,
    )
    assert swapped.jaccard == pytest.approx(1.0)
