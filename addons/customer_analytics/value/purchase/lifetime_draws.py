"""Possible lifetime values of customers, drawn together for the interval of a sum.

``clv_interval`` draws each customer's future alone, which is all that an interval of one
customer needs. Of a sum one must know what customers share: here a column is one future
of all of them, with the same parameters. Purchases are drawn as in ``predictive``, their
value as in ``clv_interval``.

References
----------
Fader, Hardie (2013). The Gamma-Gamma model of monetary value. brucehardie.com/notes/025.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..clv import continuous_rate
from ..rows import summary_rows
from .draws import check_draws, draw_counts, parameter_blocks, row_parts

if TYPE_CHECKING:
    from .btyd import PurchaseModel
    from .gamma_gamma import GammaGamma

__all__ = ["new_customers", "simulate_lifetime_value"]


def new_customers(size: int) -> pd.DataFrame:
    """Return the summary of customers on the day of their first purchase.

    Parameters
    ----------
    size
        How many.

    Returns
    -------
    DataFrame
        RFM_SUMMARY: no repeat purchase, age 0.
    """
    zeros = dict.fromkeys(("frequency", "recency", "T", "monetary_value"), 0.0)
    return pd.DataFrame({"customer_id": np.arange(size), **zeros})


def simulate_lifetime_value(
    model: PurchaseModel,
    spend: GammaGamma,
    summary: pd.DataFrame,
    *,
    horizon: float,
    discount_rate_per_year: float,
    rng: np.random.Generator,
    margin_rate: float | np.ndarray = 1.0,
    time_unit_days: float = 7.0,
    draws: int = 200,
    parameter_draws: int = 20,
) -> np.ndarray:
    """Draw the lifetime value of customers, all of them in the same futures.

    Parameters
    ----------
    model, spend
        Purchase model and model of the money per purchase.
    summary
        RFM_SUMMARY in the model's time unit; a random sample will do in a big company.
    horizon, discount_rate_per_year, margin_rate, time_unit_days
        As for ``clv.customer_lifetime_value``.
    rng
        Source of randomness.
    draws
        Futures drawn.
    parameter_draws
        Parameter vectors among them; 0 takes the estimates for certain.

    Returns
    -------
    ndarray
        Money, shape ``(customers, draws)``, in the order of the summary; the purchases
        of a draw are discounted together, from their mean time.

    Raises
    ------
    FrameError
        If an argument is out of range.
    """
    check_draws(0.5, draws, horizon)
    delta = continuous_rate(discount_rate_per_year, time_unit_days=time_unit_days)
    rows = summary_rows(summary)
    customers = rows.take(rows.inverse)
    count, mean = spend.spend_history(summary)
    value = np.zeros((len(customers), draws))
    blocks = parameter_blocks((model, spend), draws, parameter_draws, rng)
    for block, (purchases, money) in blocks:
        size = block.stop - block.start
        for part in row_parts(len(customers), size):
            few = customers.take(part)
            made, times = draw_counts(purchases, few, horizon, size, rng)
            paid = _spent(money, made, count[part], mean[part], rng)
            value[part, block] = paid * np.exp(-delta * times)
    return value * np.broadcast_to(margin_rate, len(customers))[:, None]


def _spent(
    spend: GammaGamma,
    made: np.ndarray,
    count: np.ndarray,
    mean: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw the money of ``made`` purchases, array (customers, draws).

    The customer's nu is Gamma(q + p x, v + x m), the sum of n purchases Gamma(p n, nu).
    """
    shape = (spend.q + spend.p * count)[:, None]
    rate = rng.standard_gamma(np.broadcast_to(shape, made.shape))
    scale = (spend.v + count * mean)[:, None]
    return rng.standard_gamma(spend.p * made) * scale / np.maximum(rate, 1e-300)
