"""Sizes and values of classes to come."""

import numpy as np
import pytest
from customer_analytics.value.classification.class_outlook import MONTHS, class_outlook
from customer_analytics.value.classification.migration import Migration
from customer_analytics.value.classification.transition import transition_matrix

STATES = ("7", "8", "lost")
COUNTS = [[9000, 1000, 0], [0, 8000, 2000], [0, 0, 1]]
WORTH = [500.0, 100.0, 0.0]


def matrix(scale=1.0):
    counts = np.array(COUNTS, float) * scale
    return transition_matrix(
        Migration(STATES, counts, np.zeros(3)), absorbing=("lost",)
    )


def outlook(found, sizes=(100, 50, 30), inflow=(5.0, 0.0, 0.0)):
    rng = np.random.default_rng(1)
    return class_outlook(found, sizes, inflow, WORTH, rng=rng)


def test_now_is_what_is_known():
    now = outlook(matrix())[0]
    assert now["months"] == 0
    assert now["classes"]["7"] == {
        "customers": 100.0,
        "lower": 100.0,
        "upper": 100.0,
        "value": 50_000.0,
        "value_lower": 50_000.0,
        "value_upper": 50_000.0,
    }
    assert "lost" not in now["classes"]


def test_expected_sizes_follow_the_moves():
    rows = outlook(matrix())
    assert [row["months"] for row in rows] == [*MONTHS, None]
    gold, silver = 100.0, 50.0
    for _ in range(3):
        gold, silver = 0.9 * gold + 5.0, 0.1 * gold + 0.8 * silver
    assert rows[1]["classes"]["7"]["customers"] == pytest.approx(gold, rel=0.01)
    assert rows[1]["classes"]["8"]["customers"] == pytest.approx(silver, rel=0.01)


def test_steady_state_takes_in_as_many_as_it_loses():
    """Five a month at a loss of a tenth make fifty; their tenth at a fifth, twenty-five."""
    steady = outlook(matrix())[-1]["classes"]
    assert steady["7"]["customers"] == pytest.approx(50.0, rel=0.02)
    assert steady["8"]["customers"] == pytest.approx(25.0, rel=0.02)
    assert steady["7"]["value"] == pytest.approx(500 * 50.0, rel=0.02)


def test_without_new_customers_there_is_no_steady_state():
    rows = outlook(matrix(), inflow=(0.0, 0.0, 0.0))
    assert rows[-1]["months"] == 12
    assert rows[-1]["classes"]["7"]["customers"] == pytest.approx(
        100 * 0.9**12, rel=0.02
    )


def test_few_moves_seen_leave_more_open():
    few, many = outlook(matrix(0.003)), outlook(matrix())
    for short, long in zip(few[1:], many[1:], strict=True):
        widths = [
            row["classes"]["7"]["upper"] - row["classes"]["7"]["lower"]
            for row in (short, long)
        ]
        assert widths[0] > widths[1]


def test_intervals_hold_what_is_expected():
    for row in outlook(matrix(0.01)):
        for figures in row["classes"].values():
            assert figures["lower"] <= figures["customers"] <= figures["upper"]
            assert figures["value_lower"] <= figures["value"] <= figures["value_upper"]


def test_a_class_that_costs_money_keeps_its_limits_in_order():
    rng = np.random.default_rng(1)
    rows = class_outlook(
        matrix(0.01), (100, 50, 0), (5.0, 1.0, 0.0), [-20.0, 5.0, 0.0], rng=rng
    )
    for row in rows:
        assert (
            row["classes"]["7"]["value_lower"]
            <= row["classes"]["7"]["value_upper"]
            <= 0
        )
