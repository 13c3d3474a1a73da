"""Who the customers are, and the behaviour each of them has of its own."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from . import names
from .catalogue import COMPANIONS, products_of, shelf_of
from .segments import SEGMENTS, Segment, customer_counts

__all__ = ["Contact", "Customer", "find_customers"]

SALESPEOPLE = 4
# Yearly growth of how often a customer buys.
TRENDS = (0, 0.05, 0.08, 0.12, 0.2, 0.3, -0.1, -0.2)
ARCHIVED = 1
SHARED = 2
# Share of customers that send back a good part of what they buy.
RETURNERS = 0.04
# Chance that a product's companion is bought too.
COMPANY = 0.65
# Share of customers that take a shelf to somebody else, and since how many days at least
# and at most.
DROPPERS = 0.16
DROPPED_DAYS = (150, 420)


@dataclass(frozen=True)
class Contact:
    """A person or an address of a customer; ``kind`` is the host's type of address."""

    key: str
    name: str
    kind: str
    email: str
    phone: str


@dataclass(frozen=True)
class Customer:
    """A firm or a person, its address and its habits."""

    key: str
    segment: Segment
    name: str
    street: str
    postcode: str
    city: str
    province: str
    country: str
    email: str
    phone: str
    vat: str
    currency: str
    contacts: tuple[Contact, ...]
    salesperson: int
    # How it buys
    since: date
    until: date
    interval: float
    basket: float
    trend: float
    usual: tuple[str, ...]
    dropped: tuple[str, ...]
    dropped_on: date
    discount: int
    returns: float
    is_one_time: bool
    # How it pays
    habit: str
    term: str
    # What a data steward should notice
    twin_of: str = ""
    is_archived: bool = False
    is_shared: bool = False


def find_customers(start: date, today: date, size: int, seed: int) -> list[Customer]:
    """Return all customers, the doubles at the end."""
    counts = customer_counts(size)
    customers = []
    for segment in SEGMENTS:
        for _ in range(counts[segment.key]):
            number = len(customers) + 1
            random = Random(f"{seed}/customer/{number}")
            customers.append(_draw_customer(random, segment, number, start, today))
    customers = _mark(customers)
    return customers + _twins(customers, size)


def _draw_customer(random, segment, number, start, today) -> Customer:
    interval = segment.interval * random.gammavariate(16, 1 / 16)
    since, until = _lifetime(random, segment, interval, start, today)
    who = _identity(random, segment, number)
    spread = segment.spread
    size = random.lognormvariate(-spread * spread / 2, spread)
    usual = _usual_products(random, segment)
    dropped, dropped_on = _dropped_products(random, segment, usual, today)
    return Customer(
        **who,
        segment=segment,
        contacts=_contacts(random, segment, number, who),
        salesperson=_salesperson(random, segment),
        since=since,
        until=until,
        interval=interval,
        basket=segment.basket * size,
        trend=random.choice(TRENDS),
        usual=usual,
        dropped=dropped,
        dropped_on=dropped_on,
        discount=random.choice(segment.discount),
        returns=0.22 if random.random() < RETURNERS else 0.012,
        is_one_time=segment.key == "online" and random.random() < 0.55,
        habit=_draw(random, segment.habits),
        term=_draw(random, segment.terms),
    )


def _identity(random: Random, segment: Segment, number: int) -> dict:
    if segment.is_company:
        name = names.company_name(random, segment.key)
    else:
        name = names.person_name(random)
    if segment.key == "foreign":
        city, country, postcode, prefix, currency = random.choice(names.FOREIGN_CITIES)
        province = ""
    else:
        wanted = [
            place
            for place in names.CITIES
            if segment.key != "beach" or place[0] in names.BEACHES
        ]
        city, province, postcode, prefix = random.choice(wanted)
        country, currency = "IT", "EUR"
    return {
        "key": f"AUR-{number:04d}",
        "name": name,
        "street": names.street(random),
        "postcode": postcode,
        "city": city,
        "province": province,
        "country": country,
        "email": names.email_of(name, number),
        "phone": names.phone_number(prefix, number),
        "vat": names.vat_number(number) if _has_vat(segment, country) else "",
        "currency": currency,
    }


def _has_vat(segment: Segment, country: str) -> bool:
    return segment.is_company and country == "IT"


