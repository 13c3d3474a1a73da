"""What serving customers costs the roaster: departments, what they do, how long it takes.

An order costs some fifty euros to serve whatever is in it, so small ones eat their
margin: offices and private customers who order often and little cost more than they bring.
"""

from dataclasses import dataclass, field

__all__ = ["DEPARTMENTS", "Activity", "Department"]


@dataclass(frozen=True)
class Activity:
    """One thing done for customers, each time a record of its kind is found."""

    name: str
    # Code of the cost driver.
    driver: str
    minutes: float
    # Code of another driver: minutes more for each.
    extras: dict = field(default_factory=dict)
    direct_cost: float = 0.0


@dataclass(frozen=True)
class Department:
    """People, with their cost in euros and their practical hours in a year."""

    code: str
    name: str
    cost: float
    hours: float
    activities: tuple


DEPARTMENTS = (
    Department(
        "sales",
        "Commerciale",
        31_000,
        800,
        (
            Activity("Visita al cliente", "meeting", 240, direct_cost=24.0),
            Activity("Trattativa", "lead", 150),
        ),
    ),
    Department(
        "service",
        "Servizio clienti",
        21_000,
        700,
        (
            Activity("Presa dell'ordine", "invoice", 9, {"invoice_line": 2}),
            Activity("Telefonata", "call", 20),
            Activity("Risposta a un messaggio", "email_received", 25),
            Activity("Proposta scritta", "email_sent", 20),
        ),
    ),
    Department(
        "administration",
        "Amministrazione",
        25_000,
        700,
        (
            Activity("Fatturazione", "invoice", 8, {"invoice_line": 1}),
            Activity("Sollecito di pagamento", "late_payment", 25),
            Activity("Gestione di un reso", "credit_note", 60),
        ),
    ),
    Department(
        "warehouse",
        "Magazzino e consegne",
        47_000,
        1_500,
        (
            Activity(
                "Preparazione e consegna",
                "invoice",
                42,
                {"invoice_line": 6},
                direct_cost=8.5,
            ),
            Activity("Ritiro della merce", "credit_note", 70, direct_cost=6.5),
        ),
    ),
)
