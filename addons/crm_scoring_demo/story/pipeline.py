"""Leads and opportunities: where they came from, and which were won.

What a lead is worth to look-alike models is that its outcome depends on what was known
when it came in: source, kind of firm, country and how complete its data is.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from . import names
from .customers import Customer
from .segments import SEGMENTS

__all__ = ["Lead", "draw_leads"]

# Of 300 customers' worth of story: leads lost and leads still open.
LOST, OPEN = 130, 64
STAGES = ("New", "Qualified", "Proposition")
LOST_REASONS = ("too expensive", "competitor", "no answer", "closed down")
CAMPAIGNS = ("Fiera del caffè", "Primavera in terrazza", "Torna l'ufficio")
# source: medium, weight among won and among lost leads
SOURCES = {
    "Referral": ("Direct", 8, 2),
    "Trade fair": ("Direct", 6, 4),
    "Website": ("Website", 4, 7),
    "Newsletter": ("Email", 2, 4),
    "Cold call": ("Phone", 1, 8),
}
# kind of firm: weight among won and among lost leads
KINDS = {
    "chain": (1, 2),
    "hotel": (3, 3),
    "bar": (9, 6),
    "restaurant": (6, 5),
    "beach": (4, 2),
    "office": (6, 12),
    "foreign": (1, 5),
}


@dataclass(frozen=True)
class Lead:
    """One lead; ``customer`` is the key of whom it became, or empty."""

    key: str
    name: str
    customer: str
    partner_name: str
    contact_name: str
    email: str
    phone: str
    city: str
    country: str
    tag: str
    source: str
    medium: str
    campaign: str
    salesperson: int
    revenue: float
    created: date
    closed: date | None
    outcome: str
    stage: str
    lost_reason: str


def draw_leads(
    customers: list[Customer], start: date, today: date, size: int, seed: int
) -> list[Lead]:
    """Return all leads, oldest first: won, lost and open."""
    won = [
        _won_lead(Random(f"{seed}/lead/{customer.key}"), customer)
        for customer in customers
        if customer.segment.is_company
        and customer.since > start
        and not customer.twin_of
    ]
    drawn = [
        _other_lead(
            Random(f"{seed}/lead/{outcome}/{number}"), number, outcome, start, today
        )
        for outcome, count in (("lost", LOST), ("open", OPEN))
        for number in range(max(4, round(count * size / 300)))
    ]
    leads = [lead for lead in won if lead["created"] >= start] + drawn
    leads.sort(key=lambda lead: (lead["created"], lead["name"]))
    return [Lead(key=f"L{n:04d}", **lead) for n, lead in enumerate(leads, start=1)]


def _won_lead(random: Random, customer: Customer) -> dict:
    segment = customer.segment
    yearly = customer.basket * 365 / customer.interval
    return {
        "name": f"Fornitura {customer.name}",
        "customer": customer.key,
        "partner_name": customer.name,
        "contact_name": names.person_name(random),
        "email": customer.email,
        "phone": customer.phone,
        "city": customer.city,
        "country": customer.country,
        "tag": segment.tag,
        **_origin(random, won=True),
        "salesperson": customer.salesperson,
        "revenue": round(yearly * random.uniform(0.7, 1.2), -1),
        "created": customer.since - timedelta(days=random.randint(14, 75)),
        "closed": customer.since - timedelta(days=random.randint(0, 7)),
        "outcome": "won",
        "stage": "Won",
        "lost_reason": "",
    }


def _other_lead(random: Random, number: int, outcome: str, start, today) -> dict:
    """A lead that has not become a customer, lost or open."""
    is_open = outcome == "open"
    # Open leads are a mixture of those to be won and those to be lost.
    is_like_won = is_open and random.random() < 0.45
    segment = _segment(random, is_like_won)
    name = names.company_name(random, segment.key)
    serial = 5000 + number + (1000 if is_open else 0)
    place = random.choice(names.CITIES)
    is_abroad = segment.key == "foreign"
    yearly = segment.basket * 365 / segment.interval
    age = timedelta(days=random.randint(1, 100 if is_open else 900))
    created = max(start, today - age)
    return {
        "name": f"Interesse di {name}",
        "customer": "",
        "partner_name": name,
        "contact_name": names.person_name(random) if random.random() < 0.8 else "",
        "email": names.email_of(name, serial) if random.random() < 0.85 else "",
        "phone": names.phone_number(place[3], serial) if random.random() < 0.7 else "",
        "city": "" if is_abroad else place[0],
        "country": random.choice(("CH", "AT", "SI")) if is_abroad else "IT",
        "tag": segment.tag,
        **_origin(random, is_like_won),
        "salesperson": 3 if segment.key == "office" else random.randrange(3),
        "revenue": round(yearly * random.lognormvariate(0, 0.5), -1),
        "created": created,
        "closed": None if is_open else min(today, created + _life(random)),
        "outcome": outcome,
        "stage": random.choices(STAGES, (3, 4, 3))[0],
        "lost_reason": "" if is_open else random.choices(LOST_REASONS, (5, 4, 4, 1))[0],
    }


def _life(random: Random) -> timedelta:
    return timedelta(days=random.randint(10, 80))


def _segment(random: Random, won: bool):
    column = 0 if won else 1
    weights = [weights[column] for weights in KINDS.values()]
    key = random.choices(list(KINDS), weights)[0]
    return next(segment for segment in SEGMENTS if segment.key == key)


def _origin(random: Random, won: bool) -> dict:
    column = 1 if won else 2
    weights = [source[column] for source in SOURCES.values()]
    source = random.choices(list(SOURCES), weights)[0]
    campaign = random.choice(CAMPAIGNS) if random.random() < 0.4 else ""
    return {"source": source, "medium": SOURCES[source][0], "campaign": campaign}
