"""Cost to serve: Kaplan & Anderson's example, time equations, invariants."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.cost.capacity import Department
from customer_analytics.value.cost.costs import Activity, cost_to_serve

ORDER, INQUIRY, CREDIT, LINE = range(4)
SERVICE = {"service": Department(cost=560_000, practical_capacity=700_000)}
# Kaplan & Anderson (2004): minutes of an order, an inquiry, a credit check.
ACTIVITIES = {
    10: Activity("service", ORDER, 8),
    11: Activity("service", INQUIRY, 44),
    12: Activity("service", CREDIT, 50),
}


def counts(*rows):
    frame = pd.DataFrame(rows, columns=["customer_id", "driver", "count"])
    return frame.astype({"customer_id": int, "driver": int, "count": float})


def test_unit_costs_of_kaplan_and_anderson():
    one_each = counts((1, ORDER, 1), (1, INQUIRY, 1), (1, CREDIT, 1))
    rows = cost_to_serve(one_each, SERVICE, ACTIVITIES).rows
    assert rows["cost"].to_list() == pytest.approx([6.40, 35.20, 40.00])


def test_totals_of_kaplan_and_anderson():
    """49,000 orders, 1,400 inquiries, 2,500 credit checks: 578,600 min, $462,880."""
    shared = counts(
        *[(customer, ORDER, 24_500) for customer in (1, 2)],
        (1, INQUIRY, 1_400),
        (2, CREDIT, 2_500),
    )
    served = cost_to_serve(shared, SERVICE, ACTIVITIES)
    assert served.minutes == pytest.approx({"service": 578_600})
    assert served.rows["cost"].sum() == pytest.approx(462_880)
    by_activity = served.rows.groupby("activity")["cost"].sum()
    assert by_activity.to_list() == pytest.approx([313_600, 49_280, 100_000])


def test_time_equation_adds_what_each_line_takes():
    entry = {1: Activity("service", ORDER, 3, {LINE: 2}, direct_cost=0.5)}
    rows = cost_to_serve(counts((7, ORDER, 2), (7, LINE, 9)), SERVICE, entry).rows
    assert rows.to_dict("records") == [
        {
            "customer_id": 7,
            "activity": 1,
            "count": 2.0,
            "minutes": 24.0,
            "cost": pytest.approx(24 * 0.8 + 2 * 0.5),
        }
    ]


def test_activities_may_share_a_driver_and_an_extra_may_be_the_driver():
    activities = {
        1: Activity("service", ORDER, 3),
        2: Activity("service", ORDER, 4, {ORDER: 1}),
    }
    rows = cost_to_serve(counts((1, ORDER, 10)), SERVICE, activities).rows
    assert rows["minutes"].to_list() == [30.0, 50.0]


def test_what_is_not_counted_by_any_activity_costs_nothing():
    rows = cost_to_serve(counts((1, LINE, 10), (2, ORDER, 0)), SERVICE, ACTIVITIES).rows
    assert rows.empty


def test_nobody_is_an_answer():
    served = cost_to_serve(counts(), SERVICE, ACTIVITIES)
    assert served.rows.empty and served.minutes == {"service": 0.0}


def test_no_activity_is_an_answer():
    assert cost_to_serve(counts((1, ORDER, 1)), SERVICE, {}).rows.empty


def test_order_of_rows_and_splitting_customers_change_nothing():
    rng = np.random.default_rng(3)
    frame = counts(*[(c, d, rng.integers(1, 9)) for c in range(20) for d in range(4)])
    whole = cost_to_serve(frame, SERVICE, ACTIVITIES)
    mixed = cost_to_serve(frame.sample(frac=1, random_state=1), SERVICE, ACTIVITIES)
    pd.testing.assert_frame_equal(whole.rows, mixed.rows)
    halves = [
        cost_to_serve(frame[frame["customer_id"] % 2 == odd], SERVICE, ACTIVITIES)
        for odd in (0, 1)
    ]
    joined = pd.concat([half.rows for half in halves])
    joined = joined.sort_values(["customer_id", "activity"], ignore_index=True)
    pd.testing.assert_frame_equal(joined, whole.rows)
    assert sum(half.minutes["service"] for half in halves) == pytest.approx(
        whole.minutes["service"]
    )


@pytest.mark.parametrize(
    "rows, reason",
    [
        ([(1, ORDER, -1)], "range"),
        ([(1, ORDER, float("nan"))], "null"),
        ([(1, ORDER, 1), (1, ORDER, 2)], "duplicate"),
    ],
)
def test_impossible_counts_are_refused(rows, reason):
    with pytest.raises(FrameError) as error:
        cost_to_serve(counts(*rows), SERVICE, ACTIVITIES)
    assert error.value.reason == reason


def test_an_activity_of_no_department_is_refused():
    with pytest.raises(FrameError, match="elsewhere"):
        cost_to_serve(counts(), SERVICE, {1: Activity("elsewhere", ORDER, 1)})


@pytest.mark.parametrize(
    "figures",
    [{"minutes": -1}, {"minutes": 1, "extras": {LINE: -1}}]
    + [{"minutes": 1, "direct_cost": cost} for cost in (-1, float("nan"))],
)
def test_impossible_activities_are_refused(figures):
    with pytest.raises(FrameError):
        Activity("service", ORDER, **figures)
