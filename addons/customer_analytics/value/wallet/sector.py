"""Value of customers in the sector: what they will spend with anybody, and our part.

Two views, both in money of the company:

* **Share of wallet** looks back: what a customer spent with us in the last year over
  what he spent with everybody. Of a customer of less than a year, the missing part of the
  year is filled with what we expect of him, at the rate of the horizon.
* **Sector value** and **open wallet** look ahead over the horizon of lifetime value:
  the wallet of that many days, and that less our own expected spend. Revenue, not
  discounted, like expected spend. It is there whether or not he stays with us.

The **lifetime value in the sector** is comparable to lifetime value: a net present value
of margins. It adds to it the margin on the open wallet, at the customer's own margin rate,
spread evenly over the horizon and discounted month by month as in :mod:`.clv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from ...errors import FrameError
from ..clv import DAYS_PER_MONTH, DAYS_PER_YEAR
from .purchase_intention import juster_probability
from .share_of_wallet import resolve_share
from .supplier_rank import rank_based_share_interval

__all__ = ["even_discount", "sector_values", "yearly_spend"]

#: Seed of the interval of a rank: the same answers get the same interval.
SEED = 20250601
#: Days over which a yearly wallet counts once.
YEAR = 365.0

#: Money and times that every customer has.
FIGURES = (
    "revenue_recent",
    "tenure",
    "expected_spend",
    "clv",
    "margin_rate",
)


def yearly_spend(customers: pd.DataFrame, horizon_days: float) -> np.ndarray:
    """Return what each customer spends with us in a year.

    Parameters
    ----------
    customers
        revenue_recent (money of the last 12 months), tenure (days), expected_spend
        (money within the horizon).
    horizon_days
        Horizon of the expected spend.

    Returns
    -------
    ndarray
        Money per year, never negative.

    Raises
    ------
    FrameError
        If a column is missing.

    Examples
    --------
    >>> frame = pd.DataFrame({"revenue_recent": [500.0, 500.0], "tenure": [900, 73],
    ...                       "expected_spend": [0.0, 1000.0]})
    >>> yearly_spend(frame, 365)
    array([ 500., 1300.])
    """
    recent, tenure, expected = (
        _numbers(customers, name)
        for name in ("revenue_recent", "tenure", "expected_spend")
    )
    missing_days = np.clip(YEAR - tenure, 0.0, YEAR)
    return np.maximum(recent, 0.0) + np.maximum(expected, 0.0) * (
        missing_days / horizon_days
    )


def even_discount(horizon_days: float, discount_rate_per_year: float) -> float:
    """Return today's value of one unit of money spread evenly over the horizon.

    Parameters
    ----------
    horizon_days
        Length of the future that counts.
    discount_rate_per_year
        Fraction per year.

    Returns
    -------
    float
        Money of a month counts at its end, that of a last incomplete month at the end
        of the horizon.

    Examples
    --------
    >>> round(even_discount(365.25, 0.1), 4), round(even_discount(365, 0.0), 4)
    (0.95, 1.0)
    """
    ends = np.minimum(
        np.arange(1, np.ceil(horizon_days / DAYS_PER_MONTH - 1e-9) + 1)
        * DAYS_PER_MONTH,
        horizon_days,
    )
    parts = np.diff(ends, prepend=0.0) / horizon_days
    return float(parts @ (1.0 + discount_rate_per_year) ** (-ends / DAYS_PER_YEAR))


def sector_values(
    customers: pd.DataFrame,
    *,
    horizon_days: float,
    discount_rate_per_year: float,
    as_of: date,
    rng: np.random.Generator | None = None,
    level: float = 0.8,
) -> pd.DataFrame:
    """Return share of wallet, sector value and open wallet of each customer.

    Parameters
    ----------
    customers
        customer_id with revenue_recent, tenure, expected_spend, clv, margin_rate; what
        he declared: declared_wallet (money per year), supplier_rank, supplier_count,
        intention (0 to 10), with wallet_date, rank_date; the estimate of his kind:
        wallet, lower, upper (money per year), peer_count. NaN where unknown.
    horizon_days
        Horizon of expected spend and of sector value.
    discount_rate_per_year
        Fraction per year.
    as_of
        Day of the estimate.
    rng
        Randomness of the interval of a rank; left out, always the same.
    level
        Probability of the intervals.

    Returns
    -------
    DataFrame
        The wallet columns of the customer profile, NaN where nothing is known.

    Raises
    ------
    FrameError
        On missing columns or impossible ranks, wallets or intentions.
    """
    figures = {name: _numbers(customers, name) for name in FIGURES}
    own = yearly_spend(customers, horizon_days)
    declared = _numbers(customers, "declared_wallet")
    share = resolve_share(
        own,
        declared_wallet=declared,
        rank_share=_rank_share(customers, rng or np.random.default_rng(SEED), level),
        wallet_estimate=customers[["wallet", "lower", "upper"]],
    )
    sector = _sector(share, figures["expected_spend"], horizon_days)
    open_wallet = sector["sector_value"] - figures["expected_spend"]
    margin = figures["margin_rate"] * even_discount(
        horizon_days, discount_rate_per_year
    )
    source = share["source"].to_numpy()
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy(),
            "yearly_spend": own,
            **sector,
            "share_of_wallet": share["share_of_wallet"].to_numpy(),
            "share_of_wallet_lower": share["share_lower"].to_numpy(),
            "share_of_wallet_upper": share["share_upper"].to_numpy(),
            "share_source": np.where(source == "none", None, source),
            "share_date": _share_date(customers, source, as_of),
            "open_wallet": open_wallet,
            "sector_clv": figures["clv"] + open_wallet * margin,
            "is_wallet_below_sales": (source == "declared") & (declared < own),
            "stated_probability": juster_probability(_numbers(customers, "intention")),
        }
    )


def _rank_share(
    customers: pd.DataFrame, rng: np.random.Generator, level: float
) -> pd.DataFrame:
    """Shares that the ranks imply; without a single rank nothing is drawn."""
    rank, count = (
        _numbers(customers, name) for name in ("supplier_rank", "supplier_count")
    )
    return rank_based_share_interval(rank, count, rng=rng, level=level)


def _sector(
    share: pd.DataFrame, expected: np.ndarray, horizon_days: float
) -> Mapping[str, np.ndarray]:
    """Wallets of the horizon, at least what we expect to sell ourselves."""
    names = {
        "wallet": "sector_value",
        "wallet_lower": "sector_value_lower",
        "wallet_upper": "sector_value_upper",
    }
    return {
        column: np.maximum(share[name].to_numpy() * horizon_days / YEAR, expected)
        for name, column in names.items()
    }


def _share_date(
    customers: pd.DataFrame, source: np.ndarray, as_of: np.datetime64
) -> np.ndarray:
    """Day on which the figure was given, or that of the estimate."""
    found = np.full(len(source), np.datetime64("NaT"), dtype="datetime64[ns]")
    for name, column in (("declared", "wallet_date"), ("rank", "rank_date")):
        said = source == name
        found[said] = customers[column].to_numpy(dtype="datetime64[ns]")[said]
    found[source == "estimate"] = np.datetime64(as_of, "D")
    return found


def _numbers(customers: pd.DataFrame, name: str) -> np.ndarray:
    if name not in customers.columns:
        raise FrameError("sector", name, "missing")
    return customers[name].to_numpy(dtype=float)
