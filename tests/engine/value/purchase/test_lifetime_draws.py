"""Draws of lifetime values against the expectations of the models."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.clv import customer_lifetime_value
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.lifetime_draws import (
    new_customers,
    simulate_lifetime_value,
)
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD

SPEND = GammaGamma(p=6.25, q=3.74, v=15.44)
MODELS = [ParetoNBD(0.553, 10.578, 0.606, 11.669), BetaGeo(0.243, 4.414, 0.793, 2.426)]
CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [4, 2, 9],
        "frequency": [0.0, 2.0, 26.0],
        "recency": [0.0, 30.43, 30.86],
        "T": [38.86, 38.86, 31.0],
        "monetary_value": [0.0, 22.35, 80.0],
    }
)
OPTIONS = {"horizon": 52.0, "discount_rate_per_year": 0.1}


@pytest.mark.parametrize("model", MODELS)
def test_mean_of_the_draws_is_the_lifetime_value(model, rng):
    found = simulate_lifetime_value(
        model, SPEND, CUSTOMERS, rng=rng, draws=40_000, parameter_draws=0, **OPTIONS
    )
    expected = customer_lifetime_value(
        model, SPEND, CUSTOMERS, period="continuous", **OPTIONS
    )
    assert found.shape == (3, 40_000)
    assert found.mean(axis=1) == pytest.approx(expected, rel=0.05)


def test_margin_scales_each_customer(rng):
    rate = np.array([0.2, 0.0, -0.1])
    plain, scaled = (
        simulate_lifetime_value(
            MODELS[0],
            SPEND,
            CUSTOMERS,
            rng=np.random.default_rng(1),
            margin_rate=margin,
            parameter_draws=0,
            **OPTIONS,
        )
        for margin in (1.0, rate)
    )
    assert scaled == pytest.approx(plain * rate[:, None])


def test_customers_share_the_parameters_of_a_draw(cdnow):
    """With parameters drawn, sums vary more than independent customers would."""
    few = cdnow.sample(60, random_state=2)
    model = ParetoNBD.fit(few, prior=ParetoNBD.weak_prior)
    spend = GammaGamma.fit(few, prior=GammaGamma.weak_prior)
    found = simulate_lifetime_value(
        model, spend, few, rng=np.random.default_rng(1), draws=400, **OPTIONS
    )
    assert found.sum(axis=0).var() > 1.15 * found.var(axis=1).sum()


def test_new_customers_have_no_history():
    frame = new_customers(3)
    assert len(frame) == 3
    assert (frame[["frequency", "recency", "T", "monetary_value"]] == 0).all(axis=None)
    assert MODELS[0].probability_alive(frame) == pytest.approx(1.0)


def test_no_horizon_has_no_value(rng):
    found = simulate_lifetime_value(
        MODELS[0],
        SPEND,
        CUSTOMERS,
        horizon=0.0,
        discount_rate_per_year=0.1,
        rng=rng,
        parameter_draws=0,
    )
    assert (found == 0).all()


@pytest.mark.parametrize("options", [{"horizon": -1.0}, {"draws": 0}])
def test_arguments_out_of_range_are_refused(options, rng):
    with pytest.raises(FrameError):
        simulate_lifetime_value(
            MODELS[0], SPEND, CUSTOMERS, rng=rng, **{**OPTIONS, **options}
        )
