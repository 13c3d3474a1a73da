"""Seasons of customers: kinds are found among many, and predictions follow them."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.basket.customer_season import (
    KAPPAS,
    WAVES,
    customer_seasons,
    month_table,
    season_law,
)
from customer_analytics.value.basket.seasonality import FLAT, MONTH_DAYS, normalised

END = np.datetime64("2024-12-31")
BEACH = normalised(np.array([0, 0, 0, 0.2, 1, 1.3, 1.6, 1.7, 0.8, 0, 0, 0]))


def purchase_days(rng, index, customers, per_year, *, years=3, first_id=0, shape=1.0):
    """Days of renewal processes that run by ``index``; shape 1 is chance."""
    rows = []
    calendar = np.arange(END - 365 * years, END) + 1
    busy = np.cumsum(index[calendar.astype("datetime64[M]").astype(int) % 12])
    for customer in range(first_id, first_id + customers):
        gaps = rng.gamma(shape, 365 / per_year / shape, 4 * per_year * years + 5)
        due = np.cumsum(gaps) - gaps[0] * rng.random()
        place = np.searchsorted(busy, due[due < busy[-1]])
        rows += [(customer, calendar[i]) for i in np.unique(place)]
    frame = pd.DataFrame(rows, columns=["customer_id", "day"])
    return frame.assign(day=frame["day"].astype("datetime64[s]"))


def seasons(days, season=FLAT):
    ids, counts, exposure = month_table(days, END)
    law = season_law(counts, exposure, season)
    return ids, customer_seasons(counts, exposure, season, law), law


def test_months_and_days_since_the_first_purchase_are_counted():
    days = pd.DataFrame(
        {
            "customer_id": [7, 7, 7, 9],
            "day": pd.to_datetime(
                ["2023-12-30", "2024-02-01", "2024-02-10", "2024-12-31"]
            ),
        }
    )
    ids, counts, exposure = month_table(days, END)
    assert ids.tolist() == [7, 9]
    assert counts[0].tolist() == [0, 2] + [0] * 10
    assert exposure[0, :2].tolist() == [31, 29]
    assert exposure[0, 11] == 32
    assert exposure.sum(axis=1).tolist() == [367, 0]
    assert counts[1].sum() == 0


def test_beach_bars_are_told_from_cafes(rng):
    cafes = purchase_days(rng, FLAT, 150, 8, shape=5.0)
    bars = purchase_days(rng, BEACH, 15, 6, first_id=1000, shape=3.0)
    ids, found, law = seasons(pd.concat([cafes, bars]))
    is_bar = ids >= 1000
    winter = found[:, [11, 0, 1]].mean(axis=1)
    assert (winter[is_bar] < 0.35).mean() > 0.8
    assert (np.abs(found[~is_bar] - 1).max(axis=1) < 0.3).mean() > 0.9
    assert 0.7 < law[-1] < 0.97


def test_regular_customers_without_a_season_get_none(rng):
    _ids, found, law = seasons(purchase_days(rng, FLAT, 200, 12, shape=8.0))
    assert np.abs(found - 1).max() < 0.25
    assert law[-1] > 0.95


def test_one_summer_is_no_season(rng):
    """Ten customers of one year, all in August: the company's season is theirs."""
    short = purchase_days(rng, BEACH, 10, 6, years=1)
    shared = normalised(np.linspace(0.8, 1.2, 12))
    _ids, found, law = seasons(short, shared)
    assert law[-1] == pytest.approx(1.0)
    assert found == pytest.approx(np.tile(shared, (len(found), 1)))


def test_all_seasons_are_one_on_average(rng):
    _ids, found, law = seasons(purchase_days(rng, BEACH, 30, 5))
    assert found @ MONTH_DAYS / MONTH_DAYS.sum() == pytest.approx(np.ones(len(found)))
    assert sum(law) == pytest.approx(1.0)
    assert len(law) == len(WAVES) + len(KAPPAS)


def test_nobody(rng):
    empty = pd.DataFrame({"customer_id": [], "day": pd.to_datetime([])})
    ids, found, law = seasons(empty)
    assert (len(ids), found.shape) == (0, (0, 12))
    assert law[-1] > 0.9
