"""What was known on a day: against counting by hand, and nothing from the future."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.payment.payment_history import (
    LARGEST_DELAY,
    history_at_day,
    history_at_invoice,
)
from payments import as_known_on, instalment, simulate_instalments

FEATURES = ("electronic",)


def frame(*rows):
    return pd.DataFrame(list(rows))


def counted(instalments, customer_id, day):
    """Count what is known of a customer before ``day``, one instalment at a time."""
    own = instalments[
        (instalments["customer_id"] == customer_id) & (instalments["invoice_day"] < day)
    ]
    result = dict.fromkeys(history_at_invoice(instalments, features=FEATURES), 0.0)
    result["customer_id"] = customer_id
    for row in own.itertuples():
        is_paid = row.settled_day < day
        is_due = row.due_day < day
        result["invoice_count"] += 1
        result["open_amount"] += 0.0 if is_paid else row.amount
        if not is_due:
            continue
        delay = (min(row.settled_day, day) - row.due_day).days
        result["due_count"] += 1
        result["late_count"] += delay > 0
        result["delay_sum"] += delay
        result["delay_square_sum"] += delay**2
        result["late_days"] += max(delay, 0)
        result["late_settled_count"] += is_paid and delay > 0
        result["overdue_amount"] += 0.0 if is_paid else row.amount
        result["electronic_sum"] += row.electronic
    return result


@pytest.fixture
def instalments(rng):
    return simulate_instalments(rng, customers=6, per_customer=25, days=300)


# === AGAINST COUNTING === #


def test_history_at_each_invoice_is_what_counting_gives(instalments):
    found = history_at_invoice(instalments, features=FEATURES)
    expected = pd.DataFrame(
        [
            counted(instalments, row.customer_id, row.invoice_day)
            for row in instalments.itertuples()
        ]
    )
    assert found.columns.tolist() == expected.columns.tolist()
    assert found.to_numpy(float) == pytest.approx(expected.to_numpy(float), abs=1e-6)


@pytest.mark.parametrize("day", ["2023-02-01", "2023-06-30", "2030-01-01"])
def test_history_at_a_day_is_what_counting_gives(instalments, day):
    found = history_at_day(instalments, np.datetime64(day), features=FEATURES)
    after = pd.Timestamp(day) + pd.Timedelta(days=1)
    expected = pd.DataFrame(
        [counted(instalments, customer, after) for customer in found["customer_id"]]
    )
    assert found.to_numpy(float) == pytest.approx(expected.to_numpy(float), abs=1e-6)
    assert found["customer_id"].is_monotonic_increasing


def test_the_order_of_the_rows_does_not_matter(instalments, rng):
    order = rng.permutation(len(instalments))
    found = history_at_invoice(instalments)
    moved = history_at_invoice(instalments.iloc[order])
    assert moved.to_numpy() == pytest.approx(found.to_numpy()[order], abs=1e-6)


def test_customers_do_not_see_each_other(instalments):
    one = instalments[instalments["customer_id"] == 1003]
    alone = history_at_invoice(one)
    among = history_at_invoice(instalments)[
        (instalments["customer_id"] == 1003).to_numpy()
    ]
    assert alone.to_numpy() == pytest.approx(among.to_numpy(), abs=1e-6)


# === NOTHING FROM THE FUTURE === #


@pytest.mark.parametrize("day", ["2023-03-01", "2023-05-15", "2023-09-01"])
def test_what_happens_later_changes_nothing(instalments, day):
    full = history_at_invoice(instalments, features=FEATURES)
    known = as_known_on(instalments, day)
    early = history_at_invoice(known, features=FEATURES)
    is_known = (instalments["invoice_day"] <= pd.Timestamp(day)).to_numpy()
    assert early.to_numpy() == pytest.approx(full[is_known].to_numpy(), abs=1e-6)
    at_day = [
        history_at_day(rows, np.datetime64(day), features=FEATURES)
        for rows in (instalments, known)
    ]
    assert at_day[0].to_numpy() == pytest.approx(at_day[1].to_numpy(), abs=1e-6)


def test_own_outcome_is_not_in_the_history():
    paid = history_at_invoice(frame(instalment(settled=3)))
    unpaid = history_at_invoice(frame(instalment()))
    assert paid.equals(unpaid)


def test_instalments_of_one_invoice_do_not_precede_each_other():
    terms = frame(instalment(due=0, settled=0), instalment(due=30), instalment(due=60))
    found = history_at_invoice(terms)
    assert found["invoice_count"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("days", "due_count", "late_count", "open_amount"),
    [(30, 0, 0, 100), (31, 1, 1, 100), (40, 1, 1, 100), (41, 1, 1, 0)],
)
def test_lateness_is_known_from_the_day_after_it_was_due(
    days, due_count, late_count, open_amount
):
    later = pd.Timestamp("2025-01-01") + pd.Timedelta(days=days)
    rows = frame(instalment(settled=40), instalment(invoice=str(later.date())))
    found = history_at_invoice(rows).iloc[1]
    assert found["due_count"] == due_count
    assert found["late_count"] == late_count
    assert found["open_amount"] == open_amount


def test_a_payment_before_its_due_day_counts_no_sooner():
    """Otherwise good news would arrive before bad news."""
    rows = frame(
        instalment(settled=2),
        instalment(invoice="2025-01-31"),
        instalment(invoice="2025-02-01"),
    )
    found = history_at_invoice(rows)
    assert found["due_count"].tolist() == [0, 0, 1]
    assert found["open_amount"].tolist() == [0, 0, 100]
    assert found["delay_sum"].tolist() == [0, 0, -28]


# === LIMITS === #


def test_paid_on_the_due_day_is_on_time():
    rows = frame(instalment(settled=30), instalment(invoice="2025-03-01"))
    found = history_at_invoice(rows).iloc[1]
    assert (found["due_count"], found["late_count"]) == (1, 0)


def test_a_forgotten_invoice_does_not_describe_the_customer():
    rows = frame(instalment(), instalment(invoice="2029-01-01"))
    found = history_at_invoice(rows).iloc[1]
    assert found["delay_sum"] == LARGEST_DELAY
    assert found["late_days"] == LARGEST_DELAY
    assert found["overdue_amount"] == 100.0


def test_a_payment_years_in_advance_counts_as_far_early():
    rows = frame(
        instalment(due=1000, settled=0), instalment(invoice="2028-01-01", settled=0)
    )
    assert history_at_invoice(rows)["delay_sum"].iloc[1] == -LARGEST_DELAY


def test_a_payment_before_the_invoice_is_an_advance():
    rows = frame(instalment(settled=-10), instalment(invoice="2025-01-02"))
    found = history_at_invoice(rows)
    assert found["open_amount"].tolist() == [0.0, 0.0]


def test_a_due_day_before_the_invoice_is_due_at_once():
    rows = frame(instalment(due=-5, settled=0), instalment(invoice="2025-01-02"))
    assert history_at_invoice(rows)["late_count"].iloc[1] == 0


def test_nothing_invoiced_by_the_day_gives_no_customer(instalments):
    assert len(history_at_day(instalments, np.datetime64("2020-01-01"))) == 0


def test_no_instalment_gives_no_row():
    empty = frame(instalment()).iloc[:0]
    assert len(history_at_invoice(empty)) == 0
    assert len(history_at_day(empty, np.datetime64("2025-01-01"))) == 0


def test_the_input_is_not_changed(instalments):
    before = instalments.copy(deep=True)
    history_at_invoice(instalments, features=FEATURES)
    pd.testing.assert_frame_equal(instalments, before)


def test_equal_sums_leave_no_rounding():
    rows = [instalment(settled=d, amount=0.1 * d) for d in range(1, 29)]
    found = history_at_invoice(frame(*rows, instalment(invoice="2025-06-01")))
    assert found["open_amount"].iloc[-1] == 0.0
    assert found["overdue_amount"].iloc[-1] == 0.0


def test_a_hundred_thousand_instalments_take_seconds(rng):
    many = simulate_instalments(rng, customers=5_000, per_customer=20)
    found = history_at_invoice(many, features=FEATURES)
    assert len(found) == 100_000
    assert found["late_count"].le(found["due_count"]).all()
    assert found["due_count"].le(found["invoice_count"]).all()


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("amount", -1.0, "range"),
        ("amount", np.nan, "null"),
        ("due_day", pd.NaT, "null"),
        ("invoice_day", pd.NaT, "null"),
        ("customer_id", "a", "type"),
    ],
)
def test_broken_instalments_are_refused(column, value, reason):
    rows = frame(instalment())
    rows[column] = pd.to_datetime([value]) if value is pd.NaT else [value]
    with pytest.raises(FrameError, match=f"{column}: {reason}"):
        history_at_invoice(rows)


def test_a_feature_must_be_known_in_every_row(instalments):
    with pytest.raises(FrameError, match="portal: missing"):
        history_at_invoice(instalments, features=("portal",))
    holes = instalments.assign(electronic=np.nan)
    with pytest.raises(FrameError, match="electronic: null"):
        history_at_invoice(holes, features=FEATURES)
