"""Descriptions of payers: variance components recovered, pulls by hand, limits."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.stats.beta_binomial import BetaBinomial
from customer_analytics.value.payment.payment_features import (
    LATE_WEIGHT,
    PRIOR_SD,
    SPREAD_WEIGHT,
    DelayLaw,
    PaymentLaws,
    fit_payment_laws,
    payment_features,
)
from scipy.special import logit

LAWS = PaymentLaws(
    rates=BetaBinomial(0.5, 1.0),
    delays=DelayLaw(mean=-4.0, within=50.0, between=100.0),
    typical_amount=200.0,
    days_late=10.0,
)


def case(**known):
    """One case of a customer about whom nothing is known but what is given."""
    columns = [
        *("due_count", "late_count", "delay_sum", "delay_square_sum", "late_days"),
        *("late_settled_count", "open_amount", "overdue_amount"),
    ]
    return pd.DataFrame([{**dict.fromkeys(columns, 0.0), "amount": 200.0, **known}])


def history(delays):
    """Counts of customers, each with a list of delays."""
    late = [np.maximum(own, 0) for own in delays]
    return pd.DataFrame(
        {
            "due_count": [float(len(own)) for own in delays],
            "late_count": [float((np.asarray(own) > 0).sum()) for own in delays],
            "delay_sum": [float(np.sum(own)) for own in delays],
            "delay_square_sum": [float(np.sum(np.square(own))) for own in delays],
            "late_days": [float(own.sum()) for own in late],
            "late_settled_count": [float((own > 0).sum()) for own in late],
        }
    )


# === LAW OF THE DELAYS === #


def test_variance_components_are_found_again(rng):
    sizes = rng.integers(1, 30, 4_000)
    habits = rng.normal(-3.0, 9.0, 4_000)
    delays = [rng.normal(habit, 6.0, n) for habit, n in zip(habits, sizes, strict=True)]
    law = DelayLaw.fit(history(delays))
    assert law.mean == pytest.approx(-3.0, abs=0.5)
    assert law.within == pytest.approx(36.0, rel=0.03)
    assert law.between == pytest.approx(81.0, rel=0.06)
    assert law.weight == law.within / law.between


def test_balanced_variance_components_by_hand():
    """Means 0 and 10, within sum of squares 4 and 4 of 2 payments each."""
    law = DelayLaw.fit(history([[-1.0, 1.0], [9.0, 11.0]]))
    within = (4.0 + 2 * PRIOR_SD**2) / (2 + 2)
    between = max((2 * 50.0 - within) / 2.0, 0.0)
    assert law.within == pytest.approx(within)
    assert law.between == pytest.approx((between + 2 * within) / 3)
    assert law.mean == pytest.approx(5.0)


def test_customers_without_a_due_instalment_say_nothing():
    with_none = history([[1.0, 3.0], [], [-5.0]])
    assert DelayLaw.fit(with_none) == DelayLaw.fit(with_none.iloc[[0, 2]])


@pytest.mark.parametrize("delays", [[[0.0]], [[5.0] * 9], [[0.0], [0.0]], [[120.0]]])
def test_the_smallest_companies_get_a_law(delays):
    law = DelayLaw.fit(history(delays))
    assert np.isfinite([law.mean, law.within, law.between]).all()
    assert law.within > 0
    assert law.between > 0


def test_nothing_due_is_told():
    with pytest.raises(InsufficientDataError):
        DelayLaw.fit(history([[], []]))
    with pytest.raises(InsufficientDataError):
        fit_payment_laws(history([]), 100.0)


# === DAYS LATE === #


def test_days_late_are_pulled_with_five_payments():
    found = LAWS.mean_days_late(case(late_days=60.0, late_settled_count=2.0))
    assert found[0] == pytest.approx((60 + LATE_WEIGHT * 10) / (2 + LATE_WEIGHT))


def test_open_days_count_although_the_payment_does_not_yet():
    """A constant rate of paying: total days over payments made."""
    waiting = LAWS.mean_days_late(case(late_days=60.0, late_settled_count=1.0))
    done = LAWS.mean_days_late(case(late_days=60.0, late_settled_count=2.0))
    assert waiting[0] > done[0]


def test_mean_days_late_is_found_again_from_censored_ones(rng):
    lateness = rng.exponential(12.0, (3_000, 4))
    seen = np.minimum(lateness, rng.uniform(0, 40, (3_000, 4)))
    counts = history([[1.0]] * 3_000).assign(
        late_days=seen.sum(axis=1),
        late_settled_count=(seen == lateness).sum(axis=1).astype(float),
    )
    assert fit_payment_laws(counts, 1.0).days_late == pytest.approx(12.0, rel=0.03)


def test_a_company_never_paid_late_has_some_days_late():
    laws = fit_payment_laws(history([[-3.0, -2.0], [-9.0]]), 100.0)
    assert laws.days_late == 10.0
    assert laws.mean_days_late(case())[0] == 10.0


@pytest.mark.parametrize("amount", [0.0, -5.0])
def test_a_typical_amount_is_positive(amount):
    assert fit_payment_laws(history([[1.0]]), amount).typical_amount == 1.0


# === COLUMNS === #


def test_late_rate_is_the_pulled_rate_in_log_odds():
    found = payment_features(case(due_count=3.0, late_count=2.0), LAWS)
    assert found["late_rate"][0] == pytest.approx(logit(2.5 / 4.5))


def test_delay_score_of_a_new_customer_is_that_of_all():
    found = payment_features(case(), LAWS)
    assert found["delay_score"][0] == pytest.approx(-4.0 / np.sqrt(150.0))


def test_delay_score_by_hand():
    """Delays 2 and 6; weight .5, so the mean is (8 - 2) / 2.5 = 2.4."""
    cases = case(due_count=2.0, delay_sum=8.0, delay_square_sum=40.0)
    squares = (2 - 2.4) ** 2 + (6 - 2.4) ** 2
    own = (squares + SPREAD_WEIGHT * 50) / (2 + SPREAD_WEIGHT)
    found = payment_features(cases, LAWS)
    assert found["delay_score"][0] == pytest.approx(2.4 / np.sqrt(own + 50 / 2.5))


def test_a_steady_late_payer_has_a_higher_score_than_an_erratic_one():
    steady = case(due_count=10.0, delay_sum=50.0, delay_square_sum=250.0)
    erratic = case(due_count=10.0, delay_sum=50.0, delay_square_sum=4000.0)
    scores = [payment_features(c, LAWS)["delay_score"][0] for c in (steady, erratic)]
    assert scores[0] > scores[1] > 0


def test_amounts_are_relative_to_the_typical_one():
    cases = case(amount=400.0, open_amount=200.0, overdue_amount=100.0)
    found = payment_features(cases, LAWS)
    assert found["log_amount"][0] == pytest.approx(np.log(2.0))
    assert found["open_amount"][0] == pytest.approx(np.log(2.0))
    assert found["overdue_amount"][0] == pytest.approx(np.log(1.5))
    money = ["amount", "open_amount", "overdue_amount"]
    in_cents = cases.assign(**{name: cases[name] * 100 for name in money})
    laws = PaymentLaws(LAWS.rates, LAWS.delays, 20_000.0, LAWS.days_late)
    assert payment_features(in_cents, laws).to_numpy() == pytest.approx(
        found.to_numpy()
    )


def test_an_amount_of_zero_is_finite():
    assert np.isfinite(payment_features(case(amount=0.0), LAWS).to_numpy()).all()


def test_a_change_is_against_the_customers_own_past():
    """Four invoices on paper, the next electronic: the history speaks of paper."""
    known = {"due_count": 4.0, "electronic": 1.0}
    changed = case(**known, electronic_sum=0.0)
    same = case(**known, electronic_sum=4.0)
    new = case(electronic=1.0, electronic_sum=0.0)
    columns = [
        payment_features(c, LAWS, ("electronic",))[["electronic", "electronic_change"]]
        for c in (changed, same, new)
    ]
    assert columns[0].iloc[0].tolist() == pytest.approx([1.0, 4 / 4.5])
    assert columns[1].iloc[0].tolist() == [1.0, 0.0]
    assert columns[2].iloc[0].tolist() == [1.0, 0.0]
