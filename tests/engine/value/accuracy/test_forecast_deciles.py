"""Tenths of customers: who is in each, what was foretold and what came."""

import numpy as np
import pytest
from customer_analytics.value.accuracy.forecast_deciles import (
    probability_deciles,
    spend_deciles,
)
from customer_analytics.value.accuracy.forecasts import Forecast

SIZE = 200


def forecast(spend, probability=None):
    given = np.full(len(spend), 0.5) if probability is None else probability
    return Forecast("some", np.asarray(spend, float), np.asarray(given, float), spend)


@pytest.fixture
def company():
    """Spend that is foretold in the right order, and twice too high."""
    spend = np.random.default_rng(3).permutation(np.arange(SIZE, dtype=float))
    return forecast(2 * spend, spend / SIZE), forecast(np.full(SIZE, 7.0)), spend


def test_tenths_are_of_one_size_and_add_up(company):
    told, rule, spend = company
    table = spend_deciles(told, rule, spend)
    assert table["customers"].tolist() == [SIZE // 10] * 10
    assert (table["actual"] * table["customers"]).sum() == pytest.approx(spend.sum())
    assert table["cumulative_share"].iloc[-1] == pytest.approx(1.0)
    assert (table["baseline"] == 7.0).all()


def test_the_first_tenth_holds_the_best(company):
    told, rule, spend = company
    table = spend_deciles(told, rule, spend)
    best = np.sort(spend)[-SIZE // 10 :].mean()
    assert table["actual"].iloc[0] == pytest.approx(best)
    assert table["predicted"].iloc[0] == pytest.approx(2 * best)
    assert table["lift"].iloc[0] == pytest.approx(best / spend.mean())


def test_buyers_are_counted_not_their_purchases(company):
    told, rule, spend = company
    purchases = np.where(spend >= SIZE / 2, 5, 0)
    table = probability_deciles(told, rule, purchases)
    assert table["actual"].tolist() == [1.0] * 5 + [0.0] * 5
    assert table["lift"].tolist() == [2.0] * 5 + [0.0] * 5


def test_no_spend_at_all_has_no_lift_and_no_share(company):
    told, rule, _spend = company
    table = spend_deciles(told, rule, np.zeros(SIZE))
    assert table["lift"].isna().all() and table["cumulative_share"].isna().all()
    table = probability_deciles(told, rule, np.zeros(SIZE))
    assert table["lift"].isna().all()


def test_uneven_numbers_differ_by_one_at_most():
    told = forecast(np.arange(23.0))
    counts = spend_deciles(told, told, np.ones(23))["customers"]
    assert counts.sum() == 23 and counts.max() - counts.min() <= 1
