"""Concentration against R's ineq package, the whale curve's textbook case, and limits."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.concentration import (
    gini,
    lorenz_curve,
    top_share,
    whale_curve,
)

#: The vector of example(Gini) in R's ineq package (METHODS.md, section G).
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


# === LORENZ CURVE, GINI === #


def test_gini_matches_r_ineq():
    assert gini(INEQ) == pytest.approx(0.462091130267624, rel=1e-12)
    assert gini(INEQ, corrected=True) == pytest.approx(0.5134346, abs=5e-8)


def test_top_20_percent_of_r_ineq_vector_is_5131():
    assert top_share(INEQ) == pytest.approx(0.5131, abs=5e-5)


def test_lorenz_curve_of_r_ineq_vector():
    curve = lorenz_curve(INEQ)
    assert curve["customer_share"].tolist() == pytest.approx(np.arange(11) / 10)
    expected = np.cumsum([0, *INEQ]) / sum(INEQ)
    assert curve["value_share"].tolist() == pytest.approx(expected.tolist())


def test_gini_is_twice_the_area_between_lorenz_curve_and_diagonal(rng):
    values = rng.gamma(0.6, 50.0, 500)
    curve = lorenz_curve(values)
    x, y = curve["customer_share"].to_numpy(), curve["value_share"].to_numpy()
    area = ((y[1:] + y[:-1]) / 2 * np.diff(x)).sum()
    assert gini(values) == pytest.approx(1 - 2 * area)


def test_gini_is_the_mean_difference_over_twice_the_mean(rng):
    values = rng.lognormal(3.0, 1.0, 80)
    difference = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(difference / (2 * values.mean()))


def test_gini_of_exponential_spend_is_one_half(rng):
    assert gini(rng.exponential(7.0, 200_000)) == pytest.approx(0.5, abs=0.005)


def test_order_unit_and_repetition_do_not_change_concentration(rng):
    values = np.array(INEQ, dtype=float)
    shuffled = rng.permutation(values)
    for change in (shuffled, values * 1e9, values / 1e9, np.repeat(values, 3)):
        assert gini(change) == pytest.approx(gini(values))
        assert top_share(change) == pytest.approx(top_share(values))


def test_values_are_not_changed():
    values = np.array([3.0, 1.0, 2.0])
    lorenz_curve(values)
    whale_curve(values)
    assert values.tolist() == [3.0, 1.0, 2.0]


def test_equal_customers_have_no_concentration():
    assert gini([5.0] * 7) == pytest.approx(0.0, abs=1e-12)
    assert top_share([5.0] * 7) == pytest.approx(0.2)


def test_one_customer_with_everything():
    values = [0.0] * 9 + [10.0]
    assert gini(values) == pytest.approx(0.9)
    assert gini(values, corrected=True) == pytest.approx(1.0)
    assert top_share(values) == 1.0
    assert top_share(values, 0.05) == pytest.approx(0.5)


def test_a_single_customer_has_no_corrected_gini():
    assert gini([4.0]) == 0.0
    assert np.isnan(gini([4.0], corrected=True))
    assert top_share([4.0]) == pytest.approx(0.2)


def test_nothing_sold_has_no_concentration():
    assert np.isnan(gini([0.0, 0.0]))
    assert np.isnan(top_share([0.0, 0.0]))
    assert np.isnan(lorenz_curve([0.0, 0.0])["value_share"].to_numpy()[1:]).all()


def test_top_share_of_everybody_is_everything():
    assert top_share(INEQ, 1.0) == pytest.approx(1.0)


def test_top_share_counts_a_fraction_of_a_customer():
    """20 % of 7 customers are 1.4: the best, and .4 of the second."""
    values = [70.0, 50, 10, 10, 10, 10, 10]
    assert top_share(values) == pytest.approx((70 + 0.4 * 50) / 170)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, np.nan])
def test_a_share_lies_between_0_and_1(share):
    with pytest.raises(FrameError, match="share: range"):
        top_share(INEQ, share)


@pytest.mark.parametrize("function", [gini, lorenz_curve, top_share])
def test_negative_values_belong_to_the_whale_curve(function):
    with pytest.raises(FrameError, match=r"values: range \(2 rows\)"):
        function([5, -1, -2])


@pytest.mark.parametrize("function", [gini, lorenz_curve, top_share, whale_curve])
def test_missing_values_and_no_customers_are_told(function):
    with pytest.raises(FrameError, match=r"values: null \(2 rows\)"):
        function([1, np.nan, np.inf])
    with pytest.raises(InsufficientDataError):
        function([])
    with pytest.raises(FrameError, match="values: type"):
        function([[1.0, 2.0]])


def test_a_long_lorenz_curve_is_drawn_with_few_points(rng):
    values = rng.exponential(1.0, 100_003)
    full, short = lorenz_curve(values), lorenz_curve(values, points=101)
    assert len(full) == 100_004
    assert len(short) == 101
    assert short.iloc[[0, -1]].to_numpy().tolist() == [[0.0, 0.0], [1.0, 1.0]]
    on_full = np.interp(
        short["customer_share"], full["customer_share"], full["value_share"]
    )
    assert short["value_share"].to_numpy() == pytest.approx(on_full)


# === WHALE CURVE === #

#: Ten customers: two earn 140, six break even, the last two lose 40 of 100.
TEXTBOOK = np.array([0.0, -10, 90, 0, 0, 50, 0, 0, -30, 0])


def test_whale_curve_of_controlling_wiki_20_percent_make_140():
    """20 % of customers make 140 % of profit, the last 20 % erode 40 %."""
    whale = whale_curve(TEXTBOOK)
    shares = whale.curve["profit_share"].to_numpy()
    assert shares[2] == pytest.approx(1.4)
    assert shares[8] == pytest.approx(1.4)
    assert shares[10] == pytest.approx(1.0)
    assert whale.peak_share == pytest.approx(1.4)
    assert whale.side_loss_share == pytest.approx(0.4)
    assert whale.peak_customer_share == pytest.approx(0.2)


def test_whale_curve_in_money():
    whale = whale_curve(TEXTBOOK)
    assert (whale.total, whale.peak, whale.side_loss) == (100.0, 140.0, 40.0)
    assert whale.loss_makers == 2
    assert whale.curve["cumulative_profit"].iloc[0] == 0.0
    assert whale.curve["cumulative_profit"].max() == whale.peak


def test_ranking_leads_back_to_the_customers():
    whale = whale_curve(TEXTBOOK)
    assert whale.ranking.tolist() == [2, 5, 0, 3, 4, 6, 7, 9, 1, 8]
    expected = np.cumsum(TEXTBOOK[whale.ranking])
    assert whale.curve["cumulative_profit"].to_numpy()[1:] == pytest.approx(expected)


@pytest.mark.parametrize("profit", [[10.0, -30.0], [5.0, -5.0], [0.0, 0.0], [-1.0]])
def test_without_a_total_profit_there_is_money_but_no_percent(profit):
    whale = whale_curve(profit)
    assert not whale.is_relative
    assert np.isnan(whale.peak_share)
    assert np.isnan(whale.side_loss_share)
    assert np.isnan(whale.curve["profit_share"]).all()
    assert whale.peak == max(0.0, *np.cumsum(sorted(profit, reverse=True)))
    assert whale.side_loss == pytest.approx(whale.peak - sum(profit))


def test_without_losses_the_whale_curve_peaks_at_the_total():
    whale = whale_curve([3.0, 2.0, 1.0])
    assert whale.is_relative
    assert whale.peak_share == 1.0
    assert whale.side_loss == 0.0
    assert whale.peak_customer_share == 1.0
    assert whale.loss_makers == 0


def test_only_losses_peak_before_the_first_customer():
    whale = whale_curve([-3.0, -1.0])
    assert (whale.peak, whale.peak_customer_share) == (0.0, 0.0)
    assert whale.side_loss == 4.0


def test_a_short_whale_curve_keeps_its_peak(rng):
    profit = rng.normal(1.0, 20.0, 50_001)
    full, short = whale_curve(profit), whale_curve(profit, points=60)
    assert len(short.curve) <= 61
    assert short.curve["cumulative_profit"].max() == full.peak
    assert short.curve["profit_share"].iloc[-1] == pytest.approx(1.0)
    assert short.peak_share == full.peak_share
    assert len(short.ranking) == 50_001


def test_a_total_lost_in_rounding_is_no_total():
    """Profits that cancel up to rounding would give percents of 1e17."""
    whale = whale_curve([0.1, 0.2, -0.3])
    assert not whale.is_relative
