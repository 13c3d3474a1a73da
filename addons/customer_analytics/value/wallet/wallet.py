"""Sector value: what a customer spends with everybody, estimated from similar ones.

Nobody knows a customer's wallet unless he tells. But among customers of the same size,
industry and country, those who buy most of us leave little to others: a high quantile of
spend among peers is about what such a customer could spend. Own sales are a lower bound.

A quantile of .8 to .95 is an assumption, so the interval ranges over it; that, and not
the number of peers, is what makes it wide. Amounts are in money per period.

References
----------
[1] Rosset, Perlich, Zadrozny, Merugu, Weiss, Lawrence (2007). Wallet estimation models.
    KDD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError, InsufficientDataError
from ...frames import Column, FrameContract
from .peer_quantiles import (
    BY_SAMPLE,
    LEAST_NEIGHBOURS,
    LEAST_PEERS,
    TRIAL_TOLERANCE,
    Peers,
    limit_levels,
    peer_losses,
    regression_quantiles,
)

__all__ = ["CUSTOMER_SPEND", "WalletEstimate", "estimate_wallet"]

CUSTOMER_SPEND = FrameContract(
    "customer_spend",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "spend": Column("float", "own sales to him in the period", minimum=0),
    },
    unique=("customer_id",),
)

#: Quantile that is the wallet, and the range over which it is debatable [1].
QUANTILE = 0.9
QUANTILE_RANGE = (0.8, 0.95)

#: Peers that are looked at, drawn at random if there are more.
MOST_PEERS = 5000

#: Repetitions of the bootstrap of the regression.
DRAWS = 50


@dataclass(frozen=True, eq=False)
class WalletEstimate:
    """Estimated wallets and how they were found.

    Parameters
    ----------
    wallets
        customer_id, wallet, lower, upper (money), open_wallet (what others get) and
        share_of_wallet, in the order of the input.
    method
        Who counts as a peer: ``all``, ``class``, ``neighbours`` or ``regression``.
    losses
        Pinball loss of each method on customers left out, in logarithms of money; empty
        with fewer than 50 peers, when classes are used without a trial.
    n_peers
        Customers with spend.
    quantile, level
        Quantile that is the wallet, and probability of the interval.
    """

    wallets: pd.DataFrame
    method: str
    losses: dict[str, float]
    n_peers: int
    quantile: float
    level: float


def estimate_wallet(
    customers: pd.DataFrame,
    *,
    rng: np.random.Generator,
    features: Sequence[str] = (),
    peer_class: str | None = None,
    quantile: float = QUANTILE,
    quantile_range: tuple[float, float] = QUANTILE_RANGE,
    level: float = 0.8,
) -> WalletEstimate:
    """Estimate what each customer spends with everybody.

    Parameters
    ----------
    customers
        Rows of :data:`CUSTOMER_SPEND`. Those without spend are no peers but get an
        estimate.
    rng
        Randomness of the trial and of the bootstrap.
    features
        Columns of numbers in which peers are alike, e.g. the logarithm of the number of
        employees, 1 for an industry; 0 where not known.
    peer_class
        Column of the class, e.g. industry and size; missing is no class.
    quantile
        Quantile of spend among peers that is the wallet.
    quantile_range
        Range over which that is debatable.
    level
        Probability of the interval.

    Returns
    -------
    WalletEstimate
        By the method with the smallest pinball loss; with fewer than 50 peers by class.
        The interval is by bootstrap for the regression and by order statistics, which
        the bootstrap of a sample's quantile comes to, for the others.

    Raises
    ------
    FrameError
        If the customers break their contract, a feature is missing, or a quantile or
        level is out of range.
    InsufficientDataError
        With fewer than 10 customers with spend.
    """
    _check_options(quantile, quantile_range, level)
    everybody, spend = _peers(customers, features, peer_class)
    peers = everybody.take(np.flatnonzero(spend > 0))
    count = len(peers.outcome)
    if count < LEAST_PEERS:
        raise InsufficientDataError("customers with spend", LEAST_PEERS, count)
    if count > MOST_PEERS:
        peers = peers.take(np.sort(rng.choice(count, MOST_PEERS, replace=False)))
    losses: dict[str, float] = {}
    if count >= LEAST_NEIGHBOURS:
        losses = peer_losses(peers, quantile, rng=rng)
    method = min(losses, key=losses.__getitem__, default="class")
    if method == "regression":
        found = _bootstrap(peers, everybody, quantile, quantile_range, level, rng)
    else:
        levels = limit_levels(quantile, *quantile_range, level)
        found = BY_SAMPLE[method](peers, everybody, levels)
    wallets = _wallets(customers["customer_id"].to_numpy(), spend, found)
    return WalletEstimate(wallets, method, losses, count, quantile, level)


def _check_options(
    quantile: float, quantile_range: tuple[float, float], level: float
) -> None:
    lowest, highest = quantile_range
    if not 0.0 < lowest <= quantile <= highest < 1.0:
        raise FrameError("wallet", "quantile", "range", 1)
    if not 0.0 < level < 1.0:
        raise FrameError("wallet", "level", "range", 1)


def _peers(
    customers: pd.DataFrame, features: Sequence[str], peer_class: str | None
) -> tuple[Peers, np.ndarray]:
    """Check the customers; logarithms of spend, standardised attributes, classes."""
    known = {name: Column("float", "attribute of the customer") for name in features}
    contract = {**CUSTOMER_SPEND.columns, **known}
    FrameContract("customer_spend", contract, CUSTOMER_SPEND.unique).check(customers)
    spend = customers["spend"].to_numpy(dtype=float)
    table = customers[list(features)].to_numpy(dtype=float)
    if peer_class is None:
        group = np.full(len(spend), -1)
    elif peer_class in customers.columns:
        group = pd.factorize(customers[peer_class])[0]
    else:
        raise FrameError("customer_spend", peer_class, "missing")
    own = table[spend > 0]
    if len(own):
        scale = own.std(axis=0)
        varies = scale > 1e-12
        table = (table[:, varies] - own.mean(axis=0)[varies]) / scale[varies]
    outcome = np.log(np.where(spend > 0, spend, 1.0))
    return Peers(outcome, table, group), spend


def _bootstrap(
    peers: Peers,
    customers: Peers,
    quantile: float,
    quantile_range: tuple[float, float],
    level: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Quantile by regression, and limits over resampled peers and the range."""
    point = regression_quantiles(peers, customers, quantile)
    size = len(peers.outcome)
    drawn = np.empty((DRAWS, len(point)), dtype=np.float32)
    for row, chosen in zip(drawn, rng.uniform(*quantile_range, DRAWS), strict=True):
        again = peers.take(rng.integers(0, size, size))
        row[:] = regression_quantiles(
            again, customers, float(chosen), tolerance=TRIAL_TOLERANCE
        )
    tail = (1.0 - level) / 2.0
    lower, upper = np.quantile(drawn, [tail, 1.0 - tail], axis=0)
    return np.column_stack([point, lower, upper])


def _wallets(
    customer_id: np.ndarray, spend: np.ndarray, found: np.ndarray
) -> pd.DataFrame:
    """Money from logarithms; no wallet is smaller than what is spent with us."""
    wallet, lower, upper = np.maximum(np.exp(found), spend[:, None]).T
    return pd.DataFrame(
        {
            "customer_id": customer_id,
            "wallet": wallet,
            "lower": np.minimum(lower, wallet),
            "upper": np.maximum(upper, wallet),
            "open_wallet": wallet - spend,
            "share_of_wallet": spend / wallet,
        }
    )
