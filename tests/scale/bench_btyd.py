"""Seconds and memory of the customer-value models: python tests/scale/bench_btyd.py

Simulated customers (Pareto/NBD and Gamma-Gamma at CDNOW's parameters, ages of 27 to 39
weeks, whole days); every step runs on the whole summary, on one process.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests" / "engine")]

from customer_analytics.value.clv import customer_lifetime_value  # noqa: E402
from customer_analytics.value.clv_interval import clv_interval  # noqa: E402
from customer_analytics.value.purchase.bgnbd import BetaGeo  # noqa: E402
from customer_analytics.value.purchase.gamma_gamma import GammaGamma  # noqa: E402
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo  # noqa: E402
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD  # noqa: E402
from customer_analytics.value.purchase.predictive import predictive_interval  # noqa: E402
from customer_analytics.value.rows import summary_rows  # noqa: E402
from simulation import simulate_pareto_nbd, simulate_spend  # noqa: E402

SIZES = (2_357, 100_000, 1_000_000)
HORIZON = 52.0


def customers(size: int):
    """Summary of ``size`` customers by day, in weeks."""
    rng = np.random.default_rng(size)
    age = rng.integers(189, 273, size) / 7.0
    frame = simulate_pareto_nbd((0.553, 10.578, 0.606, 11.669), age, 1.0, rng)
    frame["recency"] = np.floor(frame["recency"] * 7.0) / 7.0
    count = frame["frequency"].to_numpy()
    frame["monetary_value"], _ = simulate_spend((6.25, 3.74, 15.44), count, rng)
    return frame.drop(columns=["alive", "future"])


def timed(label: str, action):
    """Run, print the seconds, return the result."""
    start = time.perf_counter()
    result = action()
    print(f"    {label:32s} {time.perf_counter() - start:8.2f} s", flush=True)
    return result


def bench(size: int) -> None:
    """Time every step for ``size`` customers."""
    summary = customers(size)
    print(f"{size:,} customers, {len(summary_rows(summary)):,} distinct rows")
    spend = timed("GammaGamma fit", lambda: GammaGamma.fit(summary))
    for family in (BetaGeo, ModifiedBetaGeo, ParetoNBD):
        print(f"  {family.__name__}")
        model = timed("fit", lambda family=family: family.fit(summary))
        timed("probability_alive", lambda m=model: m.probability_alive(summary))
        timed("expected_purchases", lambda m=model: m.expected_purchases(summary, 52.0))
        timed(
            "purchase_probability",
            lambda m=model: m.purchase_probability(summary, HORIZON),
        )
        timed(
            "customer_lifetime_value",
            lambda m=model: customer_lifetime_value(
                m, spend, summary, horizon=HORIZON, discount_rate_per_year=0.1
            ),
        )
        timed(
            "predictive_interval",
            lambda m=model: predictive_interval(
                m, summary, HORIZON, rng=np.random.default_rng(1)
            ),
        )
        timed(
            "clv_interval",
            lambda m=model: clv_interval(
                m,
                spend,
                summary,
                horizon=HORIZON,
                discount_rate_per_year=0.1,
                rng=np.random.default_rng(1),
            ),
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    print(f"  peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    for wanted in map(int, sys.argv[1:]) if len(sys.argv) > 1 else SIZES:
        bench(wanted)
