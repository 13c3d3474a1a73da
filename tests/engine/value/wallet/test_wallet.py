"""Wallet estimates: known wallets recovered, bounds, small companies, seeds."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.wallet.share_of_wallet import resolve_share
from customer_analytics.value.wallet.wallet import estimate_wallet


def market(rng, size=500):
    """Customers whose wallet grows with their size; we have a random share of it."""
    employees = rng.normal(3.0, 1.0, size)
    industry = rng.integers(0, 3, size)
    wallet = np.exp(5.0 + 0.8 * employees + 0.5 * industry)
    share = rng.beta(2.0, 2.0, size)
    return pd.DataFrame(
        {
            "customer_id": np.arange(size) + 10,
            "spend": wallet * share,
            "log_employees": employees,
            "industry_1": (industry == 1).astype(float),
            "industry_2": (industry == 2).astype(float),
            "industry": np.array(["food", "steel", "wood"])[industry],
            "wallet": wallet,
        }
    )


FEATURES = ("log_employees", "industry_1", "industry_2")


@pytest.fixture(scope="module")
def customers():
    return market(np.random.default_rng(8))


@pytest.fixture(scope="module")
def estimate(customers):
    return estimate_wallet(
        customers, features=FEATURES, rng=np.random.default_rng(1), level=0.8
    )


# === RECOVERY === #


def test_the_shape_of_the_wallets_is_found(customers, estimate):
    """The 90 % quantile of shares is .804: wallets come out at that part of the truth."""
    ratio = estimate.wallets["wallet"] / customers["wallet"]
    assert estimate.method == "regression"
    assert ratio.median() == pytest.approx(0.804, abs=0.05)
    assert np.log(ratio).std() < 0.12


def test_similar_customers_beat_everybody_in_pinball_loss(estimate):
    losses = estimate.losses
    assert losses["regression"] < losses["neighbours"] < losses["all"]
    assert estimate.n_peers == 500


def test_open_wallets_rank_customers_better_than_sales_do(customers, estimate):
    true_open = customers["wallet"] - customers["spend"]
    found = estimate.wallets["open_wallet"]
    by_sales = true_open.corr(customers["spend"], method="spearman")
    assert true_open.corr(found, method="spearman") > by_sales + 0.2


def test_the_quantile_of_spend_lies_in_the_interval(rng):
    """Spend of identical customers: its 90 % quantile is known."""
    hits = []
    for _ in range(40):
        spend = np.exp(rng.normal(4.0, 1.0, 60))
        frame = pd.DataFrame({"customer_id": np.arange(60), "spend": spend})
        found = estimate_wallet(frame, rng=rng, quantile_range=(0.9, 0.9), level=0.8)
        row = found.wallets.iloc[spend.argmin()]
        hits.append(row["lower"] <= np.exp(4.0 + 1.2816) <= row["upper"])
    assert 0.7 <= np.mean(hits) <= 1.0


def test_the_bootstrap_covers_the_quantile_of_a_line(rng):
    hits = []
    for _ in range(4):
        x = rng.normal(0, 1, 150)
        spend = np.exp(4 + x + rng.normal(0, 0.5, 150))
        frame = pd.DataFrame({"customer_id": np.arange(150), "spend": spend, "x": x})
        found = estimate_wallet(
            frame, features=("x",), rng=rng, quantile_range=(0.9, 0.9), level=0.8
        )
        truth = np.exp(4 + x + 0.5 * 1.2816)
        small = spend < truth * 0.5
        inside = (found.wallets["lower"] <= truth) & (truth <= found.wallets["upper"])
        hits.append(inside[small].mean())
    assert 0.55 <= np.mean(hits) <= 0.98


# === BOUNDS === #


def test_no_wallet_is_smaller_than_own_sales(customers, estimate):
    wallets = estimate.wallets
    assert (wallets["wallet"] >= customers["spend"]).all()
    assert (wallets["lower"] >= customers["spend"]).all()
    assert (wallets["lower"] <= wallets["wallet"]).all()
    assert (wallets["wallet"] <= wallets["upper"]).all()
    assert wallets["share_of_wallet"].between(0, 1).all()
    assert (wallets["open_wallet"] >= 0).all()


def test_the_range_of_quantiles_widens_the_interval(customers):
    narrow, wide = (
        estimate_wallet(
            customers, rng=np.random.default_rng(1), quantile_range=bounds
        ).wallets
        for bounds in ((0.9, 0.9), (0.7, 0.97))
    )
    assert (wide["upper"] >= narrow["upper"]).all()
    assert (wide["lower"] <= narrow["lower"]).all()
    assert wide["upper"].iloc[0] > narrow["upper"].iloc[0]


def test_a_customer_without_spend_gets_an_estimate_but_is_no_peer(customers):
    more = customers.copy()
    more.loc[0, "spend"] = 0.0
    found = estimate_wallet(more, features=FEATURES, rng=np.random.default_rng(1))
    assert found.n_peers == 499
    assert found.wallets["wallet"][0] > 0
    assert found.wallets["share_of_wallet"][0] == 0.0


# === INVARIANTS === #


def test_rows_keep_their_order(customers):
    order = np.random.default_rng(3).permutation(len(customers))
    found, moved = (
        estimate_wallet(rows, rng=np.random.default_rng(1), peer_class="industry")
        for rows in (customers, customers.iloc[order])
    )
    assert moved.wallets["customer_id"].tolist() == (
        customers["customer_id"].iloc[order].tolist()
    )
    assert moved.wallets["wallet"].to_numpy() == pytest.approx(
        found.wallets["wallet"].to_numpy()[order]
    )


def test_the_unit_of_money_scales_the_wallet(customers, estimate):
    cents = customers.assign(spend=customers["spend"] * 100)
    again = estimate_wallet(cents, features=FEATURES, rng=np.random.default_rng(1))
    assert again.wallets["wallet"].to_numpy() == pytest.approx(
        estimate.wallets["wallet"].to_numpy() * 100, rel=1e-3
    )


def test_a_seed_gives_the_same_wallets(customers, estimate):
    again = estimate_wallet(customers, features=FEATURES, rng=np.random.default_rng(1))
    pd.testing.assert_frame_equal(again.wallets, estimate.wallets)


def test_more_peers_than_are_looked_at_are_drawn(rng):
    found = estimate_wallet(market(rng, 20_000), peer_class="industry", rng=rng)
    assert found.n_peers == 20_000
    assert found.method == "class"
    assert len(found.wallets) == 20_000


def test_the_input_is_not_changed(customers):
    before = customers.copy(deep=True)
    estimate_wallet(customers, rng=np.random.default_rng(1), peer_class="industry")
    pd.testing.assert_frame_equal(customers, before)


def test_the_estimate_fits_the_resolution_of_sources(customers, estimate):
    found = resolve_share(customers["spend"], wallet_estimate=estimate.wallets)
    assert (found["source"] == "estimate").all()
    assert found["wallet"].to_numpy() == pytest.approx(estimate.wallets["wallet"])


# === SMALL COMPANIES === #


def few(size, classes=1):
    return pd.DataFrame(
        {
            "customer_id": np.arange(size),
            "spend": np.arange(1.0, size + 1),
            "kind": np.arange(size) % classes,
        }
    )


def test_under_50_peers_the_class_is_used_without_a_trial(rng):
    """METHODS.md, section E."""
    found = estimate_wallet(few(40, 2), peer_class="kind", rng=rng)
    assert found.method == "class"
    assert found.losses == {}
    own = found.wallets["wallet"].iloc[:2]
    assert own.tolist() == pytest.approx(
        [np.exp(np.quantile(np.log(np.arange(1.0, 41)[i::2]), 0.9)) for i in (0, 1)]
    )


def test_a_class_under_10_peers_takes_everybody(rng):
    found = estimate_wallet(few(40, 8), peer_class="kind", rng=rng)
    expected = np.exp(np.quantile(np.log(np.arange(1.0, 41)), 0.9))
    assert found.wallets["wallet"].iloc[0] == pytest.approx(expected)


def test_under_10_peers_there_is_no_estimate(rng):
    """METHODS.md, section E."""
    with pytest.raises(InsufficientDataError) as raised:
        estimate_wallet(few(9), rng=rng)
    assert (raised.value.needed, raised.value.found) == (10, 9)
    with pytest.raises(InsufficientDataError):
        estimate_wallet(few(30).assign(spend=0.0), rng=rng)


def test_equal_customers_have_equal_wallets(rng):
    same = few(80).assign(spend=500.0, size=1.0)
    found = estimate_wallet(same, features=("size",), rng=rng)
    assert found.wallets["wallet"].to_numpy() == pytest.approx(500.0)
    assert found.wallets["open_wallet"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_huge_and_tiny_spend_stay_finite(rng):
    spend = np.logspace(-6, 12, 60)
    found = estimate_wallet(few(60).assign(spend=spend), rng=rng)
    assert np.isfinite(found.wallets.to_numpy(float)).all()


# === BROKEN INPUT === #


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"spend": -1.0}, "spend: range"),
        ({"spend": np.nan}, "spend: null"),
        ({"customer_id": 1}, "customer_id: duplicate"),
    ],
)
def test_broken_customers_are_refused(rng, columns, message):
    with pytest.raises(FrameError, match=message):
        estimate_wallet(few(20).assign(**columns), rng=rng)


@pytest.mark.parametrize(
    "options",
    [
        {"quantile": 1.0},
        {"quantile": 0.5},
        {"quantile_range": (0.0, 0.95)},
        {"quantile_range": (0.95, 0.8)},
    ],
)
def test_a_quantile_lies_in_its_range(rng, options):
    with pytest.raises(FrameError, match="quantile: range"):
        estimate_wallet(few(20), rng=rng, **options)


def test_missing_columns_and_levels_are_told(rng):
    with pytest.raises(FrameError, match="size: missing"):
        estimate_wallet(few(20), features=("size",), rng=rng)
    with pytest.raises(FrameError, match="sector: missing"):
        estimate_wallet(few(20), peer_class="sector", rng=rng)
    with pytest.raises(FrameError, match="level: range"):
        estimate_wallet(few(20), level=0.0, rng=rng)
    with pytest.raises(FrameError, match="kind: null"):
        estimate_wallet(few(20).assign(kind=np.nan), features=("kind",), rng=rng)
