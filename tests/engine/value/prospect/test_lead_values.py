"""Rows of leads: reasons that add up, what is missing in order, storage, empty lists."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.prospect.lead_values import prospect_values
from customer_analytics.value.prospect.prospect_storage import (
    prospect_model,
    stored_values,
)
from customer_analytics.value.prospect.prospects import ProspectModel

ATTRIBUTES = ["industry", "source", "colour"]


def company(seed, size):
    """Industry matters much, source some, colour not at all."""
    rng = np.random.default_rng(seed)
    industry, source, colour = rng.integers(0, 4, (3, size))
    log_value = 5.0 + industry + 0.4 * source + 0.5 * rng.standard_normal(size)
    names = {"industry": industry, "source": source, "colour": colour}
    frame = pd.DataFrame(
        {name: [f"{name}{code}" for code in codes] for name, codes in names.items()}
    )
    return frame.assign(clv=np.exp(log_value), lead_id=np.arange(size) + 7)


@pytest.fixture(scope="module")
def model():
    return ProspectModel.fit(company(1, 1500), ATTRIBUTES)


def test_rows_are_ordered_and_limits_hold_the_value(model):
    leads = company(2, 50)
    found = prospect_values(model, leads)
    assert found["lead_id"].tolist() == leads["lead_id"].tolist()
    assert (found["value_lower"] <= found["value_if_won"]).all()
    assert (found["value_upper"] >= found["value_if_won"]).all()
    assert found["completeness"].to_numpy() == pytest.approx(1.0)
    assert prospect_values(model, leads[:0]).empty


def test_the_largest_reason_comes_first_and_is_the_contribution(model):
    leads = company(3, 30)
    found = prospect_values(model, leads)
    told = model.contributions(leads)
    for place, text in enumerate(found["reasons"]):
        reasons = json.loads(text)
        amounts = [abs(amount) for _name, amount in reasons]
        assert amounts == sorted(amounts, reverse=True)
        for name, amount in reasons:
            assert amount == pytest.approx(told[name].iloc[place], abs=0.01)


def test_what_tells_nothing_is_no_reason(model):
    found = prospect_values(model, company(4, 40))
    named = [name for text in found["reasons"] for name, _amount in json.loads(text)]
    assert named.count("industry") > 35 > 10 > named.count("colour")


def test_missing_attributes_are_named_the_most_telling_first(model):
    leads = company(5, 2).assign(industry=[None, "industry1"], source=None, colour="")
    found = prospect_values(model, leads)
    assert found["missing"][0].startswith("industry,source")
    assert found["missing"][1].startswith("source")
    assert found["completeness"][0] < found["completeness"][1] < 1


def test_a_stored_model_says_the_same(model):
    """A database keeps the keys of JSON in an order of its own."""
    again = prospect_model(json.loads(json.dumps(stored_values(model), sort_keys=True)))
    leads = company(6, 40).assign(source=[None] * 20 + ["never seen"] * 20)
    before, after = (prospect_values(one, leads) for one in (model, again))
    for name in ("value_if_won", "value_lower", "value_upper", "completeness"):
        assert after[name].to_numpy() == pytest.approx(
            before[name].to_numpy(), rel=1e-4
        )
    assert after["missing"].tolist() == before["missing"].tolist()


def test_a_stored_model_of_many_customers_stays_small():
    rng = np.random.default_rng(1)
    past = company(7, 20_000)
    past["source"] = [f"s{code}" for code in rng.integers(0, 90, len(past))]
    model = ProspectModel.fit(past, ATTRIBUTES)
    text = json.dumps(stored_values(model))
    assert len(text) < 200_000
    leads = company(8, 30)
    again = prospect_model(json.loads(text)).predict(leads)
    assert again.value == pytest.approx(model.predict(leads).value, rel=0.01)
    assert again.upper == pytest.approx(model.predict(leads).upper, rel=0.02)


def test_leads_without_identifier_are_refused(model):
    with pytest.raises(FrameError):
        prospect_values(model, company(1, 3).drop(columns="lead_id"))
