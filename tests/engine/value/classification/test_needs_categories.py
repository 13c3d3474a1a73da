"""Figures and shares turned into answers."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.classification.needs_categories import NeedsCategories
from customer_analytics.value.classification.needs_variables import NeedsVariable

MIX = NeedsVariable("mix", ("a", "b", "c"), "shares")
GAP = NeedsVariable("gap", ("gap",), "skewed")
RATE = NeedsVariable("rate", ("rate",))
CHANNEL = NeedsVariable("channel", ("shop", "web"), "shares")


@pytest.fixture
def customers(rng):
    shares = rng.dirichlet([1.0, 2.0, 3.0], 500)
    return pd.DataFrame(shares, columns=["a", "b", "c"]).assign(
        gap=rng.lognormal(3.0, 1.0, 500), rate=rng.random(500)
    )


def test_figures_become_thirds_and_shares_yes_or_no(customers):
    customers.loc[:99, "a"] = 0.0
    customers.loc[0, "rate"] = np.nan
    codes = NeedsCategories.fit(customers, [MIX, RATE]).transform(customers)
    assert np.bincount(codes[:, 0]).tolist() == [100, 400]
    assert codes[0, -1] == -1
    thirds = np.bincount(codes[1:, -1])
    assert len(thirds) == 3
    assert thirds.min() > 160


def test_mostly_zero_is_still_told_apart():
    frame = pd.DataFrame({"rate": [0.0] * 90 + [0.2] * 10})
    codes = NeedsCategories.fit(frame, [RATE]).transform(frame)
    assert np.bincount(codes[:, 0]).tolist() == [90, 10]


def test_one_of_several_stays_as_it_is():
    frame = pd.DataFrame({"shop": [1.0, 0.0, np.nan], "web": [0.0, 1.0, np.nan]})
    codes = NeedsCategories.fit(frame, [CHANNEL]).transform(frame)
    assert codes.tolist() == [[1, 0], [0, 1], [-1, -1]]


def test_units_do_not_matter(customers):
    fitted = NeedsCategories.fit(customers, [GAP])
    weeks = customers.assign(gap=customers["gap"] / 7)
    again = NeedsCategories.fit(weeks, [GAP])
    assert (again.transform(weeks) == fitted.transform(customers)).all()


def test_bounds_are_kept_for_customers_who_come_later(customers):
    fitted = NeedsCategories.fit(customers, [RATE])
    later = pd.DataFrame({"rate": [-5.0, 0.5, 99.0, np.nan]})
    assert fitted.transform(later)[:, 0].tolist() == [0, 1, 2, -1]


def test_every_customer_twice_gives_the_same_bounds(customers):
    twice = pd.concat([customers, customers], ignore_index=True)
    once = NeedsCategories.fit(customers, [RATE]).transform(customers)
    both = NeedsCategories.fit(twice, [RATE]).transform(customers)
    assert (once == both).mean() > 0.99


def test_answers_alike_for_all_are_left_out(customers):
    fitted = NeedsCategories.fit(customers.assign(rate=2.0), [MIX, GAP, RATE])
    assert fitted.columns == ["gap"], "everybody buys a little of everything"
    assert fitted.dropped == ("a", "b", "c", "rate")
