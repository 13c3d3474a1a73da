"""Forecasts of all kinds have one form; the interval of a model holds."""

import numpy as np
import pytest
from combined_company import company, day
from customer_analytics.value.accuracy.forecasts import (
    combined_forecast,
    model_forecast,
    model_interval,
    rule_forecasts,
)
from customer_analytics.value.accuracy.ledger_summary import ledger_summary
from customer_analytics.value.accuracy.simple_rules import RULES
from customer_analytics.value.scoring import (
    ScoringSettings,
    fit_models,
    purchase_summary,
)
from customer_analytics.value.spend.combination import CombinedPredictor
from customer_analytics.value.spend.evidence import PurchaseLedger, outcome_after

END, AHEAD = 360, 120


@pytest.fixture(scope="module")
def later():
    bought = company(900, END + AHEAD, np.random.default_rng(5), joining=150)
    return PurchaseLedger.from_transactions(bought, day(END + AHEAD))


@pytest.fixture(scope="module")
def known(later):
    return later.until(later.end - AHEAD)


def test_every_forecast_has_one_row_per_customer_known(known, rng):
    summary = ledger_summary(known, known.end)
    models = fit_models(summary, ScoringSettings(AHEAD, 0.1))
    predictor = CombinedPredictor.fit(known, horizon=AHEAD, rng=rng)
    found = [
        model_forecast("x", models.purchases, models, summary, AHEAD),
        combined_forecast(predictor, known, rng=rng, level=0.8),
        *rule_forecasts(known, AHEAD),
    ]
    assert [item.name for item in found] == ["x", "combined", *RULES]
    for item in found:
        assert len(item.spend) == len(item.probability) == len(summary)
        assert (item.spend >= 0).all()
        assert ((item.probability >= 0) & (item.probability <= 1)).all()


def test_interval_of_a_model_holds_as_often_as_it_says(known, later, rng):
    """Simulated customers of Pareto/NBD with known parameters: 80 % or more."""
    summary = ledger_summary(known, known.end)
    models = fit_models(summary, ScoringSettings(AHEAD, 0.1, "pareto_nbd"))
    limits = model_interval(models, summary, AHEAD, rng=rng, level=0.8)
    ids = summary["customer_id"].to_numpy()
    _, spend = outcome_after(later, ids, known.end, later.end)
    probability = models.purchases.purchase_probability
    held = (spend >= limits.lower) & (spend <= limits.upper)
    assert held.mean() > 0.8
    likely = probability(purchase_summary(summary), AHEAD / 7.0) > 0.8
    assert held[likely].mean() == pytest.approx(0.8, abs=0.09)
