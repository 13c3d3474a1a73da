"""The whole story, drawn at once: the same seed and day always tell the same."""

from dataclasses import dataclass
from datetime import date

from . import payments, pipeline, purchases, rates, touchpoints, wallets
from .customers import Customer, find_customers
from .season import months_before

__all__ = ["Story", "tell"]


@dataclass(frozen=True)
class Story:
    """All that happened between ``start`` and ``today``.

    Before ``cutover`` the company kept its books elsewhere: ``history`` is what it brought
    along. From then on there are ``sales``, what came back and what was paid.
    """

    start: date
    cutover: date
    today: date
    customers: list[Customer]
    history: list[purchases.Purchase]
    history_returns: list[purchases.Return]
    sales: list[purchases.Purchase]
    quotes: list[purchases.Quote]
    returns: list[purchases.Return]
    rebates: list[purchases.Return]
    payments: list[payments.Payment]
    rates: list[tuple[date, float]]
    leads: list[pipeline.Lead]
    touches: list[touchpoints.Touch]
    tasks: list[touchpoints.Task]
    statements: list[wallets.Statement]


def tell(
    today: date,
    *,
    size: int = 300,
    seed: int = 1,
    months: int = 36,
    history_months: int = 12,
) -> Story:
    """Return the story of ``size`` customers over ``months`` that end on ``today``."""
    start = months_before(today, months)
    cutover = months_before(today, months - history_months)
    customers = find_customers(start, today, size, seed)
    bought = purchases.buy(customers, start, today, seed)
    history = [purchase for purchase in bought if purchase.day < cutover]
    sales = bought[len(history) :]
    return Story(
        start=start,
        cutover=cutover,
        today=today,
        customers=customers,
        history=history,
        history_returns=purchases.send_back(history, cutover, seed),
        sales=sales,
        quotes=purchases.quote(customers, today, size, seed),
        returns=purchases.send_back(sales, today, seed),
        rebates=payments.contest(sales, today, seed),
        payments=payments.pay(sales, today, seed),
        rates=rates.monthly_rates(start, today, seed),
        leads=pipeline.draw_leads(customers, start, today, size, seed),
        touches=touchpoints.draw_touches(customers, cutover, today, seed),
        tasks=touchpoints.draw_tasks(customers, today, size, seed),
        statements=wallets.draw_statements(customers, today, seed),
    )
