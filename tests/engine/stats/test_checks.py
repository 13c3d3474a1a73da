"""Vectors at the door of a statistic."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.checks import paired


def test_lists_become_vectors_of_floats():
    first, second = paired([1, 2], (True, False), ("a", "b"))
    assert first.dtype == second.dtype == float


def test_the_offender_is_named_and_counted():
    with pytest.raises(FrameError) as raised:
        paired([1.0, 2.0], [np.nan, np.inf], ("actual", "predicted"))
    assert (raised.value.column, raised.value.count) == ("predicted", 2)


@pytest.mark.parametrize("second", [[1.0], [[1.0, 2.0]]])
def test_lengths_must_agree(second):
    with pytest.raises(FrameError, match="type"):
        paired([1.0, 2.0], second, ("a", "b"))


def test_nothing_is_too_little():
    with pytest.raises(InsufficientDataError):
        paired([], [], ("a", "b"))
