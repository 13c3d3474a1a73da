"""Customers made by the models' own stories, to see whether the models find them again.

Each function draws purchase histories over (0, T] and the purchases of (T, T + horizon],
straight from the assumptions in the papers and without any formula of the engine.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["simulate_beta_geometric", "simulate_pareto_nbd", "simulate_spend"]


def simulate_pareto_nbd(parameters, age, horizon, rng) -> pd.DataFrame:
    """Poisson purchases until an exponential death (Schmittlein et al. 1987)."""
    r, alpha, s, beta = parameters
    size = len(age)
    rate = rng.gamma(r, 1.0 / alpha, size)
    death = rng.exponential(1.0, size) / rng.gamma(s, 1.0 / beta, size)
    lived = np.minimum(death, age)
    count = rng.poisson(rate * lived)
    last = lived * rng.random(size) ** (1.0 / np.maximum(count, 1))
    ahead = np.clip(death - age, 0.0, horizon)
    return pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "frequency": count.astype(float),
            "recency": np.where(count > 0, last, 0.0),
            "T": age,
            "alive": death > age,
            "future": rng.poisson(rate * ahead),
        }
    )


def simulate_beta_geometric(
    parameters, age, horizon, rng, *, first_occasion=0
) -> pd.DataFrame:
    """Poisson purchases until a coin, thrown after each, ends them.

    ``first_occasion`` 0 throws it after repeat purchases only (BG/NBD), 1 after the
    first purchase as well (MBG/NBD).
    """
    r, alpha, a, b = parameters
    size = len(age)
    rate = rng.gamma(r, 1.0 / alpha, size)
    stop = rng.geometric(np.maximum(rng.beta(a, b, size), 1e-12)) - first_occasion
    wanted = rng.poisson(rate * age)
    count = np.minimum(wanted, stop)
    spare = np.maximum(wanted - count, 0) + 1.0
    last = age * rng.beta(np.maximum(count, 1), spare)
    alive = stop > wanted
    ahead = np.minimum(rng.poisson(rate * horizon), stop - count)
    return pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "frequency": count.astype(float),
            "recency": np.where(count > 0, last, 0.0),
            "T": age,
            "alive": alive,
            "future": np.where(alive, ahead, 0),
        }
    )


def simulate_spend(parameters, count, rng) -> tuple[np.ndarray, np.ndarray]:
    """Mean spend of ``count`` purchases, 0 for none, and the customer's rate nu."""
    p, q, v = parameters
    nu = rng.gamma(q, 1.0 / v, len(count))
    total = rng.gamma(np.maximum(p * count, 1e-12)) / nu
    return np.where(count > 0, total / np.maximum(count, 1), 0.0), nu
