"""Instalments made by a simple story, for the tests of payment risk."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["as_known_on", "instalment", "simulate_instalments"]

START = np.datetime64("2023-01-02", "D")


def instalment(customer_id=1, invoice="2025-01-01", due=30, settled=None, amount=100.0):
    """One instalment; due and settled as days after the invoice, None is unpaid."""
    day = np.datetime64(invoice, "D")
    paid = np.datetime64("NaT") if settled is None else day + settled
    return {
        "customer_id": customer_id,
        "invoice_day": np.datetime64(day, "ns"),
        "due_day": np.datetime64(day + due, "ns"),
        "amount": amount,
        "settled_day": np.datetime64(paid, "ns"),
    }


def simulate_instalments(rng, *, customers=80, per_customer=30, days=730, effect=-8.0):
    """Customers with a habit each; an electronic invoice is paid ``effect`` days later.

    Delays are normal around the customer's mean, itself normal over customers; each
    customer changes from paper to electronic invoices at a day of his own.
    """
    size = customers * per_customer
    code = np.repeat(np.arange(customers), per_customer)
    day = rng.integers(0, days, size)
    habit = rng.normal(-1.0, 12.0, customers)[code]
    electronic = (day > rng.integers(0, 2 * days, customers)[code]).astype(float)
    delay = np.round(habit + effect * electronic + rng.normal(0.0, 7.0, size))
    invoice = (START + day).astype("datetime64[ns]")
    term = np.timedelta64(30, "D")
    shift = np.maximum(delay + 30, 1).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "customer_id": code + 1000,
            "invoice_day": invoice,
            "due_day": invoice + term,
            "amount": rng.lognormal(4.0, 0.7, size).round(2),
            "settled_day": invoice + shift,
            "electronic": electronic,
        }
    )
    return frame.sort_values("invoice_day", kind="stable").reset_index(drop=True)


def as_known_on(instalments, day):
    """Return the instalments written by ``day``, payments after it not yet made."""
    day = np.datetime64(day, "ns")
    known = instalments[instalments["invoice_day"] <= day].copy()
    known["settled_day"] = known["settled_day"].where(known["settled_day"] <= day)
    return known.reset_index(drop=True)
