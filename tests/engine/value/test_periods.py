"""Calendar periods as numbers and back."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.periods import (
    PERIOD_MONTHS,
    active_periods,
    first_day,
    last_whole_period,
    period_number,
)

END = np.datetime64("2024-12-31")


def sales(*rows):
    """TRANSACTIONS from (customer, day, amount)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    frame["day"] = pd.to_datetime(frame["day"])
    return frame.assign(
        amount=frame["amount"].astype(float), margin=frame["amount"] * 0.5
    )


@pytest.mark.parametrize("period", PERIOD_MONTHS)
def test_a_period_begins_on_its_first_day_and_lasts_to_the_next(period):
    numbers = np.arange(-40, 800)
    days = first_day(numbers, period).astype("datetime64[D]")
    assert period_number(days, period).tolist() == numbers.tolist()
    assert period_number(days - 1, period).tolist() == (numbers - 1).tolist()


@pytest.mark.parametrize(
    ("end", "period", "last"),
    [
        ("2024-02-29", "month", "2024-02-01"),
        ("2024-02-28", "month", "2024-01-01"),
        ("2023-02-28", "month", "2023-02-01"),
        ("2024-12-31", "quarter", "2024-10-01"),
        ("2024-12-30", "year", "2023-01-01"),
    ],
)
def test_the_last_whole_period_ends_with_the_observation(end, period, last):
    number = last_whole_period(np.datetime64(end), period)
    assert first_day(number, period).astype("datetime64[D]") == np.datetime64(last)


def test_a_customer_is_active_once_per_period_and_has_one_cohort():
    found = active_periods(
        sales((7, "2024-03-30", 5), (7, "2024-03-31", 5), (7, "2024-08-01", 5)),
        END,
        period="month",
    )
    assert found["customer_id"].tolist() == [7, 7]
    assert np.diff(found["period"]).tolist() == [5]
    assert found["cohort"].nunique() == 1


def test_a_day_of_returns_is_no_purchase():
    found = active_periods(
        sales((1, "2024-03-30", 5), (1, "2024-05-02", -5)), END, period="month"
    )
    assert len(found) == 1


def test_customers_without_a_group_are_left_out():
    rows = sales((1, "2024-03-30", 5), (2, "2024-03-30", 5))
    found = active_periods(rows, END, period="year", groups=pd.Series({2: "gold"}))
    assert found[["customer_id", "group"]].to_numpy().tolist() == [[2, "gold"]]


def test_an_unknown_period_is_refused():
    with pytest.raises(FrameError):
        period_number(np.array([END]), "week")
