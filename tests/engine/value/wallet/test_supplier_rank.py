"""Rank-based share of wallet: the numbers of the rule, ties, intervals, limits."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.wallet.supplier_rank import (
    is_rank_applicable,
    rank_based_share,
    rank_based_share_interval,
)

#: Keiningham et al. 2011 (METHODS.md, section E).
RULE = {1: [1], 2: [0.667, 0.333], 3: [0.5, 0.333, 0.167], 4: [0.4, 0.3, 0.2, 0.1]}


@pytest.mark.parametrize(("suppliers", "shares"), RULE.items())
def test_shares_match_keiningham_2011(suppliers, shares):
    found = rank_based_share(np.arange(1, suppliers + 1), suppliers)
    assert found.round(3).tolist() == shares


@pytest.mark.parametrize("suppliers", [1, 2, 3, 7, 40])
def test_shares_of_a_customers_suppliers_sum_to_1(suppliers):
    found = rank_based_share(np.arange(1, suppliers + 1), suppliers)
    assert found.sum() == pytest.approx(1.0)
    assert (np.diff(found) < 0).all()


@pytest.mark.parametrize(
    ("ranks", "tied"),
    [
        ([1, 1], [2, 2]),
        ([1, 1, 3], [2, 2, 1]),
        ([1, 2, 2], [1, 2, 2]),
        ([1, 1, 1, 1], [4, 4, 4, 4]),
        ([1, 2, 2, 2, 5], [1, 3, 3, 3, 1]),
    ],
)
def test_tied_suppliers_share_their_places(ranks, tied):
    found = rank_based_share(ranks, len(ranks), tied=tied)
    assert found.sum() == pytest.approx(1.0)
    for rank in set(ranks):
        assert len({round(s, 12) for s in found[np.array(ranks) == rank]}) == 1


def test_two_tied_for_the_first_of_three_places_by_hand():
    found = rank_based_share([1, 3], 3, tied=[2, 1])
    assert found.tolist() == pytest.approx([(1 - 1.5 / 4) * 2 / 3, 1 / 6])


def test_each_customer_has_his_own_number_of_suppliers():
    assert rank_based_share([1, 1, 2], [1, 2, 4]).round(3).tolist() == [1, 0.667, 0.3]


def test_no_answer_has_no_share():
    found = rank_based_share([np.nan, 1.0, 2.0], [3.0, np.nan, 3.0])
    assert np.isnan(found[:2]).all()
    assert found[2] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("rank", "suppliers", "tied"),
    [(0, 3, 1), (4, 3, 1), (1, 0, 1), (3, 3, 2), (1, 3, 0), (-1, 3, 1)],
)
def test_impossible_ranks_are_refused(rank, suppliers, tied):
    with pytest.raises(FrameError, match="rank: range"):
        rank_based_share([rank], [suppliers], tied=tied)


# === INTERVAL === #


def test_one_supplier_has_it_all(rng):
    found = rank_based_share_interval([1], [1], rng=rng).iloc[0]
    assert found.tolist() == pytest.approx([1.0, 1.0, 1.0])


@pytest.mark.parametrize("suppliers", [2, 3, 5, 12])
def test_the_interval_encloses_the_share(rng, suppliers):
    found = rank_based_share_interval(
        np.arange(1, suppliers + 1), suppliers, rng=rng, level=0.9
    )
    assert (found["lower"] <= found["share"]).all()
    assert (found["share"] <= found["upper"]).all()
    assert found["lower"].min() >= 0.0
    assert found["upper"].max() <= 1.0


def test_the_first_of_two_has_between_half_and_all(rng):
    """Every division with x >= 1/2 equally likely: 80 % lie in .55 to .95."""
    found = rank_based_share_interval([1], [2], rng=rng, level=0.8).iloc[0]
    assert found["lower"] == pytest.approx(0.55, abs=0.01)
    assert found["upper"] == pytest.approx(0.95, abs=0.01)


def test_wallets_divided_at_random_are_covered(rng):
    parts = -np.sort(-rng.dirichlet(np.ones(4), 4_000), axis=1)
    found = rank_based_share_interval([1, 2, 3, 4], [4] * 4, rng=rng, level=0.8)
    inside = (found["lower"].to_numpy() <= parts) & (parts <= found["upper"].to_numpy())
    assert inside.mean() == pytest.approx(0.8, abs=0.03)


def test_tied_places_lie_between(rng):
    tied = rank_based_share_interval([1], [3], tied=2, rng=rng).iloc[0]
    first, second = (
        rank_based_share_interval([rank], [3], rng=rng).iloc[0] for rank in (1, 2)
    )
    for column in ("share", "lower", "upper"):
        assert second[column] < tied[column] < first[column]


def test_rows_keep_their_order_and_a_seed_its_answer():
    ranks, suppliers = [2, np.nan, 1, 1], [4, 3, 2, 4]
    found, again = (
        rank_based_share_interval(ranks, suppliers, rng=np.random.default_rng(5))
        for _ in range(2)
    )
    assert found.equals(again)
    assert np.isnan(found.iloc[1]).all()
    assert found["share"][0] == pytest.approx(0.3)


def test_a_level_lies_between_0_and_1(rng):
    with pytest.raises(FrameError, match="level: range"):
        rank_based_share_interval([1], [2], rng=rng, level=1.0)


# === APPLICABILITY === #


@pytest.mark.parametrize(
    ("suppliers", "expected"),
    [
        ([1, 1, 1, 2, 2], True),  # 40 % use several, 1.4 on average
        ([1, 1, 1, 1, 9], False),  # too few use several
        ([1, np.nan, 2], True),
        ([np.nan], False),
        ([], False),
        ([1, 1, 1], False),
    ],
)
def test_ranks_apply_where_customers_use_several_suppliers(suppliers, expected):
    assert is_rank_applicable(np.array(suppliers, dtype=float)) is expected
