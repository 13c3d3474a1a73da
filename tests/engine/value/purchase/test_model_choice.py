"""Choice by the likelihood of what came later: identities, ties, limits."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.gap_rule import GapRule
from customer_analytics.value.purchase.mbgcnbd import CondensedBetaGeo
from customer_analytics.value.purchase.model_choice import (
    ModelChoice,
    choose_model,
    customer_log_likelihood,
    gap_rule_log_likelihood,
    predictive_log_likelihood,
)
from scipy.stats import poisson


def test_customers_add_up_to_the_published_likelihood(cdnow):
    """BG/NBD on CDNOW: -9582.4256 (METHODS.md, M)."""
    model = BetaGeo.fit(cdnow)
    values = customer_log_likelihood(model, cdnow.assign(log_gaps=0.0))
    assert values.sum() == pytest.approx(-9582.4256, abs=1e-3)


def test_customers_add_up_with_a_rhythm():
    summary = pd.DataFrame(
        {
            "frequency": [3.0, 0.0],
            "recency": [9.0, 0.0],
            "T": [12.0, 12.0],
            "log_gaps": [3 * np.log(3.0), 0.0],
        }
    )
    model = CondensedBetaGeo(1.0, 2.0, 0.8, 2.4, regularity=3)
    values = customer_log_likelihood(model, summary)
    assert values.sum() == pytest.approx(model.log_likelihood(summary))


def test_likelihood_of_a_silence_is_the_probability_of_no_purchase():
    """Nothing bought: the density ratio is P(no purchase in the period)."""
    model = BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426)
    before = pd.DataFrame(
        {"frequency": [2.0], "recency": [30.43], "T": [38.86], "log_gaps": [0.0]}
    )
    after = before.assign(T=before["T"] + 39.0)
    found = predictive_log_likelihood(model, before, after)
    silent = 1.0 - model.purchase_probability(before, 39.0)
    np.testing.assert_allclose(np.exp(found), silent, rtol=1e-9)


def test_gap_rule_says_the_same_of_a_silence():
    rule = GapRule(mean_gap=4.0, kept_pace=0.9, lost_pace=0.1)
    before = pd.DataFrame({"frequency": [2.0], "recency": [8.0], "T": [9.0]})
    found = gap_rule_log_likelihood(rule, before, np.zeros(1), 10.0)
    np.testing.assert_allclose(np.exp(found), poisson.pmf(0, rule.rate(before) * 10.0))


def test_better_beyond_chance_wins():
    better, worse = np.full(100, -1.0), np.full(100, -1.5)
    found = choose_model({"mbg_nbd": worse, "pareto_nbd": better}, events=80)
    assert (found.chosen, found.best, found.reason) == (
        "pareto_nbd",
        "pareto_nbd",
        "best",
    )
    assert found.difference["mbg_nbd"] == pytest.approx(-0.5)
    assert [row["model"] for row in found.rows()] == ["pareto_nbd", "mbg_nbd"]


def test_tie_goes_to_the_simpler(rng):
    better = rng.normal(size=100)
    other = better - 0.01 + rng.normal(size=100)
    found = choose_model({"mbg_cnbd": better, "mbg_nbd": other}, events=80)
    assert abs(found.difference["mbg_nbd"]) < 0.5
    assert (found.chosen, found.reason) == ("mbg_nbd", "simpler")


def test_gap_rule_may_be_best_and_is_not_taken_where_it_cannot_be_used():
    values = {"gap_rule": np.full(60, -1.0), "mbg_nbd": np.full(60, -2.0)}
    found = choose_model(values, events=60, usable=("mbg_nbd",))
    assert (found.chosen, found.best) == ("mbg_nbd", "gap_rule")


def test_small_company_says_so():
    values = {"mbg_nbd": np.full(5, -1.0)}
    assert choose_model(values, events=3, is_holdout=False).reason == "too_few"


def test_without_customers_there_is_nothing_to_choose():
    with pytest.raises(InsufficientDataError):
        choose_model({"mbg_nbd": np.zeros(0)}, events=0)
    with pytest.raises(InsufficientDataError):
        choose_model({"gap_rule": np.zeros(9)}, events=9, usable=("mbg_nbd",))


def test_choice_survives_json():
    found = choose_model({"mbg_nbd": np.array([-1.0, -2.0])}, events=2)
    assert ModelChoice.from_dict(json.loads(json.dumps(found.to_dict()))) == found
