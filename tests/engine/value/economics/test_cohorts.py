"""Cohort triangle: shares by age, hidden cells, intervals (METHODS.md, section G)."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.stats.intervals import wilson_interval
from customer_analytics.value.economics.cohorts import cohort_counts, cohort_triangle
from customer_analytics.value.purchase.sbg import ShiftedBetaGeometric

END = np.datetime64("2024-04-30")


def sales(*rows):
    """TRANSACTIONS from (customer, months of 2024 with a purchase)."""
    days = [(customer, f"2024-{m:02d}-10") for customer, months in rows for m in months]
    frame = pd.DataFrame(days, columns=["customer_id", "day"])
    return frame.assign(day=pd.to_datetime(frame["day"]), amount=1.0, margin=0.5)


def triangle(rows, end=END, **options):
    return cohort_triangle(cohort_counts(rows, end, **options), end, **options)


FOUR = sales((1, [1, 2, 4]), (2, [1, 2]), (3, [2, 3]), (4, [4]))


def test_counts_by_cohort_and_age():
    found = triangle(FOUR)
    assert found.sizes.tolist() == [2, 1, 1]
    assert found.cohorts.astype("datetime64[M]").astype(str).tolist() == [
        "2024-01",
        "2024-02",
        "2024-04",
    ]
    expected = [[2, 2, 0, 1], [1, 1, 0, np.nan], [1, np.nan, np.nan, np.nan]]
    np.testing.assert_array_equal(found.counts, expected)


def test_cells_younger_than_the_period_are_hidden():
    found = triangle(FOUR)
    for values in (found.share.estimate, found.share.lower, found.share.upper):
        assert np.isnan(values).tolist() == np.isnan(found.counts).tolist()


def test_a_month_that_has_not_ended_is_hidden():
    found = triangle(FOUR, np.datetime64("2024-04-29"))
    assert found.counts.shape == (2, 3)


def test_shares_have_wilson_intervals():
    found = triangle(FOUR)
    expected = wilson_interval(1, 2)
    assert found.share.estimate[0, 3] == 0.5
    assert found.share.lower[0, 3] == pytest.approx(expected.lower)
    assert found.share.upper[0, 3] == pytest.approx(expected.upper)


def test_age_pools_the_cohorts_that_reached_it():
    found = triangle(FOUR)
    assert found.by_age.estimate.tolist() == [1.0, 1.0, 0.0, 0.5]


def test_frame_has_the_visible_cells_only():
    frame = triangle(FOUR).to_frame()
    assert len(frame) == 8
    assert frame["share"].notna().all()
    last = frame.iloc[3]
    assert (last["age"], last["size"], last["customers"]) == (3, 2, 1)


def test_batches_of_customers_add_up():
    rng = np.random.default_rng(5)
    rows = sales(*((i, rng.integers(1, 5, 3)) for i in range(90)))
    whole = triangle(rows)
    parts = pd.concat(
        [cohort_counts(rows[rows["customer_id"] % 2 == half], END) for half in range(2)]
    )
    np.testing.assert_array_equal(cohort_triangle(parts, END).counts, whole.counts)


def test_groups_are_told_apart():
    groups = pd.Series({1: "a", 2: "a", 3: "b"})
    counts = cohort_counts(FOUR, END, groups=groups)
    first = cohort_triangle(counts[counts["group"] == "a"], END)
    assert first.sizes.tolist() == [2]
    assert counts["customers"].sum() == 7


def test_row_order_does_not_matter():
    shuffled = FOUR.sample(frac=1.0, random_state=1)
    np.testing.assert_array_equal(triangle(shuffled).counts, triangle(FOUR).counts)


def test_quarters_and_years():
    rows = sales((1, [1, 2, 4]), (2, [3, 5]))
    found = triangle(rows, np.datetime64("2024-06-30"), period="quarter")
    np.testing.assert_array_equal(found.counts, [[2, 2]])
    with pytest.raises(InsufficientDataError) as error:
        triangle(rows, np.datetime64("2024-06-30"), period="year")
    assert (error.value.needed, error.value.found) == (1, 0)


def test_one_customer_of_one_month():
    found = triangle(sales((1, [4])))
    assert found.counts.tolist() == [[1.0]]
    assert found.share.lower[0, 0] == pytest.approx(0.2065, abs=1e-4)


def test_survival_of_a_contract_is_found_again(rng):
    """Monthly renewals by sBG: the pooled row is the model's survival."""
    model = ShiftedBetaGeometric(0.7, 2.1)
    stays = np.minimum(rng.geometric(rng.beta(0.7, 2.1, 5000)), 12)
    rows = sales(*((i, range(1, n + 1)) for i, n in enumerate(stays)))
    found = triangle(rows, np.datetime64("2024-12-31"))
    expected = model.survival(np.arange(12))
    assert found.by_age.estimate == pytest.approx(expected, abs=0.02)


def test_a_hundred_thousand_customers_take_a_moment(rng):
    size = 100_000
    day = np.datetime64("2020-01-01") + rng.integers(0, 1500, 3 * size)
    rows = pd.DataFrame(
        {
            "customer_id": np.tile(np.arange(size), 3),
            "day": day.astype("datetime64[s]"),
            "amount": 1.0,
            "margin": 0.5,
        }
    )
    found = triangle(rows, np.datetime64("2024-02-29"))
    assert found.sizes.sum() <= size
    assert found.counts.shape[1] <= 50
