"""The holdout tables of METHODS.md, section M, figure by figure.

CDNOW, 39 weeks known, 39 weeks ahead; spend is expected purchases times the expected
spend of Gamma-Gamma. What the table's columns mean was found by recomputing them:
"AUC active" ranks by predicted spend; RFM ranks by the quintile sum of recency, repeat
purchases and all revenue so far, ties by that revenue; "keeps buying" spends the
customer's own mean value; a fifth of 2,357 customers is 471.4, the .4 counted.

Not reproduced, see the last tests: the Brier score of Pareto/NBD's purchase probability
(.1619 here, .161 there), BG/NBD's AUC and Brier (.757, .161 here; .771, .163 there), the
P(alive) AUC of .728 (.7262 here and in METHODS' own table), and 77.4 % for the 90-day
hiatus on the full file (77.3 % here).
"""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.value.accuracy.validation import (
    auc,
    brier_score,
    holdout_metrics,
    top_share_capture,
)
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.gamma_gamma import GammaGamma
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.rfm import rfm_scores

AHEAD = 39.0
# MAE, RMSE, correlation, predicted total, MAE spend, capture, AUC active, AUC P(alive)
PUBLISHED = {
    BetaGeo: (0.7855, 1.6080, 0.6256, 1653.4, 30.41, 0.6629, 0.7583, 0.3158),
    ModifiedBetaGeo: (0.7648, 1.6072, 0.6273, 1576.7, 29.71, 0.6687, 0.7609, 0.6866),
    ParetoNBD: (0.7545, 1.6028, 0.6302, 1665.5, 29.45, 0.6719, 0.7712, 0.7262),
}
DIGITS = (4, 4, 4, 1, 2, 4, 4, 4)
ACTUAL_BY_REPEATS = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
BY_REPEATS = {
    BetaGeo: [0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157],
    ParetoNBD: [0.138, 0.599, 1.196, 1.714, 2.398, 2.907, 3.819, 6.403],
}


class Holdout:
    """A split with its models fitted once."""

    def __init__(self, split, transactions):
        self.split = split
        self.purchases = split["frequency_holdout"].to_numpy()
        self.spend = split["monetary_holdout"].to_numpy()
        self.active = self.purchases > 0
        known = transactions[transactions["day"] <= pd.Timestamp("1997-09-30")]
        totals = known.groupby("customer_id")["amount"].sum()
        self.revenue = totals.reindex(split["customer_id"]).to_numpy()
        days = (split["T"] - split["recency"]).to_numpy() * 7.0
        self.silent_days = np.rint(days)
        self.value = GammaGamma.fit(split).expected_spend(split)
        self._models = {}

    def model(self, family):
        if family not in self._models:
            self._models[family] = family.fit(self.split)
        return self._models[family]

    def figures(self, family):
        model = self.model(family)
        expected = model.expected_purchases(self.split, AHEAD)
        spend = expected * self.value
        count = holdout_metrics(self.purchases, expected)
        return (
            count.mae,
            count.rmse,
            count.correlation,
            count.total_predicted,
            holdout_metrics(self.spend, spend).mae,
            top_share_capture(self.spend, spend),
            auc(self.active, spend),
            auc(self.active, model.probability_alive(self.split)),
        )


@pytest.fixture(scope="module")
def sample(cdnow_split, cdnow_sample):
    return Holdout(cdnow_split, cdnow_sample)


@pytest.fixture(scope="module")
def master(cdnow_master_split, cdnow_master):
    return Holdout(cdnow_master_split, cdnow_master)


def test_holdout_of_the_sample_is_the_published_one(sample):
    assert len(sample.split) == 2357
    assert sample.purchases.sum() == 1882
    assert sample.active.sum() == 684
    assert sample.spend.sum() == pytest.approx(70_976.39)


@pytest.mark.parametrize("family", PUBLISHED)
def test_row_of_the_holdout_table(family, sample):
    found = [
        round(figure, digits)
        for figure, digits in zip(sample.figures(family), DIGITS, strict=True)
    ]
    assert found == list(PUBLISHED[family])


def by_repeats(split, values):
    group = np.minimum(split["frequency"].to_numpy(), 7)
    return pd.Series(values).groupby(group).mean().round(3).tolist()


def test_actual_purchases_by_number_of_repeats(sample):
    assert by_repeats(sample.split, sample.purchases) == ACTUAL_BY_REPEATS


@pytest.mark.parametrize("family", BY_REPEATS)
def test_predicted_purchases_by_number_of_repeats(family, sample):
    predicted = sample.model(family).expected_purchases(sample.split, AHEAD)
    assert by_repeats(sample.split, predicted) == BY_REPEATS[family]


