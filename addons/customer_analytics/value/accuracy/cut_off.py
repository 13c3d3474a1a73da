"""Where a history is cut, to forecast from that day and compare with what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InsufficientDataError
from ..purchase.model_choice import LEAST_CUSTOMERS, LEAST_EVENTS
from ..spend.evidence import PurchaseLedger, outcome_after

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["LEAST_DAYS", "cut_off_day", "outcome_of_known"]

#: Days of history below which no period can be held out.
LEAST_DAYS = 56
#: Share of the history that is held out at most.
LARGEST_SHARE = 0.5


def cut_off_day(begin: int, end: int, horizon: int) -> int:
    """Last day that is known to the examination.

    Parameters
    ----------
    begin, end
        First and last day of the history, days since 1970-01-01.
    horizon
        Days ahead that predictions look.

    Returns
    -------
    int
        ``horizon`` days before the end, or half of the history if that is less.

    Raises
    ------
    InsufficientDataError
        If the history is shorter than eight weeks.

    Examples
    --------
    >>> cut_off_day(0, 546, 273), cut_off_day(0, 400, 365)
    (273, 200)
    """
    if end - begin < LEAST_DAYS:
        raise InsufficientDataError("days of purchases", LEAST_DAYS, end - begin)
    return end - int(min(horizon, (end - begin) * LARGEST_SHARE))


def outcome_of_known(
    ledger: PurchaseLedger, before: pd.DataFrame, cut_off: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return what known customers bought and spent after a day.

    Parameters
    ----------
    ledger
        Days of business up to the end of the period.
    before
        Column customer_id: who was known on that day.
    cut_off
        That day, since 1970-01-01.

    Returns
    -------
    tuple of ndarray
        Purchases and money, in the order of the rows.

    Raises
    ------
    InsufficientDataError
        If customers or purchases are too few to judge by.
    """
    if len(before) < LEAST_CUSTOMERS:
        raise InsufficientDataError("customers known", LEAST_CUSTOMERS, len(before))
    ids = before["customer_id"].to_numpy()
    purchases, spend = outcome_after(ledger, ids, cut_off, ledger.end)
    if purchases.sum() < LEAST_EVENTS:
        raise InsufficientDataError("purchases", LEAST_EVENTS, int(purchases.sum()))
    return purchases, spend
