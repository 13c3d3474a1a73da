"""How invoices are paid: on time through the bank's collection, late, in part, or never.

RiBa (ricevuta bancaria) is the Italian way: the supplier hands the bank the receipts that
fall due, and the bank credits them in one sum at the end of the month.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .purchases import Purchase, Return
from .season import business_day, end_of_next_month

__all__ = ["Payment", "contest", "pay"]

# Days after the invoice of each instalment, by payment term.
INSTALMENTS = {"immediate": (0,), "30days": (30,), "instalments": (30, 60)}
# Nobody is on time always.
SLIP_CHANCE = 0.04
# Share of a disputing customer's invoices that it contests.
DISPUTED = 0.4
# A defaulter leaves the invoices of its last days unpaid.
UNPAID_DAYS = 110


@dataclass(frozen=True)
class Payment:
    """``share`` of an instalment of the invoice of a purchase."""

    purchase: Purchase
    instalment: int
    day: date
    share: float
    method: str


def due_dates(purchase: Purchase) -> list[date]:
    """Return the day on which each instalment falls due."""
    term = purchase.customer.term
    if term == "riba":
        return [end_of_next_month(purchase.day)]
    return [purchase.day + timedelta(days=number) for number in INSTALMENTS[term]]


def pay(purchases: list[Purchase], today: date, seed: int) -> list[Payment]:
    """Return the payments that arrived up to ``today``, oldest first."""
    payments = []
    for purchase in purchases:
        random = Random(f"{seed}/payment/{purchase.key}")
        if _is_never_paid(purchase):
            continue
        for instalment, due in enumerate(due_dates(purchase)):
            payments += _pay_instalment(random, purchase, instalment, due)
    arrived = [payment for payment in payments if payment.day <= today]
    return sorted(arrived, key=lambda p: (p.day, p.purchase.key, p.instalment))


def contest(purchases: list[Purchase], today: date, seed: int) -> list[Return]:
    """Return the rebates granted to customers that dispute their invoices."""
    rebates = []
    for purchase in purchases:
        random = Random(f"{seed}/dispute/{purchase.key}")
        day = business_day(purchase.day + timedelta(days=random.randint(15, 40)))
        if purchase.customer.habit != "dispute" or day > today:
            continue
        if random.random() < DISPUTED:
            quantities = [0] * len(purchase.lines)
            quantities[0] = max(1, purchase.lines[0].quantity // 4)
            rebates.append(
                Return(purchase, day, tuple(quantities), "Fattura contestata")
            )
    return rebates


def _is_never_paid(purchase: Purchase) -> bool:
    customer = purchase.customer
    return (
        customer.habit == "default"
        and (customer.until - purchase.day).days < UNPAID_DAYS
    )


def _pay_instalment(random, purchase, instalment, due) -> list[Payment]:
    def payment(day, share=1.0, method="bank"):
        return Payment(purchase, instalment, day, share, method)

    habit, term = purchase.customer.habit, purchase.customer.term
    if term == "immediate":
        return [payment(purchase.day, method="card")]
    if habit == "prompt" and random.random() > SLIP_CHANCE:
        if term == "riba":
            return [payment(due, method="riba")]
        return [payment(_on_time(due - timedelta(days=random.randint(0, 4))))]
    if habit == "prompt":
        return [payment(business_day(due + timedelta(days=random.randint(6, 20))))]
    if habit == "dispute":
        return [payment(business_day(due + timedelta(days=random.randint(0, 45))))]
    if habit == "slow":
        return [payment(business_day(due + timedelta(days=random.randint(-6, 20))))]
    first = business_day(due + timedelta(days=random.randint(15, 60)))
    if random.random() < 0.7:
        return [payment(first)]
    rest = business_day(first + timedelta(days=random.randint(20, 50)))
    return [payment(first, 0.5), payment(rest)]


def _on_time(day: date) -> date:
    """Return ``day`` or the last weekday before it."""
    return day - timedelta(days=max(0, day.weekday() - 4))
