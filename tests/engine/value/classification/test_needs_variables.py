"""Columns made comparable: limits, shares, what is not known."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.classification.needs_categories import NeedsCategories
from customer_analytics.value.classification.needs_variables import (
    NeedsScale,
    NeedsVariable,
)

MIX = NeedsVariable("mix", ("a", "b", "c"), "shares")
GAP = NeedsVariable("gap", ("gap",), "skewed")
RATE = NeedsVariable("rate", ("rate",))


@pytest.fixture
def customers(rng):
    shares = rng.dirichlet([1.0, 2.0, 3.0], 500)
    return pd.DataFrame(shares, columns=["a", "b", "c"]).assign(
        gap=rng.lognormal(3.0, 1.0, 500), rate=rng.random(500)
    )


def test_figures_have_mean_zero_and_spread_one(customers):
    values = NeedsScale.fit(customers, [GAP, RATE]).transform(customers)
    assert values.mean(axis=0) == pytest.approx(0.0, abs=1e-9)
    assert values.std(axis=0) == pytest.approx(1.0)


def test_shares_weigh_together_like_one_figure(customers):
    values = NeedsScale.fit(customers, [MIX]).transform(customers)
    first = np.linalg.svd(values - values.mean(axis=0), compute_uv=False)[0]
    assert first**2 / len(values) == pytest.approx(1.0)


def test_an_extreme_customer_does_not_stretch_the_scale(customers):
    before = NeedsScale.fit(customers, [GAP]).transform(customers)
    customers.loc[0, "gap"] = 1e12
    after = NeedsScale.fit(customers, [GAP]).transform(customers)
    assert after[1:] == pytest.approx(before[1:], abs=0.05)
    assert after.max() < 4


def test_what_is_not_known_counts_as_average(customers):
    scale = NeedsScale.fit(customers, [MIX, GAP, RATE])
    unknown = customers.iloc[:3].copy()
    unknown.iloc[:] = [[np.nan] * 5, [np.inf] * 5, [np.nan] * 5]
    assert (scale.transform(unknown) == 0.0).all()


def test_a_column_alike_for_all_is_left_out(customers):
    scale = NeedsScale.fit(customers.assign(rate=0.1, c=0.0), [MIX, RATE, GAP])
    assert scale.columns == ["a", "b", "gap"]
    assert scale.dropped == ("c", "rate")


def test_units_of_money_do_not_matter(customers):
    small = NeedsScale.fit(customers, [RATE]).transform(customers)
    large = customers.assign(rate=customers["rate"] * 1000)
    assert NeedsScale.fit(large, [RATE]).transform(large) == pytest.approx(small)


@pytest.mark.parametrize("fitted", [NeedsScale, NeedsCategories])
def test_all_customers_alike_are_refused(fitted):
    alike = pd.DataFrame({"gap": [3.0] * 200, "rate": np.nan})
    with pytest.raises(InsufficientDataError) as caught:
        fitted.fit(alike, [GAP, RATE])
    assert (caught.value.needed, caught.value.found) == (1, 0)


@pytest.mark.parametrize("fitted", [NeedsScale, NeedsCategories])
def test_kept_as_json(customers, fitted):
    scale = fitted.fit(customers, [MIX, GAP, RATE])
    again = fitted.from_dict(scale.to_dict())
    assert again == scale
    assert (again.transform(customers) == scale.transform(customers)).all()


def test_wrong_kind_and_missing_column_are_named(customers):
    with pytest.raises(FrameError):
        NeedsVariable("x", ("x",), "words")
    with pytest.raises(FrameError) as caught:
        NeedsScale.fit(customers, [NeedsVariable("x", ("nowhere",))])
    assert caught.value.column == "nowhere"
