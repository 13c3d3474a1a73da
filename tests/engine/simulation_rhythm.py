"""Customers with a rhythm, made by the story of MBG/CNBD-k and by no formula of ours.

Gaps are Erlang-k with a personal rate; after each purchase, the first included, the
customer stops with a personal probability (Reutterer, Platzer, Schroeder 2021).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["simulate_rhythm", "simulate_rhythm_purchases"]


def simulate_rhythm(parameters, regularity, age, horizon, rng) -> pd.DataFrame:
    """Histories over (0, T], purchases of (T, T + horizon], and the wait for the next."""
    r, alpha, a, b = parameters
    size = len(age)
    rate = rng.gamma(r, 1.0 / alpha, size)
    stop = rng.geometric(np.maximum(rng.beta(a, b, size), 1e-12))
    frame = {name: np.zeros(size) for name in ("frequency", "recency", "log_gaps")}
    time, future, wait = np.zeros(size), np.zeros(size), np.full(size, np.inf)
    made, going = np.ones(size), np.flatnonzero(stop > 1)
    while len(going):
        gap = rng.gamma(regularity, 1.0 / rate[going])
        time[going] += gap
        past = time[going] <= age[going]
        frame["frequency"][going[past]] += 1
        frame["recency"][going[past]] = time[going[past]]
        frame["log_gaps"][going[past]] += np.log(gap[past])
        ahead = going[~past]
        wait[ahead] = np.minimum(wait[ahead], time[ahead] - age[ahead])
        future[ahead[time[ahead] <= age[ahead] + horizon]] += 1
        made[going] += 1
        lasts = (time[going] <= age[going] + horizon) & (made[going] < stop[going])
        going = going[lasts]
    frame |= {"T": age, "future": future, "wait": wait, "alive": time > age}
    return pd.DataFrame({"customer_id": np.arange(size), **frame})


def simulate_rhythm_purchases(parameters, regularity, age, rng, *, end) -> pd.DataFrame:
    """TRANSACTIONS of the same customers, first purchase ``age`` days before ``end``."""
    r, alpha, a, b = parameters
    size = len(age)
    rate = rng.gamma(r, 1.0 / alpha, size)
    stop = rng.geometric(np.maximum(rng.beta(a, b, size), 1e-12))
    customers, days = [np.arange(size)], [np.zeros(size)]
    time, made = np.zeros(size), np.ones(size)
    going = np.flatnonzero(stop > 1)
    while len(going):
        time[going] += rng.gamma(regularity, 1.0 / rate[going])
        going = going[time[going] <= age[going]]
        customers.append(going)
        days.append(time[going])
        made[going] += 1
        going = going[made[going] < stop[going]]
    customer = np.concatenate(customers)
    offset = np.floor(np.concatenate(days)) - np.floor(age[customer])
    day = np.datetime64(end, "D") + offset.astype("timedelta64[D]")
    frame = pd.DataFrame({"customer_id": customer, "day": day.astype("datetime64[s]")})
    return frame.assign(amount=100.0, margin=30.0)
