"""What was known of a customer's payments on a given day, and nothing later.

An instalment is one term of an invoice, with its own due day. On the day an invoice is
written the future of the earlier ones is open: a payment is known from the day after it,
and whether an instalment is late from the day after its due day. Instalments paid early
are counted no sooner than that: a customer's good news would arrive before his bad news
and flatter everyone with a short history.

All counts come from sums over events in the order of time, so a million instalments cost
a few sorts. Amounts are in the company's currency, times in days.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...frames import Column, FrameContract

__all__ = ["INSTALMENTS", "history_at_day", "history_at_invoice"]

INSTALMENTS = FrameContract(
    "instalments",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "invoice_day": Column("date", "day of the invoice"),
        "due_day": Column("date", "day on which this part of it falls due"),
        "amount": Column("float", "amount due, in the company's currency", minimum=0),
        "settled_day": Column(
            "date", "day on which the last of it was paid", nullable=True
        ),
    },
)

#: Delays count for no more than this, early or late: one forgotten invoice of three
#: years ago does not describe a customer.
LARGEST_DELAY = 120

#: Day of an event that has not happened, far after every other.
NEVER = 10**6

#: Sums of some values of the events before each queried day, one array per value.
Sums = Callable[..., list[np.ndarray]]


@dataclass(frozen=True)
class _Ledger:
    """Instalments as arrays: customers as codes, days from the first one on."""

    customer_ids: np.ndarray
    code: np.ndarray
    invoice: np.ndarray
    due: np.ndarray
    settled: np.ndarray
    amount: np.ndarray
    features: np.ndarray
    first_day: np.datetime64


def history_at_invoice(
    instalments: pd.DataFrame, *, features: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what was known of each customer when each of his invoices was written.

    Parameters
    ----------
    instalments
        Rows of :data:`INSTALMENTS`; credit notes are settled against invoices before.
        A part paid counts as open in full until the rest is paid.
    features
        Further columns, numbers known on the invoice day, e.g. 1 for an electronic
        invoice; categories as one column of 0 and 1 each.

    Returns
    -------
    DataFrame
        One row per instalment, in their order: ``customer_id``; ``invoice_count``
        (earlier instalments); of those due before: ``due_count``, ``late_count``,
        ``delay_sum`` and ``delay_square_sum`` (days from due to settled or, if open, to
        that day; negative if early; at most LARGEST_DELAY), ``late_days`` (the positive
        delays), ``late_settled_count`` (late and paid by then) and ``<feature>_sum``;
        ``open_amount`` and ``overdue_amount``.

    Raises
    ------
    FrameError
        If the instalments break their contract, or a feature is missing in a row.

    Examples
    --------
    >>> day = np.array(["2025-01-01", "2025-01-05", "2025-02-09"], "datetime64[ns]")
    >>> history = history_at_invoice(pd.DataFrame({
    ...     "customer_id": 7, "invoice_day": day, "amount": [10.0, 20.0, 40.0],
    ...     "due_day": day + np.timedelta64(30, "D"),
    ...     "settled_day": [day[2], day[1], np.datetime64("NaT")]}))
    >>> history[["due_count", "late_count", "open_amount", "overdue_amount"]]
       due_count  late_count  open_amount  overdue_amount
    0        0.0         0.0          0.0             0.0
    1        0.0         0.0         10.0             0.0
    2        2.0         1.0         10.0            10.0
    """
    ledger = _ledger(instalments, features)
    return _history(ledger, ledger.code, ledger.invoice, features)


def history_at_day(
    instalments: pd.DataFrame, day: np.datetime64, *, features: Sequence[str] = ()
) -> pd.DataFrame:
    """Return what is known of each customer at the end of a day.

    Parameters
    ----------
    instalments
        Rows of :data:`INSTALMENTS`; what happened after ``day`` is not looked at.
    day
        Last day that counts.
    features
        As in :func:`history_at_invoice`.

    Returns
    -------
    DataFrame
        One row per customer invoiced by then, by ``customer_id``, with the columns of
        :func:`history_at_invoice`.

    Raises
    ------
    FrameError
        If the instalments break their contract, or a feature is missing in a row.
    """
    ledger = _ledger(instalments, features)
    end = int((np.datetime64(day, "D") - ledger.first_day).astype(int)) + 1
    codes = np.unique(ledger.code[ledger.invoice < end])
    return _history(ledger, codes, np.full(len(codes), end), features)


