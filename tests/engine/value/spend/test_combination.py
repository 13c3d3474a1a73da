"""The combination on simulated companies: what it must learn, and must not break."""

import numpy as np
import pandas as pd
import pytest
from combined_company import company, day
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.accuracy.validation import (
    auc,
    holdout_metrics,
    interval_coverage,
    log_loss,
)
from customer_analytics.value.spend.combination import CombinedPredictor
from customer_analytics.value.spend.combination_trial import (
    WEIGHTS,
    CombinationTrial,
    run_trial,
    spend_deviance,
)
from customer_analytics.value.spend.evidence import (
    PurchaseLedger,
    evidence_at,
    outcome_after,
)

KNOWN, AHEAD = 273, 273


class Case:
    """A company known for 273 days, with its combination and its next 273 days."""

    def __init__(self, transactions, seed=1, known=KNOWN, ahead=AHEAD):
        self.ledger = PurchaseLedger.from_transactions(transactions, day(known))
        self.predictor = CombinedPredictor.fit(
            self.ledger, horizon=float(ahead), rng=np.random.default_rng(seed)
        )
        self.evidence = evidence_at(self.ledger, self.ledger.end)
        self.found = self.predict(self.evidence)
        self.base = self.predictor.base.predict(self.evidence, float(ahead))
        later = PurchaseLedger.from_transactions(transactions, day(known + ahead))
        self.purchases, self.spend = outcome_after(
            later, self.found.customer_id, self.ledger.end, self.ledger.end + ahead
        )
        self.active = self.purchases > 0

    def predict(self, evidence):
        return self.predictor.predict(evidence, rng=np.random.default_rng(2))


@pytest.fixture(scope="module")
def pure():
    """Customers exactly as Pareto/NBD and Gamma-Gamma have it."""
    rng = np.random.default_rng(11)
    return Case(company(5000, KNOWN + AHEAD, rng))


@pytest.fixture(scope="module")
def reviving():
    """Customers of whom all go on buying a little: no model knows it."""
    rng = np.random.default_rng(12)
    return Case(company(5000, KNOWN + AHEAD, rng, revival=0.001))


@pytest.fixture(scope="module")
def small():
    return Case(company(40, KNOWN + AHEAD, np.random.default_rng(13)))


def rmse(case, spend):
    return holdout_metrics(case.spend, spend).rmse


def test_on_the_models_own_data_little_is_lost(pure):
    assert rmse(pure, pure.found.expected_spend) < 1.02 * rmse(pure, pure.base.spend)
    lost = log_loss(pure.active, pure.found.purchase_probability)
    assert lost < log_loss(pure.active, pure.base.purchase_probability) + 0.01
    ranked = auc(pure.active, pure.found.purchase_probability)
    assert ranked > auc(pure.active, pure.base.purchase_probability) - 0.01
    total = pure.found.expected_spend.sum() / pure.spend.sum()
    assert 0.8 < total < 1.25


def test_what_the_models_do_not_know_is_learnt(reviving):
    assert reviving.predictor.method == "combined"
    assert spend_deviance(reviving.spend, reviving.found.expected_spend) < (
        spend_deviance(reviving.spend, reviving.base.spend)
    )
    assert log_loss(reviving.active, reviving.found.purchase_probability) < log_loss(
        reviving.active, reviving.base.purchase_probability
    )
    error = abs(np.log(reviving.found.expected_spend.sum() / reviving.spend.sum()))
    assert error < abs(np.log(reviving.base.spend.sum() / reviving.spend.sum()))


@pytest.mark.parametrize("name", ["pure", "reviving"])
def test_intervals_hold_at_least_nearly_as_often_as_they_say(name, request):
    case = request.getfixturevalue(name)
    found = case.found
    assert (found.lower <= found.upper).all()
    assert 0.76 < interval_coverage(case.spend, found.lower, found.upper) < 0.92


def test_predictions_are_finite_and_in_range(pure):
    found = pure.found
    assert (found.expected_spend > 0).all()
    assert np.isfinite(found.expected_spend).all()
    assert ((found.purchase_probability > 0) & (found.purchase_probability < 1)).all()
    np.testing.assert_allclose(found.churn_probability + found.purchase_probability, 1)
    np.testing.assert_allclose(
        found.expected_purchases * pure.base.purchase_value, found.expected_spend
    )


def test_origins_lie_within_the_history(pure):
    ledger, origins = pure.ledger, pure.predictor.origins
    assert len(origins) == 3
    assert all(ledger.begin < origin < ledger.end for origin in origins)


