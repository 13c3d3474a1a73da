"""Expected credit loss: the provision matrices of IFRS 9 and of roll rates, by hand."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.payment.credit_loss import (
    LOSS_GIVEN_DEFAULT,
    PRIOR_DEFAULTS,
    WORKOUT_DAYS,
    customer_credit_loss,
    expected_loss,
    fit_loss_given_default,
    loss_by_age,
    loss_rates,
)
from customer_analytics.value.payment.roll_rates import RollRates
from payments import instalment

END = np.datetime64("2025-12-31")
#: Steps .2, .25, .5, .8: default from current .02, then .1, .4, .8.
STEPS = np.array([0.2, 0.25, 0.5, 0.8])
DEFAULT = np.array([0.02, 0.1, 0.4, 0.8, 1.0])
RATES = RollRates(STEPS, DEFAULT, DEFAULT / 2, np.minimum(DEFAULT * 2, 1), 0.8, STEPS)


def owed(*rows):
    """Open instalments: customer, days past due at END, money."""
    return pd.DataFrame(
        {
            "customer_id": [row[0] for row in rows],
            "due_day": [np.datetime64(END - row[1], "ns") for row in rows],
            "open_amount": [float(row[2]) for row in rows],
        }
    )


# === PUBLISHED TABLES === #


def test_provision_matrix_of_ifrs_9_illustrative_example_12():
    """Current, 1-30, 31-60, 61-90, over 90 days: 580,000 of 30,000,000."""
    carrying = np.array([15e6, 7.5e6, 4e6, 2.5e6, 1e6])
    rates = np.array([0.003, 0.016, 0.036, 0.066, 0.106])
    found = expected_loss(rates, 1.0, carrying)
    assert found.tolist() == pytest.approx([45e3, 120e3, 144e3, 165e3, 106e3])
    assert found.sum() == pytest.approx(580_000)


def test_ifrs_9_example_12_from_open_instalments():
    rates = np.array([0.003, 0.016, 0.036, 0.066, 0.106])
    matrix = RollRates(rates[:4], rates, rates, rates, 0.8, rates)
    rows = owed(
        (1, -5, 15e6), (1, 1, 5e6), (1, 30, 2.5e6), (1, 31, 4e6), (1, 61, 1e6),
        (1, 90, 1.5e6), (1, 91, 1e6),
    )  # fmt: skip
    found = customer_credit_loss(rows, matrix, END, loss_given_default=1.0).iloc[0]
    assert found["expected_loss"] == pytest.approx(580_000)
    assert found["exposure"] == pytest.approx(30e6)
    assert found["overdue_exposure"] == pytest.approx(15e6)


def test_roll_rate_matrix_of_ifrscommunity():
    """Sales 100,000, unpaid 50,000 / 23,000 / 8,000 / 2,000: 2, 4, 8.7, 25, 100 %."""
    rates = loss_rates([100_000, 50_000, 23_000, 8_000, 2_000])
    assert (100 * rates).round(1).tolist() == [2.0, 4.0, 8.7, 25.0, 100.0]
    balances = np.array([300e3, 140e3, 60e3, 23e3, 5e3])
    assert round(expected_loss(rates, 1.0, balances).sum()) == 27_567


# === LATE IS NOT LOST === #


def test_an_expected_loss_is_far_below_the_late_amount():
    """30 % late would be a loss of 135 if late were lost."""
    rows = owed((1, 0, 1000.0))
    found = customer_credit_loss(rows, RATES, END, late_probability=np.array([0.3]))
    assert found["expected_loss"][0] == pytest.approx(0.3 * 0.1 * 0.45 * 1000)


def test_the_customers_own_risk_counts_while_nothing_is_overdue():
    rows = owed((1, 0, 100.0), (2, 0, 100.0), (3, 45, 100.0), (4, 45, 100.0))
    own = np.array([0.1, 0.8, 0.1, 0.8])
    found = customer_credit_loss(rows, RATES, END, late_probability=own)
    loss = found["expected_loss"] / 45.0
    assert loss.tolist() == pytest.approx([0.01, 0.08, 0.4, 0.4])


def test_without_own_risk_the_companys_first_step_is_used():
    found = customer_credit_loss(owed((1, -20, 100.0)), RATES, END)
    assert found["expected_loss"][0] == pytest.approx(0.02 * 45)


def test_part_payments_lower_the_exposure():
    found = customer_credit_loss(owed((1, 10, 25.0)), RATES, END)
    assert found["exposure"][0] == 25.0


# === CUSTOMERS === #


def test_customers_add_up_and_come_in_order():
    rows = owed((9, 0, 100), (2, 100, 10), (9, 40, 50), (9, 200, 1))
    found = customer_credit_loss(rows, RATES, END, loss_given_default=1.0)
    assert found["customer_id"].tolist() == [2, 9]
    assert found["expected_loss"].tolist() == pytest.approx([10.0, 2 + 20 + 1])
    assert found["overdue_exposure"].tolist() == [10.0, 51.0]


def test_limits_enclose_the_loss_and_never_exceed_what_can_be_lost():
    rows = owed((1, 0, 100), (2, 45, 100), (3, 400, 100))
    found = customer_credit_loss(rows, RATES, END)
    assert (found["expected_loss_lower"] <= found["expected_loss"]).all()
    assert (found["expected_loss"] <= found["expected_loss_upper"]).all()
    assert (found["expected_loss_upper"] <= 45.0).all()


def test_nothing_owed_is_no_row_and_no_loss():
    assert len(customer_credit_loss(owed(), RATES, END)) == 0
    assert customer_credit_loss(owed((1, 5, 0)), RATES, END)["expected_loss"][0] == 0


def test_the_input_is_not_changed():
    rows = owed((9, 0, 100), (2, 100, 10))
    before = rows.copy(deep=True)
    customer_credit_loss(rows, RATES, END)
    pd.testing.assert_frame_equal(rows, before)


# === LOSS GIVEN DEFAULT === #


def defaulted(count, settled, amount=100.0):
    return [
        instalment(customer, invoice="2022-01-01", settled=settled, amount=amount)
        for customer in range(count)
    ]


def test_without_a_default_the_basel_figure_stands():
    found = fit_loss_given_default(pd.DataFrame(defaulted(5, 20)), END)
    assert found.value == pytest.approx(LOSS_GIVEN_DEFAULT)
    assert found.effective_count == 0
    assert found.upper - found.lower > 0.3


def test_loss_given_default_is_pulled_with_ten_defaults():
    rows = pd.DataFrame(defaulted(30, None) + defaulted(10, 200))
    found = fit_loss_given_default(rows, END)
    expected = (30 + 0.45 * PRIOR_DEFAULTS) / (40 + PRIOR_DEFAULTS)
    assert found.value == pytest.approx(expected)
    assert found.effective_count == pytest.approx(40)
    assert found.lower < found.value < found.upper


def test_one_big_default_counts_as_little_more_than_one():
    rows = pd.DataFrame(defaulted(1, None, 1e6) + defaulted(20, 200, 1.0))
    found = fit_loss_given_default(rows, END)
    assert found.effective_count == pytest.approx(1.0, abs=0.01)
    assert found.value == pytest.approx((1 + 4.5) / 11, abs=0.01)


@pytest.mark.parametrize(
    ("settled", "is_lost"),
    [(30 + 90 + WORKOUT_DAYS, False), (31 + 90 + WORKOUT_DAYS, True)],
)
def test_a_recovery_counts_until_the_workout_ends(settled, is_lost):
    found = fit_loss_given_default(pd.DataFrame(defaulted(1000, settled)), END)
    assert (found.value > 0.9) == is_lost


def test_defaults_too_recent_to_be_worked_out_do_not_count():
    rows = pd.DataFrame([instalment(invoice="2025-03-01")] * 9)
    assert fit_loss_given_default(rows, END).effective_count == 0


# === LIMITS === #


def test_of_nothing_unpaid_everything_left_is_lost():
    assert loss_rates([100.0, 0.0, 0.0]).tolist() == [0.0, 1.0, 1.0]


@pytest.mark.parametrize("amounts", [[10, 20], [-1, -2], [np.nan, 1], [[1.0], [0.5]]])
def test_impossible_cohorts_are_refused(amounts):
    with pytest.raises(FrameError, match="amounts: range"):
        loss_rates(amounts)


@pytest.mark.parametrize(
    ("pd_", "lgd", "ead", "name"),
    [
        (1.1, 0.5, 1, "probability_of_default"),
        (-0.1, 0.5, 1, "probability_of_default"),
        (0.1, 1.5, 1, "loss_given_default"),
        (0.1, np.nan, 1, "loss_given_default"),
        (0.1, 0.5, -1, "exposure_at_default"),
        (0.1, 0.5, np.inf, "exposure_at_default"),
    ],
)
def test_impossible_losses_are_refused(pd_, lgd, ead, name):
    with pytest.raises(FrameError, match=f"{name}: range"):
        expected_loss(pd_, lgd, ead)


def test_losses_broadcast():
    found = expected_loss(np.array([0.0, 0.5, 1.0]), 0.5, 100.0)
    assert found.tolist() == [0.0, 25.0, 50.0]


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(FrameError, match="level: range"):
        fit_loss_given_default(pd.DataFrame(defaulted(1, 5)), END, level=level)


# === LOSS BY AGE === #


def test_recoveries_that_did_not_come_are_missing():
    days = np.array([-30, 0, 91, 91 + WORKOUT_DAYS // 2, 91 + WORKOUT_DAYS, 5000])
    lost = loss_by_age(0.5, days)
    assert lost.tolist() == pytest.approx([0.5, 0.5, 0.5, 2 / 3, 1.0, 1.0])


def test_nothing_lost_in_default_is_nothing_lost_before_the_end():
    assert loss_by_age(0.01, np.array([91, 300])).max() < 0.05


def test_prior_of_the_policy_is_what_is_said_without_defaults():
    paid = pd.DataFrame([instalment(settled=30)])
    found = fit_loss_given_default(paid, END, prior=0.7)
    assert found.value == pytest.approx(0.7)
    assert found.lower < 0.7 < found.upper


@pytest.mark.parametrize("prior", [0.0, 1.0])
def test_prior_outside_its_range_is_refused(prior):
    with pytest.raises(FrameError):
        fit_loss_given_default(pd.DataFrame([instalment()]), END, prior=prior)