def test_row_rfm_quintile_sum_ties_by_revenue(sample):
    rank = rfm_scores(sample.split, revenue=sample.revenue)["rfm_rank"].to_numpy()
    assert round(top_share_capture(sample.spend, -rank), 4) == 0.6792
    assert round(auc(sample.active, -rank), 4) == 0.7740


def test_row_past_revenue(sample):
    mae = holdout_metrics(sample.spend, sample.revenue).mae
    assert round(mae, 2) == 61.65
    assert round(top_share_capture(sample.spend, sample.revenue), 4) == 0.6626
    assert round(auc(sample.active, sample.revenue), 4) == 0.7268


def test_row_recency_alone(sample):
    assert round(top_share_capture(sample.spend, -sample.silent_days), 4) == 0.6129
    assert round(auc(sample.active, -sample.silent_days), 4) == 0.7714


def test_row_keeps_buying_at_the_same_rate(sample):
    split = sample.split
    expected = (split["frequency"] / split["T"] * AHEAD).to_numpy()
    spend = expected * split["monetary_value"].to_numpy()
    count = holdout_metrics(sample.purchases, expected)
    assert round(count.mae, 4) == 1.0237
    assert round(count.rmse, 4) == 2.2119
    assert round(count.correlation, 4) == 0.5839
    assert round(count.total_predicted) == 2930
    assert round(holdout_metrics(sample.spend, spend).mae, 2) == 43.31
    assert round(top_share_capture(sample.spend, spend), 4) == 0.6600
    assert round(auc(sample.active, spend), 4) == 0.7548


def test_largest_possible_capture(sample):
    assert round(top_share_capture(sample.spend, sample.spend), 3) == 0.943


def test_brier_scores_of_bg_nbd_probability_alive_and_of_the_base_rate(sample):
    alive = sample.model(BetaGeo).probability_alive(sample.split)
    assert round(brier_score(sample.active, alive), 3) == 0.608
    base = np.full(len(alive), sample.active.mean())
    assert round(brier_score(sample.active, base), 3) == 0.206


def test_a_one_time_buyer_came_back_in_137_of_1000_cases(sample):
    once = sample.split["frequency"].to_numpy() == 0
    assert round(sample.active[once].mean(), 3) == 0.137


def test_full_cdnow_pareto_nbd(master):
    found = master.figures(ParetoNBD)
    assert len(master.split) == 23_570
    assert round(found[0], 4) == 0.7938
    assert round(found[4], 2) == 31.99
    assert round(found[5], 4) == 0.6842
    assert round(found[7], 4) == 0.7222
    model = master.model(ParetoNBD)
    some = model.purchase_probability(master.split, AHEAD)
    # .7626 by predicted spend, .7627 by purchase probability; printed .7627
    assert auc(master.active, some) == pytest.approx(0.7627, abs=5e-5)
    assert found[6] == pytest.approx(0.7627, abs=1e-4)


def test_full_cdnow_spend_errors(master):
    spend = master.model(ParetoNBD).expected_purchases(master.split, AHEAD)
    metrics = holdout_metrics(master.spend, spend * master.value)
    assert round(metrics.rmse, 1) == 92.9
    nothing = holdout_metrics(master.spend, np.zeros(len(master.spend)))
    assert round(nothing.mae, 2) == 32.96


def test_full_cdnow_rfm_sum(master):
    rank = rfm_scores(master.split, revenue=master.revenue)["rfm_rank"].to_numpy()
    assert round(top_share_capture(master.spend, -rank), 4) == 0.6846
    assert round(auc(master.active, -rank), 4) == 0.7658


def test_full_cdnow_hiatus_of_90_days(master):
    """METHODS.md prints 77.4 %; no threshold from 86 to 98 days reaches it."""
    right = ((master.silent_days <= 90) == master.active).mean()
    assert right == pytest.approx(0.774, abs=1e-3)


def test_churn_index_of_the_sample(sample):
    """AUC .771 as printed for Pareto/NBD; the other figures differ, see the module."""
    scores = {}
    for family in (BetaGeo, ParetoNBD):
        some = sample.model(family).purchase_probability(sample.split, AHEAD)
        scores[family] = (auc(sample.active, some), brier_score(sample.active, some))
    assert scores[ParetoNBD] == pytest.approx((0.7712, 0.1619), abs=5e-5)
    assert scores[BetaGeo] == pytest.approx((0.7569, 0.1612), abs=5e-5)
