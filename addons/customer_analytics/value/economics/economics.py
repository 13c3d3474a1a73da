"""Figures of a company's customers as a whole, as plain values for a screen.

Who stays (cohorts, retention), for how long (residual lifetime) and on how few the company
rests (concentration). The estimates are those of :mod:`.cohorts`, :mod:`.retention`,
:mod:`.residual_lifetime` and ``stats.concentration``; here they are cut to what a screen
shows and written without NaN, so that a million customers are opened as fast as ten.
What customers are worth together is in :mod:`.company_equity`, who moves between classes
in :mod:`.class_movement`.

Money is the company's, shares are fractions of 1, times are days.

References
----------
METHODS.md, sections G (retention, concentration) and L (whale curve).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from ...stats.concentration import gini, lorenz_curve, top_share, whale_curve
from ..periods import PERIOD_MONTHS
from ..purchase.residual_lifetime import residual_lifetime
from ..scoring import WEEK_DAYS, ScoringModels, ScoringSettings, purchase_summary
from .cohorts import CohortTriangle, cohort_triangle
from .retention import retention_rate

__all__ = [
    "LIFETIME_DAYS",
    "cohort_tables",
    "concentration",
    "expected_lifetime",
    "plain",
    "retention_by_class",
]

#: Longest residual lifetime that counts: five years. The mean without a limit is infinite
#: in most companies (:mod:`.residual_lifetime`).
LIFETIME_DAYS = 1826
#: Cohorts that a triangle shows, the youngest ones.
COHORTS_SHOWN = {"month": 24, "quarter": 16, "year": 12}
#: Points of a curve: one per per cent of the customers.
CURVE_POINTS = 101
#: The share of the customers that the best known sentence speaks of.
TOP = 0.2


def plain(values: np.ndarray | float, digits: int = 6) -> list | float | None:
    """Return numbers as JSON knows them: rounded, None for NaN.

    Parameters
    ----------
    values
        A number or an array.
    digits
        Decimals kept.

    Returns
    -------
    list or float or None
        Nested like the array.

    Examples
    --------
    >>> plain([0.5, float("nan")])
    [0.5, None]
    """
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [plain(item, digits) for item in array]
    return round(float(array), digits) if np.isfinite(array) else None


def expected_lifetime(
    staged: pd.DataFrame, models: ScoringModels, settings: ScoringSettings
) -> pd.DataFrame:
    """Residual lifetime of some customers, restricted to ``LIFETIME_DAYS``.

    Parameters
    ----------
    staged
        Rows of ``scoring.summarise``.
    models
        Result of ``scoring.fit_models``.
    settings
        Interval level.

    Returns
    -------
    DataFrame
        customer_id, expected_lifetime_days and its _lower and _upper: whole days.
    """
    found = residual_lifetime(
        models.activity,
        purchase_summary(staged),
        LIFETIME_DAYS / WEEK_DAYS,
        level=settings.interval_level,
    )
    limits = {"": found.mean, "_lower": found.lower, "_upper": found.upper}
    return pd.DataFrame(
        {
            "customer_id": staged["customer_id"].to_numpy(),
            **{
                f"expected_lifetime_days{end}": np.rint(WEEK_DAYS * weeks).astype(int)
                for end, weeks in limits.items()
            },
        }
    )


def cohort_tables(counts: pd.DataFrame, observation_end: np.datetime64) -> dict:
    """Triangles of those who began together, by length of the period and by class.

    Parameters
    ----------
    counts
        period_months (1, 3 or 12), class_id, cohort (first day of its period), age (in
        periods) and customers, as ``cohorts.cohort_counts`` counts them.
    observation_end
        Last day that counts.

    Returns
    -------
    dict
        Period name to class identifier (``all`` for everybody) to cohorts (dates), sizes,
        counts, share, lower, upper (one list per cohort, as long as its age) and by_age;
        without the periods and classes of which no period has passed whole.
    """
    end = np.datetime64(observation_end, "D")
    tables = {}
    for period, months in PERIOD_MONTHS.items():
        some = counts[counts["period_months"] == months]
        groups = {"all": some, **dict(iter(some.groupby("class_id")))}
        found = {
            str(group): _triangle(rows, end, period) for group, rows in groups.items()
        }
        tables[period] = {group: table for group, table in found.items() if table}
    return {period: found for period, found in tables.items() if found}


def _triangle(counts: pd.DataFrame, end: np.datetime64, period: str) -> dict | None:
    try:
        triangle = cohort_triangle(counts, end, period=period)
    except InsufficientDataError:
        return None
    shown = slice(-COHORTS_SHOWN[period], None)
    ages = slice(0, COHORTS_SHOWN[period])
    dates = triangle.cohorts[shown].astype("datetime64[D]").astype(str)
    return {
        "cohorts": dates.tolist(),
        "sizes": triangle.sizes[shown].tolist(),
        **{
            name: [_visible(row) for row in cells[shown, ages]]
            for name, cells in _cells(triangle).items()
        },
        "by_age": plain(triangle.by_age.estimate[ages], 4),
    }


def _cells(triangle: CohortTriangle) -> dict[str, np.ndarray]:
    return {
        "counts": triangle.counts,
        "share": triangle.share.estimate,
        "lower": triangle.share.lower,
        "upper": triangle.share.upper,
    }


def _visible(row: np.ndarray) -> list:
    """Cells of a cohort without those younger than its period."""
    return plain(row[~np.isnan(row)], 4)


def retention_by_class(counts: pd.DataFrame, *, level: float = 0.8) -> dict:
    """Share of the customers of a year who bought again in the year after.

    Parameters
    ----------
    counts
        class_id, start (customers of the year before the last) and kept (those of them
        who bought in the last year too).
    level
        Confidence level.

    Returns
    -------
    dict
        Class identifier (``all`` for everybody) to start, kept, rate, lower and upper;
        classes without a customer at the start are left out.
    """
    rows = {"all": counts[["start", "kept"]].sum()}
    rows |= {str(int(row["class_id"])): row for _, row in counts.iterrows()}
    found = {}
    for group, row in rows.items():
        start, kept = float(row["start"]), float(row["kept"])
        if not start:
            continue
        rate = retention_rate(start, kept, 0.0, level=level)
        found[group] = {
            "start": int(start),
            "kept": int(kept),
            "rate": plain(rate.estimate),
            "lower": plain(rate.lower),
            "upper": plain(rate.upper),
        }
    return found


def concentration(customers: pd.DataFrame) -> dict:
    """How much few customers make of the revenue, the margin and the lifetime value.

    Parameters
    ----------
    customers
        revenue and margin of the last twelve months, cost (to serve, 0 where unknown) and
        clv, one row per customer.

    Returns
    -------
    dict
        revenue, margin, value: customers, total, gini, top_share (of the best 20 %) and
        curve (cumulative share by per cent of the customers, the best first); profit: the
        whale curve of margin less cost. None where there is nothing to share out.

    Notes
    -----
    Revenue and margin are those of customers who bought or returned in the period, lifetime
    value that of all. Below zero the Gini coefficient and the curve take an amount for
    zero; what losses take away is in the whale curve.
    """
    moved = customers[(customers["revenue"] != 0) | (customers["margin"] != 0)]
    served = customers[(customers["margin"] != 0) | (customers["cost"] != 0)]
    return {
        "revenue": _shared_out(moved["revenue"]),
        "margin": _shared_out(moved["margin"]),
        "value": _shared_out(customers["clv"]),
        "profit": _whale(
            (served["margin"] - served["cost"]).to_numpy(float),
            has_costs=bool((served["cost"] != 0).any()),
        ),
    }


def _shared_out(amounts: pd.Series) -> dict | None:
    values = np.maximum(amounts.to_numpy(float), 0.0)
    if not len(values) or values.sum() <= 0:
        return None
    curve = lorenz_curve(values, points=CURVE_POINTS)["value_share"].to_numpy()
    return {
        "customers": len(values),
        "total": plain(values.sum(), 2),
        "gini": plain(gini(values)),
        "top_share": plain(top_share(values, TOP)),
        "curve": plain(1.0 - curve[::-1], 5),
    }


def _whale(profit: np.ndarray, *, has_costs: bool) -> dict | None:
    if not len(profit):
        return None
    whale = whale_curve(profit, points=CURVE_POINTS)
    figures: Mapping[str, float] = {
        "total": whale.total,
        "peak": whale.peak,
        "side_loss": whale.side_loss,
        "peak_share": whale.peak_share,
        "side_loss_share": whale.side_loss_share,
        "peak_customer_share": whale.peak_customer_share,
        "loss_makers": whale.loss_makers,
    }
    return {
        "customers": len(profit),
        **{name: plain(value) for name, value in figures.items()},
        "has_costs": has_costs,
        "is_relative": whale.is_relative,
        "customer_share": plain(whale.curve["customer_share"], 5),
        "cumulative_profit": plain(whale.curve["cumulative_profit"], 2),
    }
