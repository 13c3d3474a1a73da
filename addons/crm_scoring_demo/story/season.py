"""Days on which business is done, and how busy a customer is on each of them."""

from collections.abc import Iterator
from datetime import date, timedelta

__all__ = [
    "business_day",
    "days",
    "end_of_next_month",
    "is_business_day",
    "months_before",
]

# Italian holidays of fixed date: (month, day).
HOLIDAYS = {
    (1, 1),
    (1, 6),
    (4, 25),
    (5, 1),
    (6, 2),
    (8, 15),
    (11, 1),
    (12, 8),
    (12, 25),
    (12, 26),
}
ONE_DAY = timedelta(days=1)


def days(first: date, last: date) -> Iterator[date]:
    """Yield every day from ``first`` to ``last``, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def is_business_day(day: date) -> bool:
    """Tell whether offices and warehouses work.

    >>> is_business_day(date(2026, 8, 15)), is_business_day(date(2026, 8, 17))
    (False, True)
    """
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def business_day(day: date) -> date:
    """Return ``day`` or the first business day after it."""
    while not is_business_day(day):
        day += ONE_DAY
    return day


def months_before(day: date, months: int) -> date:
    """Return the first day of the month ``months`` before that of ``day``.

    >>> months_before(date(2026, 11, 21), 36)
    datetime.date(2023, 11, 1)
    """
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def end_of_next_month(day: date) -> date:
    """Return the last day of the month after that of ``day``.

    >>> end_of_next_month(date(2025, 12, 31))
    datetime.date(2026, 1, 31)
    """
    months = day.year * 12 + day.month + 1
    return date(months // 12, months % 12 + 1, 1) - ONE_DAY
