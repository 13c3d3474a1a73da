"""MBG/NBD against METHODS.md, section M, and its own definition."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.mbgnbd import WEAK_PRIOR, ModifiedBetaGeo
from scipy.special import beta as beta_function
from scipy.special import gamma

MODEL = ModifiedBetaGeo(r=0.52484, alpha=6.18299, a=0.89136, b=1.614)


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


@pytest.fixture(scope="module")
def fitted(cdnow):
    return ModifiedBetaGeo.fit(cdnow)


def test_parameters_and_log_likelihood_match_methods_m_cdnow(fitted):
    found = list(fitted.parameters.values())
    assert found == pytest.approx([0.52484, 6.18299, 0.89136, 1.61400], abs=5e-6)
    assert fitted.estimate.log_likelihood == pytest.approx(-9582.1327, abs=5e-5)
    assert fitted.estimate.converged


@pytest.mark.parametrize("row", [(0, 0, 20), (1, 3, 20), (4, 15, 20)])
def test_likelihood_is_survival_of_x_plus_one_coins_or_death_at_the_last(row):
    """Batislam et al. (2007): the first purchase throws a coin as well."""
    x, last, age = row
    r, alpha, a, b = MODEL.parameters.values()
    lived = beta_function(a, b + x + 1) * (alpha + age) ** -(r + x)
    died = beta_function(a + 1, b + x) * (alpha + last) ** -(r + x)
    rate = gamma(r + x) / gamma(r) * alpha**r / beta_function(a, b)
    found = MODEL.log_likelihood(history(row))
    assert found == pytest.approx(np.log(rate * (lived + died)), rel=1e-12)
    alive = MODEL.probability_alive(history(row))
    assert alive == pytest.approx([lived / (lived + died)], rel=1e-12)


def test_a_new_customer_may_have_stopped_at_his_first_purchase():
    alive = MODEL.probability_alive(history((0, 0, 0)))
    assert alive == pytest.approx([MODEL.b / (MODEL.a + MODEL.b)], rel=1e-12)


def test_a_silent_one_time_buyer_is_less_and_less_alive():
    alive = MODEL.probability_alive(history((0, 0, 5), (0, 0, 50), (0, 0, 500)))
    assert np.all(np.diff(alive) < 0)


def test_given_life_it_predicts_as_bg_nbd_with_one_more_coin():
    plain = BetaGeo(MODEL.r, MODEL.alpha, MODEL.a, MODEL.b + 1.0)
    rows = history((0, 0, 20))
    found = MODEL.expected_purchases(rows, 30) / MODEL.probability_alive(rows)
    assert found == pytest.approx(plain.expected_purchases(rows, 30), rel=1e-12)


def test_new_customers_of_both_models_buy_what_their_alive_share_buys():
    found = MODEL.expected_purchases_new(52.0)
    plain = BetaGeo(MODEL.r, MODEL.alpha, MODEL.a, MODEL.b + 1.0)
    share = MODEL.b / (MODEL.a + MODEL.b)
    assert found == pytest.approx(share * plain.expected_purchases_new(52.0), rel=1e-12)


def test_weak_prior_moves_the_cdnow_estimate_by_less_than_one_percent(cdnow, fitted):
    pulled = ModifiedBetaGeo.fit(cdnow, prior=WEAK_PRIOR)
    for name, value in pulled.parameters.items():
        assert value == pytest.approx(fitted.parameters[name], rel=0.01)
