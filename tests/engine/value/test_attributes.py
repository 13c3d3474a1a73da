"""Attributes as indicators: several values, numbers, empty and unknown ones."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.attributes import attribute_coding

FRAME = pd.DataFrame(
    {
        "country": ["IT", "FR", "IT", None, "DE"],
        "tags": [["a", "b"], ("b",), {"c"}, [], None],
        "employees": [5.0, np.nan, 50.0, 500.0, 20.0],
        "is_company": [True, False, True, True, False],
    }
)
ATTRIBUTES = ["country", "tags", "employees", "is_company"]


@pytest.fixture(scope="module")
def coding():
    return attribute_coding(FRAME, ATTRIBUTES, numeric=["employees"])


def columns(coding, name):
    """Columns of an attribute in the design of FRAME."""
    place = coding.attributes.index(name)
    return coding.design(FRAME).toarray()[:, coding.grouping == place]


def test_levels_come_by_falling_frequency(coding):
    assert coding.levels["country"] == ("IT", "FR", "DE")
    assert coding.levels["tags"][0] == "b"


def test_a_category_is_an_indicator(coding):
    expected = [[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert columns(coding, "country").tolist() == expected


def test_several_values_share_one(coding):
    found = columns(coding, "tags")
    assert found.sum(axis=1).tolist() == [1, 1, 1, 0, 0]
    assert sorted(found[0]) == [0, 0.5, 0.5]


def test_numbers_are_cut_into_groups_of_equal_size():
    frame = pd.DataFrame({"employees": np.arange(100.0)})
    found = attribute_coding(frame, ["employees"], numeric=["employees"])
    assert found.design(frame).sum(axis=0).tolist() == [[20] * 5]
    beyond = found.design(pd.DataFrame({"employees": [-1e9, 1e9]})).toarray()
    assert beyond.sum() == 2
    assert beyond.argmax(axis=1)[0] != beyond.argmax(axis=1)[1]


def test_false_is_a_value_of_a_boolean_and_empty_otherwise(coding):
    assert columns(coding, "is_company").sum() == 5
    mixed = pd.DataFrame({"industry": ["steel", False, "", "steel"]})
    found = attribute_coding(mixed, ["industry"])
    assert found.levels["industry"] == ("steel",)
    assert found.is_filled(mixed)[:, 0].tolist() == [True, False, False, True]


def test_filled_and_known_differ_for_what_customers_do_not_have(coding):
    leads = pd.DataFrame(
        {
            "country": ["JP", "IT"],
            "tags": [["z"], ["z", "a"]],
            "employees": [7, None],
            "is_company": [True, True],
        }
    )
    assert coding.is_filled(leads).tolist() == [[1, 1, 1, 1], [1, 1, 0, 1]]
    assert coding.is_known(coding.design(leads)).tolist() == [
        [0, 0, 1, 1],
        [1, 1, 0, 1],
    ]
    assert coding.design(leads).toarray()[1].sum() == 3.0


def test_identifiers_are_categories_too():
    frame = pd.DataFrame({"source": [3, 7, 3]})
    found = attribute_coding(frame, ["source"])
    assert found.levels["source"] == (3, 7)
    assert found.design(frame).toarray().tolist() == [[1, 0], [0, 1], [1, 0]]


def test_rare_levels_beyond_the_limit_tell_nothing():
    names = [f"c{i}" for i in range(150)] + ["c7"] * 5
    found = attribute_coding(pd.DataFrame({"campaign": names}), ["campaign"])
    assert len(found.levels["campaign"]) == 100
    assert found.levels["campaign"][0] == "c7"


def test_repeated_values_of_a_row_count_once():
    frame = pd.DataFrame({"tags": [["a", "a", "b"]]})
    found = attribute_coding(frame, ["tags"]).design(frame)
    assert found.toarray().tolist() == [[0.5, 0.5]]


def test_any_index_of_the_rows_will_do():
    turned = FRAME.set_index(pd.Index([9, 9, 3, 1, 0]))
    found = attribute_coding(turned, ATTRIBUTES, numeric=["employees"])
    first = attribute_coding(FRAME, ATTRIBUTES, numeric=["employees"]).design(FRAME)
    assert (found.design(turned) != first).nnz == 0


def test_empty_attributes_and_tables():
    nothing = pd.DataFrame({"country": [None, None]})
    found = attribute_coding(nothing, ["country"], numeric=[])
    assert found.design(nothing).shape == (2, 0)
    assert not found.is_filled(nothing).any()
    assert attribute_coding(FRAME, []).design(FRAME).shape == (5, 0)
    empty = attribute_coding(nothing.astype(float), ["country"], numeric=["country"])
    assert empty.design(nothing).shape == (2, 0)


def test_a_missing_column_is_told(coding):
    with pytest.raises(FrameError) as error:
        coding.design(FRAME.drop(columns="tags"))
    assert error.value.column == "tags"
