"""Contributions: textbook games, exact sums, odd signs."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.explanation.contributions import (
    product_contributions,
    shapley_contributions,
)


def test_glove_game_of_the_textbooks():
    """One left glove, two right ones: 2/3 to the scarce one, 1/6 to each other."""

    def pairs(owned):
        return np.float64("left" in owned and len(owned) > 1)

    shares = shapley_contributions(("left", "right_1", "right_2"), pairs)
    assert shares["left"] == pytest.approx(2 / 3)
    assert shares["right_1"] == shares["right_2"] == pytest.approx(1 / 6)


def test_airport_game_of_littlechild_and_owen():
    """Runways cost 1, 3 and 6: each stretch is shared by those who need it."""
    need = {"small": 1.0, "middle": 3.0, "large": 6.0}

    def runway(users):
        return np.float64(max((need[user] for user in users), default=0.0))

    shares = shapley_contributions(tuple(need), runway)
    assert shares["small"] == pytest.approx(1 / 3)
    assert shares["middle"] == pytest.approx(1 / 3 + 2 / 2)
    assert shares["large"] == pytest.approx(1 / 3 + 2 / 2 + 3)


def test_two_factors_share_their_interaction_equally():
    """Sun (1998): dx y0 + dx dy / 2 for the first factor."""
    shares = product_contributions({"x": 5.0, "y": 7.0}, {"x": 2.0, "y": 3.0})
    assert shares["x"] == pytest.approx(3 * 3 + 3 * 4 / 2)
    assert shares["y"] == pytest.approx(4 * 2 + 3 * 4 / 2)


def test_shares_add_up_whatever_the_signs(rng):
    own = {name: rng.normal(0, 10, 500) for name in "abc"}
    usual = {"a": 3.0, "b": -2.0, "c": 0.5}
    shares = product_contributions(own, usual)
    difference = own["a"] * own["b"] * own["c"] - 3.0 * -2.0 * 0.5
    assert sum(shares.values()) == pytest.approx(difference)


def test_usual_factor_has_no_share():
    own = {"a": np.array([9.0, 0.0]), "b": np.array([4.0, 4.0])}
    assert product_contributions(own, {"a": 2.0, "b": 4.0})["b"].tolist() == [0, 0]


def test_unmatched_factors_are_refused():
    with pytest.raises(FrameError, match="b"):
        product_contributions({"a": 1.0, "b": 2.0}, {"a": 1.0})
