"""Column contracts: what may cross a wall of the engine."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import AnalyticsError, FrameError
from customer_analytics.frames import RFM_SUMMARY, TRANSACTIONS


def transactions(**columns):
    return pd.DataFrame(
        {
            "customer_id": [1, 1],
            "day": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "amount": [1.0, -2.0],
            "margin": [1, 2],
            **columns,
        }
    )


def summary(**columns):
    return pd.DataFrame(
        {
            "customer_id": [1, 2],
            "frequency": [0.0, 1.0],
            "recency": [0.0, 2.0],
            "T": [3.0, 3.0],
            "monetary_value": [0.0, 5.0],
            **columns,
        }
    )


def test_a_right_frame_passes_unchanged():
    frame = transactions()
    assert TRANSACTIONS.check(frame) is frame
    assert RFM_SUMMARY.check(summary()) is not None


def test_an_empty_frame_passes():
    TRANSACTIONS.check(transactions().iloc[:0])


@pytest.mark.parametrize(
    ("columns", "column", "reason", "count"),
    [
        ({"customer_id": [1.5, 2.0]}, "customer_id", "type", 2),
        ({"day": ["2024-01-01"] * 2}, "day", "type", 2),
        ({"day": [pd.NaT, pd.Timestamp("2024-01-01")]}, "day", "null", 1),
        ({"amount": [np.nan, np.inf]}, "amount", "null", 2),
        ({"margin": ["a", "b"]}, "margin", "type", 2),
    ],
)
def test_broken_transactions_are_refused(columns, column, reason, count):
    with pytest.raises(FrameError) as raised:
        TRANSACTIONS.check(transactions(**columns))
    error = raised.value
    assert (error.frame, error.column) == ("transactions", column)
    assert (error.reason, error.count) == (reason, count)
    assert isinstance(error, AnalyticsError)


def test_a_missing_column_is_named():
    with pytest.raises(FrameError, match="margin: missing"):
        TRANSACTIONS.check(transactions().drop(columns="margin"))


def test_a_customer_comes_once_in_a_summary():
    with pytest.raises(FrameError, match="customer_id: duplicate"):
        RFM_SUMMARY.check(summary(customer_id=[1, 1]))


@pytest.mark.parametrize("column", ["frequency", "recency", "T"])
def test_what_is_counted_or_measured_is_not_negative(column):
    with pytest.raises(FrameError, match=f"{column}: range"):
        RFM_SUMMARY.check(summary(**{column: [-1.0, 1.0]}))
