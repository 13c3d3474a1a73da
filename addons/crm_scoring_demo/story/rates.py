"""Monthly exchange rates of the second currency, as units for one euro."""

from datetime import date
from random import Random

__all__ = ["monthly_rates"]

FIRST_RATE = 0.965
# Monthly standard deviation, and pull back to the first rate.
NOISE = 0.008
PULL = 0.15


def monthly_rates(start: date, today: date, seed: int) -> list[tuple[date, float]]:
    """Return the rate of the first day of every month from ``start`` to ``today``."""
    random = Random(f"{seed}/rates")
    rate, rates = FIRST_RATE, []
    first = start.year * 12 + start.month - 1
    for month in range(first, today.year * 12 + today.month):
        rates.append((date(month // 12, month % 12 + 1, 1), round(rate, 4)))
        rate += PULL * (FIRST_RATE - rate) + random.gauss(0, NOISE)
    return rates
