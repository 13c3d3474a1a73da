"""Value of leads if won: known effects, out of sample, coverage, ten customers."""

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.prospect.prospects import ProspectModel

SIZES = {"country": 30, "industry": 12, "size": 5, "source": 15, "language": 4}
SOME, NONE = (0.8, 0.5, 0.5, 0.3, 0.0), (0.0,) * 5
ATTRIBUTES = list(SIZES)


def company(seed, customers, spreads=SOME, *, idle=0.3, empty=0.2):
    """Customers whose log value is a sum of effects; some hardly buy."""
    rng = np.random.default_rng(seed)
    frame, log_value = {}, 1.2 * rng.standard_normal(customers)
    for (name, levels), spread in zip(SIZES.items(), spreads, strict=True):
        level = rng.choice(levels, customers, p=rng.dirichlet(np.ones(levels)))
        log_value += (spread * rng.standard_normal(levels))[level]
        value = np.array([f"{name}{i}" for i in level], dtype=object)
        value[rng.random(customers) < empty] = None
        frame[name] = value
    clv = 1000 * np.exp(log_value) * np.where(rng.random(customers) < idle, 0.02, 1.0)
    return pd.DataFrame(frame).assign(clv=clv, lead_id=np.arange(customers))


def halves(seed, customers, spreads=SOME, **options):
    frame = company(seed, customers + 300, spreads, **options)
    return frame[:customers], frame[customers:]


def log_error(value, truth):
    return np.abs(np.log1p(value / 1000) - np.log1p(truth / 1000)).mean()


@pytest.fixture(scope="module")
def known():
    return ProspectModel.fit(company(1, 4000, idle=0.0, empty=0.0), ATTRIBUTES)


# === KNOWN EFFECTS === #


def test_attributes_that_matter_are_told_from_those_that_do_not(known):
    spread = np.sqrt(known.law.variances)
    assert spread[0] > spread[3] > spread[4]
    assert known.law.explained > 0.3


@pytest.mark.parametrize(
    ("customers", "limit"), [(100, 1.0), (400, 0.95), (2000, 0.93)]
)
def test_error_out_of_sample_is_below_that_of_the_overall_mean(customers, limit):
    ratio = []
    for seed in range(6):
        past, leads = halves(seed, customers)
        truth = leads["clv"].to_numpy()
        value = ProspectModel.fit(past, ATTRIBUTES).predict(leads).value
        ratio.append(log_error(value, truth) / log_error(past["clv"].mean(), truth))
    assert np.mean(ratio) < limit


@pytest.mark.parametrize("customers", [10, 100, 1000])
def test_attributes_that_tell_nothing_do_no_harm(customers):
    ratio = []
    for seed in range(8):
        past, leads = halves(seed, customers, NONE, idle=0.0)
        truth, mean = leads["clv"].to_numpy(), past["clv"].mean()
        value = ProspectModel.fit(past, ATTRIBUTES).predict(leads).value
        ratio.append(((value - truth) ** 2).mean() / ((mean - truth) ** 2).mean())
    assert np.sqrt(np.mean(ratio)) < 1.03


@pytest.mark.parametrize("customers", [10, 30, 100, 1000])
def test_intervals_cover_as_often_as_they_say(customers):
    held = []
    for seed in range(25 if customers < 500 else 5):
        past, leads = halves(seed, customers)
        found = ProspectModel.fit(past, ATTRIBUTES).predict(leads)
        truth = leads["clv"].to_numpy()
        held.append(((found.lower <= truth) & (truth <= found.upper)).mean())
    assert 0.76 < np.mean(held) < 0.93


def test_totals_are_right():
    ratio = []
    for seed in range(8):
        past, leads = halves(seed, 1500)
        value = ProspectModel.fit(past, ATTRIBUTES).predict(leads).value
        ratio.append(value.sum() / leads["clv"].sum())
    assert 0.85 < np.median(ratio) < 1.15


# === SMALL COMPANIES === #


def test_ten_customers_give_the_mean_of_all_with_a_wide_interval():
    past, leads = halves(3, 10, NONE, idle=0.0)
    found = ProspectModel.fit(past, ATTRIBUTES).predict(leads)
    assert found.value.max() / found.value.min() < 2.0
    assert (found.upper / np.maximum(found.lower, 1.0) > 3).all()
    assert found.value.mean() == pytest.approx(past["clv"].mean(), rel=0.6)


def test_fewer_than_five_customers_are_too_few():
    with pytest.raises(InsufficientDataError) as error:
        ProspectModel.fit(company(1, 4), ATTRIBUTES)
    assert (error.value.needed, error.value.found) == (5, 4)


@pytest.mark.parametrize("value", [0.0, 250.0, -40.0])
def test_equal_customers_give_their_value(value):
    past = company(1, 20).assign(clv=value)
    found = ProspectModel.fit(past, ATTRIBUTES).predict(past)
    assert found.value == pytest.approx(value, rel=1e-6, abs=1e-6)


# === LEADS === #


def test_nothing_known_is_the_mean_and_less_certain(known):
    leads = pd.DataFrame({name: [None, f"{name}1"] for name in ATTRIBUTES})
    found = known.predict(leads)
    width = np.log1p(found.upper) - np.log1p(found.lower)
    assert width[0] > width[1]