def _lifetime(random, segment, interval, start, today) -> tuple[date, date]:
    """First and last day on which the customer may buy."""
    since, until = start, date.max
    if segment.key == "newcomer":
        since = today - timedelta(days=random.randint(35, 125))
    elif random.random() < segment.newcomers:
        since = start + timedelta(days=random.randint(30, (today - start).days - 60))
    if segment.quiet:
        until = today - timedelta(days=interval * random.uniform(*segment.quiet))
    elif segment.leaving:
        years = random.expovariate(segment.leaving)
        until = min(today + timedelta(days=1), since + timedelta(days=years * 365))
    return since, until


def _salesperson(random: Random, segment: Segment) -> int:
    """Number of the salesperson: the last one sells to offices and persons."""
    if segment.key in ("office", "online"):
        return SALESPEOPLE - 1
    return random.randrange(SALESPEOPLE - 1)


def _usual_products(random: Random, segment: Segment) -> tuple[str, ...]:
    """What the customer buys again and again; some never leave one category."""
    categories = segment.categories
    if random.random() < 0.3:
        categories = {max(categories, key=categories.get): 1}
    usual = []
    for category, weight in categories.items():
        products = products_of(category)
        wanted = 1 + round(random.random() * min(weight, 4) / 2)
        picked = random.choices(products, [p.weight for p in products], k=wanted)
        for product in picked:
            usual.append(product.code)
            usual += [
                code
                for code in COMPANIONS.get(product.code, ())
                if len(categories) > 1 and random.random() < COMPANY
            ]
    return tuple(dict.fromkeys(usual))


def _dropped_products(random, segment, usual, today) -> tuple[tuple[str, ...], date]:
    """One shelf that the customer used to buy from, and the day it went elsewhere."""
    shelves = sorted({shelf_of(code) for code in usual})
    if segment.quiet or len(shelves) < 2 or random.random() >= DROPPERS:
        return (), date.max
    lost = random.choice(shelves)
    day = today - timedelta(days=random.randint(*DROPPED_DAYS))
    return tuple(code for code in usual if shelf_of(code) == lost), day


def _contacts(random, segment, number, who) -> tuple[Contact, ...]:
    kinds = {
        "chain": ["invoice", "other", "delivery", "delivery", "delivery"],
        "hotel": ["invoice", "other", "delivery"],
        "office": ["other"],
    }.get(segment.key, ["other"] if random.random() < 0.35 else [])
    if not segment.is_company:
        return ()
    contacts = []
    for position, kind in enumerate(kinds, start=1):
        person = names.person_name(random)
        labels = {
            "invoice": "Amministrazione",
            "delivery": f"Consegna {random.choice(names.CITIES)[0]} {position}",
        }
        local = "amministrazione" if kind == "invoice" else person.split()[0].lower()
        contacts.append(
            Contact(
                key=f"{who['key']}-{position}",
                name=labels.get(kind, person),
                kind=kind,
                email=names.email_of(who["name"], number, f"{local}{position}"),
                phone=f"{who['phone']}{position}",
            )
        )
    return tuple(contacts)


def _draw(random: Random, weights: dict) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


def _mark(customers: list[Customer]) -> list[Customer]:
    """Archive a customer that left and let two be shared by all companies."""
    lapsed = [c.key for c in customers if c.segment.key == "lapsed"][:ARCHIVED]
    shared = [c.key for c in customers if c.segment.key == "hotel"][:SHARED]
    return [
        replace(c, is_archived=c.key in lapsed, is_shared=c.key in shared)
        for c in customers
    ]


def _twins(customers: list[Customer], size: int) -> list[Customer]:
    """Return customers entered twice: each double shares one thing with its original."""
    originals = [
        c for c in customers if c.segment.key in ("bar", "restaurant", "hotel")
    ]
    variants = (
        lambda c: {"name": c.name.upper(), "email": "", "phone": ""},
        lambda c: {"name": f"{c.name.split()[0]} di {c.city}", "vat": ""},
        lambda c: {"vat": "", "email": "", "name": f"{c.name} - {c.city}"},
        lambda c: {"name": f"{c.name}.", "vat": "", "email": "", "phone": ""},
        lambda c: {"phone": c.phone.replace(" ", "-"), "vat": "", "email": ""},
        lambda c: {"name": f"{c.name} (vecchio)", "email": "", "street": ""},
    )
    step = max(1, len(originals) // len(variants))
    return [
        replace(
            original,
            key=f"{original.key}-BIS",
            twin_of=original.key,
            contacts=(),
            is_shared=False,
            **variant(original),
        )
        for original, variant in zip(originals[::step], variants, strict=False)
    ]
