"""Quantile regression against R's quantreg on Engel's food data, and limits."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.quantile_regression import (
    QuantileRegression,
    pinball_loss,
)
from scipy.stats import norm

#: R quantreg, example(engel): quantile to intercept and slope (METHODS.md, section E).
QUANTREG = {
    0.05: (124.88004, 0.34336),
    0.25: (95.48354, 0.47410),
    0.5: (81.48225, 0.56018),
    0.75: (62.39659, 0.64401),
    0.95: (64.10396, 0.70907),
}


@pytest.fixture(scope="module")
def engel():
    """Income and food expenditure of 235 Belgian households, bundled by statsmodels."""
    from statsmodels.datasets import engel

    data = engel.load_pandas().data
    return data[["income"]].to_numpy(), data["foodexp"].to_numpy()


# === PUBLISHED === #


def test_engel_food_expenditure_matches_r_quantreg(engel):
    found = QuantileRegression.fit(*engel, list(QUANTREG))
    assert found.quantiles == tuple(QUANTREG)
    assert found.coefficients[:, 0] == pytest.approx(
        [row[0] for row in QUANTREG.values()], abs=2e-3
    )
    assert found.coefficients[:, 1] == pytest.approx(
        [row[1] for row in QUANTREG.values()], abs=6e-6
    )


def test_engel_at_90_percent_matches_methods_e(engel):
    found = QuantileRegression.fit(*engel, [0.9]).coefficients[0]
    assert found == pytest.approx([67.35085, 0.68630], rel=1e-5)


def test_as_many_households_lie_below_as_the_quantile_says(engel):
    predicted = QuantileRegression.fit(*engel, list(QUANTREG)).predict(engel[0])
    below = (engel[1][:, None] < predicted + 1e-6).mean(axis=0)
    assert below == pytest.approx(list(QUANTREG), abs=2 / 235)


# === RECOVERY === #


def test_known_quantiles_are_found_again(rng):
    x = rng.uniform(0, 3, (4_000, 2))
    noise = rng.normal(0, 1.0, 4_000)
    y = 5.0 + x @ [2.0, -1.0] + noise * (1 + x[:, 0])
    found = QuantileRegression.fit(x, y, [0.5, 0.9])
    z = norm.ppf(0.9)
    assert found.coefficients[0] == pytest.approx([5.0, 2.0, -1.0], abs=0.3)
    assert found.coefficients[1] == pytest.approx([5.0 + z, 2.0 + z, -1.0], abs=0.4)


def test_no_other_line_has_a_smaller_pinball_loss(engel, rng):
    income, food = engel
    found = QuantileRegression.fit(income, food, [0.8])
    best = pinball_loss(food, found.predict(income)[:, 0], 0.8)
    for change in rng.normal(0, 1, (20, 2)) * [5.0, 0.01]:
        other = QuantileRegression((0.8,), found.coefficients + change)
        assert pinball_loss(food, other.predict(income)[:, 0], 0.8) > best


def test_quantiles_do_not_cross(rng):
    """Lines of 30 noisy customers cross outside the data; predictions are sorted."""
    x = rng.normal(0, 1, (30, 1))
    found = QuantileRegression.fit(x, rng.normal(0, 1, 30), [0.2, 0.4, 0.5, 0.7, 0.9])
    far = np.array([[-50.0], [0.0], [50.0]])
    straight = np.column_stack([np.ones(3), far]) @ found.coefficients.T
    assert (np.diff(straight, axis=1) < 0).any()
    assert (np.diff(found.predict(far), axis=1) >= 0).all()


def test_quantiles_are_put_in_order(engel):
    found = QuantileRegression.fit(*engel, [0.75, 0.25])
    assert found.quantiles == (0.25, 0.75)
    assert found.coefficients[:, 1] == pytest.approx([0.47410, 0.64401], abs=1e-5)


def test_the_unit_scales_the_answer(engel):
    income, food = engel
    found = QuantileRegression.fit(income, food, [0.5]).coefficients
    scaled = QuantileRegression.fit(income, food * 1000, [0.5]).coefficients
    assert scaled == pytest.approx(found * 1000, rel=1e-4)


def test_a_loose_tolerance_comes_near(engel):
    loose = QuantileRegression.fit(*engel, [0.9], tolerance=1e-3)
    exact = QuantileRegression.fit(*engel, [0.9])
    assert loose.predict(engel[0]) == pytest.approx(exact.predict(engel[0]), rel=0.02)


# === LIMITS === #


def test_without_attributes_it_is_the_quantile_of_all(rng):
    y = rng.gamma(2.0, 10.0, 999)
    found = QuantileRegression.fit(np.empty((999, 0)), y, [0.5, 0.9])
    assert found.predict(np.empty((1, 0)))[0] == pytest.approx(
        np.quantile(y, [0.5, 0.9]), rel=0.01
    )


def test_equal_outcomes_have_equal_quantiles(rng):
    found = QuantileRegression.fit(rng.normal(size=(40, 1)), np.full(40, 7.0), [0.9])
    assert found.predict(np.zeros((2, 1))) == pytest.approx(7.0, abs=1e-4)


def test_a_constant_attribute_is_no_obstacle(engel):
    income, food = engel
    both = np.column_stack([income, np.full(len(income), 3.0)])
    found = QuantileRegression.fit(both, food, [0.5])
    single = QuantileRegression.fit(income, food, [0.5])
    assert found.predict(both) == pytest.approx(single.predict(income), rel=1e-3)


def test_too_few_customers_are_told():
    with pytest.raises(InsufficientDataError) as raised:
        QuantileRegression.fit(np.zeros((2, 1)), [1.0, 2.0], [0.5])
    assert (raised.value.needed, raised.value.found) == (3, 2)


@pytest.mark.parametrize("quantile", [0.0, 1.0, -0.1, np.nan])
def test_a_quantile_lies_between_0_and_1(quantile):
    with pytest.raises(FrameError, match="quantile: range"):
        QuantileRegression.fit(np.zeros((9, 1)), np.arange(9.0), [quantile])
    with pytest.raises(FrameError, match="quantile: range"):
        pinball_loss([1.0], [1.0], quantile)


def test_broken_input_is_refused():
    with pytest.raises(FrameError, match="attributes: null"):
        QuantileRegression.fit(np.full((9, 1), np.nan), np.arange(9.0), [0.5])
    with pytest.raises(FrameError, match="outcome: null"):
        QuantileRegression.fit(np.zeros((2, 1)), [1.0, np.nan], [0.5])
    with pytest.raises(FrameError, match="outcome: type"):
        QuantileRegression.fit(np.zeros((9, 1)), np.arange(8.0), [0.5])
    with pytest.raises(FrameError, match="attributes: type"):
        QuantileRegression.fit(np.zeros(9), np.arange(9.0), [0.5])


# === PINBALL LOSS === #


def test_pinball_loss_by_hand():
    assert pinball_loss([10, 0], [5, 5], 0.9) == pytest.approx((4.5 + 0.5) / 2)
    assert pinball_loss([3, 4], [3, 4], 0.3) == 0.0


def test_pinball_loss_at_one_half_is_half_the_absolute_error(rng):
    actual, predicted = rng.normal(size=(2, 50))
    expected = np.abs(actual - predicted).mean() / 2
    assert pinball_loss(actual, predicted, 0.5) == pytest.approx(expected)


def test_the_true_quantile_has_the_smallest_loss(rng):
    actual = rng.normal(0, 1, 50_000)
    losses = [
        pinball_loss(actual, np.full(50_000, norm.ppf(p)), 0.8) for p in (0.7, 0.8, 0.9)
    ]
    assert losses[1] == min(losses)


def test_no_customer_is_told():
    with pytest.raises(InsufficientDataError):
        pinball_loss([], [], 0.5)
