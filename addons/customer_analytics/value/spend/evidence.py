"""What purchases show at a chosen day, and what came after it.

The purchase models see a customer through x, t_x and T. The same purchases hold more:
what the first one was worth, what was bought lately, in money and in number. To learn
how much of that speaks of the future, a company's own past is cut at earlier days, the
*origins*: evidence from before each origin, outcomes from after it (landmarking, van
Houwelingen 2007; in marketing the "sliding window" of supervised learning).

Times are whole days. Recent periods are shares of the history, not fixed weeks: a
history half as long is looked at through windows half as long, so that what is learnt
at an early origin can be applied at a later one. Money is in the company's currency.

References
----------
van Houwelingen (2007). Dynamic prediction by landmarking in event history analysis.
    Scandinavian Journal of Statistics 34, 70-85.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import FrameError
from ..rfm import purchase_days

if TYPE_CHECKING:
    from typing import Self

__all__ = ["RECENT_SHARES", "PurchaseLedger", "evidence_at", "outcome_after"]

#: Recent periods, as shares of the history: 4, 8, 13 and 20 of 39 weeks.
RECENT_SHARES = {"tenth": 0.1, "fifth": 0.2, "third": 1.0 / 3.0, "half": 0.5}


@dataclass(frozen=True)
class PurchaseLedger:
    """Days of business of all customers, as arrays sorted by customer and day.

    Parameters
    ----------
    customer_id
        Customers, ascending.
    customer
        Position in ``customer_id`` of each day of business.
    day
        Days since 1970-01-01.
    value
        Net of the day (money).
    is_purchase
        Whether the day is a purchase by the rules of :mod:`.rfm`.
    begin
        First day of the history.
    end
        Last day that is known, purchases or not.
    """

    customer_id: np.ndarray
    customer: np.ndarray
    day: np.ndarray
    value: np.ndarray
    is_purchase: np.ndarray
    begin: int
    end: int

    @classmethod
    def from_transactions(
        cls, transactions: pd.DataFrame, observation_end: np.datetime64
    ) -> Self:
        """Net the transactions by customer and day.

        Parameters
        ----------
        transactions
            TRANSACTIONS; all rows of a customer must be present.
        observation_end
            Last day that counts.

        Returns
        -------
        PurchaseLedger
            Empty of customers where nothing was bought.

        Raises
        ------
        FrameError
            If the transactions break their contract.
        """
        days = purchase_days(transactions, observation_end)
        ids, codes = np.unique(days["customer_id"].to_numpy(), return_inverse=True)
        day = _day_numbers(days["day"].to_numpy())
        end = int(np.datetime64(observation_end, "D").astype(np.int64))
        return cls(
            customer_id=ids,
            customer=codes.astype(np.int64),
            day=day,
            value=days["value"].to_numpy(dtype=float),
            is_purchase=days["is_purchase"].to_numpy(dtype=bool),
            begin=int(day.min()) if len(day) else end,
            end=end,
        )

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.customer_id)

    def sample(self, customers: int, rng: np.random.Generator) -> PurchaseLedger:
        """Return the ledger of some customers, drawn without replacement.

        Parameters
        ----------
        customers
            How many; the whole ledger if it has no more.
        rng
            Source of randomness.

        Returns
        -------
        PurchaseLedger
            With the same ``begin`` and ``end``.
        """
        if customers >= len(self):
            return self
        chosen = np.zeros(len(self), dtype=bool)
        chosen[rng.choice(len(self), customers, replace=False)] = True
        place = np.cumsum(chosen) - 1
        rows = chosen[self.customer]
        return PurchaseLedger(
            self.customer_id[chosen],
            place[self.customer[rows]],
            self.day[rows],
            self.value[rows],
            self.is_purchase[rows],
            self.begin,
            self.end,
        )

    def until(self, origin: int) -> PurchaseLedger:
        """Return the ledger as it was at an earlier day.

        Parameters
        ----------
        origin
            Last day that is known, in days since 1970-01-01.

        Returns
        -------
        PurchaseLedger
            With all customers, those not yet known included, and nothing later.
        """
        known = self.day <= origin
        columns = ("customer", "day", "value", "is_purchase")
        past = {name: getattr(self, name)[known] for name in columns}
        return replace(self, **past, end=min(origin, self.end))


def evidence_at(ledger: PurchaseLedger, origin: int) -> pd.DataFrame:
    """Evidence on each customer who had bought by ``origin``.

    Parameters
    ----------
    ledger
        Days of business; later ones are not looked at.
    origin
        Last day that is known, in days since 1970-01-01.

    Returns
    -------
    DataFrame
        One row per customer with a purchase, by customer_id: ``frequency``, ``recency``,
        ``T`` (days) and ``monetary_value`` as in RFM_SUMMARY but with the *first*
        purchase in the mean; ``share_kept`` (of all money, after returns), ``revenue``
        (net, all purchases), ``first_value`` and
        ``last_value`` (of those purchases), ``repeats_<share>`` and ``spend_<share>``
        (repeat purchases and their value in the last share of the history).
    """
    known = ledger.day <= origin
    bought = known & ledger.is_purchase
    customer, day, value = (
        column[bought] for column in (ledger.customer, ledger.day, ledger.value)
    )
    starts = np.flatnonzero(np.diff(customer, prepend=-1))
    lasts = np.append(starts[1:], len(customer))[: len(starts)] - 1
    who = customer[starts]
    group = np.repeat(np.arange(len(starts)), lasts - starts + 1)
    revenue = np.bincount(
        ledger.customer[known], ledger.value[known], minlength=len(ledger)
    )[who]
    kept = _share_kept(ledger, known)[who]
    columns = {
        "customer_id": ledger.customer_id[who],
        "frequency": (lasts - starts).astype(float),
        "recency": (day[lasts] - day[starts]).astype(float),
        "T": (origin - day[starts]).astype(float),
        "monetary_value": _mean_value(group, value, len(who)) * kept,
        "share_kept": kept,
        "revenue": revenue,
        "first_value": value[starts],
        "last_value": value[lasts],
    }
    is_repeat = np.ones(len(customer), dtype=bool)
    is_repeat[starts] = False
    for name, share in RECENT_SHARES.items():
        recent = is_repeat & (day > origin - share * (origin - ledger.begin))
        counts = np.bincount(group[recent], minlength=len(who))
        columns[f"repeats_{name}"] = counts.astype(float)
        columns[f"spend_{name}"] = np.bincount(
            group[recent], value[recent], minlength=len(who)
        )
    return pd.DataFrame(columns)


def outcome_after(
    ledger: PurchaseLedger, customer_id: np.ndarray, origin: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what customers bought in (origin, end].

    Parameters
    ----------
    ledger
        Days of business.
    customer_id
        Customers of the ledger.
    origin, end
        Days since 1970-01-01.

    Returns
    -------
    tuple of ndarray
        Number of purchases, and net money spent (which may be negative), in the order
        of ``customer_id``.

    Raises
    ------
    FrameError
        If the period is empty or ends after the ledger.
    """
    if not origin < end <= ledger.end:
        raise FrameError("outcome_after", "end", "range", 1)
    after = (ledger.day > origin) & (ledger.day <= end)
    who = ledger.customer[after]
    purchases = np.bincount(who, ledger.is_purchase[after], minlength=len(ledger))
    spend = np.bincount(who, ledger.value[after], minlength=len(ledger))
    place = np.searchsorted(ledger.customer_id, customer_id)
    return purchases[place], spend[place]


def _day_numbers(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype(np.int64)


def _mean_value(group: np.ndarray, value: np.ndarray, size: int) -> np.ndarray:
    """Mean value of each customer's purchases of positive value, 0 without one."""
    positive = value > 0
    count = np.bincount(group[positive], minlength=size)
    total = np.bincount(group[positive], value[positive], minlength=size)
    return total / np.maximum(count, 1)


def _share_kept(ledger: PurchaseLedger, known: np.ndarray) -> np.ndarray:
    """Net over gross money of each customer, between 0 and 1, as in ``rfm``."""
    who, value = ledger.customer[known], ledger.value[known]
    net = np.bincount(who, value, minlength=len(ledger))
    gross = np.bincount(who, np.maximum(value, 0.0), minlength=len(ledger))
    share = np.divide(net, gross, out=np.ones(len(ledger)), where=gross > 0)
    return np.clip(share, 0.0, 1.0)
