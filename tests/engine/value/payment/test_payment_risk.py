"""Payment risk: recovery of a known story, no leakage, small companies, intervals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.accuracy.calibration import Calibration
from customer_analytics.value.accuracy.probability_scores import auc, log_loss
from customer_analytics.value.payment.payment_fit import fit_payment_risk
from customer_analytics.value.payment.payment_risk import (
    customer_payment_risk,
    payment_cases,
)
from payments import as_known_on, instalment, simulate_instalments
from scipy.special import expit, logit

FEATURES = ("electronic",)
END = np.datetime64("2024-06-30")
SECOND_HALF = pd.Timestamp("2024-07-01")


@pytest.fixture(scope="module")
def instalments():
    return simulate_instalments(np.random.default_rng(11))


@pytest.fixture(scope="module")
def model(instalments):
    return fit_payment_risk(instalments, END, features=FEATURES)


@pytest.fixture(scope="module")
def later(instalments):
    """Invoices after END with their outcome and what was known of each."""
    cases = payment_cases(instalments, features=FEATURES)
    cases["outcome"] = (instalments["settled_day"] > instalments["due_day"]).astype(
        float
    )
    return cases[(instalments["invoice_day"] >= SECOND_HALF).to_numpy()]


# === OUT OF TIME === #


def test_the_model_beats_the_customers_rates_on_later_invoices(model, later):
    outcome = later["outcome"]
    predicted = model.late_probability(later)
    rate = model.laws.rates.rate(later["late_count"], later["due_count"])
    assert model.has_logistic
    assert auc(outcome, predicted) > auc(outcome, rate) + 0.01
    assert log_loss(outcome, predicted) < log_loss(outcome, rate) - 0.02


def test_later_invoices_are_late_as_often_as_predicted(model, later):
    predicted = model.late_probability(later)
    error = np.sqrt((predicted * (1 - predicted)).sum())
    assert abs(predicted.sum() - later["outcome"].sum()) < 3 * error


def test_a_known_feature_corrects_a_history_that_speaks_of_paper(model):
    """Electronic invoices are paid 8 days sooner in this story."""
    weights = dict(zip(model.names, model.coefficients, strict=True))
    assert weights["electronic"] + weights["electronic_change"] < -0.3
    assert weights["delay_score"] > 1.0


def test_expected_days_late_have_the_right_total(instalments, model, later):
    delay = (instalments["settled_day"] - instalments["due_day"]).dt.days
    actual = delay.clip(lower=0)[later.index]
    assert model.expected_days_late(later).mean() == pytest.approx(
        actual.mean(), rel=0.25
    )


def test_the_trial_is_told(model):
    scores = model.scores
    assert scores.n_cases > 500
    assert scores.log_loss < scores.rate_log_loss < scores.base_log_loss
    assert scores.auc > scores.rate_auc > 0.5
    assert 0 < scores.brier_score < 0.25


# === NOTHING FROM THE FUTURE === #


def test_what_happens_after_the_end_changes_nothing(instalments, model):
    known = as_known_on(instalments, END)
    again = fit_payment_risk(known, END, features=FEATURES)
    assert again.n_cases == model.n_cases
    assert again.coefficients == pytest.approx(model.coefficients)
    assert again.laws.rates.alpha == pytest.approx(model.laws.rates.alpha)
    assert again.scores.log_loss == pytest.approx(model.scores.log_loss)
    risks = [
        customer_payment_risk(again, rows, END).to_numpy()
        for rows in (instalments, known)
    ]
    assert risks[0] == pytest.approx(risks[1])


def test_the_order_of_the_rows_does_not_matter(instalments, model, rng):
    shuffled = instalments.iloc[rng.permutation(len(instalments))]
    again = fit_payment_risk(shuffled, END, features=FEATURES)
    assert again.n_cases == model.n_cases
    assert again.coefficients == pytest.approx(model.coefficients, rel=1e-3, abs=1e-4)


def test_the_unit_of_money_does_not_matter(instalments, model):
    cents = instalments.assign(amount=instalments["amount"] * 100)
    again = fit_payment_risk(cents, END, features=FEATURES)
    assert again.coefficients == pytest.approx(model.coefficients, rel=1e-3, abs=1e-4)


def test_noise_as_a_feature_does_no_harm(instalments, later, rng):
    noisy = instalments.assign(noise=rng.random(len(instalments)))
    model = fit_payment_risk(noisy, END, features=("noise",))
    assert abs(dict(zip(model.names, model.coefficients, strict=True))["noise"]) < 0.2


# === WHY === #


def test_contributions_sum_to_the_log_odds(model, later):
    found = model.contributions(later)
    plain = replace(model, calibration=Calibration())
    total = found.sum(axis=1).to_numpy() + model.intercept
    assert logit(plain.late_probability(later)) == pytest.approx(total, abs=1e-6)
    assert found.columns.tolist() == list(model.names)


def test_the_rate_alone_explains_itself():
    rows = pd.DataFrame([instalment(settled=40)] * 3 + [instalment(2, settled=10)])
    model = fit_payment_risk(rows, np.datetime64("2025-12-31"))
    cases = payment_cases(rows.assign(invoice_day=pd.Timestamp("2025-12-01")))
    found = model.contributions(cases)
    assert found.columns.tolist() == ["late_rate"]


def test_calibration_comes_last(model, later):
    shifted = replace(model, calibration=Calibration("platt", intercept=1.0))
    plain = replace(model, calibration=Calibration()).late_probability(later)
    expected = expit(logit(plain) + 1.0)
    assert shifted.late_probability(later) == pytest.approx(expected, abs=1e-5)


# === CUSTOMERS === #


def test_each_customer_has_one_row(instalments, model):
    found = customer_payment_risk(model, instalments, END)
    assert found["customer_id"].tolist() == sorted(instalments["customer_id"].unique())
    assert (found["lower"] <= found["late_probability"]).all()
    assert (found["late_probability"] <= found["upper"]).all()
    assert found["late_probability"].between(0, 1).all()
    assert (found["expected_days_late"] >= 0).all()
    assert np.isfinite(found.to_numpy(float)).all()


def test_a_higher_level_widens_the_interval(instalments, model):
    narrow, wide = (
        customer_payment_risk(model, instalments, END, level=level)
        for level in (0.5, 0.95)
    )
    assert (wide["lower"] <= narrow["lower"]).all()
    assert (wide["upper"] >= narrow["upper"]).all()


def test_payments_narrow_the_interval(instalments, model):
    later = customer_payment_risk(model, instalments, END)
    sooner = customer_payment_risk(model, instalments, np.datetime64("2023-03-31"))
    both = sooner.merge(later, on="customer_id", suffixes=("_sooner", "_later"))
    width = [
        both[f"upper_{when}"] - both[f"lower_{when}"] for when in ("sooner", "later")
    ]
    assert width[1].mean() < 0.75 * width[0].mean()


def test_interval_covers_the_later_share_of_late_payments(instalments, model):
    """Their true rate is unknown; with 12 later invoices each, most shares fit."""
    found = customer_payment_risk(model, instalments, END, level=0.9)
    after = instalments[instalments["invoice_day"] >= SECOND_HALF]
    late = (after["settled_day"] > after["due_day"]).groupby(after["customer_id"])
    share = late.mean().reindex(found["customer_id"]).to_numpy()
    slack = 1.64 * 0.5 / np.sqrt(late.size().reindex(found["customer_id"]).to_numpy())
    inside = (found["lower"] - slack <= share) & (share <= found["upper"] + slack)
    assert inside[np.isfinite(share)].mean() > 0.9


# === SMALL COMPANIES === #


def test_one_instalment_is_enough_for_an_honest_answer():
    rows = pd.DataFrame([instalment(settled=45)])
    model = fit_payment_risk(rows, np.datetime64("2025-06-30"))
    found = customer_payment_risk(model, rows, np.datetime64("2025-06-30")).iloc[0]
    assert not model.has_logistic
    assert model.scores is None
    assert 0.3 < found["late_probability"] < 0.95
    assert found["upper"] - found["lower"] > 0.2
    assert found["expected_days_late"] > 0


@pytest.mark.parametrize("settled", [10, 45, None])
def test_equal_outcomes_are_no_certainty(settled):
    rows = pd.DataFrame(
        [
            instalment(customer, invoice=f"2025-{month:02}-03", settled=settled)
            for customer in range(5)
            for month in range(1, 8)
        ]
    )
    model = fit_payment_risk(rows, np.datetime64("2025-12-31"))
    found = customer_payment_risk(model, rows, np.datetime64("2025-12-31"))
    assert not model.has_logistic
    assert found["late_probability"].between(0.001, 0.999).all()
    assert (found["upper"] - found["lower"] > 0.01).all()


def test_ten_customers_use_the_pulled_rates(rng):
    rows = simulate_instalments(rng, customers=10, per_customer=6, days=400)
    model = fit_payment_risk(rows, END, features=FEATURES)
    assert not model.has_logistic
    cases = payment_cases(rows, features=FEATURES)
    rates = model.laws.rates
    assert model.late_probability(cases) == pytest.approx(
        rates.rate(cases["late_count"], cases["due_count"])
    )


def test_pure_chance_is_left_to_the_rates(rng):
    """Where nothing can be known, the logistic model is not used for its own sake."""
    rows = simulate_instalments(rng, customers=40, per_customer=20, days=500)
    late = rng.random(len(rows)) < 0.4
    delay = np.where(late, 5, -5).astype("timedelta64[D]")
    rows["settled_day"] = rows["due_day"] + delay
    model = fit_payment_risk(rows, END)
    cases = payment_cases(rows).tail(200)
    assert model.late_probability(cases).std() < 0.08
    assert model.late_probability(cases).mean() == pytest.approx(0.4, abs=0.06)


def test_nothing_due_yet_is_told():
    rows = pd.DataFrame([instalment()])
    with pytest.raises(InsufficientDataError, match="instalments fallen due"):
        fit_payment_risk(rows, np.datetime64("2025-01-15"))
    with pytest.raises(InsufficientDataError):
        fit_payment_risk(rows.iloc[:0], np.datetime64("2025-01-15"))


def test_a_missing_feature_is_told(instalments):
    with pytest.raises(FrameError, match="portal: missing"):
        fit_payment_risk(instalments, END, features=("portal",))


def test_a_level_lies_between_0_and_1(instalments, model):
    with pytest.raises(FrameError, match="level: range"):
        customer_payment_risk(model, instalments, END, level=1.0)


def test_instalments_are_not_changed(instalments):
    before = instalments.copy(deep=True)
    model = fit_payment_risk(instalments, END)
    customer_payment_risk(model, instalments, END)
    pd.testing.assert_frame_equal(instalments, before)


def test_ten_thousand_instalments_take_seconds(rng):
    many = simulate_instalments(rng, customers=1_000, per_customer=10)
    model = fit_payment_risk(many, END, features=FEATURES)
    assert model.has_logistic
    assert model.scores.n_cases > 1000
