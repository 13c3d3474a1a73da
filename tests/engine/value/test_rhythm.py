"""Regularity of gaps (Wheat & Morrison 1990), and the gap rule on customers of a rhythm."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.mbgcnbd import CondensedBetaGeo
from customer_analytics.value.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.probability_scores import auc
from customer_analytics.value.rfm import rfm_summary
from customer_analytics.value.rhythm import (
    customer_rhythm,
    regularity,
    rhythm_summary,
    wheat_morrison,
)
from scipy.stats import beta as beta_law
from simulation_rhythm import simulate_rhythm, simulate_rhythm_purchases

END = np.datetime64("2024-12-31")
MONTHLY = (4.0, 40.0, 1.0, 30.0)  # a gap of 30 days at k = 3, few leave


def purchases(*customers):
    """TRANSACTIONS from the days before END of each customer's purchases."""
    rows = [
        (i, END - np.timedelta64(d, "D"))
        for i, days in enumerate(customers)
        for d in days
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    frame["day"] = frame["day"].astype("datetime64[s]")
    return frame.assign(amount=50.0, margin=10.0)


@pytest.fixture(scope="module")
def monthly():
    rng = np.random.default_rng(2)
    age = rng.uniform(300, 900, 600)
    rows = simulate_rhythm_purchases(MONTHLY, 3, age, rng, end=END)
    return rows, rhythm_summary(rows, END, time_unit_days=1.0)


# === SUMMARY === #


def test_summary_is_that_of_rfm_with_the_gaps():
    rows = purchases([100, 90, 60], [50], [40, 20])
    found = rhythm_summary(rows, END, time_unit_days=1.0)
    expected = rfm_summary(rows, END, time_unit_days=1.0)
    pd.testing.assert_frame_equal(found[expected.columns], expected)
    assert found["log_gaps"].tolist() == pytest.approx([np.log(10 * 30), 0, np.log(20)])


def test_summary_in_weeks_has_gaps_in_weeks():
    rows = purchases([100, 90, 60])
    found = rhythm_summary(rows, END)
    assert found["log_gaps"][0] == pytest.approx(np.log(10 / 7) + np.log(30 / 7))


def test_a_day_of_returns_ends_no_gap():
    rows = purchases([100, 90, 60])
    refund = rows[:1].assign(day=pd.Timestamp("2024-11-25"), amount=-5.0)
    both = pd.concat([rows, refund], ignore_index=True)
    assert rhythm_summary(both, END)["log_gaps"].equals(
        rhythm_summary(rows, END)["log_gaps"]
    )


# === REGULARITY === #


@pytest.mark.parametrize("k", [1, 2, 4])
def test_known_regularity_is_found_again(k):
    rng = np.random.default_rng(k)
    made = simulate_rhythm((4.0, 4.0 * k, 1.0, 1e6), k, np.full(1500, 60.0), 0.0, rng)
    found = regularity(made, level=0.99)
    assert found.shape == pytest.approx(k, rel=0.12)
    assert found.is_regular == (k > 1)


def test_regularity_is_the_maximum_of_the_dirichlet_likelihood():
    """With two gaps each it is the likelihood of a beta variable."""
    rng = np.random.default_rng(1)
    gap = rng.gamma(2.5, 1.0, (400, 2)) * rng.gamma(2.0, 1.0, (400, 1))
    summary = pd.DataFrame(
        {
            "frequency": 2.0,
            "recency": gap.sum(axis=1),
            "log_gaps": np.log(gap).sum(axis=1),
        }
    )
    share = gap[:, 0] / gap.sum(axis=1)
    grid = np.linspace(1.5, 4.0, 251)
    best = max(grid, key=lambda k: beta_law.logpdf(share, k, k).sum())
    assert regularity(summary).shape == pytest.approx(best, abs=0.011)


def test_interval_of_the_regularity_covers():
    held = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        gap = rng.gamma(2.0, 1.0, (40, 4))
        summary = pd.DataFrame(
            {
                "frequency": 4.0,
                "recency": gap.sum(axis=1),
                "log_gaps": np.log(gap).sum(axis=1),
            }
        )
        found = regularity(summary, level=0.8)
        held.append(found.lower <= 2.0 <= found.upper)
    assert 0.73 < np.mean(held) < 0.87


def test_wheat_morrison_has_the_variance_of_the_beta_law():
    """Pairs of gaps 10/30 and 30/10: M = 1/4 and 3/4, V = 1/16, k = 1.5."""
    found, pairs = wheat_morrison(purchases([40, 30, 0], [40, 10, 0]), END)
    assert (found, pairs) == (pytest.approx(1.5), 2)


def test_wheat_morrison_takes_the_last_two_gaps(monthly):
    rows = purchases([200, 140, 130, 100])
    found, pairs = wheat_morrison(rows, END)
    share = 10 / 40
    variance = (share - 0.5) ** 2
    assert found == pytest.approx((1 - 4 * variance) / (8 * variance))
    estimate, pairs = wheat_morrison(monthly[0], END)
    assert pairs > 500
    assert estimate == pytest.approx(3.0, rel=0.25)


def test_equal_gaps_are_perfectly_regular():
    rows = purchases([30, 20, 10], [60, 40, 20])
    assert wheat_morrison(rows, END) == (float("inf"), 2)
    assert regularity(rhythm_summary(rows, END)).shape > 50


@pytest.mark.parametrize("days", [[[40]], [[40, 20]], [[40, 20], [30], [9, 1]]])
def test_without_two_gaps_nothing_is_known(days):
    rows = purchases(*days)
    with pytest.raises(InsufficientDataError):
        wheat_morrison(rows, END)
    with pytest.raises(InsufficientDataError):
        regularity(rhythm_summary(rows, END))


# === THE GAP RULE === #


@pytest.fixture(scope="module")
def model(monthly):
    return CondensedBetaGeo.fit(monthly[1])


def test_a_monthly_buyer_silent_for_three_months_has_left(model):
    """Ten purchases a month apart; the last 10, 35, 60 and 120 days ago."""
    last = np.array([10, 35, 60, 120])
    rows = purchases(*([d + 30 * i for i in range(10)] for d in last))
    summary = rhythm_summary(rows, END, time_unit_days=1.0)
    found = customer_rhythm(model, summary, END, time_unit_days=1.0)
    assert found["usual_gap"].to_numpy() == pytest.approx(30, rel=0.1)
    assert found["silence"].tolist() == last.tolist()
    assert found["overdue"].to_numpy() == pytest.approx(last / 30, rel=0.1)
    left = found["probability_left"].to_numpy()
    assert (np.diff(left) > 0).all()
    assert left[0] < 0.1 and left[3] > 0.9


def test_the_same_silence_means_less_for_a_rare_buyer(model):
    rows = purchases([90 + 30 * i for i in range(10)], [90 + 120 * i for i in range(5)])
    summary = rhythm_summary(rows, END, time_unit_days=1.0)
    found = customer_rhythm(model, summary, END, time_unit_days=1.0)
    assert found["probability_left"][0] > 3 * found["probability_left"][1]


def test_a_single_purchase_has_the_gap_of_all(model):
    summary = rhythm_summary(purchases([20]), END, time_unit_days=1.0)
    found = customer_rhythm(model, summary, END, time_unit_days=1.0)
    assert found["usual_gap"][0] == pytest.approx(3 * model.alpha / model.r)


def test_the_next_purchase_has_a_date_and_an_interval(model, monthly):
    found = customer_rhythm(model, monthly[1], END, time_unit_days=1.0)
    assert (found["next_purchase_from"] > END).all()
    assert (found["next_purchase_from"] <= found["next_purchase_date"]).all()
    assert (found["next_purchase_date"] <= found["next_purchase_to"]).all()


def test_next_purchases_fall_into_their_intervals():
    rng = np.random.default_rng(5)
    made = simulate_rhythm(
        (4.0, 40.0, 1.0, 1e5), 3, rng.uniform(300, 900, 800), 400.0, rng
    )
    model = CondensedBetaGeo.fit(made, regularity=3)
    found = customer_rhythm(model, made, END, time_unit_days=1.0)
    wait = np.ceil(made["wait"].to_numpy())
    stays = np.isfinite(wait)
    due = END + wait[stays].astype("timedelta64[D]")
    low, high = (
        found[f"next_purchase_{name}"].to_numpy("datetime64[D]")[stays]
        for name in ("from", "to")
    )
    assert 0.77 < ((due >= low) & (due <= high)).mean() < 0.87


def test_the_gap_rule_of_a_small_regular_company_beats_mbg_nbd():
    """25 customers at a time, with weak priors."""
    alive, rule, plain = [], [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        made = simulate_rhythm(
            (4.0, 40.0, 1.0, 6.0), 4, rng.uniform(200, 800, 25), 0, rng
        )
        made["alive"] = made["alive"].astype(float)
        few = CondensedBetaGeo.fit(made, prior=CondensedBetaGeo.weak_prior)
        other = ModifiedBetaGeo.fit(made, prior=ModifiedBetaGeo.weak_prior)
        alive.append(made["alive"])
        rule.append(few.probability_alive(made))
        plain.append(other.probability_alive(made))
    alive, rule, plain = (np.concatenate(values) for values in (alive, rule, plain))
    assert auc(alive, rule) > auc(alive, plain)
    assert ((rule - alive) ** 2).mean() < ((plain - alive) ** 2).mean()
