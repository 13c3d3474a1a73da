"""When open instalments are paid: the past repeated, limits, what waiting tells."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.payment.payment_features import LATE_WEIGHT
from customer_analytics.value.payment.payment_models import (
    PaymentSettings,
    fit_payment_models,
)
from customer_analytics.value.payment.payment_timing import (
    LONGEST_WAIT,
    PromptPayers,
    fit_prompt_law,
    late_given_unpaid,
    payment_dates,
)
from payments import instalment

DAY = np.datetime64("2025-06-30")


def paid_early(customer_id, early, count=20):
    """Instalments of monthly invoices, paid so many days before they were due."""
    months = pd.date_range("2023-01-01", periods=count, freq="MS")
    return [
        instalment(customer_id, invoice=str(month.date()), settled=30 - early)
        for month in months
    ]


def past():
    """One who pays on the due day, one ten days early, one 20 days late."""
    rows = paid_early(1, 0) + paid_early(2, 10) + paid_early(3, -20)
    return pd.DataFrame(rows)


def unpaid(customer_ids, left, term=30):
    """Instalments due so many days from DAY, by payers without late payments."""
    due = DAY + np.asarray(left, dtype="timedelta64[D]")
    return pd.DataFrame(
        {
            "customer_id": customer_ids,
            "invoice_day": (due - term).astype("datetime64[ns]"),
            "due_day": due.astype("datetime64[ns]"),
            "late_days": 0.0,
            "late_settled_count": 0.0,
        }
    )


@pytest.fixture(scope="module")
def laws():
    return fit_payment_models(past(), DAY, PaymentSettings()).risk.laws


def payers(rows):
    return PromptPayers.of(rows["customer_id"], past(), fit_prompt_law(past()))


def days_ahead(frame, name="payment_day"):
    return ((frame[name] - pd.Timestamp(DAY)).dt.days).to_numpy()


# === HABITS === #


def test_habit_is_that_of_the_payments_on_time():
    rows = unpaid([1, 2, 3, 99], [5, 5, 5, 5])
    habit = payers(rows)
    assert abs(habit.mean[0]) < 1.0
    assert abs(habit.mean[1] + 10.0) < 1.0
    # never on time, or never seen: the mean of all
    assert habit.mean[2] == habit.mean[3]
    assert -10.0 < habit.mean[3] < 0.0


def test_company_without_a_payment_on_time_has_a_wide_habit():
    law = fit_prompt_law(pd.DataFrame(paid_early(3, -20)))
    assert (law.mean, law.between) == (0.0, 100.0)


# === WAITING === #


def test_waiting_longer_than_usual_makes_late_likelier():
    rows = unpaid([2, 2, 2, 2], [29, 12, 5, 0])
    late = late_given_unpaid(rows, np.full(4, 0.1), payers(rows), DAY)
    assert abs(late[0] - 0.1) < 0.01
    assert (np.diff(late) > 0).all()
    assert late[2] > 0.3
    assert late[3] < 1.0


def test_who_pays_on_the_due_day_is_no_later_for_waiting():
    rows = unpaid([1], [3])
    late = late_given_unpaid(rows, np.array([0.1]), payers(rows), DAY)
    assert late[0] < 0.15


def test_past_the_due_day_it_is_late():
    rows = unpaid([1, 2, 99], [-1, -40, -400])
    late = late_given_unpaid(rows, np.zeros(3), payers(rows), DAY)
    assert late.tolist() == [1.0, 1.0, 1.0]


# === DATES === #


def test_prompt_payers_pay_by_their_habit(laws):
    rows = unpaid([1, 2], [20, 20])
    dates = payment_dates(rows, np.zeros(2), np.zeros(2), payers(rows), laws, DAY)
    assert abs(days_ahead(dates)[0] - 20) <= 2
    assert abs(days_ahead(dates)[1] - 10) <= 2


def test_late_payment_follows_the_lomax_law(laws):
    rows = unpaid([99], [-50])
    one, never = np.ones(1), np.zeros(1)
    dates = payment_dates(rows, one, never, payers(rows), laws, DAY, level=0.8)
    scale = LATE_WEIGHT * laws.days_late
    expected = [
        np.ceil(scale * ((1.0 - share) ** (-1.0 / LATE_WEIGHT) - 1.0))
        for share in (0.1, 0.5, 0.9)
    ]
    names = ("payment_day_lower", "payment_day", "payment_day_upper")
    assert [days_ahead(dates, name)[0] for name in names] == expected


def test_dates_are_in_order_and_never_past(laws):
    rng = np.random.default_rng(3)
    rows = unpaid(rng.integers(1, 5, 400), rng.integers(-300, 60, 400))
    lost = rng.uniform(0.0, 0.05, 400)
    late = late_given_unpaid(rows, rng.uniform(0, 1, 400), payers(rows), DAY)
    dates = payment_dates(rows, late, lost, payers(rows), laws, DAY)
    low, middle, high = (
        days_ahead(dates, f"payment_day{end}") for end in ("_lower", "", "_upper")
    )
    assert (low >= 0).all()
    assert (middle >= low).all()
    assert (high >= middle).all()
    assert (high <= LONGEST_WAIT).all()


def test_what_is_likelier_lost_has_no_date(laws):
    rows = unpaid([3, 3, 3], [-100, -100, -100])
    lost = np.array([0.05, 0.3, 0.6])
    dates = payment_dates(rows, np.ones(3), lost, payers(rows), laws, DAY)
    assert dates["payment_day"].isna().tolist() == [False, False, True]
    assert dates["payment_day_upper"].isna().tolist() == [False, True, True]
    assert dates["payment_day_lower"].notna().all()
    ahead = days_ahead(dates)
    assert ahead[1] > ahead[0]


def test_no_instalment_gives_an_empty_table(laws):
    rows = unpaid([1], [5]).iloc[:0]
    empty = np.empty(0)
    dates = payment_dates(rows, empty, empty, payers(rows), laws, DAY)
    assert len(dates) == 0


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_level_outside_its_range_is_refused(laws, level):
    rows = unpaid([1], [5])
    one = np.ones(1)
    with pytest.raises(FrameError):
        payment_dates(rows, one, one, payers(rows), laws, DAY, level=level)
