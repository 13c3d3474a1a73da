"""Evidence at an origin against the RFM summary of that day and against hand counts."""

import numpy as np
import pandas as pd
import pytest
from combined_company import company, day
from customer_analytics.errors import FrameError
from customer_analytics.value.rfm import calibration_holdout_split, rfm_summary
from customer_analytics.value.spend.evidence import (
    RECENT_SHARES,
    PurchaseLedger,
    evidence_at,
    outcome_after,
)


def frame(rows):
    table = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    table["day"] = [day(number) for number in table["day"]]
    return table.assign(margin=0.0)


@pytest.fixture(scope="module")
def transactions():
    return company(300, 200, np.random.default_rng(5))


def ledger_of(table, end):
    return PurchaseLedger.from_transactions(table, day(end))


def test_history_is_that_of_the_rfm_summary(transactions):
    ledger = ledger_of(transactions, 200)
    for end in (60, 120, 200):
        found = evidence_at(ledger, ledger.begin + end)
        summary = rfm_summary(
            transactions,
            day(end),
            time_unit_days=1.0,
            include_first_purchase=True,
        )
        for column in summary.columns:
            np.testing.assert_allclose(found[column], summary[column], rtol=1e-12)


def test_outcome_is_that_of_the_holdout_split(transactions):
    ledger = ledger_of(transactions, 200)
    split = calibration_holdout_split(transactions, day(120), day(180))
    purchases, spend = outcome_after(
        ledger, split["customer_id"].to_numpy(), ledger.begin + 120, ledger.begin + 180
    )
    np.testing.assert_array_equal(purchases, split["frequency_holdout"])
    np.testing.assert_allclose(spend, split["monetary_holdout"], atol=1e-9)


def test_by_hand():
    table = frame([(7, 0, 10.0), (7, 50, 20.0), (7, 95, 40.0), (9, 99, 5.0)])
    ledger = ledger_of(table, 100)
    found = evidence_at(ledger, ledger.end).set_index("customer_id")
    assert found.loc[7, ["frequency", "recency", "T"]].tolist() == [2, 95, 100]
    assert found.loc[7, "revenue"] == 70
    assert found.loc[7, ["first_value", "last_value"]].tolist() == [10, 40]
    assert found.loc[7, [f"repeats_{s}" for s in RECENT_SHARES]].tolist() == [
        1,
        1,
        1,
        1,
    ]
    assert found.loc[7, "spend_half"] == 40
    assert found.loc[9, [f"repeats_{s}" for s in RECENT_SHARES]].sum() == 0
    assert found.loc[9, "T"] == 1


def test_nothing_after_the_origin_is_seen(transactions):
    whole, cut = ledger_of(transactions, 200), ledger_of(transactions, 100)
    origin = whole.begin + 100
    assert cut.end == origin
    pd.testing.assert_frame_equal(evidence_at(whole, origin), evidence_at(cut, origin))


def test_returns_lower_revenue_and_mean_but_are_no_purchase():
    table = frame([(1, 0, 100.0), (1, 10, 100.0), (1, 20, -50.0)])
    ledger = ledger_of(table, 30)
    found = evidence_at(ledger, ledger.end).iloc[0]
    assert found["frequency"] == 1
    assert found["recency"] == 10
    assert found["revenue"] == 150
    assert found["monetary_value"] == 75


def test_a_customer_of_returns_only_is_none():
    ledger = ledger_of(frame([(1, 0, -5.0), (2, 3, 5.0)]), 10)
    assert evidence_at(ledger, ledger.end)["customer_id"].tolist() == [2]


def test_before_the_first_purchase_nobody_is_known(transactions):
    ledger = ledger_of(transactions, 200)
    assert evidence_at(ledger, ledger.begin - 1).empty


def test_no_transactions():
    ledger = ledger_of(frame([(1, 50, 5.0)]), 10)
    assert len(ledger) == 0
    assert evidence_at(ledger, ledger.end).empty


def test_order_of_rows_does_not_matter(transactions):
    shuffled = transactions.sample(frac=1.0, random_state=3)
    first, second = ledger_of(transactions, 200), ledger_of(shuffled, 200)
    left, right = evidence_at(first, first.end), evidence_at(second, second.end)
    np.testing.assert_allclose(left, right, rtol=1e-12)


def test_sample_keeps_whole_customers(transactions):
    ledger = ledger_of(transactions, 200)
    few = ledger.sample(40, np.random.default_rng(1))
    assert len(few) == 40
    assert (few.begin, few.end) == (ledger.begin, ledger.end)
    whole = evidence_at(ledger, ledger.end).set_index("customer_id")
    part = evidence_at(few, few.end).set_index("customer_id")
    pd.testing.assert_frame_equal(part, whole.loc[part.index])
    assert ledger.sample(300, np.random.default_rng(1)) is ledger


@pytest.mark.parametrize("period", [0, -5, 1000])
def test_an_outcome_needs_a_period_that_is_known(transactions, period):
    ledger = ledger_of(transactions, 200)
    with pytest.raises(FrameError):
        outcome_after(
            ledger, ledger.customer_id, ledger.begin + 50, ledger.begin + 50 + period
        )
