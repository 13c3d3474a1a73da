"""Retention rate (METHODS.md, section G) and its counts from purchases."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.stats.intervals import wilson_interval
from customer_analytics.value.economics.retention import (
    period_counts,
    period_retention,
    retention_rate,
)

END = np.datetime64("2024-06-30")


def sales(*rows):
    """TRANSACTIONS from (customer, months with a purchase)."""
    days = [(customer, f"2024-{m:02d}-10") for customer, months in rows for m in months]
    frame = pd.DataFrame(days, columns=["customer_id", "day"])
    return frame.assign(day=pd.to_datetime(frame["day"]), amount=1.0, margin=0.5)


def test_rate_is_end_less_new_over_start_methods_g():
    found = retention_rate(200, 190, 30, level=0.9)
    expected = wilson_interval(160, 200, level=0.9)
    assert found == expected
    assert found.estimate == 0.8


def test_nobody_at_the_start_has_no_rate():
    found = retention_rate([0, 4], [5, 4], [5, 0])
    assert np.isnan(found.estimate[0])
    assert found.estimate[1] == 1.0


@pytest.mark.parametrize(("start", "end", "new"), [(5, 9, 1), (5, 1, 3), (-1, 0, 0)])
def test_impossible_counts_are_refused(start, end, new):
    with pytest.raises(FrameError):
        retention_rate(start, end, new)


def test_counts_tell_stayed_won_back_and_first():
    counts = period_counts(sales((1, [1, 2, 3]), (2, [1, 3]), (3, [3, 4])), END)
    assert counts["start"].tolist() == [0, 2, 1, 3]
    assert counts["end"].tolist() == [2, 1, 3, 1]
    assert counts["new"].tolist() == [2, 0, 2, 0]
    assert counts["first"].tolist() == [2, 0, 1, 0]
    assert counts["period"].dt.month.tolist() == [1, 2, 3, 4]


def test_rates_of_the_periods():
    found = period_retention(
        period_counts(sales((1, [1, 2, 3]), (2, [1, 3]), (3, [3, 4])), END)
    )
    assert np.isnan(found["retention_rate"][0])
    assert found["retention_rate"][1:].tolist() == [0.5, 1.0, 1 / 3]
    assert (found["lower"][1:] <= found["retention_rate"][1:]).all()


def test_a_period_without_a_buyer_is_there_with_zeros():
    found = period_retention(period_counts(sales((1, [1, 5])), END))
    assert found["end"].tolist() == [1, 0, 0, 0, 1]
    assert found["retention_rate"].fillna(-1).tolist() == [-1, 0, -1, -1, -1]


def test_an_incomplete_month_is_left_out():
    rows = sales((1, [1, 2]), (2, [2]))
    counts = period_counts(rows, np.datetime64("2024-02-28"))
    assert counts["period"].dt.month.tolist() == [1]


def test_groups_apart_add_up_to_all():
    rng = np.random.default_rng(3)
    rows = sales(*((i, rng.integers(1, 7, 4)) for i in range(60)))
    groups = pd.Series(np.arange(60) % 3, index=np.arange(60))
    apart = period_counts(rows, END, groups=groups)
    together = period_counts(rows, END)
    columns = ["start", "end", "new", "first"]
    summed = apart.groupby("period")[columns].sum()
    assert summed.to_numpy().tolist() == together[columns].to_numpy().tolist()
    assert len(apart) == 18


def test_every_buyer_stayed_or_is_new():
    rng = np.random.default_rng(4)
    rows = sales(*((i, rng.integers(1, 7, 3)) for i in range(200)))
    counts = period_counts(rows, END, period="quarter")
    assert (counts["end"] - counts["new"] <= counts["start"]).all()
    assert counts["first"].sum() == 200
    assert (counts["first"] <= counts["new"]).all()


def test_no_purchase_gives_an_empty_table():
    none = sales((1, [1]))[:0]
    none = none.assign(customer_id=none["customer_id"].astype("int64"))
    assert period_retention(period_counts(none, END)).empty


def test_known_retention_is_found_again(rng):
    """Customers who leave after each month with probability .2 and buy every month."""
    months = np.minimum(rng.geometric(0.2, 4000), 6)
    rows = sales(*((i, range(1, n + 1)) for i, n in enumerate(months)))
    found = period_retention(period_counts(rows, END))[1:]
    assert ((found["lower"] < 0.8) & (found["upper"] > 0.8)).sum() >= 4
    assert found["retention_rate"].to_numpy() == pytest.approx(0.8, abs=0.04)
