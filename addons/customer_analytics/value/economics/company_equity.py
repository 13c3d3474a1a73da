"""Customer equity of a company from the models of its scoring run.

The sum of the lifetime values with the interval of a sum, and apart from it what the
customers to come will bring: as many a month as in the last year, each worth what the
models expect of a customer on the day of the first purchase. The estimates are those of
:mod:`.equity`; here are their inputs.

Money is the company's, the horizon that of the lifetime values.

References
----------
METHODS.md, section G: equity = sum of CLV existing + future cohorts, shown separately.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...errors import InsufficientDataError
from ..clv import DAYS_PER_MONTH, discounted_expected_purchases
from ..purchase.lifetime_draws import new_customers, simulate_lifetime_value
from ..scoring import ScoringModels, ScoringSettings, purchase_summary
from .economics import plain
from .equity import CustomerEquity, EquityEstimate, future_equity, present_equity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["company_equity"]

#: Futures drawn of each customer of the sample, and the seed that repeats them.
DRAWS, SEED = 200, 20240101
#: Customers drawn on the day of the first purchase.
NEW_CUSTOMERS = 500


def company_equity(
    clv: np.ndarray,
    sample: pd.DataFrame,
    acquired: Sequence[float],
    models: ScoringModels,
    settings: ScoringSettings,
) -> dict:
    """Value of present and of future customers, side by side.

    Parameters
    ----------
    clv
        Lifetime value of every customer, costs deducted.
    sample
        Staged rows of some customers, all of them or drawn at random, with margin_rate
        and clv.
    acquired
        First purchases ever in each of the last months that passed whole, up to twelve.
    models
        Result of ``scoring.fit_models``.
    settings
        Horizon, discount rate and interval level.

    Returns
    -------
    dict
        present, future, total: value, lower, upper, customers; months of acquisition
        counted, acquired (by month), acquired_per_month, new_customer_value, level. The
        future is None without a whole month, limits are None where nobody has bought
        again for money.
    """
    rng = np.random.default_rng(SEED)
    present = _present(clv, sample, models, settings, rng)
    months = max(1, round(settings.horizon_days / DAYS_PER_MONTH))
    worth, spread = _new_customer(sample, models, settings, rng)
    try:
        future = future_equity(
            acquired,
            worth,
            months=months,
            discount_rate_per_year=settings.discount_rate,
            rng=rng,
            value_sd=spread,
            level=settings.interval_level,
        )
    except InsufficientDataError:
        future = None
    return {
        "present": _figures(present),
        "future": _figures(future),
        "total": _figures(CustomerEquity(present, future).total if future else None),
        "months": months,
        "acquired_per_month": plain(np.mean(acquired)) if len(acquired) else None,
        "acquired": list(acquired),
        "new_customer_value": plain(worth, 2),
        "level": settings.interval_level,
    }


def _present(
    clv: np.ndarray,
    sample: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    rng: np.random.Generator,
) -> EquityEstimate:
    if models.spend is None:
        unknown = float("nan")
        return EquityEstimate(
            float(clv.sum()), unknown, unknown, settings.interval_level, float(len(clv))
        )
    draws = simulate_lifetime_value(
        models.purchases,
        models.spend,
        purchase_summary(sample),
        horizon=settings.horizon,
        discount_rate_per_year=settings.discount_rate,
        rng=rng,
        margin_rate=sample["margin_rate"].to_numpy(float),
        draws=DRAWS,
    )
    return present_equity(clv, draws, level=settings.interval_level)


def _new_customer(
    sample: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Value of a customer on the day of the first purchase, and its deviation.

    The first purchase counts with what follows. What remains of the margin after costs is
    as much as of the present customers.
    """
    new = new_customers(1)
    options = {
        "horizon": settings.horizon,
        "discount_rate_per_year": settings.discount_rate,
    }
    purchase = float(models.expected_purchase_value(new)[0]) * _margin_left(
        sample, models, options
    )
    ahead = float(discounted_expected_purchases(models.purchases, new, **options)[0])
    if models.spend is None:
        return purchase * (1.0 + ahead), 0.0
    drawn = simulate_lifetime_value(
        models.purchases,
        models.spend,
        new_customers(NEW_CUSTOMERS),
        rng=rng,
        draws=20,
        parameter_draws=0,
        **options,
    )
    rate = purchase / float(models.expected_purchase_value(new)[0])
    return purchase * (1.0 + ahead), abs(rate) * float(drawn.std())


def _margin_left(sample: pd.DataFrame, models: ScoringModels, options: dict) -> float:
    """Part of the expected revenue that lifetime value keeps, over the sample."""
    summary = purchase_summary(sample)
    ahead = discounted_expected_purchases(models.purchases, summary, **options)
    revenue = float((ahead * models.expected_purchase_value(summary)).sum())
    if revenue <= 0:
        return float(sample["margin_rate"].mean())
    return float(sample["clv"].sum()) / revenue


def _figures(estimate: EquityEstimate | None) -> dict | None:
    if estimate is None:
        return None
    names = ("value", "lower", "upper", "customers")
    return {name: plain(getattr(estimate, name), 2) for name in names}
