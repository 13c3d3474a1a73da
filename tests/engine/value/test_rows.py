"""Distinct purchase histories and their weights."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.rows import summary_rows, time_scales


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


@pytest.fixture
def many(rng):
    frequency = rng.integers(0, 3, 500).astype(float)
    recency = np.where(frequency > 0, rng.integers(1, 5, 500), 0.0)
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": 6.0})


def test_rows_are_distinct_sorted_and_complete(many):
    rows = summary_rows(many)
    table = np.array([rows.frequency, rows.recency, rows.T]).T
    expected = np.unique(many.to_numpy(), axis=0)
    assert table.tolist() == expected.tolist()
    assert rows.weights.sum() == 500


def test_expanding_restores_the_order_of_the_summary(many):
    rows = summary_rows(many)
    for column in ("frequency", "recency", "T"):
        restored = rows.expand(getattr(rows, column))
        assert restored.tolist() == many[column].tolist()


def test_weights_add_up(many):
    weights = np.arange(500.0)
    rows = summary_rows(many, weights)
    assert rows.n_customers == weights.sum()
    first = (many == many.iloc[0]).all(axis=1)
    number = rows.inverse[0]
    assert rows.weights[number] == weights[first].sum()


def test_rows_are_taken_for_themselves(many):
    rows = summary_rows(many)
    assert summary_rows(rows) is rows
    some = rows.take(slice(1, 3))
    assert len(some) == 2
    assert some.expand(some.recency).tolist() == rows.recency[1:3].tolist()


def test_the_index_of_the_frame_does_not_matter(many):
    moved = many.set_index(np.arange(500)[::-1] + 7)
    assert summary_rows(moved).inverse.tolist() == summary_rows(many).inverse.tolist()


def test_recency_above_age_by_rounding_is_taken_for_age():
    rows = summary_rows(history((2, 30.000000000000004, 30.0)))
    assert rows.recency.tolist() == [30.0]


def test_an_empty_summary_has_no_rows():
    rows = summary_rows(history())
    assert len(rows) == 0
    assert rows.n_customers == 0
    assert len(rows.expand(rows.T)) == 0


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [1.0, np.nan]])
def test_broken_weights_are_refused(weights):
    with pytest.raises(FrameError, match="weights"):
        summary_rows(history((1, 1, 2), (0, 0, 2)), np.array(weights))


def test_integers_are_numbers_as_well():
    frame = pd.DataFrame({"frequency": [1], "recency": [2], "T": [3]})
    assert summary_rows(frame).T.tolist() == [3.0]


def test_texts_are_not():
    frame = pd.DataFrame({"frequency": ["1"], "recency": [2], "T": [3]})
    with pytest.raises(FrameError, match="type"):
        summary_rows(frame)


def test_time_scales_of_new_customers_are_one():
    scales = time_scales(summary_rows(history((0, 0, 0), (0, 0, 0))))
    assert (scales.purchase, scales.age) == (1.0, 1.0)


def test_time_scales_do_not_depend_on_repetition(many):
    once = time_scales(summary_rows(many))
    twice = time_scales(summary_rows(pd.concat([many, many])))
    assert twice == once
