"""Who buys what and when: one list of purchases, oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .catalogue import PRICE_RISE, PRODUCTS, products_of, season_of
from .customers import Customer
from .season import business_day, days, is_business_day

__all__ = ["Line", "Purchase", "Quote", "Return", "buy", "quote", "send_back"]

PRICE_LIST = {product.code: product for product in PRODUCTS}
# Share of the purchases of a customer entered twice that its double gets.
TWIN_SHARE = 0.35
# Spread of one customer's purchases around their mean.
BASKET_SPREAD = 0.3
SERVICE_CHANCE = 0.02
# Of 300 customers, how many orders are still on their way, and how they stand.
QUOTES = 30
QUOTE_STATES = {"draft": 5, "sent": 4, "sale": 4, "cancel": 2}


@dataclass(frozen=True)
class Line:
    """One product sold; ``price`` is the list price of that year, ``discount`` percent."""

    code: str
    quantity: int
    price: float
    discount: int

    @property
    def net(self) -> float:
        """Value after discount, unrounded."""
        return self.quantity * self.price * (1 - self.discount / 100)

    @property
    def cost(self) -> float:
        """What the goods cost, at today's cost."""
        return self.quantity * PRICE_LIST[self.code].cost


@dataclass(frozen=True)
class Purchase:
    """One order that was delivered; ``buyer`` is a customer's key or a contact's."""

    key: str
    customer: Customer
    buyer: str
    day: date
    lines: tuple[Line, ...]

    @property
    def net(self) -> float:
        """Value without VAT."""
        return sum(line.net for line in self.lines)


@dataclass(frozen=True)
class Return:
    """Goods sent back: how many of each line of a purchase, in its order."""

    purchase: Purchase
    day: date
    quantities: tuple[int, ...]
    reason: str

    @property
    def net(self) -> float:
        """Value of the goods without VAT."""
        sold = zip(self.purchase.lines, self.quantities, strict=True)
        return sum(line.net / line.quantity * quantity for line, quantity in sold)


@dataclass(frozen=True)
class Quote:
    """An order not invoiced yet; ``state`` is the host's."""

    purchase: Purchase
    state: str


def buy(
    customers: list[Customer], start: date, today: date, seed: int
) -> list[Purchase]:
    """Return all purchases from ``start`` to ``today``."""
    twins = {customer.twin_of: customer for customer in customers if customer.twin_of}
    drawn = []
    for customer in customers:
        if customer.twin_of:
            continue
        random = Random(f"{seed}/purchases/{customer.key}")
        for day in _purchase_days(random, customer, start, today):
            twin = twins.get(customer.key)
            is_twins = twin and random.random() < TWIN_SHARE
            drawn.append(
                _draw_purchase(random, twin if is_twins else customer, day, today)
            )
    drawn.sort(key=lambda purchase: (purchase.day, purchase.customer.key))
    return [
        Purchase(f"{number:05d}", p.customer, p.buyer, p.day, p.lines)
        for number, p in enumerate(drawn, start=1)
    ]


def _purchase_days(random, customer, start, today) -> Iterator[date]:
    """Yield the days of a renewal process that runs faster in a busy season."""
    regularity = customer.segment.regularity

    def gap():
        return random.gammavariate(regularity, 1 / regularity)

    due = gap() * (random.random() if customer.since == start else 0)
    for day in days(customer.since, min(today, customer.until)):
        due -= _activity(customer, day, start) / customer.interval
        if due <= 0 and _is_open(customer, day):
            yield day
            if customer.is_one_time:
                return
            due = gap()


def _activity(customer: Customer, day: date, start: date) -> float:
    """How busy the customer is on ``day``; 1 is an ordinary day."""
    years = (day - start).days / 365
    return customer.segment.season[day.month - 1] * (1 + customer.trend) ** years


def _is_open(customer: Customer, day: date) -> bool:
    if not customer.segment.season[day.month - 1]:
        return False
    return is_business_day(day) or not customer.segment.is_company


def _draw_purchase(random, customer, day, today) -> Purchase:
    spread = BASKET_SPREAD
    value = customer.basket * random.lognormvariate(-spread * spread / 2, spread)
    codes = _chosen(random, customer, day)
    shares = [random.gammavariate(3, 1) for _ in codes]
    lines = [
        _line(customer, code, value * share / sum(shares), day, today)
        for code, share in zip(codes, shares, strict=True)
    ]
    extra = _machine(random, customer, day)
    if extra:
        lines.append(_line(customer, extra, 0, day, today))
    buyers = [c.key for c in customer.contacts if c.kind in ("invoice", "other")]
    buyer = random.choice([customer.key, *buyers])
    return Purchase("", customer, buyer, day, tuple(lines))


def _chosen(random, customer, day) -> list[str]:
    """What the customer takes of what he usually buys, as the month makes him want it."""
    usual = customer.usual
    if day >= customer.dropped_on:
        usual = [code for code in usual if code not in customer.dropped]
    count = min(len(usual), random.choice(customer.segment.lines))
    wish = {code: random.random() ** (1 / season_of(code, day.month)) for code in usual}
    return sorted(wish, key=wish.get, reverse=True)[:count]


def _line(customer, code, value, day, today) -> Line:
    """Return as many of a product as come closest to ``value``, at least one."""
    price = PRICE_LIST[code].price / (1 + PRICE_RISE) ** (today.year - day.year)
    price = round(price, 2)
    net = price * (1 - customer.discount / 100)
    return Line(code, max(1, round(value / net)), price, customer.discount)


def _machine(random, customer, day) -> str:
    """A machine with the first order of a new customer, a service now and then."""
    is_first = (day - customer.since).days <= customer.interval
    if is_first and random.random() < customer.segment.machine:
        if customer.segment.key == "office":
            return "MA-UFF"
        return random.choices(("MA-2GR", "MA-1GR", "MA-MAC"), (1, 2, 4))[0]
    services = [p.code for p in products_of("machines") if p.is_service]
    if customer.segment.is_company and random.random() < SERVICE_CHANCE:
        return random.choice(services)
    return ""


def send_back(purchases: list[Purchase], today: date, seed: int) -> list[Return]:
    """Return what came back: part of a delivery, seldom all of it."""
    returns = []
    for purchase in purchases:
        random = Random(f"{seed}/return/{purchase.key}")
        if random.random() >= purchase.customer.returns:
            continue
        day = business_day(purchase.day + timedelta(days=random.randint(3, 18)))
        if day > today:
            continue
        quantities = [0] * len(purchase.lines)
        picked = random.randrange(len(quantities))
        quantities[picked] = max(
            1, purchase.lines[picked].quantity // random.choice((1, 2))
        )
        if random.random() < 0.2:
            quantities = [line.quantity for line in purchase.lines]
        returns.append(Return(purchase, day, tuple(quantities), "Merce resa"))
    return returns


def quote(customers: list[Customer], today: date, size: int, seed: int) -> list[Quote]:
    """Return the offers and orders of the last weeks that are not invoiced."""
    random = Random(f"{seed}/quotes")
    buying = [
        customer
        for customer in customers
        if customer.segment.key in ("chain", "hotel", "bar", "restaurant")
        and customer.until > today
        and not customer.twin_of
    ]
    count = min(len(buying), max(4, round(QUOTES * size / 300)))
    states = random.choices(list(QUOTE_STATES), QUOTE_STATES.values(), k=count)
    return [
        Quote(
            _draw_purchase(
                random, customer, today - timedelta(days=random.randint(0, 25)), today
            ),
            state,
        )
        for customer, state in zip(random.sample(buying, count), states, strict=True)
    ]
