"""Rates of serving: Hachemeister's data, recovery of simulated rates, limits."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.cost.service_costs import (
    credibility,
    customer_costs,
    expected_service_costs,
)


def test_buehlmann_straub_on_hachemeister():
    """Five states of Hachemeister (1975), as R's actuar prints them (``cm``)."""
    claims = np.array([100_155, 19_895, 13_735, 4_152, 36_110.0])
    means = np.array([2060.921, 1511.224, 1805.843, 1352.976, 1599.829])
    found = credibility(means * claims, claims, within=139_120_026)
    assert found.between == pytest.approx(89_639, rel=1e-4)
    assert found.mean == pytest.approx(1683.713, abs=0.01)
    assert found.factors == pytest.approx(
        [0.9847, 0.9276, 0.8985, 0.7279, 0.9588], abs=1e-4
    )
    assert found.rates == pytest.approx([2055, 1524, 1793, 1443, 1603], abs=0.5)


def test_rates_times_exposures_add_up_to_what_was_spent():
    rng = np.random.default_rng(1)
    exposure = rng.uniform(0.1, 1, 300)
    cost = rng.poisson(rng.gamma(0.5, 4, 300) * exposure) * 30.0
    within = (cost * 30.0).sum() / exposure.sum()
    found = credibility(cost, exposure, within)
    assert found.between > 0
    assert exposure @ found.rates == pytest.approx(cost.sum())


def test_shrunk_rates_beat_the_raw_ones_and_the_mean():
    rng = np.random.default_rng(2)
    true = rng.gamma(1.5, 2, 2_000) * 25.0
    exposure = rng.uniform(0.05, 1, 2_000)
    cost = rng.poisson(true / 25.0 * exposure) * 25.0
    found = credibility(cost, exposure, (cost * 25.0).sum() / exposure.sum())

    def error(rates):
        return np.sqrt(np.mean((rates - true) ** 2))

    assert error(found.rates) < 0.9 * error(np.full(2_000, found.mean))
    assert error(found.rates) < 0.6 * error(cost / exposure)


def test_chance_alone_gives_everybody_the_mean():
    found = credibility(np.array([10.0, 10, 10]), np.ones(3), within=100.0)
    assert found.between == 0 and found.rates.tolist() == [10, 10, 10]


@pytest.mark.parametrize("exposure", [[0.0, 0.0], []])
def test_no_exposure_at_all_is_rate_zero(exposure):
    found = credibility(np.full(len(exposure), 5.0), exposure, within=1.0)
    assert found.rates.tolist() == [0.0] * len(exposure)


def test_a_customer_without_exposure_gets_the_mean():
    found = credibility([100.0, 300.0, 77.0], [1.0, 1.0, 0.0], within=1.0)
    assert found.rates[2] == pytest.approx(found.mean)
    assert found.mean == pytest.approx(200)


@pytest.mark.parametrize(
    "cost, exposure, within",
    [([np.nan], [1.0], 1.0), ([1.0], [-1.0], 1.0), ([1.0], [1.0], -1.0)],
)
def test_impossible_figures_are_refused(cost, exposure, within):
    with pytest.raises(FrameError):
        credibility(cost, exposure, within)


ROWS = pd.DataFrame(
    {
        "customer_id": [1, 1, 2],
        "activity": [10, 20, 20],
        "count": [4.0, 2.0, 1.0],
        "minutes": [8.0, 60.0, 30.0],
        "cost": [20.0, 100.0, 50.0],
    }
)


def test_costs_are_summed_by_what_makes_them_grow():
    costs = customer_costs(ROWS, with_purchases={10}).set_index("customer_id")
    assert costs.loc[1].to_dict() == {
        "cost_to_serve": 120.0,
        "purchase_cost": 20.0,
        "time_cost": 100.0,
        "time_square": 2 * 50.0**2,
    }
    assert costs.loc[2, "purchase_cost"] == 0


def test_expected_costs_know_every_customer_in_order():
    customers = pd.DataFrame(
        {
            "customer_id": [3, 2, 1],
            "purchase_count_recent": [2.0, np.nan, 4.0],
            "margin_recent": [10.0, 20.0, 300.0],
            "tenure": [900.0, 30.0, 900.0],
        }
    )
    costs = customer_costs(ROWS, {10})
    expected = expected_service_costs(customers, [costs[:1], costs[1:]])
    assert expected["customer_id"].to_list() == [3, 2, 1]
    assert expected["cost_to_serve"].to_list() == [0.0, 50.0, 120.0]
    assert expected["profit_recent"].to_list() == [10.0, -30.0, 180.0]
    # 20 for 6 purchases: 10 / 3 each, as much as of two purchases of one's own.
    assert expected["service_cost_per_purchase"].to_list() == pytest.approx(
        [(0 + 20 / 3) / 4, 10 / 3, (20 + 20 / 3) / 6]
    )
    assert (expected["service_cost_per_year"] > 0).all()


def test_nobody_served_costs_nothing():
    customers = pd.DataFrame(
        {
            "customer_id": [1],
            "purchase_count_recent": [1.0],
            "margin_recent": [7.0],
            "tenure": [10.0],
        }
    )
    expected = expected_service_costs(customers, [customer_costs(ROWS[:0], {10})])
    pd.testing.assert_frame_equal(expected, expected_service_costs(customers, []))
    assert expected.iloc[0].to_dict() == {
        "customer_id": 1,
        "cost_to_serve": 0.0,
        "profit_recent": 7.0,
        "service_cost_per_purchase": 0.0,
        "service_cost_per_year": 0.0,
    }
