"""Shares and their differences against Newcombe (1998a, b), R and METHODS.md, section C."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.stats.intervals import (
    newcombe_difference,
    normal_quantile,
    paired_difference,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_matches_newcombe_1998a_table_1(x, n, lower, upper):
    found = wilson_interval(x, n)
    assert round(found.lower, 4) == lower
    assert round(found.upper, 4) == upper
    assert found.estimate == x / n


@pytest.mark.parametrize(
    ("x", "n", "lower", "upper"),
    [(12, 40, 0.180748452297, 0.454300188181), (0, 25, 0.0, 0.133192250939)],
)
def test_wilson_matches_r_prop_test(x, n, lower, upper):
    found = wilson_interval(x, n)
    assert found.lower == pytest.approx(lower, abs=1e-11)
    assert found.upper == pytest.approx(upper, abs=1e-11)


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_difference_matches_newcombe_1998b_method_10(counts, lower, upper):
    found = newcombe_difference(*counts)
    assert round(found.lower, 4) == lower
    assert round(found.upper, 4) == upper


def test_wilson_limits_are_the_shares_that_the_score_test_just_accepts():
    x, n, z = 17.0, 60.0, normal_quantile(0.9)
    found = wilson_interval(x, n, level=0.9)
    for limit in (found.lower, found.upper):
        score = (x / n - limit) / np.sqrt(limit * (1 - limit) / n)
        assert abs(score) == pytest.approx(z)


def test_wilson_covers_as_often_as_it_says(rng):
    x = rng.binomial(40, 0.1, 20_000)
    found = wilson_interval(x, 40.0, level=0.9)
    held = ((found.lower <= 0.1) & (found.upper >= 0.1)).mean()
    assert 0.87 < held < 0.95


def test_arrays_are_the_scalars_one_by_one():
    x, n = np.array([[0, 3], [4, 9]]), np.array([4, 9])
    found = wilson_interval(x, n)
    assert found.lower.shape == (2, 2)
    for i, j in np.ndindex(2, 2):
        one = wilson_interval(x[i, j], n[j])
        assert (found.lower[i, j], found.upper[i, j]) == (one.lower, one.upper)


def test_nobody_has_no_share():
    found = wilson_interval([0, 3], [0, 6])
    assert np.isnan([found.estimate[0], found.lower[0], found.upper[0]]).all()
    assert found.estimate[1] == 0.5
    assert np.isnan(newcombe_difference(0, 0, 3, 6).lower)


def test_one_case_and_a_million_cases():
    assert wilson_interval(1, 1).upper == 1.0
    assert wilson_interval(1, 1).lower == pytest.approx(0.2065, abs=1e-4)
    many = wilson_interval(3e8, 1e9)
    assert many.upper - many.lower == pytest.approx(5.68e-5, rel=1e-3)


def test_fewer_effective_cases_widen_the_interval():
    """A weighted share counts with Kish's effective number of cases."""
    full, weighted = wilson_interval(30, 100), wilson_interval(30 * 0.9, 100 * 0.9)
    assert weighted.estimate == pytest.approx(full.estimate)
    assert weighted.upper - weighted.lower > full.upper - full.lower


def test_swapping_the_groups_mirrors_the_difference():
    one, two = newcombe_difference(9, 10, 3, 10), newcombe_difference(3, 10, 9, 10)
    assert one.lower == pytest.approx(-two.upper)
    assert one.estimate == pytest.approx(-two.estimate)


def test_paired_difference_is_agresti_min_2005():
    """Adding half a case to each of the four cells, then Wald."""
    b, c, n = 8.5, 2.5, 102.0
    centre = (b - c) / n
    error = np.sqrt((b + c) - (b - c) ** 2 / n) / n
    found = paired_difference(8, 2, 100)
    assert found.estimate == pytest.approx(0.06)
    assert found.lower == pytest.approx(centre - 1.959964 * error, abs=1e-6)
    assert found.upper == pytest.approx(centre + 1.959964 * error, abs=1e-6)


def test_equal_methods_differ_by_nothing_with_a_width():
    found = paired_difference(0, 0, 12)
    assert found.estimate == 0.0
    assert found.lower < 0.0 < found.upper
    assert np.isnan(paired_difference(0, 0, 0).estimate)


def test_paired_difference_covers_as_often_as_it_says(rng):
    cells = rng.multinomial(50, [0.3, 0.2, 0.1, 0.4], 10_000)
    found = paired_difference(cells[:, 1], cells[:, 2], 50.0, level=0.8)
    held = ((found.lower <= 0.1) & (found.upper >= 0.1)).mean()
    assert 0.77 < held < 0.85


@pytest.mark.parametrize(
    ("x", "n"), [(-1, 5), (6, 5), (np.nan, 5), (1, np.inf), (0, -1)]
)
def test_impossible_counts_are_refused(x, n):
    with pytest.raises(FrameError):
        wilson_interval(x, n)
    with pytest.raises(FrameError):
        paired_difference(x, 0, n)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, np.nan])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(FrameError):
        wilson_interval(1, 2, level=level)
