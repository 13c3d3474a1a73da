"""The summary at a day of the past is the one a run of that day stored."""

import numpy as np
import pandas as pd
from customer_analytics.value.accuracy.ledger_summary import ledger_summary
from customer_analytics.value.scoring import purchase_summary, summarise
from customer_analytics.value.spend.evidence import PurchaseLedger

END = np.datetime64("1997-09-30")
MIDDLE = np.datetime64("1997-06-30")


def number(day):
    return int(day.astype(np.int64))


def test_it_is_the_summary_of_a_run_on_that_day(cdnow_sample):
    ledger = PurchaseLedger.from_transactions(cdnow_sample, END)
    for day in (END, MIDDLE):
        stored = summarise(cdnow_sample, pd.Timestamp(day))
        found = ledger_summary(ledger, number(day))
        for name in found.columns.drop("log_gaps"):
            np.testing.assert_allclose(found[name], stored[name], atol=1e-9)


def test_gaps_in_weeks_are_those_between_days_of_purchase(cdnow_sample):
    ledger = PurchaseLedger.from_transactions(cdnow_sample, END)
    found = purchase_summary(ledger_summary(ledger, number(MIDDLE)))
    days = cdnow_sample[cdnow_sample["day"] <= pd.Timestamp(MIDDLE)]
    days = days.groupby(["customer_id", "day"], as_index=False).size()
    gaps = days.groupby("customer_id")["day"].diff().dt.days
    expected = np.log(gaps / 7).groupby(days["customer_id"]).sum()
    assert expected.max() > 0
    np.testing.assert_allclose(found["log_gaps"], expected, atol=1e-9)


def test_the_past_knows_nothing_later(cdnow_sample):
    ledger = PurchaseLedger.from_transactions(cdnow_sample, END)
    past = ledger.until(number(MIDDLE))
    assert past.end == number(MIDDLE)
    assert past.day.max() <= past.end
    pd.testing.assert_frame_equal(
        ledger_summary(past, past.end), ledger_summary(ledger, past.end)
    )


def test_returns_lower_the_value_of_a_purchase():
    days = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])
    rows = pd.DataFrame(
        {"customer_id": 7, "day": days, "amount": [100.0, 100.0, -50.0], "margin": 0.0}
    )
    ledger = PurchaseLedger.from_transactions(rows, np.datetime64("2024-03-31"))
    found = ledger_summary(ledger, ledger.end).iloc[0]
    assert (found["frequency"], found["monetary_value"]) == (1, 75.0)
