"""Counts of customers who move between classes."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.migration import Migration, class_migration

STATES = ("gold", "silver", "lost")


def test_moves_entries_and_losses_are_counted():
    before = pd.Series({1: "gold", 2: "gold", 3: "silver", 4: "silver"})
    after = pd.Series({9: "silver", 4: "silver", 2: "silver", 1: "gold"})
    found = class_migration(before, after, STATES, lost="lost")
    assert found.counts.tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert found.entries.tolist() == [0, 1, 0]


def test_those_who_vanish_are_left_out_without_a_class_for_them():
    before, after = pd.Series({1: "gold", 2: "gold"}), pd.Series({1: "gold"})
    assert class_migration(before, after, STATES).counts.sum() == 1


def test_periods_and_batches_add_up():
    one = Migration(("a", "b"), np.array([[3, 1], [0, 2]]), np.array([1, 0]))
    assert (one + one).counts.tolist() == [[6, 2], [0, 4]]
    assert (one + one).entries.tolist() == [2, 0]
    with pytest.raises(FrameError):
        one + Migration(("a",), np.ones((1, 1)), np.ones(1))


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        (pd.Series({1: "iron"}), "range"),
        (pd.Series({1: np.nan}), "range"),
        (pd.Series(["gold", "gold"], index=[1, 1]), "duplicate"),
    ],
)
def test_unknown_classes_and_double_customers_are_refused(before, reason):
    with pytest.raises(FrameError) as error:
        class_migration(before, pd.Series({1: "gold"}), STATES)
    assert error.value.reason == reason


def test_row_order_does_not_matter():
    rng = np.random.default_rng(1)
    before = pd.Series(rng.choice(STATES, 500), index=np.arange(500))
    after = pd.Series(rng.choice(STATES, 400), index=rng.permutation(700)[:400])
    plain = class_migration(before, after, STATES, lost="lost")
    mixed = class_migration(
        before.sample(frac=1, random_state=1), after.sample(frac=1), STATES, lost="lost"
    )
    assert mixed.counts.tolist() == plain.counts.tolist()
    assert plain.counts.sum() == 500
    assert plain.entries.sum() + before.index.isin(after.index).sum() == 400


def test_nobody_moves_where_nobody_is():
    empty = pd.Series([], dtype=object, index=pd.Index([], dtype="int64"))
    found = class_migration(empty, empty, STATES, lost="lost")
    assert found.counts.sum() == found.entries.sum() == 0
