"""Transition matrix between classes: pooling, intervals, steady state."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.classification.migration import Migration
from customer_analytics.value.classification.transition import transition_matrix

STATES = ("gold", "silver", "lost")


def migration(counts, states=None):
    counts = np.asarray(counts, dtype=float)
    states = tuple(states or (f"s{i}" for i in range(len(counts))))
    return Migration(states, counts, np.zeros(len(counts)))


def companies(rng, size, classes=9):
    """Ordered classes that mostly keep their customers and pass some to neighbours."""
    distance = np.abs(np.subtract.outer(np.arange(classes), np.arange(classes)))
    law = np.exp(-distance / 0.8)
    law /= law.sum(axis=1, keepdims=True)
    truth = np.array([rng.dirichlet(60 * row + 1e-3) for row in law])
    before = rng.multinomial(size, rng.dirichlet(np.ones(classes)))
    counts = np.array(
        [rng.multinomial(n, row) for n, row in zip(before, truth, strict=True)]
    )
    return truth, counts.astype(float)


def distance(truth, found):
    """Mean Kullback-Leibler distance of the rows, in nats."""
    ratio = np.log(np.maximum(truth, 1e-12) / np.maximum(found, 1e-12))
    return (truth * ratio).sum(axis=1).mean()


# === PROBABILITIES === #


def test_rows_are_probabilities_within_their_limits(rng):
    found = transition_matrix(migration(companies(rng, 200)[1]))
    assert found.probabilities.sum(axis=1) == pytest.approx(1.0)
    assert (found.lower <= found.probabilities).all()
    assert (found.probabilities <= found.upper).all()


def test_many_customers_speak_for_themselves():
    counts = np.array([[8000.0, 2000.0], [1000.0, 9000.0]])
    found = transition_matrix(migration(counts)).probabilities
    assert found == pytest.approx(counts / 10_000, abs=1e-3)


@pytest.mark.parametrize(("size", "gain"), [(30, 0.9), (100, 1.0), (2000, 1.05)])
def test_pooling_comes_nearer_to_the_truth_than_raw_rows(size, gain):
    rng = np.random.default_rng(size)
    pooled, raw = [], []
    for _ in range(30):
        truth, counts = companies(rng, size)
        pooled.append(
            distance(truth, transition_matrix(migration(counts)).probabilities)
        )
        smooth = counts + 1 / 9
        raw.append(distance(truth, smooth / smooth.sum(axis=1, keepdims=True)))
    assert np.mean(pooled) < gain * np.mean(raw)


def test_a_class_of_few_is_named_and_drawn_towards_the_others():
    counts = np.array([[150.0, 50.0, 0.0], [40.0, 160.0, 0.0], [0.0, 0.0, 6.0]])
    found = transition_matrix(migration(counts))
    assert found.is_small.tolist() == [False, False, True]
    assert 0.8 < found.probabilities[2, 2] < 0.95


def test_rows_alike_share_more_than_rows_that_differ():
    alike = transition_matrix(migration(np.full((4, 4), 25.0) + 50 * np.eye(4)))
    unlike = transition_matrix(migration([[99.0, 1, 0], [0, 5, 95], [60, 40, 0]]))
    shared = [
        (found.weights.sum() - n) / len(found.states)
        for found, n in ((alike, 600), (unlike, 300))
    ]
    assert shared[0] > 5 * shared[1]


def test_an_empty_class_does_as_the_others():
    counts = np.array([[90.0, 10.0, 0.0], [5.0, 95.0, 0.0], [0.0, 0.0, 0.0]])
    found = transition_matrix(migration(counts))
    assert found.probabilities[2, 2] == pytest.approx(185 / 200, abs=0.01)
    assert found.upper[2, 2] - found.lower[2, 2] > 0.05


def test_intervals_cover_the_truth():
    rng = np.random.default_rng(11)
    held = []
    for _ in range(40):
        truth, counts = companies(rng, 900, classes=4)
        found = transition_matrix(migration(counts))
        held.append((found.lower <= truth) & (truth <= found.upper))
    assert 0.72 < np.mean(held) < 0.9


def test_nobody_leaves_an_absorbing_class():
    counts = np.array([[80.0, 15.0, 5.0], [10.0, 80.0, 10.0], [3.0, 0.0, 40.0]])
    found = transition_matrix(migration(counts, STATES), absorbing=["lost"])
    assert found.probabilities[2].tolist() == [0.0, 0.0, 1.0]
    assert found.lower[2].tolist() == found.upper[2].tolist() == [0.0, 0.0, 1.0]


def test_order_of_the_classes_does_not_matter(rng):
    counts = companies(rng, 300, classes=4)[1]
    order = [2, 0, 3, 1]
    plain = transition_matrix(migration(counts)).probabilities
    turned = transition_matrix(migration(counts[np.ix_(order, order)])).probabilities
    assert turned == pytest.approx(plain[np.ix_(order, order)], abs=1e-6)


def test_one_class_alone_stays():
    assert transition_matrix(migration([[7.0]])).probabilities.tolist() == [[1.0]]


def test_nobody_is_too_little():
    with pytest.raises(InsufficientDataError):
        transition_matrix(migration(np.zeros((3, 3))))
    with pytest.raises(InsufficientDataError):
        transition_matrix(migration([[0, 0], [0, 9]], "ab"), absorbing=["b"])


@pytest.mark.parametrize("counts", [[[-1.0, 2], [3, 4]], [[np.nan, 1], [1, 1]]])
def test_broken_counts_are_refused(counts):
    with pytest.raises(FrameError):
        transition_matrix(migration(counts))
    with pytest.raises(FrameError):
        transition_matrix(migration([[1.0]]), absorbing=["x"])


# === FUTURE === #


def test_periods_multiply():
    found = transition_matrix(migration([[60.0, 40.0], [20.0, 80.0]]))
    sizes = np.array([30.0, 70.0])
    twice = found.distribution(found.distribution(sizes, 1), 1)
    assert found.distribution(sizes, 2) == pytest.approx(twice)
    assert found.distribution(sizes, 0).tolist() == sizes.tolist()


def test_steady_state_does_not_change(rng):
    found = transition_matrix(migration(companies(rng, 500)[1]))
    share = found.steady_state()
    assert share.sum() == pytest.approx(1.0)
    assert found.distribution(share, 1) == pytest.approx(share)


def test_all_are_lost_in_the_end_without_new_ones():
    counts = np.array([[80.0, 15.0, 5.0], [10.0, 80.0, 10.0], [0.0, 0.0, 0.0]])
    found = transition_matrix(migration(counts, STATES), absorbing=["lost"])
    assert found.steady_state() == pytest.approx([0, 0, 1], abs=1e-9)


def test_inflow_keeps_the_sizes():
    counts = np.array([[80.0, 15.0, 5.0], [10.0, 80.0, 10.0], [0.0, 0.0, 0.0]])
    found = transition_matrix(migration(counts, STATES), absorbing=["lost"])
    sizes = found.steady_state([5.0, 20.0, 0.0])
    after = found.distribution(sizes, 1) + [5.0, 20.0, 0.0]
    assert after[:2] == pytest.approx(sizes[:2])
    assert sizes[2] == 0.0


def test_inflow_without_an_end_is_refused():
    with pytest.raises(FrameError):
        transition_matrix(migration([[5.0, 1], [1, 5]])).steady_state([1.0, 0.0])


def test_drawn_matrices_scatter_around_the_estimate(rng):
    found = transition_matrix(migration([[80.0, 20.0], [0.0, 0.0]]), absorbing=["s1"])
    drawn = found.draw(rng, 4000)
    assert drawn.sum(axis=2) == pytest.approx(1.0)
    assert drawn.mean(axis=0) == pytest.approx(found.probabilities, abs=0.005)
    assert (drawn[:, 1] == [0.0, 1.0]).all()
    inside = (drawn[:, 0, 0] >= found.lower[0, 0]) & (
        drawn[:, 0, 0] <= found.upper[0, 0]
    )
    assert inside.mean() == pytest.approx(0.8, abs=0.03)
