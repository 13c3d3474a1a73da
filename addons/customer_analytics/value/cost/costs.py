"""Cost to serve: time-driven activity-based costing.

Two numbers per department: what a minute of its practical capacity costs
(:mod:`.capacity`), and how many minutes each activity takes. A time equation adds what an
order or a visit needs on top of its basic time (each line, say). Minutes times counts
times rates is what each customer costs, plus what is paid for him alone: freight,
commission.

Counts are those of the period that the costs are of; times in minutes, costs in money.

References
----------
[1] Kaplan, Anderson (2004). Time-driven activity-based costing. Harvard Business Review
    82(11), 131-138.
[2] Kaplan, Anderson (2003). Time-driven activity-based costing. Harvard Business School
    working paper 04-045.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import FrameError
from ...frames import ACTIVITY_COUNTS

if TYPE_CHECKING:
    from .capacity import Department

__all__ = ["Activity", "CostToServe", "cost_to_serve"]


@dataclass(frozen=True)
class Activity:
    """What is done for customers: its time equation and what is paid for it.

    Parameters
    ----------
    department
        Key of the department that does it.
    driver
        What is counted: it is done once for each.
    minutes
        Minutes of each.
    extras
        Minutes more for each unit of another driver: driver to minutes.
    direct_cost
        Money paid for each besides the time: freight, commission.

    Raises
    ------
    FrameError
        On negative or missing minutes or costs.

    Examples
    --------
    Packing takes half a minute, 6.5 more if special, .2 more by air [1]:

    >>> packing = Activity("shipping", "parcel", 0.5, {"special": 6.5, "by_air": 0.2})
    >>> float(packing.duration({"parcel": 1, "special": 1, "by_air": 1}))
    7.2
    """

    department: Hashable
    driver: Hashable
    minutes: float
    extras: Mapping[Hashable, float] = field(default_factory=dict)
    direct_cost: float = 0.0

    def __post_init__(self) -> None:
        """Refuse impossible figures."""
        figures = {"minutes": self.minutes, "direct_cost": self.direct_cost}
        for name, figure in {**figures, **self.extras}.items():
            if not (np.isfinite(figure) and figure >= 0):
                raise FrameError("activity", str(name), "range", 1)

    @property
    def equation(self) -> dict[Hashable, float]:
        """Minutes per unit of each driver."""
        equation = dict(self.extras)
        equation[self.driver] = equation.get(self.driver, 0.0) + self.minutes
        return equation

    def duration(self, units: Mapping[Hashable, float]) -> float:
        """Return the minutes that some units of its drivers take.

        Parameters
        ----------
        units
            Driver to number; those that the activity does not depend on take no time.

        Returns
        -------
        float
            Sum of units times minutes.
        """
        return sum(
            minutes * units.get(driver, 0) for driver, minutes in self.equation.items()
        )


@dataclass(frozen=True, eq=False)
class CostToServe:
    """What customers cost.

    Parameters
    ----------
    rows
        customer_id, activity, count, minutes and cost (direct cost included), one row
        for each activity done for a customer.
    minutes
        Minutes used of each department.
    """

    rows: pd.DataFrame
    minutes: dict[Hashable, float]


def cost_to_serve(
    counts: pd.DataFrame,
    departments: Mapping[Hashable, Department],
    activities: Mapping[Hashable, Activity],
    *,
    decimals: int = 2,
) -> CostToServe:
    """Charge each customer with the time that he took.

    Parameters
    ----------
    counts
        Rows of :data:`~customer_analytics.frames.ACTIVITY_COUNTS`: how often each
        driver was counted for a customer. Drivers of no activity are left out.
    departments
        By key.
    activities
        By key; several may count the same driver.
    decimals
        Of the currency: costs are rounded where they arise, so that lists add up.

    Returns
    -------
    CostToServe
        By customer, in the order of their identifiers, then by activity.

    Raises
    ------
    FrameError
        If the counts break their contract, or an activity is of no known department.
    """
    ACTIVITY_COUNTS.check(counts)
    for activity in activities.values():
        if activity.department not in departments:
            raise FrameError("activities", str(activity.department), "missing")
    customers, table, place = _count_table(counts, activities)
    driven, minutes = _matrices(place, activities)
    done, times = table @ driven, table @ minutes
    rates = np.array([departments[a.department].rate for a in activities.values()])
    direct = np.array([activity.direct_cost for activity in activities.values()])
    costs = np.round(times * rates + done * direct, decimals)
    which, column = np.nonzero((done > 0) | (times > 0))
    rows = pd.DataFrame(
        {
            "customer_id": customers[which],
            "activity": np.array(list(activities))[column],
            "count": done[which, column],
            "minutes": times[which, column],
            "cost": costs[which, column],
        }
    )
    return CostToServe(rows, _minutes_used(departments, activities, times))


def _count_table(
    counts: pd.DataFrame, activities: Mapping[Hashable, Activity]
) -> tuple[np.ndarray, np.ndarray, dict[Hashable, int]]:
    """Return customers, their counts (customers x drivers), each driver's column."""
    drivers = [name for a in activities.values() for name in a.equation]
    place = {driver: column for column, driver in enumerate(dict.fromkeys(drivers))}
    counts = counts[counts["driver"].isin(list(place))]
    customers, row = np.unique(counts["customer_id"].to_numpy(), return_inverse=True)
    table = np.zeros((len(customers), len(place)))
    column = counts["driver"].map(place).to_numpy(dtype=int)
    np.add.at(table, (row, column), counts["count"].to_numpy(dtype=float))
    return customers, table, place


def _matrices(
    place: Mapping[Hashable, int], activities: Mapping[Hashable, Activity]
) -> tuple[np.ndarray, np.ndarray]:
    """Return times done and minutes, drivers in rows, activities in columns."""
    driven, minutes = np.zeros((2, len(place), len(activities)))
    for column, activity in enumerate(activities.values()):
        driven[place[activity.driver], column] = 1.0
        for driver, each in activity.equation.items():
            minutes[place[driver], column] = each
    return driven, minutes


def _minutes_used(
    departments: Mapping[Hashable, Department],
    activities: Mapping[Hashable, Activity],
    times: np.ndarray,
) -> dict[Hashable, float]:
    used = dict.fromkeys(departments, 0.0)
    for activity, minutes in zip(activities.values(), times.sum(axis=0), strict=True):
        used[activity.department] += float(minutes)
    return used
