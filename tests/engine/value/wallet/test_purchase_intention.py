"""Juster's scale: its eleven points, its mean, and answers that are none."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.wallet.purchase_intention import juster_probability


def test_the_eleven_points_of_juster_1966():
    expected = [0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99]
    assert juster_probability(np.arange(11)).tolist() == expected


def test_a_mean_answer_of_3_2_expects_32_percent():
    """METHODS.md, section E."""
    answers = [1, 2, 3, 4, 6]
    assert np.mean(answers) == 3.2
    assert juster_probability(answers).mean() == pytest.approx(0.32)


def test_nobody_is_certain():
    found = juster_probability([0, 10])
    assert found.min() > 0
    assert found.max() < 1


def test_no_answer_has_no_probability():
    found = juster_probability([np.nan, 5.0])
    assert np.isnan(found[0])
    assert found[1] == 0.5
    assert juster_probability([]).tolist() == []


@pytest.mark.parametrize("score", [-1, 11, 2.5, np.inf])
def test_an_answer_off_the_scale_is_refused(score):
    with pytest.raises(FrameError, match="score: range"):
        juster_probability([score, 3])
