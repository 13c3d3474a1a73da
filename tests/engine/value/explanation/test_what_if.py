"""What silence and one more purchase do to a prediction."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.explanation.what_if import (
    after_purchase,
    after_silence,
    silence_until_risk,
)
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD

MODELS = [
    ParetoNBD(r=0.5534, alpha=10.578, s=0.6061, beta=11.669),
    ModifiedBetaGeo(r=0.525, alpha=6.183, a=0.891, b=1.614),
]
YEAR = 52.0
HISTORIES = pd.DataFrame(
    [(0, 0, 39), (26, 30, 31), (7, 38, 38.86), (1, 2, 38)],
    columns=["frequency", "recency", "T"],
    dtype=float,
)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_at_the_found_silence_the_odds_are_the_asked_ones(model):
    found = silence_until_risk(model, HISTORIES, YEAR, probability=0.5, longest=520)
    then = model.purchase_probability(after_silence(HISTORIES, found), YEAR)
    since_purchase = HISTORIES["T"] - HISTORIES["recency"] + found
    is_crossed = since_purchase > 0.01
    assert is_crossed.sum() >= 3
    assert then[is_crossed] == pytest.approx(0.5, abs=1e-3)
    now = model.purchase_probability(HISTORIES, YEAR)
    assert ((found < 0) == (now < 0.5)).all()


def test_customer_at_risk_from_the_start_is_so_since_the_last_purchase():
    rows = pd.DataFrame({"frequency": [0.0], "recency": [0.0], "T": [39.0]})
    found = silence_until_risk(MODELS[0], rows, 4.0, probability=0.9, longest=520)
    assert found.tolist() == [-39.0]


def test_nbd_customer_with_closed_form():
    """P(buys in h) = 1 - ((a + T) / (a + T + h)) ** (r + x): solved for T by hand."""
    model = NBD(r=1.0, alpha=10.0)
    rows = pd.DataFrame({"frequency": [1.0], "recency": [5.0], "T": [10.0]})
    ratio = 1.0 - 1.0 / np.sqrt(2.0)
    by_hand = YEAR * (1.0 / ratio - 1.0) - 10.0 - 10.0
    found = silence_until_risk(model, rows, YEAR, probability=0.5, longest=1000)
    assert found == pytest.approx([by_hand], abs=1e-2)


def test_beyond_the_searched_span_is_infinite():
    rows = HISTORIES.iloc[[1]]
    found = silence_until_risk(MODELS[0], rows, YEAR, probability=0.01, longest=5)
    assert np.isinf(found).all()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
def test_a_purchase_proves_life_and_silence_does_not(model):
    now = model.probability_alive(HISTORIES)
    assert np.all(model.probability_alive(after_silence(HISTORIES, 4.0)) <= now)
    bought = after_purchase(HISTORIES)
    more = model.expected_purchases(bought, YEAR)
    assert np.all(more > model.expected_purchases(HISTORIES, YEAR))


def test_histories_themselves_stay():
    before = HISTORIES.copy()
    after_purchase(HISTORIES)
    after_silence(HISTORIES, 3.0)
    pd.testing.assert_frame_equal(HISTORIES, before)
