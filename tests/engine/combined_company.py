"""A company whose purchases are simulated day by day, for the combination's tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Parameters near CDNOW's, in days.
PARETO = (0.55, 74.0, 0.61, 82.0)
START = np.datetime64("2024-01-01")


def company(customers, days, rng, *, joining=84, parameters=PARETO, revival=0.0):
    """Purchases of ``customers`` who join over ``joining`` days, up to ``days``.

    ``revival`` is a rate per day of purchases that go on whatever the model says: what
    a purchase model does not know and earlier windows show.
    """
    r, alpha, s, beta = parameters
    rate = rng.gamma(r, 1.0 / alpha, customers)
    death = rng.exponential(1.0, customers) / rng.gamma(s, 1.0 / beta, customers)
    birth = rng.integers(0, joining, customers)
    value = 30.0 / rng.gamma(3.7, 1.0 / 2.7, customers)
    rows = [(np.arange(customers), birth)]
    for pace, ends in (
        (rate, np.minimum(birth + death, days)),
        (np.full(customers, revival), np.full(customers, float(days))),
    ):
        count = rng.poisson(pace * np.maximum(ends - birth, 0.0))
        who = np.repeat(np.arange(customers), count)
        at = birth[who] + rng.random(len(who)) * (ends - birth)[who]
        rows.append((who, np.ceil(at).astype(int)))
    who, day = (np.concatenate(part) for part in zip(*rows, strict=True))
    amount = value[who] * rng.gamma(6.0, 1.0 / 6.0, len(who))
    return pd.DataFrame(
        {
            "customer_id": who + 1,
            "day": (START + day.astype("timedelta64[D]")).astype("datetime64[ns]"),
            "amount": amount,
            "margin": amount * 0.3,
        }
    )


def day(number) -> np.datetime64:
    """Day of the company's calendar."""
    return START + np.timedelta64(int(number), "D")
