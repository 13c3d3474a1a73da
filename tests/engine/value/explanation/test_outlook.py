"""Outlook of customers: agrees with the predictions it speaks of."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.explanation.outlook import customer_outlook
from customer_analytics.value.indices import company_indices, customer_indices
from customer_analytics.value.scoring import ScoringSettings, fit_models, summarise

END = date(2025, 6, 30)
SETTINGS = ScoringSettings(horizon_days=365, discount_rate=0.1)


@pytest.fixture(scope="module")
def company():
    """Purchases of 300 customers with rhythms of their own, some of whom stopped."""
    rng = np.random.default_rng(5)
    rows = []
    for customer in range(1, 301):
        day, gap = rng.uniform(0, 400), rng.gamma(2, 25)
        stop = min(day + rng.exponential(500), 730)
        while day <= stop:
            rows.append((customer, int(day), rng.gamma(4, 25)))
            day += 1 + rng.exponential(gap)
    table = pd.DataFrame(rows, columns=["customer_id", "day", "amount"])
    table["day"] = np.datetime64("2023-07-01") + table["day"].astype("timedelta64[D]")
    table["margin"] = 0.4 * table["amount"]
    staged = summarise(table, END)
    staged = staged.merge(company_indices(staged), on="customer_id")
    models = fit_models(staged, SETTINGS)
    predicted = customer_indices(staged, models, SETTINGS, END)
    told = predicted[["clv", "purchase_probability"]]
    return pd.concat([staged, told], axis=1), models, predicted


def test_customers_at_risk_are_those_less_likely_than_not_to_buy(company):
    staged, models, predicted = company
    outlook = customer_outlook(staged, models, SETTINGS, END)
    is_at_risk = outlook["at_risk_date"] < np.datetime64(END)
    unlikely = predicted["purchase_probability"] < 0.5
    assert 0 < is_at_risk.sum() < len(staged)
    assert (is_at_risk == unlikely).all()


def test_forecast_that_moved_the_probability_moves_the_day(company):
    staged, models, predicted = company
    before = customer_outlook(staged, models, SETTINGS, END)["at_risk_date"]
    lower = staged.assign(purchase_probability=0.6 * predicted["purchase_probability"])
    after = customer_outlook(lower, models, SETTINGS, END)["at_risk_date"]
    at_risk = after < np.datetime64(END)
    assert (at_risk == (lower["purchase_probability"] < 0.5)).all()
    both = before.notna() & after.notna()
    assert (after[both] <= before[both]).all()
    assert (after[both] < before[both]).any()


def test_nobody_is_at_risk_before_the_last_purchase(company):
    staged, models, _predicted = company
    risk = customer_outlook(staged, models, SETTINGS, END)["at_risk_date"]
    known = risk.notna()
    assert (risk >= staged["last_purchase_date"].astype("datetime64[ns]"))[known].all()


def test_purchase_is_worth_most_where_the_silence_was_longest(company):
    """The same customer later: the same purchase then tells more."""
    staged, models, predicted = company
    gain = customer_outlook(staged, models, SETTINGS, END)["next_purchase_gain"]
    assert (gain > 0).all()
    relative = gain / predicted["clv"]
    silent = staged["days_since_purchase"] > 200
    assert relative[silent].median() > relative[~silent].median()


def test_row_order_does_not_matter(company):
    staged, models, _predicted = company
    forward = customer_outlook(staged, models, SETTINGS, END)
    backward = customer_outlook(staged.iloc[::-1], models, SETTINGS, END)
    pd.testing.assert_frame_equal(forward, backward.iloc[::-1].reset_index(drop=True))
