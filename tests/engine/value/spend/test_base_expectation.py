"""The ground of the combination against its own models."""

import json

import numpy as np
import pandas as pd
import pytest
from combined_company import company, day
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.spend.base_expectation import BaseExpectation
from customer_analytics.value.spend.evidence import PurchaseLedger, evidence_at
from customer_analytics.value.spend.spend_interval import simulated_spend_interval


@pytest.fixture(scope="module")
def evidence():
    transactions = company(400, 200, np.random.default_rng(31))
    ledger = PurchaseLedger.from_transactions(transactions, day(200))
    return evidence_at(ledger, ledger.end)


@pytest.fixture(scope="module")
def base(evidence):
    return BaseExpectation.fit(evidence)


def test_purchases_are_the_geometric_mean(base, evidence):
    found = base.predict(evidence, 100.0)
    pareto, geometric = (
        model.expected_purchases(evidence, 100.0) for model in base.models
    )
    np.testing.assert_allclose(found.purchases**2, pareto * geometric, rtol=1e-9)
    np.testing.assert_allclose(found.disagreement, np.log(pareto / geometric))


def test_probabilities_lie_between_the_models(base, evidence):
    found = base.predict(evidence, 100.0).purchase_probability
    both = [model.purchase_probability(evidence, 100.0) for model in base.models]
    assert (found >= np.min(both, axis=0) - 1e-12).all()
    assert (found <= np.max(both, axis=0) + 1e-12).all()


def test_spend_is_purchases_times_value(base, evidence):
    found = base.predict(evidence, 100.0)
    np.testing.assert_allclose(found.spend, found.purchases * found.purchase_value)


def test_a_first_purchase_of_more_is_worth_more(base):
    pair = pd.DataFrame(
        {
            "frequency": [0.0, 0.0],
            "recency": [0.0, 0.0],
            "T": [90.0, 90.0],
            "monetary_value": [10.0, 100.0],
        }
    )
    low, high = base.predict(pair, 50.0).purchase_value
    assert low < high


def test_free_orders_only(evidence):
    free = evidence.assign(monetary_value=0.0, revenue=0.0)
    base = BaseExpectation.fit(free)
    assert base.spend is None
    found = base.predict(free, 50.0)
    assert np.isfinite(found.spend).all()
    limits = simulated_spend_interval(base, free, 50.0, rng=np.random.default_rng(1))
    assert (limits.upper == 0).all()


def test_nobody(evidence):
    with pytest.raises(InsufficientDataError):
        BaseExpectation.fit(evidence.iloc[:0])


def test_simulated_intervals_are_ordered_and_seeded(base, evidence):
    one, two = (
        simulated_spend_interval(base, evidence, 50.0, rng=np.random.default_rng(1))
        for _ in range(2)
    )
    assert (one.lower <= one.upper).all()
    np.testing.assert_array_equal(one.upper, two.upper)


def test_round_trip_through_json(base, evidence):
    again = BaseExpectation.from_dict(json.loads(json.dumps(base.to_dict())))
    np.testing.assert_allclose(
        again.predict(evidence, 50.0).spend, base.predict(evidence, 50.0).spend
    )
