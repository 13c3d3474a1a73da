"""New clusters and former ones: names go with the customers."""

import pandas as pd
from customer_analytics.value.classification.cluster_match import former_clusters


def counts(*rows):
    return pd.DataFrame(rows, columns=["former", "cluster", "customers"])


def test_numbers_may_change_names_stay():
    moved = counts((11, 2, 95), (11, 0, 5), (12, 0, 70), (12, 1, 4), (13, 1, 50))
    assert former_clusters(moved) == {0: 12, 1: 13, 2: 11}


def test_a_dissolved_cluster_is_a_new_one():
    torn = counts((11, 0, 50), (11, 1, 50), (12, 2, 90))
    assert former_clusters(torn) == {2: 12}


def test_new_customers_count_against_a_match():
    assert former_clusters(counts((0, 0, 90), (11, 0, 80))) == {}
    assert former_clusters(counts((0, 0, 60), (11, 0, 80))) == {0: 11}


def test_nothing_before_nothing_kept():
    assert former_clusters(counts((0, 0, 90), (0, 1, 80))) == {}
    assert former_clusters(counts()) == {}


def test_two_new_clusters_never_share_a_former_one():
    split = counts((11, 0, 60), (11, 1, 40), (12, 1, 5))
    assert former_clusters(split) == {0: 11}