def _ledger(instalments: pd.DataFrame, features: Sequence[str]) -> _Ledger:
    """Check the instalments and turn them into arrays."""
    known = {name: Column("float", "known on the invoice day") for name in features}
    FrameContract("instalments", {**INSTALMENTS.columns, **known}).check(instalments)
    days = {
        name: instalments[name].to_numpy().astype("datetime64[D]")
        for name in ("invoice_day", "due_day", "settled_day")
    }
    first_day = min(
        (day.min() for day in (days["invoice_day"], days["due_day"]) if len(day)),
        default=np.datetime64("1970-01-01"),
    )
    is_paid = ~np.isnat(days["settled_day"])
    count = {name: (day - first_day).astype(np.int64) for name, day in days.items()}
    ids, code = np.unique(instalments["customer_id"].to_numpy(), return_inverse=True)
    return _Ledger(
        customer_ids=ids,
        code=code.astype(np.int64),
        invoice=count["invoice_day"],
        due=np.maximum(count["due_day"], count["invoice_day"]),
        settled=np.where(
            is_paid, np.maximum(count["settled_day"], count["invoice_day"]), NEVER
        ),
        amount=instalments["amount"].to_numpy(dtype=float),
        features=instalments[list(features)].to_numpy(dtype=float),
        first_day=first_day,
    )


def _history(
    ledger: _Ledger, code: np.ndarray, day: np.ndarray, features: Sequence[str]
) -> pd.DataFrame:
    """Count the events of each queried customer before each queried day."""

    def before(event_day: np.ndarray, *values: np.ndarray) -> list[np.ndarray]:
        table = np.column_stack(values)
        return list(_sums_before(ledger.code, event_day, table, code, day).T)

    due, amount = ledger.due, ledger.amount
    one, late = np.ones(len(due)), (ledger.settled > due).astype(float)
    issued, invoiced = before(ledger.invoice, one, amount)
    paid, paid_late = before(ledger.settled, amount, late * amount)
    fell_due, late_count, late_amount, *sums = before(
        due, one, late, late * amount, *ledger.features.T
    )
    return pd.DataFrame(
        {
            "customer_id": ledger.customer_ids[code],
            "invoice_count": issued,
            "due_count": fell_due,
            "late_count": late_count,
            **_delays(ledger, late, before, day),
            "open_amount": _not_negative(invoiced - paid, invoiced),
            "overdue_amount": _not_negative(late_amount - paid_late, invoiced),
            **{f"{name}_sum": sums[i] for i, name in enumerate(features)},
        }
    )


def _delays(
    ledger: _Ledger, late: np.ndarray, before: Sums, day: np.ndarray
) -> dict[str, np.ndarray]:
    """Add up the days from due to settled, or to the queried day while it runs.

    A delay runs from the due day on; the count, start and squared start of those that
    run are the difference of two sums over events.
    """
    due = ledger.due
    settled = np.clip(ledger.settled, due - LARGEST_DELAY, due + LARGEST_DELAY)
    delay = settled - due
    clock = [late, late * due, late * due**2]
    started = before(due, *clock)
    total, squares, lateness, *stopped = before(
        np.maximum(settled, due), delay, delay**2, np.maximum(delay, 0), *clock
    )
    running, start, start_square = np.subtract(started, stopped)
    overdue_days = running * day - start
    square = running * day**2 - 2 * day * start + start_square
    return {
        "delay_sum": total + overdue_days,
        "delay_square_sum": squares + square,
        "late_days": lateness + overdue_days,
        "late_settled_count": stopped[0],
    }


def _not_negative(difference: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return differences of sums without what rounding leaves of equal ones."""
    return np.where(difference > 1e-9 * scale, difference, 0.0)


def _sums_before(
    event_code: np.ndarray,
    event_day: np.ndarray,
    values: np.ndarray,
    code: np.ndarray,
    day: np.ndarray,
) -> np.ndarray:
    """Sum the values of a customer's events before a day.

    Parameters
    ----------
    event_code, event_day, values
        Customer, day and values ``(m, k)`` of each event.
    code, day
        Customer and day of each query.

    Returns
    -------
    ndarray
        Sums of shape ``(queries, k)``.
    """
    span = NEVER + 1
    key = event_code * span + np.minimum(event_day, NEVER)
    order = np.argsort(key, kind="stable")
    key = key[order]
    total = np.vstack([np.zeros(values.shape[1]), np.cumsum(values[order], axis=0)])
    start = np.searchsorted(key, code * span, side="left")
    end = np.searchsorted(key, code * span + np.clip(day, 0, NEVER), side="left")
    return total[end] - total[start]
