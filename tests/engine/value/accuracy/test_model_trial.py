"""The right model is found for customers made by its own story."""

import numpy as np
import pytest
from customer_analytics.value.accuracy.ledger_summary import ledger_summary
from customer_analytics.value.accuracy.model_trial import (
    model_choice_by_fit,
    model_trial,
)
from customer_analytics.value.scoring import ScoringSettings
from customer_analytics.value.spend.evidence import PurchaseLedger
from simulation_rhythm import simulate_rhythm_purchases

END = np.datetime64("2024-12-31")
SETTINGS = ScoringSettings(horizon_days=180, discount_rate=0.1)


def ledger_of(regularity, rng, customers=600, age=(300, 720)):
    """Customers of one purchase a month who stop after some ten of them."""
    bought = simulate_rhythm_purchases(
        (4.0, 120.0 / regularity, 0.8, 8.0),
        regularity,
        rng.uniform(*age, customers),
        rng,
        end=END,
    )
    return PurchaseLedger.from_transactions(bought, END)


@pytest.mark.parametrize("regularity", [3, 6])
def test_regular_buyers_get_the_model_with_a_rhythm(regularity, rng):
    ledger = ledger_of(regularity, rng)
    choice, fitted = model_trial(ledger, ledger.end - 180, SETTINGS)
    assert choice.chosen == "mbg_cnbd"
    assert fitted["mbg_cnbd"].regularity > 1
    worse = choice.difference["pareto_nbd"]
    assert worse < -3 * choice.standard_error["pareto_nbd"]


def test_buyers_by_chance_get_a_model_without_a_rhythm(rng):
    ledger = ledger_of(1, rng)
    choice, _ = model_trial(ledger, ledger.end - 180, SETTINGS)
    assert choice.chosen in ("mbg_nbd", "bg_nbd")
    assert choice.difference["gap_rule"] < -choice.standard_error["gap_rule"]


def test_policy_s_own_model_is_taken_and_the_others_are_compared(rng):
    ledger = ledger_of(3, rng, customers=200)
    settings = ScoringSettings(180, 0.1, "pareto_nbd")
    choice, _ = model_trial(ledger, ledger.end - 180, settings)
    assert choice.chosen == "pareto_nbd"
    assert choice.best == "mbg_cnbd"


@pytest.mark.parametrize("customers", [1, 12])
def test_few_customers_are_judged_by_what_they_did(customers, rng):
    ledger = ledger_of(3, rng, customers=customers)
    summary = ledger_summary(ledger, ledger.end)
    choice = model_choice_by_fit(summary, SETTINGS)
    assert choice.reason == "too_few"
    assert choice.customers == customers


def test_weeks_or_days_of_the_horizon_do_not_matter_to_the_likelihood(cdnow_sample):
    """Published figures stay: MBG/NBD and BG/NBD are near equals on CDNOW's sample."""
    ledger = PurchaseLedger.from_transactions(cdnow_sample, np.datetime64("1998-06-30"))
    choice, fitted = model_trial(ledger, ledger.end - 273, SETTINGS)
    assert fitted["bg_nbd"].estimate.log_likelihood == pytest.approx(-9582.43, abs=0.5)
    assert choice.customers == 2357
    assert choice.events == 1882
    assert choice.chosen == "mbg_nbd"
