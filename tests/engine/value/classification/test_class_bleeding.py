"""Classes that lose more customers than chance explains."""

import pandas as pd
import pytest
from customer_analytics.value.classification.class_bleeding import class_losses
from scipy.stats import binom


def counts(*rows):
    return pd.DataFrame(rows, columns=["class_id", "customers", "lost"])


def test_expected_is_the_earlier_rate_of_the_class():
    found = class_losses(counts((1, 57, 9)), counts((1, 570, 30)))
    assert found["expected"][0] == pytest.approx(3.0, abs=0.05)
    assert found["is_bleeding"][0]


def test_with_much_history_the_chance_is_binomial():
    found = class_losses(counts((1, 57, 9)), counts((1, 5_700_000, 300_000)))
    assert found["probability"][0] == pytest.approx(binom(57, 1 / 19).sf(8), rel=1e-3)


def test_the_usual_is_no_bleeding():
    found = class_losses(counts((1, 57, 4), (2, 100, 0)), counts((1, 570, 30)))
    assert not found["is_bleeding"].any()


def test_little_history_leaves_the_rate_uncertain():
    short = class_losses(counts((1, 57, 9)), counts((1, 19, 1)))
    long = class_losses(counts((1, 57, 9)), counts((1, 1900, 100)))
    assert short["probability"][0] > long["probability"][0]


def test_a_class_never_seen_before_is_held_to_all():
    usual = counts((2, 1000, 50))
    found = class_losses(counts((1, 40, 30), (2, 100, 5)), usual)
    assert found["expected"][0] == pytest.approx(2.0, abs=0.1)
    assert found["is_bleeding"].tolist() == [True, False]


def test_without_any_past_the_other_classes_tell():
    found = class_losses(counts((1, 50, 30), (2, 400, 12), (3, 300, 9)), counts())
    assert found["is_bleeding"].tolist() == [True, False, False]


def test_the_managers_share_is_a_condition_of_its_own():
    now, before = counts((1, 10_000, 700)), counts((1, 100_000, 5_000))
    assert class_losses(now, before)["is_bleeding"][0]
    assert not class_losses(now, before, least_share=0.1)["is_bleeding"][0]


def test_looking_at_more_classes_asks_for_more():
    before = counts((1, 600, 30))
    alone = class_losses(counts((1, 60, 7)), before)
    among = class_losses(
        counts((1, 60, 7), *[(n, 60, 3) for n in range(2, 30)]), before
    )
    assert alone["probability"][0] == pytest.approx(among["probability"][0])
    assert alone["is_bleeding"][0]
    assert not among["is_bleeding"].any()


def test_empty_classes_and_no_classes():
    assert class_losses(counts((1, 0, 0)), counts()).empty
    assert class_losses(counts(), counts()).empty


def test_order_of_classes_does_not_matter():
    before = counts((1, 600, 30), (2, 300, 60))
    one = class_losses(counts((1, 60, 9), (2, 40, 5)), before)
    two = class_losses(counts((2, 40, 5), (1, 60, 9)), before.iloc[::-1])
    again = two.sort_values("class_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(one, again)


def test_everybody_gone_is_bleeding_and_nobody_gone_is_not():
    before = counts((1, 600, 30))
    assert class_losses(counts((1, 20, 20)), before)["is_bleeding"][0]
    assert not class_losses(counts((1, 20, 0)), before)["is_bleeding"][0]
