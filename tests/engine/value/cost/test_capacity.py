"""Capacity of departments: Kaplan & Anderson's customer service department."""

import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.cost.capacity import Department, capacity_use

SERVICE = Department(cost=560_000, practical_capacity=700_000)


def test_rate_of_kaplan_and_anderson():
    assert SERVICE.rate == pytest.approx(0.80)


def test_use_of_kaplan_and_anderson():
    """Working paper 04-045: 578,600 minutes used, 83 %; 97,120 dollars unused."""
    use = capacity_use(SERVICE, 578_600)
    assert use.used_cost == pytest.approx(462_880)
    assert (use.unused, use.unused_cost) == pytest.approx((121_400, 97_120))
    assert use.utilisation == pytest.approx(0.83, abs=0.005)


def test_costs_add_up_to_the_department():
    use = capacity_use(SERVICE, 200_000, 100_000)
    total = use.used_cost + use.other_cost + use.unused_cost
    assert total == pytest.approx(SERVICE.cost)
    assert use.other_cost == pytest.approx(80_000)


def test_overload_is_reported_at_the_same_rate():
    use = capacity_use(SERVICE, 800_000)
    assert use.used_cost == pytest.approx(640_000)
    assert (use.unused, use.unused_cost) == pytest.approx((-100_000, -80_000))
    assert use.utilisation > 1


@pytest.mark.parametrize(
    "cost, capacity, column",
    [
        (-1, 100, "cost"),
        (float("nan"), 100, "cost"),
        (1, 0, "practical_capacity"),
        (1, -5, "practical_capacity"),
        (1, float("inf"), "practical_capacity"),
    ],
)
def test_impossible_departments_are_refused(cost, capacity, column):
    with pytest.raises(FrameError) as error:
        Department(cost, capacity)
    assert error.value.column == column


@pytest.mark.parametrize("used, other", [(-1, 0), (0, float("nan"))])
def test_impossible_minutes_are_refused(used, other):
    with pytest.raises(FrameError):
        capacity_use(SERVICE, used, other)
