"""Degree of loyalty: our share of what a customer spends with everybody.

Best is what the customer declares, then what the rank he gives us among his suppliers
implies (:mod:`.supplier_rank`), then an estimate from similar customers
(:mod:`.wallet`). Each comes with an
interval and the name of its source; a bare guess is never shown as a fact.

Amounts are in money over one period (a year, say), shares are fractions of 1. A figure
that is not there is NaN.

References
----------
[1] Ehrenberg (1988). Repeat-buying, 2nd ed.: penetration and share of requirements.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError

__all__ = [
    "CategoryMetrics",
    "category_metrics",
    "resolve_share",
]

#: Sources of a share, the best first.
SOURCES = ("declared", "rank", "estimate", "none")

#: Part by which a declared wallet may be wrong either way (own rule: people round).
DECLARED_ERROR = 0.2


@dataclass(frozen=True)
class CategoryMetrics:
    """How a company's share of a category comes about [1].

    Parameters
    ----------
    buyers
        Customers who bought of us.
    penetration
        Their share of those who buy the category at all.
    wallet
        Mean category spend of our buyers, in money.
    share_of_category_requirements
        Our part of it.
    heavy_usage_index
        Their mean category spend over that of all category buyers.
    market_share
        Our part of all category spend: the product of penetration, share of category
        requirements and heavy usage index.
    """

    buyers: int
    penetration: float
    wallet: float
    share_of_category_requirements: float
    heavy_usage_index: float
    market_share: float


def category_metrics(spend: np.ndarray, category_spend: np.ndarray) -> CategoryMetrics:
    """Return size of wallet, share of category requirements and penetration together.

    Parameters
    ----------
    spend
        What each category buyer spent with us, 0 or more.
    category_spend
        What he spent in the category with everybody; a declared figure below ``spend``
        counts as ``spend``.

    Returns
    -------
    CategoryMetrics
        Ratios that have no base are NaN.

    Raises
    ------
    FrameError
        On missing or negative amounts, or unequal lengths.
    """
    own, whole = _money(spend, "spend"), _money(category_spend, "category_spend")
    if own.shape != whole.shape:
        raise FrameError("share_of_wallet", "category_spend", "type", whole.size)
    whole = np.maximum(whole, own)
    is_ours, is_buyer = own > 0, whole > 0
    ours, wallet = own.sum(), whole[is_ours].sum()
    buyers, everybody = int(is_ours.sum()), int(is_buyer.sum())
    mean, mean_of_all = _ratio(wallet, buyers), _ratio(whole.sum(), everybody)
    return CategoryMetrics(
        buyers=buyers,
        penetration=_ratio(buyers, everybody),
        wallet=mean,
        share_of_category_requirements=_ratio(ours, wallet),
        heavy_usage_index=_ratio(mean, mean_of_all),
        market_share=_ratio(ours, whole.sum()),
    )


def resolve_share(
    spend: np.ndarray,
    *,
    declared_wallet: np.ndarray | None = None,
    rank_share: pd.DataFrame | None = None,
    wallet_estimate: pd.DataFrame | None = None,
    declared_error: float = DECLARED_ERROR,
) -> pd.DataFrame:
    """Return each customer's share of wallet from the best source there is.

    Parameters
    ----------
    spend
        What each customer spent with us in the period, 0 or more.
    declared_wallet
        What he says to spend with everybody; NaN where he did not. Less than he spends
        with us counts as that.
    rank_share
        share, lower, upper of :func:`~.supplier_rank.rank_based_share_interval`; NaN
        where no rank is known. Of no use where nothing was spent with us.
    wallet_estimate
        wallet, lower, upper (money) of :func:`~.wallet.estimate_wallet`; NaN where
        there is none.
    declared_error
        Part by which a declared wallet may be wrong either way.

    Returns
    -------
    DataFrame
        In the order of the input: ``share_of_wallet``, ``share_lower``,
        ``share_upper``, ``wallet``, ``wallet_lower``, ``wallet_upper``,
        ``open_wallet``, ``source`` (declared, rank, estimate or none). Without a
        source all but ``source`` are NaN.

    Raises
    ------
    FrameError
        On missing or negative spend, or tables of another length.
    """
    own = _money(spend, "spend")
    offers = [
        _declared(own, declared_wallet, declared_error),
        _ranked(own, rank_share),
        _estimated(own, wallet_estimate),
        np.full((len(own), 3), np.nan),
    ]
    known = np.array([np.isfinite(offer).all(axis=1) for offer in offers])
    known[-1] = True
    best = known.argmax(axis=0)
    wallets = np.stack(offers)[best, np.arange(len(own))]
    shares = _shares(own, wallets)
    return pd.DataFrame(
        {
            "share_of_wallet": shares[:, 0],
            "share_lower": shares[:, 2],
            "share_upper": shares[:, 1],
            "wallet": wallets[:, 0],
            "wallet_lower": wallets[:, 1],
            "wallet_upper": wallets[:, 2],
            "open_wallet": wallets[:, 0] - own,
            "source": np.array(SOURCES)[best],
        }
    )


def _shares(own: np.ndarray, wallets: np.ndarray) -> np.ndarray:
    """Spend over wallets; nothing spent of nothing is no share."""
    spend = np.broadcast_to(own[:, None], wallets.shape)
    known = np.isfinite(wallets) & (wallets > 0)
    return np.divide(spend, wallets, out=np.full(wallets.shape, np.nan), where=known)


def _declared(own: np.ndarray, wallet: np.ndarray | None, error: float) -> np.ndarray:
    """Wallet, lower and upper as declared."""
    if wallet is None:
        return np.full((len(own), 3), np.nan)
    said = _same_length(np.asarray(wallet, dtype=float), own, "declared_wallet")
    negative = int((said < 0).sum())
    if negative:
        raise FrameError("share_of_wallet", "declared_wallet", "range", negative)
    limits = np.column_stack([said, said * (1.0 - error), said * (1.0 + error)])
    return np.maximum(limits, own[:, None])


def _ranked(own: np.ndarray, shares: pd.DataFrame | None) -> np.ndarray:
    """Wallet, lower and upper as the rank implies."""
    if shares is None:
        return np.full((len(own), 3), np.nan)
    columns = shares[["share", "upper", "lower"]].to_numpy(dtype=float)
    columns = _same_length(columns, own, "rank_share")
    known = (columns > 0) & (own > 0)[:, None]
    spend = np.broadcast_to(own[:, None], columns.shape)
    return np.divide(spend, columns, out=np.full(columns.shape, np.nan), where=known)


def _estimated(own: np.ndarray, estimate: pd.DataFrame | None) -> np.ndarray:
    """Wallet, lower and upper as estimated, at least what is spent with us."""
    if estimate is None:
        return np.full((len(own), 3), np.nan)
    columns = estimate[["wallet", "lower", "upper"]].to_numpy(dtype=float)
    return np.maximum(_same_length(columns, own, "wallet_estimate"), own[:, None])


def _same_length(values: np.ndarray, own: np.ndarray, name: str) -> np.ndarray:
    if len(values) != len(own):
        raise FrameError("share_of_wallet", name, "type", len(values))
    return values


def _money(values: np.ndarray, name: str) -> np.ndarray:
    """Amounts as floats, none missing or negative."""
    amounts = np.asarray(values, dtype=float)
    missing = int((~np.isfinite(amounts)).sum())
    if missing:
        raise FrameError("share_of_wallet", name, "null", missing)
    negative = int((amounts < 0).sum())
    if negative:
        raise FrameError("share_of_wallet", name, "range", negative)
    return amounts


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
