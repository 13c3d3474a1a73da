"""Figures of all customers: what a screen shows, and what it says with too little data."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.stats.intervals import wilson_interval
from customer_analytics.value.economics.cohorts import cohort_counts
from customer_analytics.value.economics.economics import (
    LIFETIME_DAYS,
    cohort_tables,
    concentration,
    expected_lifetime,
    plain,
    retention_by_class,
)
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.purchase.residual_lifetime import residual_lifetime
from customer_analytics.value.scoring import (
    ScoringModels,
    ScoringSettings,
    purchase_summary,
)

END = np.datetime64("2024-04-30")
# Published example of the Gini coefficient (METHODS.md, section G).
INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def customers(revenue, margin=None, cost=0.0, clv=None):
    revenue = np.asarray(revenue, dtype=float)
    return pd.DataFrame(
        {
            "revenue": revenue,
            "margin": revenue if margin is None else margin,
            "cost": cost,
            "clv": revenue if clv is None else clv,
        }
    )


# === CONCENTRATION === #


def test_gini_and_best_fifth_of_the_published_incomes():
    revenue = concentration(customers(INCOMES))["revenue"]
    assert revenue["gini"] == pytest.approx(0.462091, abs=1e-6)
    assert revenue["top_share"] == pytest.approx(0.5131, abs=5e-5)
    assert revenue["total"] == 66586.0


def test_the_curve_begins_with_the_best():
    curve = concentration(customers(INCOMES))["revenue"]["curve"]
    assert (curve[0], curve[-1], len(curve)) == (0.0, 1.0, 101)
    assert curve[20] == pytest.approx(0.5131, abs=5e-5)
    assert (np.diff(curve, 2) < 1e-4).all(), "every further customer brings less"


def test_whale_of_profit_falls_by_what_the_last_customers_lose():
    profit = concentration(customers([90, 50, 0, 20], margin=[90, 50, 0, 10], cost=0))
    assert profit["profit"]["peak_share"] == 1.0
    costs = concentration(customers([90, 50, 10, 20], cost=[0, 0, 10, 60]))["profit"]
    assert costs["peak_share"] == pytest.approx(1.4)
    assert (costs["side_loss"], costs["loss_makers"]) == (40.0, 1.0)
    assert costs["has_costs"]
    assert not profit["profit"]["has_costs"]


def test_customers_of_earlier_years_do_not_dilute_revenue():
    found = concentration(customers([5, 5, 0, 0, 0], clv=[1, 1, 1, 1, 1]))
    assert found["revenue"]["customers"] == 2
    assert found["revenue"]["gini"] == 0.0
    assert found["value"]["customers"] == 5


def test_net_returns_count_as_nothing():
    found = concentration(customers([10, -4]))["revenue"]
    assert found["total"] == 10.0
    assert found["customers"] == 2


def test_nothing_to_share_out():
    found = concentration(customers([0, 0], clv=[0, 0]))
    assert found == {"revenue": None, "margin": None, "value": None, "profit": None}


# === COHORTS AND RETENTION === #


def counted(end=END):
    rows = [
        (customer, f"2024-{month:02d}-10")
        for customer, months in ((1, [1, 2, 4]), (2, [1, 2]), (3, [2, 3]), (4, [4]))
        for month in months
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    frame = frame.assign(day=pd.to_datetime(frame["day"]), amount=1.0, margin=0.5)
    groups = pd.Series({1: 7, 2: 7, 3: 8, 4: 8})
    tables = []
    for period, months in (("month", 1), ("quarter", 3), ("year", 12)):
        counts = cohort_counts(frame, end, period=period, groups=groups)
        tables.append(
            counts.rename(columns={"group": "class_id"}).assign(period_months=months)
        )
    return pd.concat(tables)


def test_triangle_of_all_and_of_each_class():
    month = cohort_tables(counted(), END)["month"]
    assert set(month) == {"all", "7", "8"}
    assert month["all"]["cohorts"] == ["2024-01-01", "2024-02-01", "2024-04-01"]
    assert month["all"]["sizes"] == [2, 1, 1]
    assert month["all"]["counts"] == [[2, 2, 0, 1], [1, 1, 0], [1]]
    assert month["all"]["by_age"] == [1.0, 1.0, 0.0, 0.5]
    assert month["7"]["share"] == [[1.0, 1.0, 0.0, 0.5]]
    assert month["7"]["upper"][0][3] == pytest.approx(
        wilson_interval(1, 2, level=0.95).upper, abs=1e-4
    )


def test_periods_that_have_not_passed_are_left_out():
    tables = cohort_tables(counted(), END)
    assert "year" not in tables
    assert tables["quarter"]["all"]["counts"] == [[3]]


def test_only_the_youngest_cohorts_are_shown():
    months = pd.date_range("2020-01-01", periods=40, freq="MS")
    counts = pd.DataFrame(
        {"period_months": 1, "class_id": 0, "cohort": months, "age": 0, "customers": 5}
    )
    table = cohort_tables(counts, np.datetime64("2023-04-30"))["month"]["all"]
    assert len(table["cohorts"]) == 24
    assert table["cohorts"][-1] == "2023-04-01"
    assert max(map(len, table["counts"])) == len(table["by_age"]) == 24


def test_retention_of_all_and_of_each_class():
    counts = pd.DataFrame(
        {"class_id": [7, 8, 9], "start": [8, 2, 0], "kept": [6, 2, 0]}
    )
    found = retention_by_class(counts, level=0.8)
    assert set(found) == {"all", "7", "8"}
    assert (found["all"]["start"], found["all"]["rate"]) == (10, 0.8)
    assert found["8"]["rate"] == 1.0
    width = {group: row["upper"] - row["lower"] for group, row in found.items()}
    assert width["8"] > width["all"], "two customers prove little"


def test_nobody_to_retain():
    assert (
        retention_by_class(pd.DataFrame({"class_id": [7], "start": 0, "kept": 0})) == {}
    )


# === LIFETIME === #


def test_lifetime_is_that_of_the_model_in_days():
    model = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)
    staged = pd.DataFrame(
        {
            "customer_id": [5, 6],
            "frequency": [2, 0],
            "recency": [213.0, 0.0],
            "tenure": [272.0, 700.0],
            "monetary_value": [20.0, 0.0],
        }
    )
    models = ScoringModels(model, model, None, 1.0)
    found = expected_lifetime(staged, models, ScoringSettings(365, 0.1))
    weeks = residual_lifetime(model, purchase_summary(staged), LIFETIME_DAYS / 7).mean
    np.testing.assert_allclose(found["expected_lifetime_days"], 7 * weeks, atol=0.5)
    assert found["customer_id"].tolist() == [5, 6]
    assert found["expected_lifetime_days_upper"].le(LIFETIME_DAYS).all()


def test_plain_values_are_json():
    values = plain(np.array([[1.0, np.nan], [np.inf, 0.25]]))
    assert json.loads(json.dumps(values)) == [[1.0, None], [None, 0.25]]
