"""What customers say: their total spend on coffee, our rank, whether they will buy."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .customers import Customer

__all__ = ["Statement", "draw_statements"]

# Probability that a firm has told each of them.
KINDS = {"wallet": 0.14, "rank": 0.08, "intention": 0.05}
# Statements are made within so many days; those older than a year no longer count.
LONGEST_AGO = 430
SOURCES = ("Visita", "Telefonata", "Questionario")


@dataclass(frozen=True)
class Statement:
    """One statement of one customer; figures that are not of its kind are 0."""

    customer: Customer
    day: date
    kind: str
    amount: float
    rank: int
    suppliers: int
    intention: int
    source: str


def draw_statements(
    customers: list[Customer], today: date, seed: int
) -> list[Statement]:
    """Return what the firms among the customers said, oldest first."""
    said = []
    for customer in customers:
        random = Random(f"{seed}/statement/{customer.key}")
        kind = random.choices([*KINDS, ""], [*KINDS.values(), 1 - sum(KINDS.values())])[
            0
        ]
        if kind and customer.segment.is_company and not customer.twin_of:
            said.append(_statement(random, customer, kind, today))
    return sorted(said, key=lambda item: (item.day, item.customer.key))


def _statement(random: Random, customer: Customer, kind: str, today: date) -> Statement:
    share = random.betavariate(3, 2)
    yearly = customer.basket * 365 / customer.interval
    suppliers = random.choice((1, 2, 2, 3, 3, 4))
    oldest = max(today - timedelta(days=LONGEST_AGO), customer.since)
    ago = random.randint(0, max(0, (today - oldest).days))
    is_rank = kind == "rank"
    return Statement(
        customer=customer,
        day=today - timedelta(days=ago),
        kind=kind,
        amount=max(100.0, round(yearly / share, -2)) if kind == "wallet" else 0.0,
        rank=min(suppliers, 1 + int(3 * (1 - share))) if is_rank else 0,
        suppliers=suppliers if is_rank else 0,
        intention=round(10 * random.betavariate(4, 2)) if kind == "intention" else 0,
        source=random.choice(SOURCES),
    )
