"""The two regressions: recovery of known coefficients, totals, bounds, small samples."""

import numpy as np
import pytest
from customer_analytics.value.spend.penalised_layer import (
    PenalisedLayer,
    fit_purchase_layer,
    fit_spend_layer,
)
from scipy.special import expit


@pytest.fixture
def sample(rng):
    features = rng.standard_normal((20_000, 3))
    base = rng.gamma(2.0, 10.0, 20_000) + 0.1
    factor = np.exp(0.2 + 0.5 * features[:, 0])
    spend = base * factor * rng.gamma(0.5, 2.0, 20_000)
    return features, base, spend


def test_spend_layer_finds_the_factor(sample):
    features, base, spend = sample
    layer = fit_spend_layer(features, base, spend)
    found = layer.linear_predictor(np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]]))
    assert found == pytest.approx([0.2, 0.7, 0.2], abs=0.08)


def test_spend_layer_restores_the_total(sample):
    features, base, spend = sample
    layer = fit_spend_layer(features, base, spend)
    predicted = base * np.exp(layer.linear_predictor(features))
    assert predicted.sum() == pytest.approx(spend.sum(), rel=1e-9)


def test_spend_layer_ignores_the_unit_of_money(sample):
    features, base, spend = sample
    euros = fit_spend_layer(features, base, spend)
    cents = fit_spend_layer(features, 100 * base, 100 * spend)
    assert cents.coefficients == pytest.approx(euros.coefficients, abs=1e-6)
    assert cents.intercept == pytest.approx(euros.intercept, abs=1e-6)


def test_purchase_layer_finds_the_odds(rng):
    features = rng.standard_normal((40_000, 2))
    active = rng.random(40_000) < expit(-1.0 + features[:, 0])
    layer = fit_purchase_layer(features, active)
    found = layer.linear_predictor(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert found == pytest.approx([-1.0, 0.0, -1.0], abs=0.2)


def test_few_buyers_draw_coefficients_to_zero(rng):
    features = rng.standard_normal((60, 2))
    active = features[:, 0] > 0
    few = fit_purchase_layer(features, active)
    many = fit_purchase_layer(np.tile(features, (100, 1)), np.tile(active, 100))
    assert abs(few.coefficients[0]) < 0.5 * abs(many.coefficients[0])


def test_beyond_the_seen_range_nothing_is_extrapolated(sample):
    layer = fit_spend_layer(*sample)
    edge, far = layer.linear_predictor(np.array([[10.0, 0, 0], [1e9, 0, 0]]))
    assert edge == far


def test_one_huge_customer_does_not_decide(sample):
    features, base, spend = sample
    outlier = spend.copy()
    outlier[0] = 1e6
    calm = fit_spend_layer(features, base, spend)
    upset = fit_spend_layer(features, base, outlier)
    assert upset.coefficients == pytest.approx(calm.coefficients, abs=0.02)


def test_a_constant_feature_has_no_part(sample):
    features, base, spend = sample
    constant = np.column_stack([features, np.full(len(base), 7.0)])
    assert fit_spend_layer(constant, base, spend).coefficients[-1] == 0.0


def test_negative_spend_counts_as_none(sample):
    features, base, spend = sample
    returned = np.where(spend < 1.0, -1.0, spend)
    assert np.isfinite(fit_spend_layer(features, base, returned).coefficients).all()


def test_round_trip(sample):
    layer = fit_spend_layer(*sample)
    assert PenalisedLayer.from_dict(layer.to_dict()) == layer
