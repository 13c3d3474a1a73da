"""What each rule says, that it knows nothing later, and where it cannot be learnt."""

import json

import numpy as np
import pandas as pd
import pytest
from combined_company import START, company, day
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.accuracy.simple_rules import (
    RULES,
    SimpleRule,
    rule_evidence,
)
from customer_analytics.value.spend.evidence import PurchaseLedger, outcome_after


def yearly(amounts, *days):
    """One customer per amount, who buys for it on each of the days."""
    rows = [(who + 1, amount, at) for who, amount in enumerate(amounts) for at in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "amount", "at"])
    frame["day"] = (START + frame.pop("at").to_numpy("timedelta64[D]")).astype(
        "datetime64[ns]"
    )
    return frame.assign(margin=0.0)


@pytest.fixture(scope="module")
def ledger():
    bought = company(400, 500, np.random.default_rng(4), joining=200)
    return PurchaseLedger.from_transactions(bought, day(500))


def test_same_period_is_that_of_a_year_earlier():
    bought = yearly([10.0, 20.0], 0, 40, 300)
    ledger = PurchaseLedger.from_transactions(bought, day(400))
    seen = rule_evidence(ledger, 30)  # days 37 to 66 of a year ago
    assert seen["spend_before"].tolist() == [10.0, 20.0]


def test_same_period_is_the_one_before_where_the_history_is_short():
    bought = yearly([10.0, 20.0], 40, 190)
    ledger = PurchaseLedger.from_transactions(bought, day(200))
    assert rule_evidence(ledger, 30)["spend_before"].tolist() == [10.0, 20.0]
    assert rule_evidence(ledger, 5)["spend_before"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_is_plausible_and_survives_json(ledger, kind):
    rule = SimpleRule.fit(kind, ledger, 90)
    seen = rule_evidence(ledger, 90)
    probability = rule.purchase_probability(seen)
    assert ((probability > 0) & (probability < 1)).all()
    assert (rule.spend(seen) >= 0).all()
    again = SimpleRule.from_dict(json.loads(json.dumps(rule.to_dict())))
    np.testing.assert_array_equal(again.spend(seen), rule.spend(seen))
    np.testing.assert_array_equal(again.purchase_probability(seen), probability)


@pytest.mark.parametrize("kind", RULES)
def test_probability_rises_with_the_score(ledger, kind):
    rule = SimpleRule.fit(kind, ledger, 90)
    seen = rule_evidence(ledger, 90)
    order = np.argsort(rule.score(seen))
    assert (np.diff(rule.purchase_probability(seen)[order]) >= -1e-12).all()


def test_mean_and_score_bring_back_the_total_of_the_latest_period(ledger):
    period = 90
    past = ledger.until(ledger.end - period)
    seen = rule_evidence(past, period)
    _, spend = outcome_after(ledger, seen["customer_id"], past.end, ledger.end)
    mean = SimpleRule.fit("mean", ledger, period).mean_spend
    assert mean == pytest.approx(spend.mean())


def test_nothing_after_the_end_is_known(ledger):
    """A rule of a past day is that of a company whose history ends there."""
    end = ledger.end - 100
    bought = company(400, 500, np.random.default_rng(4), joining=200)
    cut = PurchaseLedger.from_transactions(bought[bought["day"] <= day(400)], day(400))
    for kind in RULES:
        found = SimpleRule.fit(kind, ledger.until(end), 90)
        assert found == SimpleRule.fit(kind, cut, 90)


def test_equal_scores_are_ordered_by_revenue(ledger):
    seen = rule_evidence(ledger, 90)
    score = SimpleRule.fit("rfm_score", ledger, 90).score(seen)
    np.testing.assert_array_equal(np.floor(score), seen["rfm_score"])


def test_where_nobody_came_back_no_rule_is_learnt():
    bought = yearly([10.0, 20.0], 40)
    ledger = PurchaseLedger.from_transactions(bought, day(200))
    with pytest.raises(InsufficientDataError):
        SimpleRule.fit("mean", ledger, 90)
