"""The summary of a company at any day of its history, as a run would have stored it.

To judge today's method on the past, the past must look to it as today does. The columns
are those of :func:`~.scoring.summarise` that models read, made from a ledger and not from
transactions, so that several days cost one reading.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..spend.evidence import PurchaseLedger, evidence_at

__all__ = ["ledger_summary"]


def ledger_summary(ledger: PurchaseLedger, origin: int) -> pd.DataFrame:
    """Summary of each customer who had bought by ``origin``.

    Parameters
    ----------
    ledger
        Days of business; later ones are not looked at.
    origin
        Last day that is known, in days since 1970-01-01.

    Returns
    -------
    DataFrame
        By customer_id: ``purchase_count``, ``frequency``, ``recency`` and ``tenure``
        (days), ``monetary_value`` (mean repeat purchase), ``revenue``, and
        ``log_gaps``: the sum of the logarithms of the gaps, in days.
    """
    evidence = evidence_at(ledger, origin)
    bought = (ledger.day <= origin) & ledger.is_purchase
    who, day, value = (
        column[bought] for column in (ledger.customer, ledger.day, ledger.value)
    )
    repeat = np.diff(who, prepend=-1) == 0
    gap = np.diff(day, prepend=day[:1])[repeat]
    place = np.searchsorted(ledger.customer_id, evidence["customer_id"].to_numpy())

    def total(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.bincount(who[rows], weights, minlength=len(ledger))[place]

    paid = repeat & (value > 0)
    mean = total(value[paid], paid) / np.maximum(total(None, paid), 1.0)
    return pd.DataFrame(
        {
            "customer_id": evidence["customer_id"],
            "purchase_count": evidence["frequency"] + 1.0,
            "frequency": evidence["frequency"],
            "recency": evidence["recency"],
            "tenure": evidence["T"],
            "monetary_value": mean * evidence["share_kept"].to_numpy(),
            "revenue": evidence["revenue"],
            "log_gaps": total(np.log(gap), repeat),
        }
    )
