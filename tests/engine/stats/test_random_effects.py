"""Additive random effects: known variances, shrinkage, out of sample, coverage."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.random_effects import random_effects
from scipy.sparse import csr_matrix

SIZES = (30, 12, 5, 15, 20, 60, 4)
SOME, NONE = (0.8, 0.5, 0.5, 0.3, 0, 0, 0), (0,) * 7


def design(levels):
    """Indicators of the level of each grouping."""
    first = np.cumsum((0, *SIZES[:-1]))
    columns = np.column_stack(levels) + first
    rows = np.repeat(np.arange(len(columns)), len(SIZES))
    cells = (np.ones(columns.size), (rows, columns.ravel()))
    return csr_matrix(cells, (len(columns), sum(SIZES)))


GROUPING = np.repeat(np.arange(len(SIZES)), SIZES)


def world(rng, cases, spreads, noise=1.2):
    """Responses whose levels differ by known standard deviations."""
    effects = [s * rng.standard_normal(k) for s, k in zip(spreads, SIZES, strict=True)]
    levels = [rng.choice(k, cases, p=rng.dirichlet(np.ones(k))) for k in SIZES]
    response = sum(e[level] for e, level in zip(effects, levels, strict=True))
    return design(levels), response + noise * rng.standard_normal(cases)


@pytest.fixture(scope="module")
def known():
    z, y = world(np.random.default_rng(1), 6000, SOME)
    return z, y, random_effects(z, GROUPING, y)


def test_known_variances_are_found_again(known):
    _, _, found = known
    assert found.residual_variance == pytest.approx(1.44, rel=0.05)
    assert np.sqrt(found.variances[:2]) == pytest.approx([0.8, 0.5], rel=0.35)
    assert (np.sqrt(found.variances[4:]) < 0.15).all()


def test_one_grouping_is_the_textbook_shrinkage():
    """Balanced one-way layout: effect = n t / (n t + s) times (mean - grand mean)."""
    rng = np.random.default_rng(2)
    group = np.repeat(np.arange(40), 10)
    y = rng.standard_normal(40)[group] + rng.standard_normal(400)
    z = csr_matrix((np.ones(400), (np.arange(400), group)))
    found = random_effects(z, np.zeros(40, dtype=int), y)
    t, s = found.variances[0], found.residual_variance
    means = y.reshape(40, 10).mean(axis=1) - y.mean()
    assert found.effects == pytest.approx(10 * t / (10 * t + s) * means)
    assert found.intercept == pytest.approx(y.mean())
    assert t == pytest.approx(1.0, rel=0.4)


def test_leave_one_out_is_what_leaving_one_out_gives():
    """At fixed variances; those of 200 cases hardly move with one."""
    z, y = world(np.random.default_rng(3), 200, SOME)
    whole = random_effects(z, GROUPING, y)
    for i in (0, 57, 140):
        others = np.arange(200) != i
        without = random_effects(z[others], GROUPING, y[others])
        assert whole.leave_one_out[i] == pytest.approx(without.mean(z[i])[0], abs=0.12)


@pytest.mark.parametrize(
    ("cases", "spreads", "limit"),
    [
        (10, NONE, 1.01),
        (30, NONE, 1.01),
        (600, NONE, 1.01),
        (10, SOME, 1.02),
        (60, SOME, 0.97),
        (600, SOME, 0.85),
    ],
)
def test_error_out_of_sample_against_the_overall_mean(cases, spreads, limit):
    ratio = []
    for seed in range(12):
        z, y = world(np.random.default_rng(seed), cases + 400, spreads)
        found = random_effects(z[:cases], GROUPING, y[:cases])
        error = ((found.mean(z[cases:]) - y[cases:]) ** 2).mean()
        ratio.append(np.sqrt(error / ((y[:cases].mean() - y[cases:]) ** 2).mean()))
    assert np.mean(ratio) < limit


@pytest.mark.parametrize("cases", [20, 150, 1000])
def test_standardised_residuals_tell_the_spread_of_new_cases(cases):
    held = []
    for seed in range(12):
        z, y = world(np.random.default_rng(seed), cases + 300, SOME)
        found = random_effects(z[:cases], GROUPING, y[:cases])
        place = max(int(0.1 * (cases + 1)) - 1, 0)  # as conformal prediction counts
        low, high = np.sort(found.residuals)[[place, -place - 1]]
        error = (y[cases:] - found.mean(z[cases:])) / found.sd(z[cases:])
        held.append(((error >= low) & (error <= high)).mean())
    assert 0.70 < np.mean(held) < 0.88


def test_a_level_never_seen_is_the_mean_and_uncertain(known):
    z, _, found = known
    nothing = csr_matrix((1, z.shape[1]))
    assert found.mean(nothing)[0] == found.intercept
    assert found.sd(nothing)[0] >= np.sqrt(found.residual_variance)


def test_units_scale_everything(known):
    z, y, found = known
    big = random_effects(z, GROUPING, 1000.0 * y + 5.0)
    assert big.effects == pytest.approx(1000.0 * found.effects, rel=1e-6, abs=1e-6)
    assert big.intercept == pytest.approx(1000.0 * found.intercept + 5.0)
    assert big.residuals == pytest.approx(found.residuals, abs=1e-6)


def test_order_of_the_cases_does_not_matter(known):
    z, y, found = known
    order = np.random.default_rng(1).permutation(len(y))
    turned = random_effects(z[order], GROUPING, y[order])
    assert turned.effects == pytest.approx(found.effects, abs=1e-8)


def test_a_constant_response_has_no_effects():
    z, _ = world(np.random.default_rng(4), 30, SOME)
    found = random_effects(z, GROUPING, np.full(30, 7.0))
    assert found.intercept == pytest.approx(7.0)
    assert found.effects == pytest.approx(0.0)


def test_without_groupings_there_is_the_mean():
    found = random_effects(csr_matrix((4, 0)), np.zeros(0), np.array([1.0, 2, 3, 6]))
    assert found.mean(csr_matrix((2, 0))).tolist() == [3.0, 3.0]
    assert found.leave_one_out == pytest.approx([11 / 3, 10 / 3, 3, 2])
    assert found.explained == pytest.approx(0.0)


def test_what_is_explained_is_the_gain_of_each_case_left_out(known):
    z, y, found = known
    others = (y.sum() - y) / (len(y) - 1)
    gain = 1 - ((y - found.leave_one_out) ** 2).sum() / ((y - others) ** 2).sum()
    assert found.explained == pytest.approx(gain)
    errors = (y - found.leave_one_out) / found.leave_one_out_sd
    assert errors == pytest.approx(found.residuals)
    noise = np.random.default_rng(5).standard_normal(len(y))
    assert abs(random_effects(z, GROUPING, noise).explained) < 0.02


def test_broken_or_too_few_cases_are_told():
    z, y = world(np.random.default_rng(4), 30, SOME)
    with pytest.raises(FrameError):
        random_effects(z, GROUPING, np.where(y > 0, y, np.nan))
    with pytest.raises(FrameError):
        random_effects(z, GROUPING, y[:-1])
    with pytest.raises(InsufficientDataError):
        random_effects(z[:2], GROUPING, y[:2])
