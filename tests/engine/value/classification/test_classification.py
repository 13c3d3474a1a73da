"""Cells of the matrix: rules of an axis, steadiness, customers that left."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.classification import (
    AxisRule,
    Steadiness,
    axis_bounds,
    matrix_ranks,
)

BOUNDS = {"value": np.array([100.0, 1000.0]), "loyalty": np.array([0.33, 0.66])}


def customers(*rows):
    names = ["customer_id", "value", "loyalty", "purchase_probability"]
    return pd.DataFrame(rows, columns=names)


def previous(*rows):
    names = ["customer_id", "value_band", "loyalty_band", "value_rank", "loyalty_rank"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(was_lost=np.where(frame["value_band"] > 0, -1, 1))


@pytest.mark.parametrize(
    ("method", "figures", "expected"),
    [
        ("manual", (3.0, 8.0), [3.0, 8.0]),
        ("quantile", (0.5, 0.8), [6.0, 9.0]),
        ("cumulative_share", (0.95, 0.5), [2.0, 7.0]),
        ("natural_breaks", (0.0, 0.0), [4.0, 7.0]),
    ],
)
def test_each_method_gives_its_bounds(method, figures, expected):
    values = np.arange(1.0, 11.0)
    assert axis_bounds(values, AxisRule(method, figures)).tolist() == expected


def test_nobody_has_bounds_and_an_unknown_method_has_not():
    for method in ("quantile", "cumulative_share", "natural_breaks"):
        assert axis_bounds(np.array([]), AxisRule(method, (0.5, 0.8))).shape == (2,)
    with pytest.raises(FrameError, match="method"):
        axis_bounds(np.ones(3), AxisRule("astrology", (0.5,)))


def test_lost_customers_are_in_no_cell():
    found = matrix_ranks(
        customers((1, 5000.0, 0.9, 0.9), (2, 5000.0, 0.9, 0.01)),
        BOUNDS,
        lost_below=0.05,
    )
    assert found["value_band"].tolist() == [3, 0]
    assert found["loyalty_band"].tolist() == [3, 0]


@pytest.mark.parametrize("method", ["margin", "two_periods"])
def test_noise_around_the_probability_of_the_lost_changes_nothing(method):
    held = previous((1, 0, 0, 0, 0), (2, 2, 2, 2, 2))
    for noise, expected in ((0.049, [0, 2, 0]), (0.051, [0, 2, 2])):
        found = matrix_ranks(
            customers(*((number, 500.0, 0.5, noise) for number in (1, 2, 3))),
            BOUNDS,
            lost_below=0.05,
            steadiness=Steadiness(method, 0.05),
            previous=held,
        )
        assert found["value_band"].tolist() == expected


def test_clearly_lost_and_clearly_back_is_at_once():
    found = matrix_ranks(
        customers((1, 500.0, 0.5, 0.06), (2, 500.0, 0.5, 0.04)),
        BOUNDS,
        lost_below=0.05,
        steadiness=Steadiness("margin", 0.05),
        previous=previous((1, 0, 0, 0, 0), (2, 2, 2, 2, 2)),
    )
    assert found["value_band"].tolist() == [2, 0]


def test_margin_holds_against_noise_and_new_customers_stand_where_they_are():
    found = matrix_ranks(
        customers((1, 96.0, 0.34, 1.0), (2, 96.0, 0.34, 1.0)),
        BOUNDS,
        steadiness=Steadiness("margin", 0.05),
        previous=previous((1, 2, 1, 2, 1)),
    )
    assert found["value_band"].tolist() == [2, 1]
    assert found["loyalty_band"].tolist() == [1, 2]
    assert found["value_rank"].tolist() == [1, 1]


def test_two_periods_confirm_a_move():
    steadiness = Steadiness("two_periods")
    once = matrix_ranks(
        customers((1, 5000.0, 0.5, 1.0)),
        BOUNDS,
        steadiness=steadiness,
        previous=previous((1, 2, 2, 2, 2)),
    )
    assert once["value_band"].tolist() == [2]
    twice = matrix_ranks(
        customers((1, 5000.0, 0.5, 1.0)),
        BOUNDS,
        steadiness=steadiness,
        previous=previous((1, 2, 2, 3, 2)),
    )
    assert twice["value_band"].tolist() == [3]


def test_bands_of_a_larger_matrix_are_cut_to_this_one():
    found = matrix_ranks(
        customers((1, 5000.0, 0.9, 1.0)),
        BOUNDS,
        steadiness=Steadiness("two_periods"),
        previous=previous((1, 5, 5, 5, 5)),
    )
    assert found["value_band"].tolist() == [3]


def test_customer_that_returns_is_ranked_afresh():
    found = matrix_ranks(
        customers((1, 5000.0, 0.9, 1.0)),
        BOUNDS,
        steadiness=Steadiness("two_periods"),
        previous=previous((1, 0, 0, 0, 0)),
    )
    assert found["value_band"].tolist() == [3]


def test_order_of_the_previous_bands_does_not_matter():
    frame = customers((1, 96.0, 0.9, 1.0), (2, 96.0, 0.9, 1.0))
    held = previous((2, 1, 3, 1, 3), (1, 2, 3, 2, 3), (7, 3, 3, 3, 3))
    found = matrix_ranks(
        frame, BOUNDS, steadiness=Steadiness("margin", 0.05), previous=held
    )
    assert found["value_band"].tolist() == [2, 1]
