"""What customers say: their total spend on coffee, our rank, whether they will buy."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .customers import Customer

__all__ = ["Statement", "draw_statements"]

# Probability that a firm has told each of them.
KINDS = {"wallet": 0.14, "rank": 0.08, "intention": 0.05}
# Probability that a firm of a kind has us as its second supplier, and has said so lately.
ELSEWHERE = {"chain": 0.3, "hotel": 0.2, "bar": 0.06}
ELSEWHERE_SHARE = (0.12, 0.28)
LATELY = 300
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
        if customer.twin_of:
            continue
        random = Random(f"{seed}/elsewhere/{customer.key}")
        if random.random() < ELSEWHERE.get(customer.segment.key, 0.0):
            share = random.uniform(*ELSEWHERE_SHARE)
            said.append(_statement(random, customer, "wallet", today, share, LATELY))
            continue
        random = Random(f"{seed}/statement/{customer.key}")
        kind = random.choices([*KINDS, ""], [*KINDS.values(), 1 - sum(KINDS.values())])[
            0
        ]
        if kind and customer.segment.is_company:
            share = random.betavariate(3, 2)
            said.append(_statement(random, customer, kind, today, share, LONGEST_AGO))
    return sorted(said, key=lambda item: (item.day, item.customer.key))


def _statement(
    random: Random,
    customer: Customer,
    kind: str,
    today: date,
    share: float,
    longest_ago: int,
) -> Statement:
    yearly = customer.basket * 365 / customer.interval
    suppliers = random.choice((1, 2, 2, 3, 3, 4))
    oldest = max(today - timedelta(days=longest_ago), customer.since)
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
