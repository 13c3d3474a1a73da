"""Wallets of kinds of customers: one estimate for all who are alike in every attribute.

A million customers are a few hundred combinations of industry, country, size and tags.
The wallet of :mod:`.wallet` is estimated once for each combination, from a sample of
peers, so neither time nor memory grows with the number of customers.

Peers are compared by what they are, never by what they buy: a class made from their
spend would tell small buyers that they are small, and no wallet would be open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError
from ..attributes import attribute_coding, split_values
from .peer_quantiles import LEAST_PEERS, neighbour_count
from .wallet import MOST_PEERS, estimate_wallet

__all__ = ["MOST_PEERS", "KindWallets", "wallets_by_kind"]

#: Seed of the trial and of the bootstrap: the same customers get the same wallets.
SEED = 20250601
#: Levels of all attributes that are told apart, the most frequent ones.
MOST_FEATURES = 30


@dataclass(frozen=True, eq=False)
class KindWallets:
    """Wallets of kinds of customers and how they were found.

    Parameters
    ----------
    kinds
        The kinds asked about with wallet, lower, upper (money per period) and
        peer_count, the similar customers that the estimate rests on.
    method, losses, n_peers
        As in :class:`~.wallet.WalletEstimate`.
    """

    kinds: pd.DataFrame
    method: str
    losses: dict[str, float]
    n_peers: int


def wallets_by_kind(
    peers: pd.DataFrame,
    kinds: pd.DataFrame,
    attributes: Sequence[str],
    *,
    class_attributes: Sequence[str],
    multiple: Sequence[str] = (),
    rng: np.random.Generator | None = None,
    level: float = 0.8,
) -> KindWallets:
    """Estimate what a customer of each kind spends with everybody.

    Parameters
    ----------
    peers
        Customers with ``spend`` (money in the period, above 0) and their attributes.
    kinds
        Combinations of attributes, one row each.
    attributes
        Columns in which customers are alike, as for
        :func:`~.attributes.attribute_coding`.
    class_attributes
        Those of them, with a single value each, that make a class, e.g. industry, size.
    multiple
        Those of them that are texts of several values, see
        :func:`~.attributes.split_values`.
    rng
        Randomness of the trial and of the bootstrap; left out, always the same.
    level
        Probability of the interval.

    Returns
    -------
    KindWallets
        In the order of ``kinds``.

    Raises
    ------
    FrameError
        If a column is missing.
    InsufficientDataError
        With fewer than 10 peers.
    """
    _check(peers, kinds, class_attributes)
    features = _features(
        split_values(peers, multiple), split_values(kinds, multiple), attributes
    )
    everybody = pd.concat([peers, kinds.assign(spend=0.0)], ignore_index=True)
    asked = features.assign(
        customer_id=np.arange(len(everybody)),
        spend=everybody["spend"].to_numpy(dtype=float),
        peer_class=_class_codes(everybody, class_attributes),
    )
    found = estimate_wallet(
        asked,
        features=list(features.columns),
        peer_class="peer_class",
        rng=rng or np.random.default_rng(SEED),
        level=level,
    )
    wallets = found.wallets.tail(len(kinds)).set_index(kinds.index)
    counts = _peer_counts(asked, len(peers), found.method, found.n_peers)
    told = kinds.join(wallets[["wallet", "lower", "upper"]]).assign(peer_count=counts)
    return KindWallets(told, found.method, found.losses, found.n_peers)


def _check(peers: pd.DataFrame, kinds: pd.DataFrame, names: Sequence[str]) -> None:
    if "spend" not in peers.columns:
        raise FrameError("wallets_by_kind", "spend", "missing")
    for name in names:
        if name not in kinds.columns:
            raise FrameError("wallets_by_kind", name, "missing")


def _features(
    peers: pd.DataFrame, kinds: pd.DataFrame, attributes: Sequence[str]
) -> pd.DataFrame:
    """Return indicators of the levels that ten peers have and ten have not."""
    coding = attribute_coding(peers, attributes)
    design = coding.design(peers)
    frequency = np.asarray((design > 0).sum(axis=0)).ravel()
    rest = len(peers) - frequency
    frequent = np.flatnonzero(np.minimum(frequency, rest) >= LEAST_PEERS)
    chosen = frequent[np.argsort(-frequency[frequent], kind="stable")][:MOST_FEATURES]
    table = np.vstack(
        [design[:, chosen].toarray(), coding.design(kinds)[:, chosen].toarray()]
    )
    return pd.DataFrame(table, columns=[f"feature_{place}" for place in chosen])


def _class_codes(everybody: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """Return one code for customers alike in all attributes of the class."""
    if not names:
        return np.zeros(len(everybody), dtype=np.int64)
    known = everybody[list(names)].astype("string").fillna("")
    return known.groupby(list(names), sort=False).ngroup().to_numpy()


def _peer_counts(
    asked: pd.DataFrame, peers: int, method: str, n_peers: int
) -> np.ndarray:
    """How many similar customers the estimate of each kind rests on."""
    kinds = len(asked) - peers
    if method == "neighbours":
        return np.full(kinds, neighbour_count(min(n_peers, MOST_PEERS)))
    if method != "class":
        return np.full(kinds, n_peers)
    codes = asked["peer_class"].to_numpy()
    spends = asked["spend"].to_numpy() > 0
    sizes = np.bincount(codes[spends], minlength=codes.max() + 1)
    own = sizes[codes[peers:]]
    return np.where(own >= LEAST_PEERS, own, n_peers)
