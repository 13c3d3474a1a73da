"""The forecast that is relied on: batches, JSON, and what it falls back to."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from combined_company import company, day
from customer_analytics.value.accuracy.recalibration import Recalibration
from customer_analytics.value.accuracy.simple_rules import RULES
from customer_analytics.value.indices import company_indices, customer_indices
from customer_analytics.value.scoring import (
    ScoringModels,
    ScoringSettings,
    fit_models,
    summarise,
)
from customer_analytics.value.spend.evidence import PurchaseLedger
from customer_analytics.value.spend.spend_forecast import SpendForecast

HORIZON = 180
SETTINGS = ScoringSettings(HORIZON, 0.1)
END = day(400)
KINDS = ("combined", *RULES)


@pytest.fixture(scope="module")
def bought():
    return company(700, 400, np.random.default_rng(3), joining=150, revival=0.002)


@pytest.fixture(scope="module")
def ledger(bought):
    return PurchaseLedger.from_transactions(bought, END)


@pytest.fixture(scope="module")
def staged(bought):
    rows = summarise(bought, pd.Timestamp(END))
    return rows.merge(company_indices(rows), on="customer_id").assign(
        service_cost_per_purchase=0.0, service_cost_per_year=0.0, credit_loss_rate=0.0
    )


@pytest.fixture(scope="module")
def scores(staged):
    return staged.set_index("customer_id")["rfm_score"]


@pytest.mark.parametrize("kind", KINDS)
def test_batches_and_json_give_the_forecast_of_all(kind, bought, ledger, scores):
    fitted = SpendForecast.fit(kind, ledger, HORIZON)
    whole = fitted.predict(ledger, scores, level=0.8)
    stored = SpendForecast.from_dict(json.loads(json.dumps(fitted.to_dict())))
    late = bought[bought["customer_id"] > 650]  # a batch that begins later
    batch = PurchaseLedger.from_transactions(late, END)
    found = stored.predict(batch, scores, level=0.8)
    expected = whole[whole["customer_id"] > 650].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_past_taught_moves_all_columns_and_is_stored(kind, ledger, scores):
    maps = Recalibration(intercept=0.1, slope=0.7, spend_factor=0.8)
    plain = SpendForecast.fit(kind, ledger, HORIZON).predict(ledger, scores, level=0.8)
    fitted = SpendForecast.fit(kind, ledger, HORIZON, recalibration=maps)
    stored = SpendForecast.from_dict(json.loads(json.dumps(fitted.to_dict())))
    found = stored.predict(ledger, scores, level=0.8)
    for name in ("spend", "lower", "upper"):
        np.testing.assert_allclose(found[name], 0.8 * plain[name])
    expected = maps.probability(plain["probability"].to_numpy())
    np.testing.assert_allclose(found["probability"], expected)
    assert (found["purchase_value"] == plain["purchase_value"]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_indices_agree_with_the_forecast(kind, ledger, staged, scores):
    models = fit_models(staged, SETTINGS)
    forecast = SpendForecast.fit(kind, ledger, HORIZON).predict(
        ledger, scores, level=0.8
    )
    end = pd.Timestamp(END)
    found = customer_indices(staged, models, SETTINGS, end, forecast)
    np.testing.assert_allclose(found["expected_spend"], forecast["spend"], rtol=1e-9)
    np.testing.assert_allclose(found["purchase_probability"], forecast["probability"])
    np.testing.assert_allclose(
        found["churn_probability"], 1.0 - found["purchase_probability"]
    )
    bought_again = found["purchase_probability"]
    assert (found["expected_purchases"] >= bought_again - 1e-9).all()
    assert (found["probability_alive"] >= bought_again).all()
    assert (found["clv_lower"] <= found["clv"] + 0.02).all()
    assert (found["clv_upper"] >= found["clv"] - 0.02).all()
    ratio = found["clv"].sum() / (staged["margin_rate"] * found["expected_spend"]).sum()
    assert 0.95 < ratio < 1.0, "half a year at 10 % a year"


def test_purchase_model_alone_needs_no_forecast(ledger):
    assert SpendForecast.fit("pareto_nbd", ledger, HORIZON) is None


def test_company_too_small_for_the_combination_is_left_to_its_model():
    few = company(30, 400, np.random.default_rng(3))
    ledger = PurchaseLedger.from_transactions(few, END)
    assert SpendForecast.fit("combined", ledger, HORIZON) is None


def test_indices_of_a_model_put_right_are_coherent(staged):
    maps = Recalibration(intercept=-0.1, slope=0.6, spend_factor=0.8)
    plain = fit_models(staged, SETTINGS)
    models = replace(plain, recalibration=maps)
    models = ScoringModels.from_dict(json.loads(json.dumps(models.to_dict())))
    before, after = (
        customer_indices(staged, one, SETTINGS, pd.Timestamp(END))
        for one in (plain, models)
    )
    np.testing.assert_allclose(after["expected_spend"], 0.8 * before["expected_spend"])
    np.testing.assert_allclose(after["clv"], 0.8 * before["clv"], atol=0.05)
    np.testing.assert_allclose(
        after["churn_probability"], 1.0 - after["purchase_probability"]
    )
    chance = after["purchase_probability"]
    assert (after["expected_purchases"] >= chance - 1e-9).all()
    assert (after["probability_alive"] >= chance - 1e-9).all()
    for limit in ("clv_lower", "clv_upper"):
        np.testing.assert_allclose(after[limit], 0.8 * before[limit], atol=0.05)
    expected = maps.probability(before["purchase_probability"].to_numpy())
    np.testing.assert_allclose(chance, expected)
