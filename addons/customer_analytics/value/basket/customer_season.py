"""The season of each customer.

A hotel by the sea buys in summer whatever the company as a whole does. Purchases after
the first are counted by month of the year, the days in which they could have happened
too: n_m purchases where the season of all would have brought E_m. Customers are of
several kinds: those who follow the company; those with one peak, a wave around any month
(a von Mises curve of some height); those of another shape, their own ratios gamma
distributed around 1 [1]. How common each kind is, is estimated from all customers, so
that the tenth beach bar is known for what it is after one summer's orders; a customer's
season is the mean over what he may be. The kinds are learnt from customers of two years:
one summer is no season. Customers of less than a year follow the company.

References
----------
[1] DuMouchel (1999). American Statistician 53, 177-190, for the gamma mixture.
[2] Laird (1978). Nonparametric maximum likelihood estimation of a mixing distribution.
    Journal of the American Statistical Association 73, 805-811, for the shares by EM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import gammaln

from .seasonality import (
    FLAT,
    MIN_YEARS,
    MONTHS,
    YEAR_DAYS,
    normalised,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

__all__ = ["customer_seasons", "month_table", "season_law"]

#: Heights of a wave: its crest is 4, 20 and 400 times its trough.
HEIGHTS = (0.7, 1.5, 3.0)
WAVES = np.array(
    [
        np.exp(height * np.cos(2 * np.pi * (np.arange(MONTHS) - month) / MONTHS))
        for height in HEIGHTS
        for month in range(MONTHS)
    ]
)
#: Shapes of the gamma kinds, the last one without a season of its own.
KAPPAS = (0.5, 2.0, 8.0, 1e6)
#: Customers without a season of their own that are taken for granted.
PRIOR_CUSTOMERS = 5.0
#: Rounds of EM; shares then move by less than a thousandth.
ROUNDS = 60


def month_table(
    days: pd.DataFrame, observation_end: np.datetime64
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Repeat purchases by month of the year, and days in which they could happen.

    Parameters
    ----------
    days
        ``customer_id`` and ``day``, one row per purchase day.
    observation_end
        Last day that is known.

    Returns
    -------
    tuple
        Customer identifiers, ascending; repeat purchases and days observed since the
        first purchase, arrays (customers, 12), January first.
    """
    if days.empty:
        return np.zeros(0, np.int64), np.zeros((0, MONTHS)), np.zeros((0, MONTHS))
    end = np.datetime64(observation_end, "D")
    day = days["day"].to_numpy().astype("datetime64[D]")
    customers, row = np.unique(days["customer_id"].to_numpy(), return_inverse=True)
    first = np.full(len(customers), end)
    np.minimum.at(first, row, day)
    repeat = day > first[row]
    month = day.astype("datetime64[M]").astype("int64") % MONTHS
    cell = row[repeat] * MONTHS + month[repeat]
    counts = np.bincount(cell, minlength=len(customers) * MONTHS).astype(float)
    calendar = np.arange(first.min(), end + 1)
    number = calendar.astype("datetime64[M]").astype("int64") % MONTHS
    passed = np.cumsum(number[:, None] == np.arange(MONTHS), axis=0, dtype=float)
    place = (first - calendar[0]).astype(int)
    return customers, counts.reshape(-1, MONTHS), passed[-1] - passed[place]


def season_law(
    counts: np.ndarray, exposure: np.ndarray, season: ArrayLike = FLAT
) -> tuple[float, ...]:
    """How common customers of each kind are.

    Parameters
    ----------
    counts, exposure
        Of :func:`month_table`, all customers or many of them.
    season
        Twelve indices of all.

    Returns
    -------
    tuple
        Shares of the kinds, first :data:`WAVES`, then :data:`KAPPAS`, which add up to
        1; few customers count with :data:`PRIOR_CUSTOMERS` who follow the company.
    """
    judged = _is_judged(counts, exposure, MIN_YEARS)
    likelihood = _likelihoods(counts[judged], exposure[judged], season)
    kinds = likelihood.shape[1]
    prior = np.append(np.zeros(kinds - 1), PRIOR_CUSTOMERS)
    shares = np.full(kinds, 1.0 / kinds)
    for _ in range(ROUNDS):
        found = _kinds(likelihood, shares).sum(axis=0) + prior
        shares = found / found.sum()
    return tuple(shares.tolist())


def customer_seasons(
    counts: np.ndarray,
    exposure: np.ndarray,
    season: ArrayLike,
    law: Sequence[float],
) -> np.ndarray:
    """Season of each customer.

    Parameters
    ----------
    counts, exposure
        Of :func:`month_table`.
    season
        Twelve indices of all.
    law
        Result of :func:`season_law`.

    Returns
    -------
    ndarray
        Indices (customers, 12) with mean 1; ``season`` for whoever bought once or is a
        customer of less than a year.
    """
    base = np.asarray(season, dtype=float)
    expected = _expected(counts, exposure, base)
    kinds = _kinds(_likelihoods(counts, exposure, base), np.asarray(law, dtype=float))
    index = kinds[:, : len(WAVES)] @ normalised(base * WAVES)
    for share, kappa in zip(kinds[:, len(WAVES) :].T, KAPPAS, strict=True):
        ratio = (kappa + counts) / (kappa + expected)
        index += share[:, None] * normalised(base * ratio)
    index[~_is_judged(counts, exposure, 1)] = base
    return normalised(index)


def _is_judged(counts: np.ndarray, exposure: np.ndarray, years: int) -> np.ndarray:
    """Tell the customers of so many years who bought again."""
    whole = exposure.sum(axis=1) >= years * YEAR_DAYS - 1
    return whole & (counts.sum(axis=1) > 0)


def _likelihoods(
    counts: np.ndarray, exposure: np.ndarray, season: ArrayLike
) -> np.ndarray:
    """Log-likelihood of each customer's months under each kind, (customers, kinds)."""
    whole = np.maximum(exposure * np.asarray(season, dtype=float), 1e-12)
    total = counts.sum(axis=1)
    columns = [
        counts @ np.log(wave)
        + (counts * np.log(whole)).sum(axis=1)
        - total * np.log(whole @ wave)
        for wave in WAVES
    ]
    columns = [column + total * np.log(np.maximum(total, 1.0)) for column in columns]
    expected = np.maximum(_expected(counts, exposure, season), 1e-12)
    columns += [
        (
            gammaln(kappa + counts)
            - gammaln(kappa)
            - kappa * np.log1p(expected / kappa)
            + counts * np.log(expected / (kappa + expected))
        ).sum(axis=1)
        + total
        for kappa in KAPPAS
    ]
    return np.stack(columns, axis=1)


def _kinds(likelihood: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Probability that each customer is of each kind, (customers, kinds)."""
    logs = likelihood + np.log(np.maximum(shares, 1e-12))
    logs -= logs.max(axis=1, keepdims=True)
    weights = np.exp(logs)
    return weights / weights.sum(axis=1, keepdims=True)


def _expected(
    counts: np.ndarray, exposure: np.ndarray, season: ArrayLike
) -> np.ndarray:
    """Each customer's purchases, spread as the season and his days would have it."""
    share = exposure * np.asarray(season, dtype=float)
    whole = np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    return counts.sum(axis=1, keepdims=True) * share / whole
