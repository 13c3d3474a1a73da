"""What the season does to a customer's predictions.

Predictions of the purchase models know no season. Counting the days ahead by business
(:mod:`.seasonality`), those of a whole year stay, those of a shorter horizon move, and so
do dates. Times are in days, money in the currency of the predictions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .seasonality import YEAR_DAYS, calendar_days, seasonal_days

__all__ = ["seasonal_columns", "seasonal_predictions"]

#: Money and counts that grow with the business of the horizon, where a run has them.
SCALED = (
    "expected_purchases",
    "expected_spend",
    "clv",
    "clv_lower",
    "clv_upper",
    "clv_revenue",
    "clv_product_cost",
    "clv_service_cost",
    "clv_credit_loss",
)
COUNTS = ("expected_purchases_lower", "expected_purchases_upper")
PROBABILITIES = (
    "purchase_probability",
    "purchase_probability_lower",
    "purchase_probability_upper",
    "probability_alive",
)
DATES = ("next_purchase_date", "next_purchase_from", "next_purchase_to")


def seasonal_columns(horizon_days: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that :func:`seasonal_predictions` asks for: numbers, dates.

    Parameters
    ----------
    horizon_days
        Whole years leave everything but dates as it is.
    """
    if horizon_days % YEAR_DAYS:
        return (*SCALED, *COUNTS, *PROBABILITIES), DATES
    return (), DATES


def seasonal_predictions(
    staged: pd.DataFrame,
    index: np.ndarray,
    observation_end: np.datetime64,
    horizon_days: int,
) -> pd.DataFrame:
    """Bring the season into predictions made without it.

    Parameters
    ----------
    staged
        ``customer_id`` and any prediction columns of the customer profile; dates as
        ``datetime64``, missing where nothing is expected.
    index
        Season of each row, (rows, 12).
    observation_end
        Day after which the future begins.
    horizon_days
        How far ahead the predictions look.

    Returns
    -------
    DataFrame
        The same columns; those of a horizon of whole years unchanged but for the dates.
    """
    end = np.datetime64(observation_end, "D")
    result = staged.copy()
    if horizon_days % YEAR_DAYS:
        factor = seasonal_days(index, end, float(horizon_days)) / horizon_days
        for name in (*SCALED, *COUNTS):
            if name in staged:
                scaled = staged[name].to_numpy(dtype=float) * factor
                result[name] = (
                    np.rint(scaled).astype("int64") if name in COUNTS else scaled
                )
        _move_probabilities(result, factor)
    for name in DATES:
        if name in staged:
            result[name] = _seasonal_date(staged[name], index, end)
    return result


def _move_probabilities(result: pd.DataFrame, factor: np.ndarray) -> None:
    """Probability of a purchase in ``factor`` times the business, still a customer."""
    for name in PROBABILITIES[:3]:
        if name in result:
            none = np.clip(1.0 - result[name].to_numpy(dtype=float), 0.0, 1.0)
            result[name] = 1.0 - none**factor
    if "purchase_probability" in result:
        if "probability_alive" in result:
            result["purchase_probability"] = np.minimum(
                result["purchase_probability"], result["probability_alive"]
            )
        result["churn_probability"] = 1.0 - result["purchase_probability"]


def _seasonal_date(
    dates: pd.Series, index: np.ndarray, end: np.datetime64
) -> np.ndarray:
    day = dates.to_numpy().astype("datetime64[D]")
    is_known = ~np.isnat(day)
    wait = np.where(is_known, (day - end).astype("timedelta64[D]").astype(float), 0.0)
    moved = np.ceil(calendar_days(index, end, wait) - 1e-9).astype("timedelta64[D]")
    found = np.where(is_known, end + moved, np.datetime64("NaT"))
    return found.astype("datetime64[ns]")
