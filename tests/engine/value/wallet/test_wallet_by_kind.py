"""Wallets by kind: like the wallets of customers, counts of peers, few peers, speed."""

import time

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.wallet.wallet_by_kind import wallets_by_kind

ATTRIBUTES = ["industry", "size", "tags"]
CLASS = ["industry", "size"]
LEVEL = {"bar": 6.0, "hotel": 8.0, "office": 5.0}


def market(seed, size, *, spread=1.0):
    """Customers whose wallet follows from industry and tag; a random share is ours."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(list(LEVEL), size)
    chain = rng.random(size) < 0.3
    log_wallet = spread * np.array([LEVEL[name] for name in industry]) + 1.2 * chain
    return pd.DataFrame(
        {
            "spend": np.exp(log_wallet) * rng.beta(2, 2, size),
            "industry": industry,
            "size": np.where(rng.random(size) < 0.1, None, "1"),
            "tags": np.where(chain, "chain\x1fcity", None),
        }
    )


def kinds_of(rows):
    return pd.DataFrame(rows, columns=ATTRIBUTES)


KINDS = kinds_of([("hotel", "1", "chain"), ("hotel", "1", None), ("bar", "1", None)])


def found(peers, kinds=KINDS, **options):
    return wallets_by_kind(
        peers,
        kinds,
        ATTRIBUTES,
        class_attributes=CLASS,
        multiple=["tags"],
        **options,
    )


def test_kinds_get_the_top_of_what_their_like_spend():
    result = found(market(1, 600))
    wallet = result.kinds["wallet"].to_numpy()
    truth = np.exp([9.2, 8.0, 6.0])
    # 90 % of the beta shares are below .804
    assert np.log(wallet / truth) == pytest.approx(np.log([0.804] * 3), abs=0.25)
    assert (result.kinds["lower"] <= wallet).all()
    assert (result.kinds["upper"] >= wallet).all()
    assert result.losses[result.method] == min(result.losses.values())
    assert result.losses[result.method] < result.losses["class"]


def test_attributes_that_tell_nothing_cost_next_to_nothing():
    result = found(market(2, 600, spread=0.0).assign(tags=None))
    assert (
        result.losses[result.method]
        <= result.losses["all"]
        < 1.1 * min(result.losses.values())
    )


def test_few_peers_are_compared_by_class_where_ten_are_alike():
    peers = market(3, 40).assign(size="1", tags=None)
    rare = kinds_of([("bar", "1", None), ("airline", "1", None)])
    result = found(peers, rare)
    assert (result.method, result.losses) == ("class", {})
    assert result.kinds["peer_count"].tolist() == [
        (peers["industry"] == "bar").sum(),
        40,
    ]


@pytest.mark.parametrize("size", [0, 9])
def test_fewer_than_ten_peers_are_none(size):
    with pytest.raises(InsufficientDataError) as error:
        found(market(4, size))
    assert (error.value.needed, error.value.found) == (10, size)


def test_a_kind_of_which_nothing_is_known_is_estimated_from_all():
    result = found(market(5, 300), kinds_of([(None, None, None)]))
    assert np.isfinite(result.kinds[["wallet", "lower", "upper"]]).all(axis=None)


def test_same_customers_same_wallets():
    peers = market(6, 200)
    assert (
        found(peers).kinds["wallet"].tolist() == found(peers).kinds["wallet"].tolist()
    )


def test_missing_columns_are_named():
    with pytest.raises(FrameError):
        found(market(7, 20).drop(columns="spend"))
    with pytest.raises(FrameError):
        found(market(7, 20), KINDS.drop(columns="size"))


def test_five_thousand_peers_and_as_many_kinds_take_seconds():
    peers = market(8, 5000)
    started = time.perf_counter()
    result = found(peers, peers[ATTRIBUTES])
    assert len(result.kinds) == 5000
    assert time.perf_counter() - started < 60
