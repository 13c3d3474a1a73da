"""The target groups of the roaster's sales manager: filters over customer profiles.

The best customers of the first scoring are fixed as members: laid over the other groups
they show what became of them.
"""

from dataclasses import dataclass

__all__ = ["GROUPS", "Group"]


@dataclass(frozen=True)
class Group:
    """A filter over profiles by the name of its key."""

    key: str
    domain: list
    excluded: list | None = None
    is_fixed: bool = False


GROUPS = (
    Group(
        "at_risk",
        [
            ("revenue", ">=", 4000),
            ("churn_probability", ">=", 0.2),
            ("churn_probability", "<", 0.95),
        ],
    ),
    Group(
        "open_wallet",
        [("open_wallet", ">=", 5000), ("churn_probability", "<", 0.5)],
        excluded=[("late_payment_level", "=", "high")],
    ),
    Group("lost", [("value_band", "=", 0), ("revenue", ">=", 10000)]),
    Group(
        "best_then", [("value_band", "=", 3), ("loyalty_band", "=", 3)], is_fixed=True
    ),
)
