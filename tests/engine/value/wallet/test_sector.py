"""Sector value: sources in order, one unit and horizon, bounds, nothing known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.wallet.sector import (
    even_discount,
    sector_values,
    yearly_spend,
)

AS_OF = date(2025, 6, 30)
NOTHING = {
    "customer_id": 1,
    "revenue_recent": 1000.0,
    "tenure": 800.0,
    "expected_spend": 900.0,
    "clv": 300.0,
    "margin_rate": 0.4,
    "declared_wallet": np.nan,
    "supplier_rank": np.nan,
    "supplier_count": np.nan,
    "intention": np.nan,
    "wallet_date": pd.NaT,
    "rank_date": pd.NaT,
    "wallet": np.nan,
    "lower": np.nan,
    "upper": np.nan,
}
RANK = {"supplier_rank": 1.0, "supplier_count": 2.0, "rank_date": "2025-02-01"}
ESTIMATE = {"wallet": 2500.0, "lower": 2000.0, "upper": 3000.0}
DECLARED = {"declared_wallet": 4000.0, "wallet_date": "2025-05-01"}


def values(*rows, horizon=365, rate=0.0, **options):
    frame = pd.DataFrame(
        [{**NOTHING, "customer_id": place, **row} for place, row in enumerate(rows)]
    )
    for name in ("wallet_date", "rank_date"):
        frame[name] = pd.to_datetime(frame[name])
    return sector_values(
        frame,
        horizon_days=horizon,
        discount_rate_per_year=rate,
        as_of=AS_OF,
        **options,
    )


def test_a_declared_wallet_comes_before_a_rank_and_a_rank_before_an_estimate():
    found = values(
        DECLARED | RANK | ESTIMATE, RANK | ESTIMATE, ESTIMATE, DECLARED | RANK, {}
    )
    assert found["share_source"].fillna("").tolist() == [
        "declared",
        "rank",
        "estimate",
        "declared",
        "",
    ]
    assert found["share_of_wallet"][:3].tolist() == pytest.approx([0.25, 2 / 3, 0.4])
    assert found["sector_value"][:3].tolist() == pytest.approx([4000, 1500, 2500])
    dates = found["share_date"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    assert dates == ["2025-05-01", "2025-02-01", "2025-06-30", "2025-05-01", ""]


def test_nothing_known_is_nothing_told():
    found = values({}).iloc[0]
    for name in ("sector_value", "share_of_wallet", "open_wallet", "sector_clv"):
        assert np.isnan(found[name]), name
    assert found["yearly_spend"] == 1000


@pytest.mark.parametrize("row", [DECLARED, RANK, ESTIMATE])
def test_limits_hold_the_figure(row):
    found = values(row).iloc[0]
    for name in ("sector_value", "share_of_wallet"):
        assert found[f"{name}_lower"] <= found[name] <= found[f"{name}_upper"]
    assert found["sector_value_lower"] < found["sector_value_upper"]


def test_open_wallet_is_what_is_not_expected_with_us_in_the_same_horizon():
    found = values(DECLARED, horizon=730).iloc[0]
    assert found["sector_value"] == pytest.approx(8000)
    assert found["open_wallet"] == pytest.approx(8000 - 900)
    assert found["share_of_wallet"] == pytest.approx(0.25)  # of a year, as before


def test_sector_lifetime_value_adds_the_margin_on_the_open_wallet():
    found = values(DECLARED).iloc[0]
    assert found["sector_clv"] == pytest.approx(300 + (4000 - 900) * 0.4)
    discounted = values(DECLARED, rate=0.1).iloc[0]
    factor = even_discount(365, 0.1)
    assert discounted["sector_clv"] == pytest.approx(300 + (4000 - 900) * 0.4 * factor)


def test_a_wallet_below_our_own_sales_counts_as_them_and_is_told():
    low, high = (
        values(DECLARED | {"declared_wallet": wallet}).iloc[0]
        for wallet in (700.0, 4000.0)
    )
    assert low["is_wallet_below_sales"] and not high["is_wallet_below_sales"]
    assert low["share_of_wallet"] == 1.0
    assert low["sector_value"] == pytest.approx(1000)


def test_no_wallet_is_smaller_than_what_we_expect_to_sell():
    found = values(DECLARED | {"expected_spend": 9000.0}).iloc[0]
    assert found["sector_value"] == found["sector_value_lower"] == 9000
    assert found["open_wallet"] == 0
    assert found["sector_clv"] == found["sector_clv"] == 300


def test_a_rank_says_nothing_where_nothing_is_bought():
    idle = {"revenue_recent": 0.0, "expected_spend": 5.0}
    found = values(RANK | idle, RANK | idle | ESTIMATE, DECLARED | idle)
    assert found["share_source"].fillna("").tolist() == ["", "estimate", "declared"]
    assert found["share_of_wallet"].tolist()[1:] == [0.0, 0.0]
    assert found["open_wallet"].tolist()[1:] == pytest.approx([2495, 3995])


def test_returns_beyond_purchases_are_no_negative_share():
    found = values(DECLARED | {"revenue_recent": -50.0}).iloc[0]
    assert found["share_of_wallet"] == 0.0
    assert found["open_wallet"] == pytest.approx(3100)


def test_a_young_customer_gets_the_rest_of_the_year_from_the_prediction():
    frame = pd.DataFrame(
        {"revenue_recent": [200.0], "tenure": [0.0], "expected_spend": [2400.0]}
    )
    assert yearly_spend(frame, 730)[0] == pytest.approx(200 + 1200)


def test_intentions_are_probabilities_of_juster():
    found = values({"intention": 8.0}, {})
    assert found["stated_probability"][0] == 0.8
    assert np.isnan(found["stated_probability"][1])


def test_missing_columns_are_named():
    with pytest.raises(FrameError) as error:
        yearly_spend(pd.DataFrame({"tenure": [1.0]}), 365)
    assert error.value.column == "revenue_recent"


def test_no_customer_is_no_row():
    assert values({}).iloc[:0].empty
    assert values(DECLARED).shape[1] == values(DECLARED, RANK).shape[1]
