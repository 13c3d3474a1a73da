"""Grades of confidence: what earns them, what caps them."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.explanation.confidence import CAPS, confidence_grades


def test_purchases_earn_the_grade():
    found = confidence_grades([1, 2, 3, 4, 9, 10, 400], {})
    assert found.grades.tolist() == ["D", "C", "C", "B", "B", "A", "A"]
    assert found.caps == ()


@pytest.mark.parametrize("circumstance", CAPS)
def test_each_circumstance_caps_and_never_raises(circumstance):
    counts = np.arange(1, 30)
    free = confidence_grades(counts, {}).grades
    capped = confidence_grades(counts, {circumstance: True})
    assert capped.caps == (circumstance,)
    assert np.all(capped.grades >= free)  # D sorts after A
    assert min(capped.grades.tolist()) == CAPS[circumstance]


def test_lowest_of_several_caps_holds():
    found = confidence_grades([20], {"small_company": True, "margin_assumed": True})
    assert found.grades.tolist() == ["C"]


def test_cap_that_lowers_nobody_is_no_reason():
    assert confidence_grades([1, 2], {"margin_assumed": True}).caps == ()


def test_circumstance_that_does_not_hold_is_left_out():
    assert confidence_grades([20], {"small_company": False}).grades.tolist() == ["A"]


def test_no_customer_is_no_error():
    assert confidence_grades([], {"small_company": True}).grades.tolist() == []


def test_unknown_circumstance_and_no_purchase_are_refused():
    with pytest.raises(FrameError, match="weather"):
        confidence_grades([1], {"weather": True})
    with pytest.raises(FrameError, match="purchase_count"):
        confidence_grades([0], {})
