"""Intervals of spend from the purchase models alone, by simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..clv_interval import clv_interval
from ..purchase.predictive import PredictiveInterval, predictive_interval

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from .base_expectation import BaseExpectation

__all__ = ["simulated_spend_interval"]

#: Futures drawn per customer, and parameter vectors among them.
DRAWS = 500
PARAMETER_DRAWS = 25


def simulated_spend_interval(
    base: BaseExpectation,
    evidence: pd.DataFrame,
    horizon: float,
    *,
    rng: np.random.Generator,
    level: float = 0.8,
) -> PredictiveInterval:
    """Interval of the money each customer will spend.

    Parameters
    ----------
    base
        Fitted models; Pareto/NBD draws the purchases, parameters drawn as well.
    evidence
        Result of :func:`~.evidence.evidence_at`.
    horizon
        Days ahead.
    rng
        Source of randomness.
    level
        Probability that the interval holds, at least.

    Returns
    -------
    PredictiveInterval
        Limits in money, in the order of the rows.
    """
    options = {
        "rng": rng,
        "level": level,
        "draws": DRAWS,
        "parameter_draws": PARAMETER_DRAWS,
    }
    if base.spend is not None:
        return clv_interval(
            base.pareto_nbd,
            base.spend,
            evidence,
            horizon=horizon,
            discount_rate_per_year=0.0,
            time_unit_days=1.0,
            **options,
        )
    counts = predictive_interval(base.pareto_nbd, evidence, horizon, **options)
    value = base.mean_purchase
    return PredictiveInterval(counts.lower * value, counts.upper * value, level)
