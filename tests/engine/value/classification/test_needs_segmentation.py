"""All steps together: planted needs are found, too little is refused with numbers."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.classification.cluster_stability import overlap
from customer_analytics.value.classification.needs_segmentation import (
    METHODS,
    NeedsSegmentation,
    find_clusters,
)
from customer_analytics.value.classification.needs_variables import NeedsVariable

VARIABLES = (
    NeedsVariable("mix", ("beans", "pods", "cups"), "shares"),
    NeedsVariable("gap", ("gap",), "skewed"),
    NeedsVariable("discount", ("discount",)),
)
# Shares of the categories, days between purchases, discount, customers.
KINDS = (
    ([20, 1, 2], 12, 0.02, 120),
    ([1, 20, 1], 60, 0.10, 80),
    ([5, 2, 12], 150, 0.20, 50),
)


def company(rng):
    parts = []
    for number, (shares, gap, discount, size) in enumerate(KINDS):
        part = pd.DataFrame(
            rng.dirichlet(shares, size), columns=["beans", "pods", "cups"]
        )
        parts.append(
            part.where(part > 0.12, 0.0).assign(
                gap=gap * rng.lognormal(0.0, 0.3, size),
                discount=rng.normal(discount, 0.02, size),
                kind=number,
            )
        )
    customers = pd.concat(parts, ignore_index=True)
    return customers.assign(customer_id=np.arange(len(customers)) + 7)


@pytest.mark.parametrize("method", METHODS)
def test_planted_needs_are_found(rng, method):
    customers = company(rng)
    found = find_clusters(customers, VARIABLES, method=method, count=3, draws=5)
    labels = found.segmentation.assign(customers)["cluster"]
    assert (
        overlap(labels.to_numpy(), customers["kind"].to_numpy()).max(axis=1) > 0.9
    ).all()
    assert (found.stability.jaccard > 0.75).all()


def test_number_is_suggested_and_told(rng):
    found = find_clusters(company(rng), VARIABLES, draws=5)
    report = json.loads(json.dumps(found.report()))
    assert report["suggested"] == report["count"] == 3
    assert [trial["count"] for trial in report["trials"]] == [2, 3, 4, 5, 6]
    pods = report["clusters"][1]["traits"][0]
    assert pods["column"] == "pods"
    assert pods["ratio"] > 2


def test_kept_clusters_take_in_who_comes_later(rng):
    found = find_clusters(company(rng), VARIABLES, draws=2)
    kept = NeedsSegmentation.from_dict(
        json.loads(json.dumps(found.segmentation.to_dict()))
    )
    later = company(rng)
    assert (kept.assign(later)["cluster"] == later["kind"]).mean() > 0.95
    unknown = later.iloc[:2].assign(**dict.fromkeys(["beans", "pods", "gap"], np.nan))
    assert kept.assign(unknown)["cluster"].between(0, 2).all()


def test_same_customers_same_clusters(rng):
    customers = company(rng)
    one = find_clusters(customers, VARIABLES, draws=3).report()
    assert find_clusters(customers, VARIABLES, draws=3).report() == one


def test_one_variable_is_enough(rng):
    found = find_clusters(company(rng), VARIABLES[1:2], count=2, draws=3)
    assert found.segmentation.count == 2


def test_ninety_nine_customers_are_refused(rng):
    with pytest.raises(InsufficientDataError) as caught:
        find_clusters(company(rng).iloc[:99], VARIABLES)
    assert (caught.value.needed, caught.value.found) == (100, 99)


def test_customers_alike_in_everything_are_refused():
    alike = pd.DataFrame({"gap": [4.0] * 300, "customer_id": range(300)})
    with pytest.raises(InsufficientDataError):
        find_clusters(alike, VARIABLES[1:2])


def test_two_kinds_of_equal_customers_are_refused():
    frame = pd.DataFrame({"gap": [4.0, 9.0] * 100, "customer_id": range(200)})
    with pytest.raises(InsufficientDataError) as caught:
        find_clusters(frame, VARIABLES[1:2])
    assert (caught.value.needed, caught.value.found) == (3, 2)


def test_a_fixed_number_with_a_tiny_cluster_is_refused(rng):
    customers = company(rng)
    few = customers[customers["kind"] < 2].iloc[:195]
    few = pd.concat([few, customers[customers["kind"] == 2].iloc[:6]])
    with pytest.raises(InsufficientDataError) as caught:
        find_clusters(few, VARIABLES, count=3, draws=2)
    assert caught.value.needed == 20
    assert caught.value.found < 20


def test_unknown_method_is_refused(rng):
    with pytest.raises(FrameError):
        find_clusters(company(rng), VARIABLES, method="magic")


def test_more_clusters_than_different_customers_are_refused():
    frame = pd.DataFrame(
        {"gap": [4.0, 9.0, 30.0, 90.0] * 60, "customer_id": range(240)}
    )
    with pytest.raises(InsufficientDataError) as caught:
        find_clusters(frame, VARIABLES[1:2], count=5)
    assert (caught.value.needed, caught.value.found) == (6, 4)


def test_order_of_customers_does_not_matter(rng):
    customers = company(rng)
    shuffled = customers.sample(frac=1, random_state=3)
    one = find_clusters(customers, VARIABLES, draws=2).segmentation
    two = find_clusters(shuffled, VARIABLES, draws=2).segmentation
    pairs = overlap(
        one.assign(customers)["cluster"].to_numpy(),
        two.assign(customers)["cluster"].to_numpy(),
    )
    assert pairs.max(axis=1) == pytest.approx(1.0)


def test_no_customer_to_assign(rng):
    customers = company(rng)
    found = find_clusters(customers, VARIABLES, draws=2)
    nobody = found.segmentation.assign(customers.iloc[:0])
    assert nobody.empty
    assert list(nobody) == ["customer_id", "cluster"]


def test_columns_left_out_are_told(rng):
    customers = company(rng).assign(discount=0.1)
    report = find_clusters(customers, VARIABLES, draws=2).report()
    assert report["dropped"] == ["discount"]
    told = {
        trait["column"] for cluster in report["clusters"] for trait in cluster["traits"]
    }
    assert "discount" not in told


def test_a_fixed_number_is_told_beside_the_suggested_one(rng):
    report = find_clusters(company(rng), VARIABLES, count=2, draws=2).report()
    assert (report["count"], report["suggested"]) == (2, 3)
    assert report["customers"] == 250


def test_a_large_company_is_redrawn_in_part(rng):
    customers = pd.concat([company(rng) for _ in range(10)], ignore_index=True)
    found = find_clusters(customers, VARIABLES, count=3, draws=3)
    assert (found.stability.jaccard > 0.9).all()
    assert found.customers == 2500
