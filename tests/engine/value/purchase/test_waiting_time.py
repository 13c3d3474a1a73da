"""Time to the next purchase: Lomax quantiles against simulation."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.purchase.waiting_time import next_purchase_quantiles

MODEL = ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669)


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


def test_quantiles_hold_on_simulated_waits(rng):
    rate = rng.gamma(0.5534 + 7, 1.0 / (10.578 + 38.86), 200_000)
    waits = rng.exponential(1.0 / rate)
    found = next_purchase_quantiles(MODEL, history((7, 35, 38.86)), (0.1, 0.5, 0.9))[0]
    for level, limit in zip((0.1, 0.5, 0.9), found, strict=True):
        assert (waits <= limit).mean() == pytest.approx(level, abs=0.004)


def test_silence_over_the_median_has_the_probability_one_half():
    """The NBD's purchase probability is the same law read the other way."""
    model = NBD(r=0.5, alpha=10.0)
    rows = history((3, 20, 30))
    median = float(next_purchase_quantiles(model, rows, (0.5,))[0, 0])
    assert model.purchase_probability(rows, median) == pytest.approx([0.5])


def test_levels_are_columns_and_customers_rows_in_order():
    rows = history((0, 0, 39), (26, 30, 31), (0, 0, 39))
    found = next_purchase_quantiles(MODEL, rows, (0.25, 0.5, 0.75))
    assert found.shape == (3, 3)
    assert np.all(np.diff(found, axis=1) > 0)
    assert found[0].tolist() == found[2].tolist()
    assert np.all(found[1] < found[0])


def test_days_and_weeks_give_the_same_wait():
    daily = ParetoNBD(r=0.5534, alpha=10.578 * 7, s=0.6061, beta=11.669 * 7)
    weeks = next_purchase_quantiles(MODEL, history((3, 20, 30)))
    days = next_purchase_quantiles(daily, history((3, 140, 210)))
    assert days == pytest.approx(weeks * 7)


def test_a_wait_beyond_all_numbers_is_infinite_and_no_warning():
    found = next_purchase_quantiles(NBD(r=1e-3, alpha=1.0), history((0, 0, 9)), (0.9,))
    assert found.tolist() == [[np.inf]]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, np.nan])
def test_levels_must_be_probabilities(level):
    with pytest.raises(FrameError, match="levels"):
        next_purchase_quantiles(MODEL, history((1, 2, 3)), (0.5, level))
