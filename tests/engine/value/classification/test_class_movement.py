"""Movement between classes and the lifetime value it implies."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.classification.class_movement import (
    class_movement,
    movement_counts,
)
from customer_analytics.value.classification.migration_value import migration_value
from customer_analytics.value.scoring import ScoringSettings

SETTINGS = ScoringSettings(horizon_days=365, discount_rate=0.1)
CLASSES = [7, 8]


def moves(*rows):
    return pd.DataFrame(rows, columns=["before", "after", "customers"])


def rewards(*rows):
    return pd.DataFrame(rows, columns=["class_id", "customers", "margin"])


def present(*rows):
    return pd.DataFrame(rows, columns=["class_id", "customers", "clv"])


MANY = moves((7, 7, 9000), (7, 8, 1000), (8, 8, 8000), (8, 0, 2000))
MARGINS = rewards((7, 10000, 1e6), (8, 10000, 2e5))
NOW = present((7, 100, 50000.0), (8, 50, 5000.0), (0, 30, 90.0))


def test_counts_of_classes_lost_and_new():
    found = movement_counts(
        moves((7, 0, 3), (-1, 8, 2), (0, 7, 1), (-2, 7, 9)), CLASSES
    )
    assert found.states == ("7", "8", "lost")
    np.testing.assert_array_equal(found.counts, [[0, 0, 3], [0, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(found.entries, [0, 2, 0])


def test_many_customers_give_the_value_of_their_own_frequencies():
    """Pfeifer and Carraway (2000), eq. 4, twelve payments at the end of each month."""
    found = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    matrix = [[0.9, 0.1, 0.0], [0.0, 0.8, 0.2], [0.0, 0.0, 1.0]]
    monthly = 1.1 ** (1 / 12) - 1
    value = migration_value(matrix, [100, 20, 0], monthly, periods=11) / (1 + monthly)
    assert found["classes"]["7"]["value"] == pytest.approx(value[0], rel=0.01)
    assert found["classes"]["8"]["value"] == pytest.approx(value[1], rel=0.01)


def test_lost_is_never_left():
    back = pd.concat([MANY, moves((0, 7, 5000))])
    found = class_movement(back, MARGINS, NOW, CLASSES, SETTINGS)
    assert found["states"][-1] == "lost"
    assert found["probabilities"][-1] == [0.0, 0.0, 1.0]


def test_models_and_moves_are_compared_for_the_same_customers():
    found = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    assert found["classes"]["7"]["clv"] == 500.0
    total = found["total"]
    assert total["clv"] == 55000.0, "those lost are not counted"
    sums = sum(row["customers"] * row["value"] for row in found["classes"].values())
    assert total["value"] == pytest.approx(sums, abs=0.01)
    assert total["difference"] == pytest.approx(total["value"] / 55000 - 1, abs=1e-4)


def test_a_class_without_past_margins_has_no_value():
    found = class_movement(MANY, rewards((7, 10000, 1e6)), NOW, CLASSES, SETTINGS)
    assert list(found["classes"]) == ["7"]


def test_few_customers_are_named_and_stay_in_range():
    few = moves((7, 7, 1), (8, 0, 1))
    found = class_movement(few, rewards((7, 1, 10.0)), NOW, CLASSES, SETTINGS)
    assert found["is_small"] == [True, True, False]
    row = found["classes"]["7"]
    assert 0 < row["lower"] <= row["value"] <= row["upper"] < 120


def test_nobody_before_no_value():
    assert class_movement(moves((-1, 7, 5)), MARGINS, NOW, CLASSES, SETTINGS) is None


def test_an_undiscounted_company():
    free = ScoringSettings(365, 0.0)
    found = class_movement(MANY, MARGINS, NOW, CLASSES, free)
    assert json.loads(json.dumps(found)) == found
    dear = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    assert found["classes"]["7"]["value"] > dear["classes"]["7"]["value"]


def test_outlook_begins_with_the_present_customers_and_their_value():
    found = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    now = found["outlook"][0]["classes"]
    assert (now["7"]["customers"], now["7"]["value"]) == (100.0, 50_000.0)
    assert (now["8"]["customers"], now["8"]["value"]) == (50.0, 5_000.0)
    assert set(now) == {"7", "8"}, "those lost are in no class"


def test_new_customers_are_counted_per_month():
    """Sixty new in two pairs of months are thirty a month; a tenth leaves: 300 stay."""
    won = pd.concat([MANY, moves((-1, 7, 60))])
    found = class_movement(won, MARGINS, NOW, CLASSES, SETTINGS, months=2)
    steady = found["outlook"][-1]
    assert steady["months"] is None
    assert steady["classes"]["7"]["customers"] == pytest.approx(300.0, rel=0.02)


def test_nobody_new_no_steady_state():
    found = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    assert [row["months"] for row in found["outlook"]] == [0, 3, 6, 12]


def test_a_class_without_present_customers_has_no_value_per_customer():
    found = class_movement(MANY, MARGINS, present((7, 100, 50000.0)), CLASSES, SETTINGS)
    later = found["outlook"][1]["classes"]["8"]
    assert later["customers"] > 0
    assert later["value"] == 0.0


def test_outlook_is_the_same_each_time_and_known_to_json():
    one = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    two = class_movement(MANY, MARGINS, NOW, CLASSES, SETTINGS)
    assert json.loads(json.dumps(one["outlook"])) == two["outlook"]
