"""Seasons of a company: published indices, shrinkage, and time counted by business."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.basket.seasonality import (
    FLAT,
    MONTH_DAYS,
    calendar_days,
    company_season,
    normalised,
    seasonal_days,
)

# Box, Jenkins, Reinsel (2008), series G: airline passengers, thousands, 1949 to 1960.
AIRLINE = """
112 118 132 129 121 135 148 148 136 119 104 118 115 126 141 135 125 149 170 170 158 133
114 140 145 150 178 163 172 178 199 199 184 162 146 166 171 180 193 181 183 218 230 242
209 191 172 194 196 196 236 235 229 243 264 272 237 211 180 201 204 188 235 227 234 264
302 293 259 229 203 229 242 233 267 269 270 315 364 347 312 274 237 278 284 277 317 313
318 374 413 405 355 306 271 306 315 301 356 348 355 422 465 467 404 347 305 336 340 318
362 348 363 435 491 505 404 359 310 337 360 342 406 396 420 472 548 559 463 407 362 405
417 391 419 461 472 535 622 606 508 461 390 432
"""
# decompose(AirPassengers, "multiplicative")$figure of R's stats package.
FIGURE = np.array(
    [
        *(0.9102304, 0.8836253, 1.0073663, 0.9759060, 0.9813780, 1.1127758),
        *(1.2265555, 1.2199110, 1.0604919, 0.9217572, 0.8011781, 0.8988244),
    ]
)
SUMMER = np.array([0, 0, 0, 0, 1, 3, 4, 3, 1, 0, 0, 0], dtype=float)
END = np.datetime64("2024-12-31")


def monthly(counts, last="2024-12"):
    months = np.datetime64(last, "M") - np.arange(len(counts))[::-1]
    return pd.DataFrame({"month": months.astype("datetime64[s]"), "purchases": counts})


def drawn(rng, index, years, per_month):
    mean = np.tile(np.asarray(index) * MONTH_DAYS / MONTH_DAYS.mean(), years)
    return monthly(rng.poisson(per_month * mean).astype(float))


def test_airline_passengers_have_the_published_season():
    """Per day, as the indices are; the growth of twelve per cent a year is taken out."""
    counts = np.array(AIRLINE.split(), dtype=float)
    counts *= np.tile(MONTH_DAYS / MONTH_DAYS.mean(), 12)
    found = company_season(monthly(counts, "1960-12"), np.datetime64("1960-12-31"))
    assert found.index == pytest.approx(FIGURE, abs=0.045)
    assert (found.peak, found.years) == (7, 5)
    assert found.weight > 0.95


def test_a_known_season_is_recovered(rng):
    truth = normalised(0.5 + SUMMER / SUMMER.mean())
    found = company_season(drawn(rng, truth, 4, 400), END)
    assert found.index == pytest.approx(truth, abs=0.12)
    assert found.strength == pytest.approx(truth.max() - 1, rel=0.1)


@pytest.mark.parametrize("per_month", [2, 30, 1000])
def test_without_a_season_none_is_seen(rng, per_month):
    seen = [company_season(drawn(rng, FLAT, 3, per_month), END) for _ in range(20)]
    shrunk = np.mean([np.abs(np.array(one.index) - 1).mean() for one in seen])
    raw = np.mean([np.abs(np.array(one.observed) - 1).mean() for one in seen])
    assert shrunk < 0.5 * raw


def test_growth_is_no_season():
    growing = monthly(100.0 * 1.03 ** np.arange(48) * np.tile(MONTH_DAYS, 4))
    found = company_season(growing, END)
    assert found.index == pytest.approx(FLAT, abs=0.01)


def test_the_index_is_one_on_average_and_does_not_know_units(rng):
    frame = drawn(rng, SUMMER / SUMMER.mean(), 3, 500)
    found = np.array(company_season(frame, END).index)
    assert (found * MONTH_DAYS).sum() / MONTH_DAYS.sum() == pytest.approx(1.0)
    assert found.min() > 0
    mixed = company_season(frame.sample(frac=1.0, random_state=1), END)
    assert np.array(mixed.index) == pytest.approx(found)


def test_a_category_with_few_purchases_takes_the_season_of_the_company(rng):
    parent = normalised(0.5 + SUMMER / SUMMER.mean())
    few = [
        company_season(drawn(rng, parent, 3, 1), END, toward=parent) for _ in "12345"
    ]
    error, raw = (
        np.mean([np.abs(np.array(getattr(one, name)) - parent).mean() for one in few])
        for name in ("index", "observed")
    )
    assert error < 0.6 * raw
    winter = np.roll(parent, 6)
    many = company_season(drawn(rng, winter, 3, 900), END, toward=parent)
    assert np.array(many.index) == pytest.approx(winter, abs=0.2)


def test_the_month_under_way_does_not_count(rng):
    frame = drawn(rng, FLAT, 3, 100)
    half = pd.concat([frame, monthly([3.0], "2025-01")])
    assert company_season(half, np.datetime64("2025-01-16")) == company_season(
        frame, END
    )


def test_months_without_a_purchase_may_be_missing():
    full = monthly(np.tile(SUMMER * 100, 3)[4:])
    sparse = full[full["purchases"] > 0]
    assert company_season(sparse, END) == company_season(full, END)


@pytest.mark.parametrize("months", [0, 1, 23])
def test_less_than_two_years_is_told(months):
    with pytest.raises(InsufficientDataError) as error:
        company_season(monthly(np.full(months, 5.0)), END)
    assert (error.value.needed, error.value.found) == (24, months)


def test_a_negative_count_is_refused():
    with pytest.raises(FrameError):
        company_season(monthly(np.full(24, -1.0)), END)


@pytest.mark.parametrize("start", ["2024-01-31", "2024-02-28", "2025-06-15"])
@pytest.mark.parametrize("index", [FLAT, SUMMER, FIGURE])
def test_a_whole_year_holds_its_days(start, index):
    start = np.datetime64(start)
    for years in (0, 1, 3):
        days = seasonal_days(index, start, 365.0 * years)
        assert days == pytest.approx([365.0 * years])


def test_days_of_the_season_and_of_the_calendar_are_inverse(rng):
    index = normalised(rng.gamma(1, 1, (50, 12)))
    days = rng.uniform(0, 900, (50, 4))
    start = np.datetime64("2025-09-15")
    there = seasonal_days(index, start, days)
    assert calendar_days(index, start, there) == pytest.approx(days)
    assert (np.diff(seasonal_days(index, start, np.sort(days, axis=1))) >= 0).all()


def test_without_a_season_a_day_is_a_day():
    days = np.array([0.0, 0.5, 40.0, 366.0, np.inf])
    assert calendar_days(FLAT, END, days) == pytest.approx(days)


def test_who_sleeps_in_winter_buys_in_summer():
    found = calendar_days(SUMMER, np.datetime64("2025-09-30"), 10.0)
    assert 200 < found[0] < 260
    busy = seasonal_days(SUMMER, np.datetime64("2025-06-30"), 31.0)
    quiet = seasonal_days(SUMMER, np.datetime64("2025-12-31"), 31.0)
    assert busy[0] > 100 > 3 > quiet[0]
