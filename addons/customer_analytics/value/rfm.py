"""From purchases to the summary the models read: recency, frequency, value.

For everyone who asks which customers bought how often, how lately and for how much.
Definitions are those of the buy-till-you-die literature: ``frequency`` counts repeat
purchases (the first one not), ``recency`` is the age at the last purchase, ``T`` the
age at the end of the observation; an age is counted from the first purchase.

Rules on money, stated once:

* Purchases of one day are one purchase; its value is the net of that day.
* A day is a purchase when its net is positive, or when it is zero and nothing was given
  back (a free order: CDNOW has 80 of them, and its published tables count them).
* A day of returns, net below zero or cancelled to zero, is no purchase.
* ``monetary_value`` is the mean net of the repeat days with positive value (CDNOW's
  convention), times the share of all money that the customer did not get back:
  max(0, net / gross) over his whole history. Without returns the share is 1.

References
----------
Fader, Hardie, Lee (2005). RFM and CLV: using iso-value curves for customer base
analysis. Journal of Marketing Research 42, 415-430.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import FrameError
from ..frames import RFM_SUMMARY, TRANSACTIONS

__all__ = ["calibration_holdout_split", "purchase_days", "rfm_scores", "rfm_summary"]

#: Net of a day, relative to its gross, that counts as zero.
CENT = 1e-9


def purchase_days(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    value: str = "amount",
) -> pd.DataFrame:
    """One row per customer and day with business.

    Parameters
    ----------
    transactions
        TRANSACTIONS; sales positive, refunds negative.
    observation_end
        Last day that counts; later rows are left out.
    value
        Column of money to add up: ``amount`` (revenue) or ``margin``.

    Returns
    -------
    DataFrame
        customer_id, day, ``value`` (net of the day in the company's currency) and
        is_purchase, sorted by customer and day. Whether a day is a purchase is decided
        on ``amount`` whichever money is added up.

    Raises
    ------
    FrameError
        If the transactions break their contract.
    """
    TRANSACTIONS.check(transactions)
    end = np.datetime64(observation_end, "D")
    day = transactions["day"].to_numpy().astype("datetime64[D]")
    kept = day <= end
    amount = transactions["amount"].to_numpy(dtype=float)[kept]
    table = pd.DataFrame(
        {
            "customer_id": transactions["customer_id"].to_numpy()[kept],
            "day": day[kept].astype("int64"),
            "net": amount,
            "gross": np.abs(amount),
            "value": transactions[value].to_numpy(dtype=float)[kept],
        }
    )
    days = table.groupby(["customer_id", "day"], as_index=False, sort=True).sum()
    net = days.pop("net").to_numpy()
    gross = days.pop("gross").to_numpy()
    is_zero = np.abs(net) <= CENT * gross
    days["is_purchase"] = np.where(is_zero, gross == 0.0, net > 0.0)
    days["day"] = days["day"].to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    return days


def rfm_summary(
    transactions: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    time_unit_days: float = 7.0,
    include_first_purchase: bool = False,
    value: str = "amount",
) -> pd.DataFrame:
    """Purchase summary of every customer with at least one purchase.

    Parameters
    ----------
    transactions
        TRANSACTIONS; sales positive, refunds negative.
    observation_end
        Last day that counts: nothing after it is known.
    time_unit_days
        Days per time unit; the literature counts in weeks.
    include_first_purchase
        Whether the first purchase enters ``monetary_value``; it never enters
        ``frequency``. The published CDNOW tables leave it out.
    value
        Column of money to average: ``amount`` (revenue) or ``margin``.

    Returns
    -------
    DataFrame
        RFM_SUMMARY, sorted by customer_id: frequency (repeat purchases), recency and T
        (time units), monetary_value (money per purchase, 0 without one).

    Raises
    ------
    FrameError
        If the transactions break their contract or the time unit is not positive.
    """
    if not (np.isfinite(time_unit_days) and time_unit_days > 0):
        raise FrameError("rfm_summary", "time_unit_days", "range", 1)
    days = purchase_days(transactions, observation_end, value=value)
    bought = days[days["is_purchase"]]
    first_row = ~bought["customer_id"].duplicated()
    ages = bought.groupby("customer_id")["day"].agg(["min", "max", "size"])
    counted = bought if include_first_purchase else bought[~first_row]
    mean = counted[counted["value"] > 0].groupby("customer_id")["value"].mean()
    kept = _share_kept(days).reindex(ages.index).to_numpy()
    end = np.datetime64(observation_end, "D")
    first, last = (ages[name].to_numpy("datetime64[D]") for name in ("min", "max"))
    unit = float(time_unit_days)
    summary = pd.DataFrame(
        {
            "customer_id": ages.index.to_numpy(),
            "frequency": ages["size"].to_numpy(dtype=float) - 1.0,
            "recency": (last - first).astype("int64") / unit,
            "T": (end - first).astype("int64") / unit,
            "monetary_value": mean.reindex(ages.index).fillna(0.0).to_numpy() * kept,
        }
    )
    return RFM_SUMMARY.check(summary)


def _share_kept(days: pd.DataFrame) -> pd.Series:
    """Net over gross money of each customer, between 0 and 1."""
    customers = days["customer_id"]
    net = days["value"].groupby(customers).sum()
    gross = days["value"].clip(lower=0.0).groupby(customers).sum()
    share = net / gross.where(gross > 0, np.nan)
    return share.clip(lower=0.0, upper=1.0).fillna(1.0)


def rfm_scores(
    summary: pd.DataFrame, *, groups: int = 5, revenue: np.ndarray | None = None
) -> pd.DataFrame:
    """Classic RFM scores, their sum, and a rank that breaks ties by revenue.

    Parameters
    ----------
    summary
        RFM_SUMMARY.
    groups
        Number of equally large groups per score; 5 are quintiles.
    revenue
        Money spent so far by each row of the summary; frequency times monetary_value
        if left out.

    Returns
    -------
    DataFrame
        customer_id, recency_score, frequency_score, monetary_score (1 worst to
        ``groups`` best), rfm_score (their sum) and rfm_rank (1 the best customer;
        equal sums are ordered by revenue), in the order of the summary.

    Notes
    -----
    Recency is scored by the time since the last purchase, T - recency, to the ninth
    decimal: days divided by 7 would break ties at random. Equal values always get
    equal scores: the score is that of their mean rank.
    """
    RFM_SUMMARY.check(summary)
    since = np.round((summary["T"] - summary["recency"]).to_numpy(dtype=float), 9)
    frequency = summary["frequency"].to_numpy(dtype=float)
    if revenue is None:
        revenue = frequency * summary["monetary_value"].to_numpy(dtype=float)
    scores = pd.DataFrame({"customer_id": summary["customer_id"].to_numpy()})
    scores["recency_score"] = _group_of(-since, groups)
    scores["frequency_score"] = _group_of(frequency, groups)
    scores["monetary_score"] = _group_of(np.asarray(revenue, dtype=float), groups)
    parts = ["recency_score", "frequency_score", "monetary_score"]
    scores["rfm_score"] = scores[parts].sum(axis=1)
    order = np.lexsort((-np.asarray(revenue), -scores["rfm_score"].to_numpy()))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    scores["rfm_rank"] = rank
    return scores


def _group_of(values: np.ndarray, groups: int) -> np.ndarray:
    """Group, 1 to ``groups``, of each value by its mean rank."""
    ranks = pd.Series(values).rank(method="average").to_numpy()
    return np.ceil(ranks / max(len(values), 1) * groups).astype(np.int64)


def calibration_holdout_split(
    transactions: pd.DataFrame,
    calibration_end: np.datetime64,
    holdout_end: np.datetime64,
    *,
    time_unit_days: float = 7.0,
    include_first_purchase: bool = False,
    value: str = "amount",
) -> pd.DataFrame:
    """Summary as known at ``calibration_end``, and what happened afterwards.

    Parameters
    ----------
    transactions
        TRANSACTIONS.
    calibration_end
        Last day the models may see.
    holdout_end
        Last day of the period that judges them, after ``calibration_end``.
    time_unit_days, include_first_purchase, value
        As for ``rfm_summary``.

    Returns
    -------
    DataFrame
        RFM_SUMMARY at ``calibration_end`` with frequency_holdout (purchases),
        monetary_holdout (net money spent, which may be negative) and duration_holdout
        (time units) of (calibration_end, holdout_end].

    Raises
    ------
    FrameError
        If the transactions break their contract or the holdout is empty.
    """
    begin, end = np.datetime64(calibration_end, "D"), np.datetime64(holdout_end, "D")
    if not end > begin:
        raise FrameError("calibration_holdout_split", "holdout_end", "range", 1)
    summary = rfm_summary(
        transactions,
        begin,
        time_unit_days=time_unit_days,
        include_first_purchase=include_first_purchase,
        value=value,
    )
    days = purchase_days(transactions, end, value=value)
    after = days[days["day"].to_numpy("datetime64[D]") > begin]
    customers = after["customer_id"]
    identifiers = summary["customer_id"]
    for column, series in (
        ("frequency_holdout", after["is_purchase"].astype(float)),
        ("monetary_holdout", after["value"]),
    ):
        totals = series.groupby(customers).sum()
        summary[column] = totals.reindex(identifiers).fillna(0.0).to_numpy()
    summary["duration_holdout"] = (end - begin).astype("int64") / float(time_unit_days)
    return summary
