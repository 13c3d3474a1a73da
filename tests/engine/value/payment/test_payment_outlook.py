"""Customers and open instalments: out of time, grace, disputes, strangers, JSON."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.payment.payment_models import (
    PaymentModels,
    PaymentSettings,
    fit_payment_models,
)
from customer_analytics.value.payment.payment_outlook import (
    company_outlook,
    customer_outlook,
    instalment_outlook,
    payment_grade,
)
from payments import as_known_on, instalment, simulate_instalments

DAY = np.datetime64("2024-06-30")
SETTINGS = PaymentSettings(grace_days=3)


def receivables(instalments):
    """The instalments as a company's books have them: unpaid ones are open in full."""
    is_open = instalments["settled_day"].isna()
    return instalments.reset_index(drop=True).assign(
        instalment_id=np.arange(len(instalments)),
        open_amount=instalments["amount"].where(is_open, 0.0).to_numpy(),
        is_disputed=0,
    )


def outlook_of(models, rows, day=DAY):
    instalments = instalment_outlook(models, rows, day)
    return customer_outlook(models, rows, instalments, day).set_index("customer_id")


@pytest.fixture(scope="module")
def story():
    return simulate_instalments(np.random.default_rng(1), customers=400)


@pytest.fixture(scope="module")
def books(story):
    return receivables(as_known_on(story, DAY))


@pytest.fixture(scope="module")
def models(books):
    return fit_payment_models(books, DAY, SETTINGS)


# === OUT OF TIME === #


def test_open_instalments_are_late_as_often_as_predicted(models, books, story):
    open_ones = instalment_outlook(models, books, DAY).set_index("instalment_id")
    truth = story[story["invoice_day"] <= pd.Timestamp(DAY)].reset_index(drop=True)
    truth = truth.loc[open_ones.index]
    grace = pd.Timedelta(SETTINGS.grace_days, "D")
    is_late = truth["settled_day"] > truth["due_day"] + grace
    undecided = open_ones["late_probability"] < 1.0
    predicted = open_ones["late_probability"][undecided]
    assert len(predicted) > 300
    error = np.sqrt((predicted * (1 - predicted)).sum())
    assert abs(predicted.sum() - is_late[undecided].sum()) < 3 * error
    sure, unsure = predicted > 2 / 3, predicted < 1 / 3
    assert is_late[undecided][sure].mean() > 0.7
    assert is_late[undecided][unsure].mean() < 0.3


def test_payments_arrive_within_their_intervals(models, books, story):
    open_ones = instalment_outlook(models, books, DAY).set_index("instalment_id")
    truth = story[story["invoice_day"] <= pd.Timestamp(DAY)].reset_index(drop=True)
    paid = truth.loc[open_ones.index, "settled_day"]
    inside = (paid >= open_ones["payment_day_lower"]) & (
        paid <= open_ones["payment_day_upper"]
    )
    # an interval of 80 % that leans to the safe side: nobody here is late without end
    assert 0.78 < inside.mean() < 0.95
    assert abs((paid <= open_ones["payment_day"]).mean() - 0.5) < 0.08


# === CUSTOMERS === #


def test_money_of_a_customer_is_that_of_his_instalments(models, books):
    instalments = instalment_outlook(models, books, DAY)
    customers = customer_outlook(models, books, instalments, DAY)
    assert customers["receivable_open"].sum() == pytest.approx(
        books["open_amount"].sum()
    )
    assert customers["expected_loss"].sum() == pytest.approx(
        instalments["expected_loss"].sum()
    )
    overdue = books["due_day"] < pd.Timestamp(DAY)
    assert customers["receivable_overdue"].sum() == pytest.approx(
        books["open_amount"][overdue].sum()
    )


def test_loss_of_sales_is_the_risk_times_what_late_costs(models, books):
    customers = outlook_of(models, books)
    assert customers["credit_loss_rate"].to_numpy() == pytest.approx(
        customers["late_payment_probability"].to_numpy() * models.loss_if_late
    )


def test_order_of_the_rows_does_not_matter(models, books):
    shuffled = books.sample(frac=1, random_state=5).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        outlook_of(models, shuffled), outlook_of(models, books)
    )


def test_customers_are_independent_so_parts_give_the_same(models, books):
    half = books["customer_id"] % 2 == 0
    parts = [
        outlook_of(models, books[part].reset_index(drop=True)) for part in (half, ~half)
    ]
    pd.testing.assert_frame_equal(
        pd.concat(parts).sort_index(), outlook_of(models, books)
    )


