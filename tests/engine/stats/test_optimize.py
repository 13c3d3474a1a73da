"""The maximiser on functions whose maximum is known."""

import numpy as np
import pytest
from customer_analytics.stats.optimize import information, maximise

CENTER = np.array([1.0, -2.0])
SHAPE = np.array([[2.0, 0.6], [0.6, 1.0]])
WIDE = np.array([20.0, 20.0])


def bowl(point):
    """Concave quadratic with maximum 3 at CENTER."""
    away = point - CENTER
    return 3.0 - 0.5 * away @ SHAPE @ away, -SHAPE @ away


def banana(point):
    """Negative Rosenbrock: a long curved ridge, maximum 0 at (1, 1)."""
    x, y = point
    value = -((1 - x) ** 2) - 100 * (y - x * x) ** 2
    slope = [2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x)]
    return value, np.array(slope)


@pytest.mark.parametrize("start", [[0.0, 0.0], [19.0, -19.0], [1.0, -2.0]])
def test_a_bowl_is_climbed_from_anywhere(start):
    found = maximise(bowl, np.array(start), -WIDE, WIDE)
    assert found.point == pytest.approx(CENTER, abs=1e-7)
    assert found.value == pytest.approx(3.0)
    assert found.information == pytest.approx(SHAPE, rel=1e-6)
    assert found.covariance == pytest.approx(np.linalg.inv(SHAPE), rel=1e-6)
    assert found.converged and not found.at_bound.any()


def test_a_curved_ridge_is_followed_to_its_end():
    found = maximise(banana, np.array([-1.2, 1.0]), -WIDE, WIDE)
    assert found.converged
    assert found.point == pytest.approx([1.0, 1.0], abs=1e-5)


def test_the_search_stays_within_its_bounds():
    seen = []

    def watched(point):
        seen.append(point.copy())
        return bowl(point)

    upper = np.array([0.5, 5.0])
    found = maximise(watched, np.array([9.0, 9.0]), -WIDE, upper)
    assert found.at_bound.tolist() == [True, False]
    assert found.point[0] == pytest.approx(0.5)
    # Given x = .5 the best y is -2 - .6 (.5 - 1).
    assert found.point[1] == pytest.approx(-1.7, abs=1e-6)
    assert found.converged
    assert found.covariance[0].tolist() == [0.0, 0.0]
    assert found.covariance[1, 1] == pytest.approx(1.0, rel=1e-6)
    # Differences of the gradient may step over a bound by their own step only.
    assert np.max(seen, axis=0)[0] <= 0.5 + 1e-3


def test_information_is_the_negative_hessian():
    found = information(banana, np.array([0.5, 0.3]))
    expected = [[2 + 1200 * 0.25 - 400 * 0.3, -400 * 0.5], [-400 * 0.5, 200.0]]
    assert found == pytest.approx(np.array(expected), rel=1e-6)


def test_what_is_flat_has_no_covariance():
    found = maximise(lambda point: (0.0, np.zeros(2)), np.zeros(2), -WIDE, WIDE)
    assert np.isnan(found.covariance).all()


def test_everything_on_a_bound_is_an_answer():
    found = maximise(lambda point: (point.sum(), np.ones(2)), np.zeros(2), -WIDE, WIDE)
    assert found.at_bound.all() and found.converged
    assert found.covariance.tolist() == [[0.0, 0.0], [0.0, 0.0]]
