"""Calls, visits, messages and complaints of the last two years, and what is to be done."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .customers import Customer
from .season import business_day

__all__ = ["COSTS", "INBOUND", "WORDS", "Task", "Touch", "draw_tasks", "draw_touches"]

# Contacts a year of each kind of customer.
RATES = {
    "chain": 15,
    "hotel": 10,
    "beach": 5,
    "foreign": 4,
    "newcomer": 10,
    "online": 1,
}
ORDINARY_RATE = 4
# kind: weight; "inquiry", "complaint" and "social" come in, the others go out
KINDS = {
    "call": 30,
    "visit": 9,
    "e-mail": 24,
    "inquiry": 22,
    "complaint": 7,
    "letter": 3,
    "social": 3,
    "fair": 2,
}
INBOUND = ("inquiry", "complaint", "social")
SUBJECTS = {
    "call": (
        "Verifica scorte",
        "Giro d'ordini",
        "Giro d'ordini",
        "Sollecito di pagamento",
        "Conferma orario di consegna",
        "Assistenza macchina al telefono",
    ),
    "visit": (
        "Visita commerciale: nuovo ordine",
        "Degustazione",
        "Controllo macchina",
        "Manutenzione macinacaffè",
        "Consegna e prova attrezzatura",
    ),
    "e-mail": (
        "Listino aggiornato",
        "Proposta di fornitura",
        "Nuove miscele",
        "Avviso di consegna",
        "Sollecito di pagamento",
        "Invito alla degustazione",
    ),
    "inquiry": (
        "Richiesta di prezzi",
        "Quando arriva la consegna?",
        "Copia fattura",
        "Ordine per la prossima settimana",
        "Orari di apertura in agosto",
    ),
    "complaint": ("Consegna incompleta", "Sacchi danneggiati", "Macchina guasta"),
    "letter": ("Catalogo e listino per posta", "Estratto conto e fattura per posta"),
    "social": (
        "Domanda su Instagram",
        "Reclamo su Facebook",
        "Foto della degustazione",
    ),
    "fair": ("Incontro in fiera: Sigep", "Incontro in fiera: TriestEspresso"),
}
# word in a subject: reason of the contact, the first that fits
WORDS = {
    "guast": "assistance",
    "danneggiat": "assistance",
    "reclamo": "assistance",
    "assistenza": "assistance",
    "manutenzione": "assistance",
    "controllo macchina": "assistance",
    "consegna": "delivery",
    "fattura": "administration",
    "pagamento": "administration",
    "listino": "marketing",
    "miscele": "marketing",
    "degustazione": "marketing",
    "fiera": "marketing",
    "ordin": "sale",
    "fornitura": "sale",
    "prezzi": "sale",
}
# euros of one contact through each channel
COSTS = {"visit": 55, "post": 4, "phone": 6.5, "email": 2.5, "social": 3, "event": 90}
# Of 300 customers, how many have something to be done for.
TASKS = 45


@dataclass(frozen=True)
class Touch:
    """One contact with a customer."""

    customer: Customer
    day: date
    hour: int
    kind: str
    subject: str


@dataclass(frozen=True)
class Task:
    """Something planned for a customer; the day may be past."""

    customer: Customer
    day: date
    kind: str
    subject: str


def draw_touches(
    customers: list[Customer], start: date, today: date, seed: int
) -> list[Touch]:
    """Return the contacts from ``start`` to ``today``, oldest first."""
    touches = []
    for customer in customers:
        random = Random(f"{seed}/touches/{customer.key}")
        rate = RATES.get(customer.segment.key, ORDINARY_RATE) / 365
        day = max(start, customer.since)
        while True:
            day += timedelta(days=random.expovariate(rate) + 1)
            if day > min(today, customer.until):
                break
            touches.append(_touch(random, customer, min(business_day(day), today)))
    return sorted(
        touches, key=lambda touch: (touch.day, touch.hour, touch.customer.key)
    )


def draw_tasks(
    customers: list[Customer], today: date, size: int, seed: int
) -> list[Task]:
    """Return what salespeople have planned around ``today``."""
    random = Random(f"{seed}/tasks")
    firms = [c for c in customers if c.segment.is_company and not c.is_archived]
    count = min(len(firms), max(3, round(TASKS * size / 300)))
    tasks = []
    for customer in random.sample(firms, count):
        kind = random.choice(("call", "visit", "e-mail"))
        day = business_day(today + timedelta(days=random.randint(-6, 21)))
        tasks.append(Task(customer, day, kind, random.choice(SUBJECTS[kind])))
    return tasks


def _touch(random: Random, customer: Customer, day: date) -> Touch:
    kind = random.choices(list(KINDS), list(KINDS.values()))[0]
    return Touch(
        customer, day, random.randint(8, 16), kind, random.choice(SUBJECTS[kind])
    )
