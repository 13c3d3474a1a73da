"""Where the windows lie, what they hold, and when there is none."""

import numpy as np
import pytest
from combined_company import company, day
from customer_analytics.value.spend.evidence import PurchaseLedger
from customer_analytics.value.spend.evidence_features import FEATURES
from customer_analytics.value.spend.training_windows import (
    matched_period,
    training_windows,
    window_origins,
)


@pytest.fixture(scope="module")
def ledger():
    transactions = company(600, 280, np.random.default_rng(21))
    return PurchaseLedger.from_transactions(transactions, day(280))


@pytest.mark.parametrize(("history", "horizon"), [(273, 273), (1000, 365), (30, 300)])
def test_a_matched_period_has_the_proportion_asked_for(history, horizon):
    period = matched_period(history, horizon)
    assert period / (history - period) == pytest.approx(horizon / history)


def test_origins_of_39_weeks_for_39_weeks():
    assert [273 - origin for origin in window_origins(0, 273, 273)] == [96, 123, 150]


@pytest.mark.parametrize("horizon", [1, 30, 365, 10_000])
@pytest.mark.parametrize("history", [0, 1, 2, 10, 400])
def test_origins_lie_inside_the_history(history, horizon):
    origins = window_origins(100, 100 + history, horizon)
    assert all(100 < origin < 100 + history for origin in origins)
    assert len(set(origins)) == len(origins)


def test_rows_of_all_windows(ledger):
    windows = training_windows(ledger, ledger.end, 280.0)
    rows = len(windows.spend)
    assert windows.features.shape == (rows, len(FEATURES))
    assert np.isfinite(windows.features).all()
    assert len(windows.origins) == 3
    assert rows == 3 * 600
    assert (windows.base_spend > 0).all()
    assert windows.buyers == windows.active.sum() // 3


def test_nothing_after_the_end_is_looked_at(ledger):
    end = ledger.begin + 200
    rows = ledger.day <= end
    cut = PurchaseLedger(
        ledger.customer_id,
        ledger.customer[rows],
        ledger.day[rows],
        ledger.value[rows],
        ledger.is_purchase[rows],
        ledger.begin,
        end,
    )
    whole = training_windows(ledger, end, 200.0)
    known = training_windows(cut, end, 200.0)
    np.testing.assert_array_equal(whole.features, known.features)
    np.testing.assert_array_equal(whole.spend, known.spend)


def test_features_ignore_the_unit_of_money(ledger):
    euros = training_windows(ledger, ledger.end, 280.0)
    cents = PurchaseLedger(
        ledger.customer_id,
        ledger.customer,
        ledger.day,
        100 * ledger.value,
        ledger.is_purchase,
        ledger.begin,
        ledger.end,
    )
    found = training_windows(cents, cents.end, 280.0)
    np.testing.assert_allclose(found.features, euros.features, rtol=1e-3, atol=1e-4)


def test_too_few_customers_have_no_windows(ledger):
    few = ledger.sample(99, np.random.default_rng(1))
    assert training_windows(few, few.end, 280.0) is None


def test_nobody_buying_afterwards_is_no_window(ledger):
    silent = ledger.day <= ledger.begin + 90
    gone = PurchaseLedger(
        ledger.customer_id,
        ledger.customer[silent],
        ledger.day[silent],
        ledger.value[silent],
        ledger.is_purchase[silent],
        ledger.begin,
        ledger.end,
    )
    assert training_windows(gone, gone.end, 280.0) is None
