"""The rhythm of a company's customers: how regular they buy, and who has fallen silent.

A business that reorders every month and has not for three is nearly surely lost; a
private buyer of the same mean gap is not. How regular customers are is estimated per
company (k = 1 by chance, above regular), and then the gap rule judges each of them by his
own gap, drawn to that of all: the probability that one whose usual gap is g has left
after a silence of w, and when the next purchase is due if he has not.

Where purchases are irregular all this is MBG/NBD; :mod:`.model_choice` decides by what
happened later.

References
----------
[1] Wheat, Morrison (1990). Estimating purchase regularity with two interpurchase times.
    Journal of Marketing Research 27, 87-93.
[2] Reutterer, Platzer, Schroeder (2021). Leveraging purchase regularity for predicting
    customer behavior the easy way. Int. J. of Research in Marketing 38, 194-215.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, polygamma

from ..errors import InsufficientDataError
from ..stats.intervals import normal_quantile
from .condensed import CondensedModel
from .rfm import purchase_days, rfm_summary
from .rows import summary_rows

__all__ = [
    "Regularity",
    "customer_rhythm",
    "regularity",
    "rhythm_summary",
    "wheat_morrison",
]

#: Search for the shape of the gaps.
SHAPE_BOUNDS = (0.05, 100.0)
ROUNDS = 60


def rhythm_summary(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    time_unit_days: float = 7.0,
    **options: bool | str,
) -> pd.DataFrame:
    """Purchase summary with what the models of rhythm need.

    Parameters
    ----------
    transactions
        TRANSACTIONS.
    observation_end
        Last day that counts.
    time_unit_days
        Days per time unit.
    **options
        Passed on to ``rfm_summary``.

    Returns
    -------
    DataFrame
        ``rfm_summary`` with log_gaps: sum of the logarithms of the gaps between
        purchases, in time units; 0 without a repeat purchase.

    Raises
    ------
    FrameError
        If the transactions break their contract.
    """
    summary = rfm_summary(
        transactions, observation_end, time_unit_days=time_unit_days, **options
    )
    customer, gap = _gaps(transactions, observation_end)
    sums = pd.Series(np.log(gap / float(time_unit_days))).groupby(customer).sum()
    wanted = summary["customer_id"].to_numpy()
    return summary.assign(log_gaps=sums.reindex(wanted).fillna(0.0).to_numpy())


def _gaps(
    transactions: pd.DataFrame, observation_end: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    """Return customer and length in days of every gap, in the order of time."""
    days = purchase_days(transactions, observation_end)
    bought = days[days["is_purchase"].to_numpy(dtype=bool)]
    customer = bought["customer_id"].to_numpy()
    day = bought["day"].to_numpy("datetime64[D]").astype(np.int64)
    same = customer[1:] == customer[:-1]
    return customer[1:][same], np.diff(day)[same].astype(float)


@dataclass(frozen=True)
class Regularity:
    """Shape k of the gaps between purchases: 1 is chance, more is regular.

    Parameters
    ----------
    shape
        Maximum-likelihood estimate, each customer with a rate of his own.
    lower, upper
        Limits.
    level
        Confidence level.
    customers
        Customers with at least two gaps, who alone tell of it.
    """

    shape: float
    lower: float
    upper: float
    level: float
    customers: int

    @property
    def is_regular(self) -> bool:
        """Whether the gaps are more regular than chance, beyond doubt."""
        return self.lower > 1.0


def regularity(summary: pd.DataFrame, *, level: float = 0.95) -> Regularity:
    """Estimate how regular the customers of a company buy.

    Parameters
    ----------
    summary
        Result of :func:`rhythm_summary`.
    level
        Confidence level.

    Returns
    -------
    Regularity
        Of all customers together.

    Raises
    ------
    InsufficientDataError
        If nobody has two gaps.

    Notes
    -----
    The gaps of a customer, over their sum, are Dirichlet(k, ..., k) whatever his rate:
    log-likelihood sum of log Gamma(x k) - x log Gamma(k) + (k-1) (sum of log gaps -
    x log t_x), concave in k. Long gaps are missing from a short observation, which makes
    customers of few gaps look somewhat more regular than they are.
    """
    z = normal_quantile(level)
    count = summary["frequency"].to_numpy(dtype=float)
    used = count >= 2
    if not used.any():
        raise InsufficientDataError("customers with two gaps", 1, 0)
    x = count[used]
    total = summary["recency"].to_numpy(dtype=float)[used]
    known = float((summary["log_gaps"].to_numpy()[used] - x * np.log(total)).sum())
    counts, customers = np.unique(x, return_counts=True)

    def slope(k: float) -> float:
        return float(customers @ (counts * (digamma(counts * k) - digamma(k)))) + known

    low, high = np.log(SHAPE_BOUNDS)
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if slope(np.exp(middle)) > 0 else (low, middle)
    k = float(np.exp(0.5 * (low + high)))
    own, joint = polygamma(1, k), polygamma(1, counts * k)
    curvature = float(customers @ (counts * own - counts**2 * joint))
    error = 1.0 / (k * np.sqrt(curvature))  # of log k
    return Regularity(
        k, float(k * np.exp(-z * error)), float(k * np.exp(z * error)), level, len(x)
    )


def wheat_morrison(
    transactions: pd.DataFrame, observation_end: np.datetime64
) -> tuple[float, int]:
    """Estimate the shape of the gaps from pairs of them, as Wheat and Morrison do [1].

    Parameters
    ----------
    transactions
        TRANSACTIONS.
    observation_end
        Last day that counts.

    Returns
    -------
    tuple
        k, infinite where the gaps of each pair are equal, and the number of pairs; each
        customer gives one, his last two gaps.

    Raises
    ------
    InsufficientDataError
        If nobody has two gaps.

    Notes
    -----
    The share M of the first gap in both is Beta(k, k), its variance 1 / (4 (2k+1)); so
    k = (1 - 4 V) / (8 V) with V the mean of (M - 1/2)^2.
    """
    customer, gap = _gaps(transactions, observation_end)
    last = np.append(customer[1:] != customer[:-1], True)[: len(customer)]
    second = np.flatnonzero(last)
    second = second[second > 0]
    second = second[customer[second - 1] == customer[second]]
    if not len(second):
        raise InsufficientDataError("customers with two gaps", 1, 0)
    share = gap[second - 1] / (gap[second - 1] + gap[second])
    variance = float(((share - 0.5) ** 2).mean())
    if variance == 0:
        return float("inf"), len(second)
    return (1.0 - 4.0 * variance) / (8.0 * variance), len(second)


def customer_rhythm(
    model: CondensedModel,
    summary: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    time_unit_days: float = 7.0,
    level: float = 0.8,
) -> pd.DataFrame:
    """Judge each customer by his own gap.

    Parameters
    ----------
    model
        Model with a rhythm, fitted to the company.
    summary
        Result of :func:`rhythm_summary`, in the model's time unit.
    observation_end
        Day at which the customers are judged.
    time_unit_days
        Days per time unit.
    level
        Probability of the interval of the next purchase.

    Returns
    -------
    DataFrame
        customer_id, usual_gap (days; his own, drawn to that of all), silence (days since
        the last purchase), overdue (silence over usual gap), probability_left, and the
        date of the next purchase if he stays one: next_purchase_date (median) with
        next_purchase_from and next_purchase_to. In the order of the summary.
    """
    k, rows = model.regularity, summary_rows(summary)
    gap = k * (model.alpha + rows.recency) / (model.r + k * rows.frequency)
    usual = rows.expand(gap) * time_unit_days
    silence = (summary["T"] - summary["recency"]).to_numpy(dtype=float) * time_unit_days
    tail = (1.0 - level) / 2.0
    waits = model.waiting_time(summary, (tail, 0.5, 1.0 - tail)) * time_unit_days
    frame = {
        "customer_id": summary["customer_id"].to_numpy(),
        "usual_gap": usual,
        "silence": silence,
        "overdue": silence / usual,
        "probability_left": 1.0 - model.probability_alive(summary),
    }
    end = np.datetime64(observation_end, "D")
    for name, days in zip(("from", "date", "to"), waits.T, strict=True):
        is_told = days < 36500.0
        whole = np.ceil(np.where(is_told, days, 0.0)).astype("timedelta64[D]")
        date = np.where(is_told, end + whole, np.datetime64("NaT"))
        frame[f"next_purchase_{name}"] = date.astype("datetime64[s]")
    return pd.DataFrame(frame)
