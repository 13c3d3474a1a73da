"""The mix of totals: hand counts and limits."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.spend.spend_level import level_factor, recent_spend_total


def evidence(ages, spend):
    return pd.DataFrame({"T": ages, "spend_third": spend})


def test_steady_customers_go_on():
    table = evidence([90.0, 90.0], [30.0, 60.0])
    assert recent_spend_total(table, history=90.0, horizon=60.0) == pytest.approx(180.0)


def test_a_new_customer_counts_from_his_first_purchase():
    table = evidence([90.0, 10.0], [30.0, 10.0])
    assert recent_spend_total(table, history=90.0, horizon=40.0) == pytest.approx(80.0)


def test_no_days_no_total():
    assert recent_spend_total(evidence([0.0], [0.0]), history=9.0, horizon=9.0) == 0.0


@pytest.mark.parametrize(("model", "recent"), [(0, 5), (5, 0), (5, -3), (-1, 2)])
def test_without_two_positive_totals_nothing_changes(model, recent):
    assert level_factor(model, recent, weight=0.5) == 1.0


def test_weights_of_none_half_and_all():
    found = [level_factor(100.0, 64.0, weight=weight) for weight in (0.0, 0.5, 1.0)]
    assert found == pytest.approx([1.0, 0.8, 0.64])


def test_the_unit_of_money_does_not_matter():
    table = evidence(np.array([90.0, 50.0]), np.array([30.0, 10.0]))
    euros = recent_spend_total(table, history=90.0, horizon=60.0)
    cents = recent_spend_total(
        table.assign(spend_third=table["spend_third"] * 100), history=90.0, horizon=60.0
    )
    assert cents == pytest.approx(100 * euros)
