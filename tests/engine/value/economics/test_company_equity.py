"""Customer equity from the models of a run: sums, assumptions, too little data."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.clv import discounted_expected_purchases
from customer_analytics.value.economics.company_equity import company_equity
from customer_analytics.value.purchase.lifetime_draws import new_customers
from customer_analytics.value.scoring import (
    ScoringSettings,
    fit_models,
    purchase_summary,
)

SETTINGS = ScoringSettings(365, 0.1)
OPTIONS = {"horizon": SETTINGS.horizon, "discount_rate_per_year": 0.1}


def customers(size=200, margin_rate=0.4):
    rng = np.random.default_rng(5)
    frequency = rng.poisson(2.0, size)
    tenure = rng.uniform(100, 270, size)
    frame = pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "frequency": frequency,
            "recency": np.where(frequency > 0, tenure * rng.uniform(0.3, 1, size), 0.0),
            "tenure": tenure,
            "monetary_value": np.where(frequency > 0, rng.gamma(4, 8, size), 0.0),
            "margin_rate": margin_rate,
        }
    )
    count = frequency + 1
    return frame.assign(purchase_count=count, revenue=30.0 * count)


MODELS = fit_models(customers(), SETTINGS)


def staged(kept=1.0):
    """Customers with the lifetime value of the models, less costs."""
    frame = customers()
    summary = purchase_summary(frame)
    ahead = discounted_expected_purchases(MODELS.purchases, summary, **OPTIONS)
    revenue = ahead * MODELS.expected_purchase_value(summary)
    return frame.assign(clv=kept * frame["margin_rate"] * revenue)


def equity(frame=None, acquired=(4, 6, 5), models=MODELS):
    frame = staged() if frame is None else frame
    return company_equity(frame["clv"].to_numpy(), frame, acquired, models, SETTINGS)


def test_present_equity_is_the_sum_of_lifetime_values():
    present = equity()["present"]
    assert present["value"] == pytest.approx(staged()["clv"].sum(), abs=0.01)
    assert present["lower"] < present["value"] < present["upper"]
    assert present["customers"] == 200


def test_a_new_customer_is_worth_the_first_purchase_and_what_follows():
    new = new_customers(1)
    ahead = discounted_expected_purchases(MODELS.purchases, new, **OPTIONS)[0]
    expected = 0.4 * MODELS.expected_purchase_value(new)[0] * (1 + ahead)
    assert equity()["new_customer_value"] == pytest.approx(expected, rel=1e-3)


def test_costs_of_the_present_customers_are_expected_of_new_ones():
    without, net = equity(), equity(staged(kept=0.5))
    assert net["new_customer_value"] == pytest.approx(
        0.5 * without["new_customer_value"], rel=1e-3
    )


def test_future_is_rate_times_value_discounted():
    found = equity()
    discount = sum(1.1 ** (-month / 12) for month in range(1, 13))
    expected = 5.0 * found["new_customer_value"] * discount
    assert found["months"] == 12
    assert found["future"]["value"] == pytest.approx(expected, rel=1e-3)
    assert found["future"]["customers"] == 60.0
    parts = found["present"]["value"] + found["future"]["value"]
    assert found["total"]["value"] == pytest.approx(parts, abs=0.02)


def test_the_same_data_give_the_same_figures():
    assert equity() == equity()
    assert json.loads(json.dumps(equity())) == equity()


def test_no_whole_month_no_future():
    found = equity(acquired=())
    assert found["future"] is None
    assert found["total"] is None
    assert found["acquired_per_month"] is None


def test_without_repeat_purchases_there_is_a_sum_and_no_interval():
    models = replace(MODELS, spend=None)
    present = equity(models=models)["present"]
    assert present["lower"] is None
    assert present["value"] == pytest.approx(staged()["clv"].sum(), abs=0.01)