def test_a_small_company_gets_the_purchase_models_and_is_told(small):
    predictor = small.predictor
    assert (predictor.method, predictor.reason) == ("purchase_models", "too_few")
    np.testing.assert_array_equal(small.found.expected_spend, small.base.spend)
    np.testing.assert_array_equal(
        small.found.purchase_probability, small.base.purchase_probability
    )
    assert (small.found.upper >= small.found.lower).all()
    assert small.found.upper.max() > 0


@pytest.mark.parametrize("customers", [1, 2, 10])
def test_a_handful_of_customers(customers):
    rng = np.random.default_rng(customers)
    case = Case(company(customers, KNOWN + AHEAD, rng, joining=20))
    assert len(case.found.expected_spend) == customers
    assert np.isfinite(case.found.expected_spend).all()


def test_a_history_of_one_day():
    transactions = company(300, 3, np.random.default_rng(4), joining=1)
    case = Case(transactions, known=0, ahead=30)
    assert case.predictor.reason == "too_few"
    assert np.isfinite(case.found.expected_spend).all()


def test_nobody_has_bought():
    none = company(5, 10, np.random.default_rng(1)).iloc[:0]
    ledger = PurchaseLedger.from_transactions(none, day(10))
    with pytest.raises(InsufficientDataError):
        CombinedPredictor.fit(ledger, horizon=10.0, rng=np.random.default_rng(1))


@pytest.mark.parametrize("horizon", [0.0, -1.0, np.nan, np.inf])
def test_a_horizon_must_be_positive(small, horizon):
    with pytest.raises(FrameError):
        CombinedPredictor.fit(
            small.ledger, horizon=horizon, rng=np.random.default_rng(1)
        )


@pytest.fixture(scope="module")
def middle():
    return company(700, KNOWN + AHEAD, np.random.default_rng(14), revival=0.001)


def test_same_purchases_and_seed_give_the_same_result(middle):
    first, second = Case(middle), Case(middle.sample(frac=1.0, random_state=1))
    np.testing.assert_allclose(
        first.found.expected_spend, second.found.expected_spend, rtol=1e-6
    )
    np.testing.assert_allclose(first.found.upper, second.found.upper, rtol=1e-6)


def test_cents_instead_of_euros(middle):
    euros = Case(middle)
    cents = Case(middle.assign(amount=middle["amount"] * 100))
    np.testing.assert_allclose(
        cents.found.expected_spend, 100 * euros.found.expected_spend, rtol=1e-3
    )
    np.testing.assert_allclose(
        cents.found.purchase_probability, euros.found.purchase_probability, rtol=1e-3
    )


def test_customers_may_be_predicted_in_batches(middle):
    case = Case(middle)
    parts = [case.predict(case.evidence.iloc[start::3]) for start in range(3)]
    whole = pd.Series(case.found.expected_spend, index=case.found.customer_id)
    for part in parts:
        np.testing.assert_allclose(
            part.expected_spend, whole[part.customer_id], rtol=1e-9
        )


def test_windows_may_be_trained_on_some_customers(reviving):
    few = CombinedPredictor.fit(
        reviving.ledger,
        horizon=float(AHEAD),
        rng=np.random.default_rng(1),
        training_customers=2500,
    )
    found = few.predict(reviving.evidence, rng=np.random.default_rng(2))
    total = found.expected_spend.sum() / reviving.found.expected_spend.sum()
    assert total == pytest.approx(1.0, abs=0.1)


def test_the_trial_sees_nothing_after_its_origin(reviving):
    trial = reviving.predictor.trial
    assert trial.origin < reviving.ledger.end
    assert len(trial.spend_losses) == len(trial.purchase_losses) == len(WEIGHTS)
    assert trial == run_trial(reviving.ledger, float(AHEAD))
    assert CombinationTrial.from_dict(trial.to_dict()) == trial


def test_a_lost_trial_leaves_the_models_alone():
    losses = (1.0, 2.0, 3.0, 4.0, 5.0)
    trial = CombinationTrial(0, 100, 50, losses, losses[::-1])
    assert trial.best_weights == (0.0, 1.0)


def test_deviance_is_least_at_the_mean(rng):
    spend = rng.gamma(0.3, 10.0, 5000)
    mean = spend.mean()
    losses = [
        spend_deviance(spend, np.full(5000, mean * factor))
        for factor in (0.9, 0.99, 1.0, 1.01, 1.1)
    ]
    assert int(np.argmin(losses)) == 2
