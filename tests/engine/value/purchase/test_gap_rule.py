"""The rule of three usual gaps: who is lost, at which pace he buys, and its limits."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import InsufficientDataError
from customer_analytics.value.purchase.gap_rule import GapRule


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


def test_silence_of_three_usual_gaps_is_kept_and_longer_is_lost():
    rule = GapRule(mean_gap=30.0, kept_pace=1.0, lost_pace=0.1)
    seen = history((3, 90, 180), (3, 90, 181))
    np.testing.assert_allclose(rule.usual_gap(seen), 30.0)
    assert rule.is_kept(seen).tolist() == [True, False]
    np.testing.assert_allclose(rule.rate(seen) * 30.0, [1.0, 0.1])


def test_one_time_buyer_has_the_gap_of_the_company():
    rule = GapRule(mean_gap=30.0, kept_pace=1.0, lost_pace=0.1)
    assert rule.usual_gap(history((0, 0, 10)))[0] == 30.0


def test_pace_is_what_was_bought_per_promised_purchase():
    seen = history(*[(3, 90, 100)] * 200, *[(3, 90, 400)] * 100)
    bought = np.repeat([2.0, 0.0], [200, 100])
    rule = GapRule.fit(seen, bought, 60.0)
    assert rule.mean_gap == 30.0
    assert rule.kept_pace == pytest.approx(401.0 / 401.0)
    assert rule.lost_pace == pytest.approx(0.1 / 201.0)


def test_unit_of_time_changes_nothing():
    seen = history((3, 91, 100), (1, 7, 400), (0, 0, 30))
    bought = np.array([2.0, 0.0, 1.0])
    days = GapRule.fit(seen, bought, 70.0)
    weeks = GapRule.fit(
        seen.assign(recency=seen.recency / 7, T=seen["T"] / 7), bought, 10
    )
    in_weeks = seen.assign(recency=seen.recency / 7, T=seen["T"] / 7)
    np.testing.assert_allclose(days.rate(seen) * 7.0, weeks.rate(in_weeks))


def test_without_a_repeat_purchase_there_is_no_gap():
    with pytest.raises(InsufficientDataError):
        GapRule.fit(history((0, 0, 10)), np.zeros(1), 10.0)


def test_rule_survives_json():
    rule = GapRule(30.0, 0.9, 0.1)
    assert GapRule.from_dict(json.loads(json.dumps(rule.to_dict()))) == rule
