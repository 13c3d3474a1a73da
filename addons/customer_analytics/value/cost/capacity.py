"""Capacity of a department: what a minute of it costs, and what nobody used.

The rate is the department's cost over its *practical* capacity, some 80 % of the paid
time [1]. What customers did not use is reported, and never charged to them: they did not
ask for it. If more was used than there is, the rate stays that of the capacity, and the
overload is reported.

Times are in minutes, costs in money per period.

References
----------
[1] Kaplan, Anderson (2004). Time-driven activity-based costing. Harvard Business Review
    82(11), 131-138.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import FrameError

__all__ = ["CapacityUse", "Department", "capacity_use"]


@dataclass(frozen=True)
class Department:
    """A group of people who do the same activities.

    Parameters
    ----------
    cost
        All that it costs in the period: pay, rooms, equipment, in money.
    practical_capacity
        Minutes it can really work in the period.

    Raises
    ------
    FrameError
        On a negative cost or a capacity that is not positive.

    Examples
    --------
    >>> Department(cost=560_000, practical_capacity=700_000).rate
    0.8
    """

    cost: float
    practical_capacity: float

    def __post_init__(self) -> None:
        """Refuse impossible figures."""
        if not (np.isfinite(self.cost) and self.cost >= 0):
            raise FrameError("department", "cost", "range", 1)
        if not (np.isfinite(self.practical_capacity) and self.practical_capacity > 0):
            raise FrameError("department", "practical_capacity", "range", 1)

    @property
    def rate(self) -> float:
        """Capacity cost rate: money per minute."""
        return self.cost / self.practical_capacity


@dataclass(frozen=True)
class CapacityUse:
    """What became of a department's capacity.

    Parameters
    ----------
    used, other, unused
        Minutes for customers, for others (prospects, say), and left over; unused is
        negative if more was used than there is.
    used_cost, other_cost, unused_cost
        The same in money; together the cost of the department. Customers are charged
        with ``used_cost`` alone.
    utilisation
        Used time over practical capacity, customers and others together.
    """

    used: float
    other: float
    unused: float
    used_cost: float
    other_cost: float
    unused_cost: float
    utilisation: float


def capacity_use(
    department: Department, used: float, other: float = 0.0
) -> CapacityUse:
    """Split a department's capacity by who used it.

    Parameters
    ----------
    department
        Its cost and capacity.
    used
        Minutes spent on customers.
    other
        Minutes spent on nobody who is a customer yet.

    Returns
    -------
    CapacityUse
        Minutes and money; the three costs add up to that of the department.

    Raises
    ------
    FrameError
        On negative or missing minutes.

    Examples
    --------
    >>> use = capacity_use(Department(560_000, 700_000), 578_600)
    >>> float(use.used_cost), float(use.unused_cost)
    (462880.0, 97120.0)
    """
    for name, minutes in (("used", used), ("other", other)):
        if not (np.isfinite(minutes) and minutes >= 0):
            raise FrameError("capacity_use", name, "range", 1)
    rate, capacity = department.rate, department.practical_capacity
    return CapacityUse(
        used=used,
        other=other,
        unused=capacity - used - other,
        used_cost=used * rate,
        other_cost=other * rate,
        unused_cost=department.cost - (used + other) * rate,
        utilisation=(used + other) / capacity,
    )
