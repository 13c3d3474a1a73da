"""Which cell of the value x loyalty matrix each customer is in.

Bounds come from a rule per axis; ranks follow from the bounds, and hold against small or
single moves where the settings ask for steadiness. Customers that have all but certainly
left are in no cell: band 0 on both axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError, InsufficientDataError
from .classes import band_ranks, quantile_bounds
from .cumulative_share import cumulative_share_bounds
from .hysteresis import confirmed_ranks, steady_ranks
from .natural_breaks import natural_break_bounds

__all__ = ["AxisRule", "Steadiness", "axis_bounds", "lost_customers", "matrix_ranks"]

AXES = ("value", "loyalty")


@dataclass(frozen=True)
class AxisRule:
    """How the bounds of an axis are found.

    Parameters
    ----------
    method
        ``manual``, ``quantile``, ``cumulative_share`` or ``natural_breaks``.
    figures
        One per band from the second on, lowest first: bounds, shares of customers below,
        or shares of the total held from there up. Natural breaks need their number only.
    is_skewed
        Whether sizes compare by ratio, as money does.
    """

    method: str
    figures: tuple[float, ...]
    is_skewed: bool = False


@dataclass(frozen=True)
class Steadiness:
    """What a customer must do to leave a band.

    Parameters
    ----------
    method
        ``none``; ``margin``: pass the bound by a share of it; ``two_periods``: be beyond
        it in two periods in a row.
    margin
        Share of a bound, for ``margin``; of the probability below which customers are lost,
        for both.
    """

    method: str = "none"
    margin: float = 0.0


def axis_bounds(values: np.ndarray, rule: AxisRule) -> np.ndarray:
    """Lower bounds of the bands of an axis but the lowest.

    Parameters
    ----------
    values
        The index of each customer that takes part.
    rule
        How to find them.

    Returns
    -------
    ndarray
        One bound per figure of the rule, non-decreasing.

    Raises
    ------
    FrameError
        On an unknown method.
    """
    figures = np.array(rule.figures, dtype=float)
    if rule.method == "manual":
        return figures
    if rule.method == "quantile":
        return quantile_bounds(values, figures)
    if rule.method == "cumulative_share":
        return cumulative_share_bounds(values, figures)
    if rule.method != "natural_breaks":
        raise FrameError("thresholds", "method", "missing")
    try:
        return natural_break_bounds(values, len(figures) + 1, is_skewed=rule.is_skewed)
    except InsufficientDataError:
        return np.zeros(len(figures))


def lost_customers(
    customers: pd.DataFrame,
    lost_below: float,
    *,
    steadiness: Steadiness | None = None,
    previous: pd.DataFrame | None = None,
) -> np.ndarray:
    """Whether customers are too unlikely to buy again to be in the matrix.

    Parameters
    ----------
    customers
        customer_id, purchase_probability within the horizon.
    lost_below
        Probability below which a customer counts as lost; 0 for never.
    steadiness
        Who is lost comes back, and who is not becomes lost, only beyond its margin.
    previous
        customer_id and was_lost: 1 if lost so far, -1 if in the matrix, 0 if unknown, as
        for all who are left out.

    Examples
    --------
    >>> now = pd.DataFrame({"customer_id": [1, 2, 3], "purchase_probability": 0.051})
    >>> past = pd.DataFrame({"customer_id": [1, 2], "was_lost": [1, -1]})
    >>> steady = Steadiness("margin", 0.05)
    >>> lost_customers(now, 0.05, steadiness=steady, previous=past)
    array([ True, False, False])
    """
    probability = customers["purchase_probability"].to_numpy(dtype=float)
    if steadiness is None or steadiness.method == "none" or previous is None:
        return probability < lost_below
    standing = previous.set_index("customer_id")["was_lost"]
    standing = standing.reindex(customers["customer_id"], fill_value=0).to_numpy()
    return probability < lost_below * (1.0 + steadiness.margin * standing)


def matrix_ranks(
    customers: pd.DataFrame,
    bounds: Mapping[str, np.ndarray],
    *,
    lost_below: float = 0.0,
    steadiness: Steadiness | None = None,
    previous: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Ranks of the bands of each customer.

    Parameters
    ----------
    customers
        customer_id, value, loyalty, purchase_probability.
    bounds
        Lower bounds by axis, ``value`` and ``loyalty``.
    lost_below
        As in :func:`lost_customers`.
    steadiness
        What it takes to leave a band; nothing special if left out.
    previous
        customer_id; value_band and loyalty_band, the bands in force; value_rank and
        loyalty_rank, those of the index in the period before, 0 where unknown; was_lost as
        in :func:`lost_customers`.

    Returns
    -------
    DataFrame
        customer_id; value_band, loyalty_band, from 1, or 0 for lost customers;
        value_rank, loyalty_rank, the bands of the index as it stands.
    """
    lost = lost_customers(
        customers, lost_below, steadiness=steadiness, previous=previous
    )
    held = _previous(customers, previous)
    result = {"customer_id": customers["customer_id"].to_numpy()}
    for axis in AXES:
        values = customers[axis].to_numpy(dtype=float)
        ranks = band_ranks(values, bounds[axis])
        bands = _steady(values, ranks, bounds[axis], held, axis, steadiness)
        result[f"{axis}_band"] = np.where(lost, 0, bands)
        result[f"{axis}_rank"] = np.where(lost, 0, ranks)
    return pd.DataFrame(result)


def _previous(customers: pd.DataFrame, previous: pd.DataFrame | None) -> pd.DataFrame:
    """Bands and ranks so far in the order of the customers, 0 where there are none."""
    names = [f"{axis}_{kind}" for axis in AXES for kind in ("band", "rank")]
    if previous is None:
        return pd.DataFrame(0, index=range(len(customers)), columns=names)
    known = previous.set_index("customer_id")[names]
    return known.reindex(customers["customer_id"], fill_value=0)


def _steady(
    values: np.ndarray,
    ranks: np.ndarray,
    bounds: np.ndarray,
    held: pd.DataFrame,
    axis: str,
    steadiness: Steadiness | None,
) -> np.ndarray:
    """Bands in force after the steadiness asked for."""
    bands = np.minimum(held[f"{axis}_band"].to_numpy(), len(bounds) + 1)
    if steadiness is None or steadiness.method == "none":
        return ranks
    if steadiness.method == "margin":
        return steady_ranks(values, bounds, bands, steadiness.margin)
    return confirmed_ranks(ranks, bands, held[f"{axis}_rank"].to_numpy())