def test_a_stranger_is_like_all_customers_together(models, books):
    stranger = company_outlook(models)
    own = outlook_of(models, books)["late_payment_probability"]
    assert own.min() < stranger["late_payment_probability"] < own.max()
    assert stranger["payment_confidence"] == "D"
    assert stranger["receivable_open"] == 0
    assert set(stranger) == set(outlook_of(models, books))


def test_disputed_instalments_are_owed_but_say_nothing(models):
    rows = [instalment(1, "2024-01-01", settled=200 + i) for i in range(3)]
    rows.append(instalment(1, "2024-03-01"))
    books = receivables(pd.DataFrame(rows)).assign(is_disputed=1)
    customer = outlook_of(models, books, np.datetime64("2025-01-01")).loc[1]
    stranger = company_outlook(models)
    for name in ("late_payment_probability", "late_payment_level"):
        assert customer[name] == stranger[name]
    assert customer["payment_confidence"] == "D"
    assert customer["due_instalment_count"] == 0
    assert customer["receivable_open"] == 100.0


def test_grades_are_counts_of_payments_fallen_due():
    counts = pd.Series([0, 1, 3, 4, 9, 10, 500])
    assert "".join(payment_grade(counts)) == "DCCBBAA"


# === GRACE === #


@pytest.mark.parametrize("settled, late", [(30, 0), (33, 0), (34, 1)])
def test_days_of_grace_are_not_late(settled, late):
    books = receivables(pd.DataFrame([instalment(1, "2024-01-01", settled=settled)]))
    models = fit_payment_models(books, DAY, SETTINGS)
    customer = outlook_of(models, books).loc[1]
    assert customer["late_instalment_count"] == late
    assert customer["due_instalment_count"] == 1


def test_overdue_counts_from_the_due_day_and_late_after_the_grace():
    rows = [instalment(1, day) for day in ("2024-05-29", "2024-05-28", "2024-05-26")]
    models = fit_payment_models(
        receivables(pd.DataFrame([instalment(1, "2024-01-01", settled=30)])),
        DAY,
        SETTINGS,
    )
    table = instalment_outlook(models, receivables(pd.DataFrame(rows)), DAY)
    assert table["days_overdue"].tolist() == [2, 3, 5]
    assert (table["late_probability"] == 1.0).tolist() == [False, False, True]


def test_level_rises_with_age():
    open_ones = [
        instalment(1, day) for day in ("2024-06-20", "2024-05-20", "2024-04-20")
    ]
    paid = [instalment(1, "2024-01-01", settled=30)] * 30
    books = receivables(pd.DataFrame(open_ones + paid))
    models = fit_payment_models(books, DAY, PaymentSettings())
    table = instalment_outlook(models, books, DAY)
    assert table["level"].tolist() == ["low", "medium", "high"]


def test_what_is_unpaid_after_the_workout_is_lost():
    books = receivables(pd.DataFrame([instalment(1, "2022-01-01")]))
    models = fit_payment_models(books, DAY, SETTINGS)
    table = instalment_outlook(models, books, DAY)
    assert table["expected_loss"].tolist() == [100.0]
    assert table["payment_day"].isna().all()


# === DOORS === #


def test_models_survive_json(models, books):
    again = PaymentModels.from_dict(json.loads(json.dumps(models.to_dict())))
    pd.testing.assert_frame_equal(outlook_of(again, books), outlook_of(models, books))
    assert again.risk.scores == models.risk.scores
    assert again.settings == SETTINGS


def test_small_company_survives_json_too():
    books = receivables(pd.DataFrame([instalment(1, "2024-01-01", settled=30)]))
    models = fit_payment_models(books, DAY, SETTINGS)
    assert models.risk.scores is None
    again = PaymentModels.from_dict(json.loads(json.dumps(models.to_dict())))
    pd.testing.assert_frame_equal(outlook_of(again, books), outlook_of(models, books))


def test_nothing_fallen_due_is_too_little():
    books = receivables(pd.DataFrame([instalment(1, "2024-06-20")]))
    with pytest.raises(InsufficientDataError):
        fit_payment_models(books, DAY, SETTINGS)


def test_an_instalment_twice_is_refused(models, books):
    with pytest.raises(FrameError):
        instalment_outlook(models, pd.concat([books, books.head(1)]), DAY)


def test_default_of_the_policy_is_the_part_lost_without_history():
    books = receivables(pd.DataFrame([instalment(1, "2024-01-01", settled=30)]))
    settings = PaymentSettings(loss_given_default=0.8)
    models = fit_payment_models(books, DAY, settings)
    assert models.loss_given_default.value == pytest.approx(0.8)
