"""Predictions follow the season; those of a whole year do not change."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.basket.seasonal_prediction import (
    seasonal_columns,
    seasonal_predictions,
)
from customer_analytics.value.basket.seasonality import FLAT, normalised

END = np.datetime64("2024-12-31")
BEACH = normalised(np.array([0, 0, 0, 0.2, 1, 1.3, 1.6, 1.7, 0.8, 0, 0, 0]))


def staged(**columns):
    return pd.DataFrame(
        {
            "customer_id": [1, 2],
            "expected_purchases": [4.0, 4.0],
            "expected_purchases_lower": [2.0, 2.0],
            "purchase_probability": [0.9, 0.9],
            "purchase_probability_lower": [0.8, 0.8],
            "purchase_probability_upper": [0.95, 0.95],
            "probability_alive": [0.97, 0.97],
            "clv": [100.0, 100.0],
            "next_purchase_date": pd.to_datetime(["2025-01-20", None]),
            **columns,
        }
    )


def test_a_whole_year_is_left_alone_but_for_its_dates():
    before = staged()
    after = seasonal_predictions(before, np.array([BEACH, FLAT]), END, 365)
    same = before.columns.difference(["next_purchase_date"])
    pd.testing.assert_frame_equal(after[same], before[same])
    assert after["next_purchase_date"][0] > pd.Timestamp("2025-04-15")
    assert pd.isna(after["next_purchase_date"][1])


def test_a_short_horizon_follows_the_season():
    after = seasonal_predictions(staged(), np.array([BEACH, FLAT]), END, 60)
    assert after["expected_purchases"][0] < 0.3
    assert after["clv"][0] < 8
    assert after["purchase_probability"][0] < 0.2
    assert after["churn_probability"][0] > 0.8
    assert after["expected_purchases"][1] == pytest.approx(4.0)
    assert after["purchase_probability"][1] == pytest.approx(0.9)
    assert after["expected_purchases_lower"].dtype.kind == "i"


def test_a_busy_horizon_is_bounded_by_being_a_customer():
    index = np.array([np.roll(BEACH, -6), FLAT])
    after = seasonal_predictions(staged(), index, END, 60)
    assert after["expected_purchases"][0] > 4
    assert after["purchase_probability"][0] == pytest.approx(0.97)


def test_columns_asked_for():
    assert seasonal_columns(730)[0] == ()
    assert "clv" in seasonal_columns(90)[0]
    assert "next_purchase_date" in seasonal_columns(365)[1]
