"""What sets a cluster apart."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.classification.cluster_profile import cluster_profile
from customer_analytics.value.classification.needs_variables import NeedsVariable

VARIABLES = (
    NeedsVariable("interval", ("interval",), "skewed"),
    NeedsVariable("mix", ("beans", "pods"), "shares"),
    NeedsVariable("same", ("same",)),
)


@pytest.fixture
def customers():
    return pd.DataFrame(
        {
            "interval": [10.0, 12.0, 14.0, 90.0, 100.0, np.nan],
            "beans": [1.0, 1.0, 0.7, 0.1, 0.0, 0.2],
            "pods": [0.0, 0.0, 0.3, 0.9, 1.0, 0.8],
            "same": 3.0,
        }
    )


def traits(customers):
    labels = np.array([0, 0, 0, 1, 1, 1])
    rows = cluster_profile(customers, labels, VARIABLES, 2)
    return [{row["column"]: row for row in cluster} for cluster in rows]


def test_typical_values_and_their_ratio(customers):
    often, seldom = traits(customers)
    assert often["interval"]["value"] == 12.0, "the median of what is skewed"
    assert often["interval"]["average"] == 14.0
    assert often["beans"]["value"] == pytest.approx(0.9)
    assert seldom["pods"]["ratio"] == pytest.approx(0.9 / 0.5)
    assert (
        seldom["interval"]["difference"] > 0.8 > -0.8 > often["interval"]["difference"]
    )


def test_what_is_the_same_for_all_is_no_trait(customers):
    assert "same" not in traits(customers)[0]


def test_unknown_is_left_out_of_the_average(customers):
    customers.loc[3:, "interval"] = np.nan
    often, seldom = traits(customers)
    assert "interval" not in seldom
    assert often["interval"]["average"] == 12.0


def test_largest_difference_first(customers):
    rows = cluster_profile(customers, np.array([0, 0, 0, 1, 1, 1]), VARIABLES, 2)
    for cluster in rows:
        sizes = [abs(row["difference"]) for row in cluster]
        assert sizes == sorted(sizes, reverse=True)


def test_nothing_to_be_a_multiple_of():
    frame = pd.DataFrame({"x": [-1.0, 1.0, -1.0, 1.0]})
    rows = cluster_profile(
        frame, np.array([0, 1, 0, 1]), [NeedsVariable("x", ("x",))], 2
    )
    assert rows[0][0]["ratio"] is None
