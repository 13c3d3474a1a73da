"""Share of wallet: identities of the category, and which source wins."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.wallet.share_of_wallet import (
    category_metrics,
    resolve_share,
)
from customer_analytics.value.wallet.supplier_rank import rank_based_share_interval

NAN = np.nan


def table(**columns):
    return pd.DataFrame(columns, dtype=float)


ESTIMATE = table(wallet=[400.0], lower=[200.0], upper=[800.0])
RANK = table(share=[0.5], lower=[0.4], upper=[0.8])


# === CATEGORY === #


def test_category_by_hand():
    """Three of four category buyers are ours; they spend 60 of 200 with us."""
    found = category_metrics([30, 20, 10, 0, 0], [100, 60, 40, 100, 0])
    assert found.buyers == 3
    assert found.penetration == 0.75
    assert found.share_of_category_requirements == pytest.approx(0.3)
    assert found.wallet == pytest.approx(200 / 3)
    assert found.heavy_usage_index == pytest.approx((200 / 3) / 75)
    assert found.market_share == pytest.approx(0.2)


def test_market_share_is_the_product_of_its_parts(rng):
    spend = rng.gamma(1.0, 10.0, 500) * (rng.random(500) < 0.6)
    found = category_metrics(spend, spend + rng.gamma(2.0, 20.0, 500))
    product = found.penetration * found.share_of_category_requirements
    assert product * found.heavy_usage_index == pytest.approx(found.market_share)


def test_a_wallet_below_our_sales_is_our_sales():
    found = category_metrics([50.0, 50.0], [20.0, 100.0])
    assert found.share_of_category_requirements == pytest.approx(100 / 150)


def test_without_buyers_there_are_no_ratios():
    found = category_metrics([0.0, 0.0], [10.0, 0.0])
    assert found.penetration == 0.0
    assert np.isnan(found.share_of_category_requirements)
    nothing = category_metrics([], [])
    assert np.isnan(nothing.penetration)
    assert np.isnan(nothing.market_share)


@pytest.mark.parametrize(
    ("spend", "category", "reason"),
    [([-1], [5], "range"), ([1], [NAN], "null"), ([1, 2], [3], "type")],
)
def test_broken_amounts_are_refused(spend, category, reason):
    with pytest.raises(FrameError, match=reason):
        category_metrics(spend, category)


# === SOURCES === #


def test_declared_beats_rank_beats_estimate():
    spend, sources = [100.0], []
    options = {
        "declared_wallet": [250.0],
        "rank_share": RANK,
        "wallet_estimate": ESTIMATE,
    }
    for name in ("declared_wallet", "rank_share", "wallet_estimate", None):
        found = resolve_share(spend, **options).iloc[0]
        sources.append((found["source"], found["share_of_wallet"]))
        options.pop(name, None)
    assert sources[:3] == [("declared", 0.4), ("rank", 0.5), ("estimate", 0.25)]
    assert sources[3][0] == "none"
    assert np.isnan(sources[3][1])


def test_each_customer_has_the_best_source_of_his_own():
    spend = np.array([100.0, 100, 100, 100])
    found = resolve_share(
        spend,
        declared_wallet=np.array([200.0, NAN, NAN, NAN]),
        rank_share=table(
            share=[0.9, 0.25, NAN, NAN],
            lower=[0.8, 0.2, NAN, NAN],
            upper=[1.0, 0.5, NAN, NAN],
        ),
        wallet_estimate=table(
            wallet=[900.0, 900, 500, NAN],
            lower=[800.0, 800, 100, NAN],
            upper=[1000.0, 1000, 1000, NAN],
        ),
    )
    assert found["source"].tolist() == ["declared", "rank", "estimate", "none"]
    assert found["wallet"].tolist()[:3] == [200.0, 400.0, 500.0]
    assert found["open_wallet"].tolist()[:3] == [100.0, 300.0, 400.0]
    assert found.drop(columns="source").iloc[3].isna().all()


def test_intervals_enclose_the_share():
    found = resolve_share(
        [100.0] * 3,
        declared_wallet=[200.0, NAN, NAN],
        rank_share=pd.concat([RANK] * 2 + [RANK * NAN]),
        wallet_estimate=pd.concat([ESTIMATE] * 3),
    )
    assert found["source"].tolist() == ["declared", "rank", "estimate"]
    for low, center, high in (
        ("share_lower", "share_of_wallet", "share_upper"),
        ("wallet_lower", "wallet", "wallet_upper"),
    ):
        assert (found[low] <= found[center]).all()
        assert (found[center] <= found[high]).all()
    assert found.loc[0, ["share_lower", "share_upper"]].tolist() == pytest.approx(
        [100 / 240, 100 / 160]
    )
    assert found.loc[1, ["share_lower", "share_upper"]].tolist() == pytest.approx(
        [0.4, 0.8]
    )
    assert found.loc[2, ["share_lower", "share_upper"]].tolist() == pytest.approx(
        [0.125, 0.5]
    )


def test_nobody_spends_more_with_us_than_with_everybody():
    found = resolve_share([100.0, 100.0], declared_wallet=[30.0, 110.0])
    assert found["share_of_wallet"].tolist() == pytest.approx([1.0, 100 / 110])
    assert found["share_upper"].max() <= 1.0
    assert (found["open_wallet"] >= 0).all()
    small = table(wallet=[50.0], lower=[10.0], upper=[60.0])
    estimated = resolve_share([100.0], wallet_estimate=small).iloc[0]
    assert estimated["share_of_wallet"] == 1.0


def test_a_rank_without_sales_gives_way_to_the_estimate():
    found = resolve_share([0.0], rank_share=RANK, wallet_estimate=ESTIMATE).iloc[0]
    assert found["source"] == "estimate"
    assert found["share_of_wallet"] == 0.0
    assert found["open_wallet"] == 400.0


def test_nothing_spent_with_anybody_is_no_share():
    found = resolve_share([0.0], declared_wallet=[0.0]).iloc[0]
    assert found["source"] == "declared"
    assert np.isnan(found["share_of_wallet"])
    assert found["wallet"] == 0.0


def test_ranks_of_a_survey_fit_in(rng):
    shares = rank_based_share_interval([1, np.nan], [2, 2], rng=rng)
    found = resolve_share([100.0, 100.0], rank_share=shares)
    assert found["source"].tolist() == ["rank", "none"]
    assert found["wallet"][0] == pytest.approx(150.0)


def test_no_customers_is_an_empty_table():
    assert len(resolve_share([])) == 0


def test_inputs_are_not_changed():
    spend, declared = np.array([100.0]), np.array([50.0])
    resolve_share(spend, declared_wallet=declared)
    assert (spend[0], declared[0]) == (100.0, 50.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"declared_wallet": [1.0, 2.0]}, "declared_wallet: type"),
        ({"declared_wallet": [-1.0]}, "declared_wallet: range"),
        ({"rank_share": pd.concat([RANK] * 2)}, "rank_share: type"),
        ({"wallet_estimate": pd.concat([ESTIMATE] * 2)}, "wallet_estimate: type"),
    ],
)
def test_tables_of_others_are_refused(options, message):
    with pytest.raises(FrameError, match=message):
        resolve_share([100.0], **options)


@pytest.mark.parametrize(("spend", "reason"), [(NAN, "null"), (-1.0, "range")])
def test_spend_is_known_and_not_negative(spend, reason):
    with pytest.raises(FrameError, match=f"spend: {reason}"):
        resolve_share([spend])