def test_a_level_that_no_customer_has_is_as_good_as_empty(known):
    leads = pd.DataFrame({name: [None, "never seen"] for name in ATTRIBUTES})
    found = known.predict(leads)
    assert found.value[0] == found.value[1]
    assert known.completeness(leads).tolist() == pytest.approx([0.0, 1.0])


def test_contributions_are_the_value_less_that_of_the_usual_level(known):
    lead = company(2, 1, empty=0.0)
    value = known.predict(lead).value[0]
    without = known.predict(lead.assign(country=None)).value[0]
    told = known.contributions(lead)
    assert list(told.columns) == ATTRIBUTES
    # the usual effect is near none where everybody's country is known
    assert told["country"][0] == pytest.approx(value - without, rel=0.3)
    empty = known.contributions(lead.assign(country=None))
    assert empty["country"][0] == pytest.approx(0.0, abs=1e-9)


def test_being_known_is_no_merit_of_a_level():
    """Customers with a source are worth more, whichever it is: no source is a reason."""
    rng = np.random.default_rng(4)
    source = rng.choice(["fair", "web", "call", None], 2000, p=[0.2, 0.2, 0.1, 0.5])
    clv = np.where(pd.notna(source), 3000, 500) * rng.lognormal(0, 0.3, 2000)
    past = pd.DataFrame({"source": source, "clv": clv})
    model = ProspectModel.fit(past, ["source"])
    leads = pd.DataFrame({"source": ["fair", "web", "call"]})
    assert (model.predict(leads).value > 2000).all()
    told = model.contributions(leads)["source"].to_numpy()
    assert np.abs(told).max() < 250


def test_completeness_weighs_what_tells_of_value(known):
    full = {name: f"{name}1" for name in ATTRIBUTES}
    leads = pd.DataFrame([full, full | {"country": None}, full | {"language": None}])
    whole, no_country, no_language = known.completeness(leads)
    assert whole == pytest.approx(1.0)
    assert no_country < no_language < whole
    assert no_language == pytest.approx(1 - 0.2 / 5, abs=0.05)


def test_currency_and_row_order_do_not_matter():
    past, leads = halves(5, 200)
    plain = ProspectModel.fit(past, ATTRIBUTES).predict(leads)
    cents = ProspectModel.fit(
        past.assign(clv=past["clv"] * 100).sample(frac=1.0, random_state=1), ATTRIBUTES
    ).predict(leads[::-1])
    assert cents.value[::-1] == pytest.approx(plain.value * 100, rel=1e-3)
    assert cents.upper[::-1] == pytest.approx(plain.upper * 100, rel=1e-3)


def test_negative_values_are_kept():
    past, leads = halves(6, 400, idle=0.0)
    found = ProspectModel.fit(past.assign(clv=past["clv"] - 1500), ATTRIBUTES)
    limits = found.predict(leads)
    assert (limits.lower < 0).mean() > 0.5
    truth = leads["clv"].to_numpy() - 1500
    assert ((limits.lower <= truth) & (truth <= limits.upper)).mean() > 0.74


def test_size_may_be_a_number():
    rng = np.random.default_rng(1)
    staff = rng.lognormal(3, 1.5, 800)
    clv = 50 * staff * rng.lognormal(0, 0.5, 800)
    frame = pd.DataFrame({"employees": staff, "clv": clv})
    model = ProspectModel.fit(frame, ["employees"], numeric=["employees"])
    found = model.predict(pd.DataFrame({"employees": [3.0, 300.0, np.nan]})).value
    assert found[1] > 10 * found[0]
    assert found[0] < found[2] < found[1]


def test_broken_tables_are_refused(known):
    past = company(1, 30)
    with pytest.raises(FrameError):
        ProspectModel.fit(past, ["planet"])
    with pytest.raises(FrameError):
        ProspectModel.fit(past.assign(clv=np.nan), ATTRIBUTES)
    with pytest.raises(FrameError):
        ProspectModel.fit(past.drop(columns="clv"), ATTRIBUTES)


def test_without_attributes_there_is_the_mean():
    past = company(1, 200, idle=0.0)
    model = ProspectModel.fit(past, [])
    found = model.predict(past[:2])
    assert (
        found.value[0] == found.value[1] == pytest.approx(past["clv"].mean(), rel=0.1)
    )
    assert model.completeness(past[:2]).tolist() == [1.0, 1.0]


def test_attributes_that_no_customer_has_do_not_count(known):
    past = company(1, 200, empty=0.0).assign(campaign=None)
    model = ProspectModel.fit(past, [*ATTRIBUTES, "campaign"])
    assert "campaign" not in model.coding.attributes
    assert model.completeness(past[:1])[0] == pytest.approx(1.0)


def test_without_effects_every_lead_is_the_mean_customer_and_still_incomplete(known):
    past = company(1, 300, idle=0.0)
    model = ProspectModel.fit(past, ATTRIBUTES).without_effects(past)
    leads = company(2, 20)
    found = model.predict(leads)
    assert found.value == pytest.approx(past["clv"].mean(), rel=0.1)
    assert np.ptp(found.value) == np.ptp(found.lower) == np.ptp(found.upper) == 0
    assert (model.contributions(leads) == 0).all(axis=None)
    filled = leads[ATTRIBUTES].notna().mean(axis=1)
    assert model.completeness(leads) == pytest.approx(filled.to_numpy())
