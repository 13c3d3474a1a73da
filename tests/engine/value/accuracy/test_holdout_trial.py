"""The examination: which day it cuts at, what it finds, whom it relies on."""

import numpy as np
import pandas as pd
import pytest
from combined_company import START, company, day
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.accuracy.cut_off import cut_off_day
from customer_analytics.value.accuracy.holdout_trial import run_holdout_trial
from customer_analytics.value.scoring import ScoringSettings
from customer_analytics.value.spend.evidence import PurchaseLedger
from simulation_rhythm import simulate_rhythm_purchases

SETTINGS = ScoringSettings(horizon_days=180, discount_rate=0.1)


RULES = ("same_period", "rfm_score", "gap_rule", "mean")


def ledger_of(transactions, days):
    return PurchaseLedger.from_transactions(transactions, day(days))


@pytest.fixture(scope="module")
def trial():
    bought = company(900, 540, np.random.default_rng(8), joining=200)
    return run_holdout_trial(ledger_of(bought, 540), SETTINGS)


def seasonal(customers, years, rng):
    """Each customer buys once a year, on a day of his own, for an amount of his own."""
    own_day = rng.integers(0, 360, customers)
    amount = rng.lognormal(4.0, 1.2, customers)
    who = np.tile(np.arange(customers), years)
    at = np.tile(own_day, years) + 364 * np.repeat(np.arange(years), customers)
    at = at + rng.integers(-3, 4, len(at))
    return pd.DataFrame(
        {
            "customer_id": who + 1,
            "day": (START + at.astype("timedelta64[D]")).astype("datetime64[ns]"),
            "amount": amount[who],
            "margin": 0.0,
        }
    )


@pytest.mark.parametrize(
    "history, horizon, held_out", [(546, 273, 273), (400, 365, 200), (1000, 90, 90)]
)
def test_the_period_is_the_horizon_or_half_of_the_history(history, horizon, held_out):
    assert cut_off_day(100, 100 + history, horizon) == 100 + history - held_out


def test_history_of_some_weeks_is_too_short():
    with pytest.raises(InsufficientDataError) as caught:
        cut_off_day(0, 55, 365)
    assert (caught.value.needed, caught.value.found) == (56, 55)


def test_few_customers_or_purchases_are_told_with_their_number(rng):
    few = company(20, 400, rng)
    with pytest.raises(InsufficientDataError) as caught:
        run_holdout_trial(ledger_of(few, 400), SETTINGS)
    assert (caught.value.what, caught.value.needed) == ("customers known", 50)
    quiet = company(300, 100, rng, joining=50)
    with pytest.raises(InsufficientDataError) as caught:
        run_holdout_trial(ledger_of(quiet, 800), SETTINGS)
    assert caught.value.what == "purchases"


def test_models_beat_the_rules_where_customers_are_as_models_say(trial):
    assert trial.used not in RULES
    used, rule = trial.accuracy(trial.used), trial.accuracy(trial.rival)
    assert used.mark > rule.mark
    assert used.rmse < rule.rmse
    assert trial.law is None
    assert 0.76 <= used.coverage <= 0.95


def test_forecast_in_use_is_compared_with_the_best_rule(trial):
    rules = [trial.accuracy(name) for name in RULES]
    assert trial.accuracy(trial.rival) == max(rules, key=lambda rule: rule.mark)
    assert trial.comparison["rmse"] == "better"
    assert set(trial.comparison) == {"rmse", "total_error", "capture", "auc"}


def test_history_too_short_for_an_earlier_period_is_left_as_it_is(rng):
    bought = company(900, 90, rng, joining=30)
    found = run_holdout_trial(ledger_of(bought, 90), SETTINGS)
    assert found.recalibration is None


def test_figures_speak_of_the_same_customers(trial):
    assert trial.spend_table["customers"].sum() == trial.customers
    assert trial.buyers <= trial.purchases
    totals = {accuracy.total_actual for accuracy in trial.accuracies}
    assert len(totals) == 1
    assert trial.first_day == day(361).item()
    names = [accuracy.name for accuracy in trial.accuracies]
    assert len(set(names)) == len(names)
    assert {"mean", "same_period", "rfm_score", "gap_rule"} < set(names)


def test_rule_that_knows_the_season_replaces_the_models(rng):
    bought = seasonal(500, 4, rng)
    settings = ScoringSettings(horizon_days=60, discount_rate=0.1)
    found = run_holdout_trial(ledger_of(bought, 4 * 364), settings)
    assert found.used == "same_period"
    assert found.law is not None, "a rule has an interval from the period held out"
    assert found.rival not in RULES, "a rule is shown beside the best model"
    assert found.comparison["rmse"] == "better"


def test_model_that_the_policy_asks_for_is_obeyed(rng):
    bought = seasonal(500, 4, rng)
    settings = ScoringSettings(60, 0.1, "pareto_nbd")
    found = run_holdout_trial(ledger_of(bought, 4 * 364), settings)
    assert (found.used, found.rival) == ("pareto_nbd", "same_period")
    assert found.recalibration is None, "and speaks for itself"


def test_same_purchases_give_the_same_figures(trial):
    bought = company(900, 540, np.random.default_rng(8), joining=200)
    again = run_holdout_trial(ledger_of(bought.iloc[::-1], 540), SETTINGS)
    figures = [item.to_dict() for item in trial.accuracies]
    assert [item.to_dict() for item in again.accuracies] == figures
    assert again.used == trial.used


def test_cdnow_is_foretold_within_the_aims(cdnow_master):
    """All customers, 39 weeks ahead (docs/ACCURACY.md)."""
    ledger = PurchaseLedger.from_transactions(cdnow_master, np.datetime64("1998-06-30"))
    found = run_holdout_trial(ledger, ScoringSettings(273, 0.1))
    used = found.accuracy("combined")
    assert (found.customers, found.used) == (23570, "combined")
    assert used.rmse <= 92.5
    assert abs(used.total_error) <= 0.05
    assert used.capture >= 0.69
    assert used.auc >= 0.772
    assert 0.76 <= used.coverage <= 0.84
    pareto = found.accuracy("pareto_nbd")
    assert pareto.capture == pytest.approx(0.6842, abs=2e-3)
    assert pareto.auc == pytest.approx(0.7627, abs=2e-3)


WORLDS = {
    "CDNOW": lambda rng: company(900, 540, rng, joining=200),
    "faithful": lambda rng: company(
        900, 540, rng, joining=200, parameters=(1.5, 60.0, 0.9, 300.0)
    ),
    "rhythm": lambda rng: simulate_rhythm_purchases(
        (4.0, 40.0, 0.4, 4.0), 3, rng.uniform(250, 540, 700), rng, end=day(540)
    ).assign(amount=lambda rows: 40.0 * rng.gamma(4.0, 0.25, len(rows))),
}


@pytest.mark.parametrize("world", WORLDS)
def test_intervals_and_probabilities_hold_where_the_truth_is_known(world):
    """80 % intervals: those that begin at 0 hold more often by necessity."""
    found = []
    for seed in (1, 2):
        bought = WORLDS[world](np.random.default_rng(seed))
        trial = run_holdout_trial(ledger_of(bought, 540), SETTINGS)
        found.append(trial.accuracy(trial.used))
    assert all(0.78 <= used.coverage <= 0.95 for used in found)
    assert all(abs(used.total_error) < 0.15 for used in found)
    assert np.mean([used.calibration_slope for used in found]) == pytest.approx(
        1.0, abs=0.2
    )
