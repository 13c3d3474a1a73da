"""What every buy-till-you-die model must do, whatever its story."""

import dataclasses
import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.purchase.bgnbd import BetaGeo
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo
from customer_analytics.value.purchase.nbd import NBD
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD
from customer_analytics.value.rows import summary_rows
from simulation import simulate_beta_geometric, simulate_pareto_nbd

FAMILIES = [BetaGeo, ModifiedBetaGeo, ParetoNBD, NBD]
WITH_DROPOUT = FAMILIES[:3]
TRUTH = {
    BetaGeo: (0.6, 6.0, 0.8, 2.5),
    ModifiedBetaGeo: (0.8, 6.0, 0.7, 2.5),
    ParetoNBD: (0.8, 8.0, 0.7, 12.0),
    NBD: (0.8, 8.0),
}
every_family = pytest.mark.parametrize("family", FAMILIES)


def simulate(family, size, horizon=30.0, seed=7):
    """Customers of a family's own story, aged 20 to 60 weeks, by day."""
    rng = np.random.default_rng(seed)
    age = rng.integers(140, 420, size) / 7.0
    if family is NBD:
        story = (*TRUTH[NBD], 1.0, 1e9)
        return simulate_pareto_nbd(story, age, horizon, rng)
    if family is ParetoNBD:
        return simulate_pareto_nbd(TRUTH[family], age, horizon, rng)
    return simulate_beta_geometric(
        TRUTH[family], age, horizon, rng, first_occasion=family.first_occasion
    )


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


# === ESTIMATION === #


@every_family
def test_gradient_is_the_slope_of_the_likelihood(family):
    rows = summary_rows(
        history((0, 0, 30), (1, 0.5, 30), (1, 29, 30), (9, 30, 30), (300, 40, 41))
    )
    model = family(*TRUTH[family])
    _, gradients = model._log_likelihoods(rows)
    for name, gradient in zip(model.parameters, gradients, strict=True):
        step = 1e-5
        high, low = (
            family(**{**model.parameters, name: model.parameters[name] * factor})
            for factor in (np.exp(step), np.exp(-step))
        )
        slope = high._log_likelihoods(rows)[0] - low._log_likelihoods(rows)[0]
        assert gradient == pytest.approx(slope / (2 * step), rel=1e-5, abs=1e-6)


@every_family
def test_known_parameters_are_found_again(family):
    fitted = family.fit(simulate(family, 20_000))
    assert fitted.estimate.converged
    for truth, (name, value) in zip(
        TRUTH[family], fitted.parameters.items(), strict=True
    ):
        assert abs(value - truth) < 3.5 * fitted.estimate.standard_errors[name]


@every_family
@pytest.mark.parametrize("factor", [1e-3, 30.0])
def test_wild_starting_points_lead_to_the_same_optimum(family, factor, cdnow):
    best = family.fit(cdnow)
    start = {
        name: value * (factor if number % 2 else 1.0 / factor)
        for number, (name, value) in enumerate(best.parameters.items())
    }
    found = family.fit(cdnow, start=start)
    for name, value in best.parameters.items():
        assert found.parameters[name] == pytest.approx(value, rel=1e-5)


def test_standard_errors_match_repeated_samples():
    """The spread of estimates over 60 samples of 400 is what the Hessian says."""
    estimates, errors = [], []
    for seed in range(60):
        fitted = BetaGeo.fit(simulate(BetaGeo, 400, seed=seed))
        estimates.append(np.log(fitted.r))
        errors.append(fitted.estimate.standard_errors["r"] / fitted.r)
    assert np.median(errors) == pytest.approx(np.std(estimates), rel=0.25)


def test_standard_errors_are_those_of_the_log_covariance(cdnow):
    fitted = ParetoNBD.fit(cdnow)
    spread = np.sqrt(np.diag(fitted.estimate.log_covariance))
    expected = spread * np.array(list(fitted.parameters.values()))
    assert list(fitted.estimate.standard_errors.values()) == pytest.approx(expected)


# === INVARIANTS === #


@every_family
@pytest.mark.parametrize("has_prior", [False, True])
def test_days_and_weeks_give_the_same_model(family, has_prior, cdnow):
    prior = family.weak_prior if has_prior else None
    weeks = family.fit(cdnow, prior=prior)
    days_summary = cdnow.assign(recency=cdnow["recency"] * 7, T=cdnow["T"] * 7)
    days = family.fit(days_summary, prior=prior)
    for name, value in weeks.parameters.items():
        unit = 7.0 if name in family.time_parameters else 1.0
        assert days.parameters[name] == pytest.approx(value * unit, rel=1e-6)
    assert days.expected_purchases(days_summary, 273.0) == pytest.approx(
        weeks.expected_purchases(cdnow, 39.0), rel=1e-6
    )
    # A density of x purchase times is 7 ** x times smaller per day than per week.
    shift = cdnow["frequency"].sum() * np.log(7.0)
    assert days.estimate.log_likelihood + shift == pytest.approx(
        weeks.estimate.log_likelihood, rel=1e-8
    )


@every_family
def test_row_order_does_not_matter(family, cdnow):
    shuffled = cdnow.sample(frac=1.0, random_state=3)
    fitted, again = family.fit(cdnow), family.fit(shuffled)
    assert again == fitted
    expected = pd.Series(fitted.expected_purchases(cdnow, 39.0), cdnow.index)
    found = pd.Series(fitted.expected_purchases(shuffled, 39.0), shuffled.index)
    assert found.sort_index().to_numpy() == pytest.approx(expected.to_numpy())


@every_family
def test_weights_are_repetitions(family):
    few = simulate(family, 60).round({"recency": 0})
    few["recency"] = np.where(few["frequency"] > 0, few["recency"], 0.0)
    weights = np.arange(60) % 4
    repeated = few.loc[few.index.repeat(weights)]
    prior = family.weak_prior
    with_weights = family.fit(few, weights=weights, prior=prior)
    with_rows = family.fit(repeated, prior=prior)
    assert with_weights.estimate.n_customers == len(repeated)
    for name, value in with_rows.parameters.items():
        assert with_weights.parameters[name] == pytest.approx(value, rel=1e-7)


def test_many_customers_collapse_to_few_rows():
    many = simulate(ParetoNBD, 100_000)
    many["recency"] = np.floor(many["recency"] * 7) / 7
    rows = summary_rows(many)
    assert len(rows) < 50_000
    assert rows.n_customers == 100_000
    model = ParetoNBD(*TRUTH[ParetoNBD])
    one_by_one = rows.take(rows.inverse)
    assert model.probability_alive(many) == pytest.approx(
        model.probability_alive(one_by_one), rel=1e-12
    )


def test_a_large_fit_starts_on_a_sample_and_ends_on_all_rows():
    many = simulate(BetaGeo, 30_000)  # times are continuous: every row is distinct
    rows = summary_rows(many)
    assert len(rows) > 12_000
    fitted = BetaGeo.fit(many)
    assert fitted.estimate.converged
    _, gradients = fitted._log_likelihoods(rows)
    assert np.abs(gradients @ rows.weights).max() < 1e-2


# === PREDICTIONS AGAINST SIMULATION === #


@every_family
def test_predictions_hold_on_simulated_customers(family):
    """Means by group over 200,000 simulated futures, within four standard errors."""
    customers = simulate(family, 200_000)
    model = family(*TRUTH[family])
    future = customers["future"].to_numpy()
    group = np.minimum(customers["frequency"], 4) * 2 + (
        customers["recency"] * 2 > customers["T"]
    )
    pairs = {
        "alive": (customers["alive"], model.probability_alive(customers)),
        "count": (future, model.expected_purchases(customers, 30.0)),
        "any": (future > 0, model.purchase_probability(customers, 30.0)),
    }
    for happened, predicted in pairs.values():
        residual = pd.Series(np.asarray(happened, dtype=float) - predicted)
        by_group = residual.groupby(group.to_numpy())
        error = by_group.std() / np.sqrt(by_group.size())
        assert (by_group.mean().abs() <= 4.0 * error + 1e-9).all()


@pytest.mark.parametrize("family", WITH_DROPOUT)
def test_new_customers_buy_what_is_expected_of_them(family):
    rng = np.random.default_rng(11)
    born = np.zeros(200_000)
    if family is ParetoNBD:
        future = simulate_pareto_nbd(TRUTH[family], born, 52.0, rng)["future"]
    else:
        future = simulate_beta_geometric(
            TRUTH[family], born, 52.0, rng, first_occasion=family.first_occasion
        )["future"]
    expected = family(*TRUTH[family]).expected_purchases_new(52.0)
    assert abs(future.mean() - expected) < 4 * future.std() / np.sqrt(len(future))


# === LIMITS === #

EXTREMES = history(
    (0, 0, 0),
    (0, 0, 1e-6),
    (0, 0, 1e5),
    (1, 1e-9, 1e4),
    (3, 30, 30),
    (10_000, 100, 100),
    (10_000, 1, 3_000),
)


@every_family
def test_extreme_histories_give_finite_predictions(family):
    model = family(*TRUTH[family])
    alive = model.probability_alive(EXTREMES)
    some = model.purchase_probability(EXTREMES, 52.0)
    expected = model.expected_purchases(EXTREMES, 52.0)
    for values in (alive, some, expected):
        assert np.all(np.isfinite(values)) and np.all(values >= 0)
    assert np.all(alive <= 1) and np.all(some <= alive + 1e-12)
    assert np.all(some <= expected + 1e-12)
    assert np.isfinite(model.log_likelihood(EXTREMES))


@every_family
def test_nothing_happens_in_no_time(family):
    model = family(*TRUTH[family])
    assert model.expected_purchases(EXTREMES, 0.0) == pytest.approx(np.zeros(7))
    assert model.purchase_probability(EXTREMES, 0.0) == pytest.approx(np.zeros(7))


@every_family
@pytest.mark.parametrize(
    "rows",
    [
        [(3, 20, 30)],
        [(0, 0, 30)],
        [(0, 0, 0)],
        [(0, 0, 30)] * 50,
        [(3, 20, 30)] * 50,
        [(0, 0, 0)] * 50,
        [(10_000, 99, 100)],
    ],
    ids=["one", "one-time", "new", "all one-time", "identical", "all new", "huge"],
)
def test_degenerate_companies_get_an_answer(family, rows):
    for prior in (None, family.weak_prior):
        fitted = family.fit(history(*rows), prior=prior)
        expected = fitted.expected_purchases(history(*rows), 30.0)
        assert np.all(np.isfinite(expected))
        assert np.all(np.isfinite(list(fitted.parameters.values())))
    assert fitted.estimate.converged
    assert fitted.estimate.at_bound == ()


def test_what_the_data_do_not_identify_is_named():
    fitted = BetaGeo.fit(history(*[(0, 0, 30)] * 50))
    assert fitted.estimate.at_bound
    for name in fitted.estimate.at_bound:
        assert np.isnan(fitted.estimate.standard_errors[name])


@every_family
@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ((np.nan, 1, 2), "frequency", "null"),
        ((1, np.inf, 2), "recency", "null"),
        ((-1, 0, 2), "frequency", "range"),
        ((1, 1, -2), "T", "range"),
        ((1, 3, 2), "recency", "range"),
        ((0, 1, 2), "recency", "range"),
        ((1.5, 1, 2), "frequency", "type"),
    ],
)
def test_broken_histories_are_refused(family, row, column, reason):
    for call in (family.fit, family(*TRUTH[family]).probability_alive):
        with pytest.raises(FrameError) as raised:
            call(history((1, 1, 2), row))
        assert (raised.value.column, raised.value.reason) == (column, reason)
        assert raised.value.count == 1


@every_family
def test_a_missing_column_and_an_empty_company_are_told(family):
    with pytest.raises(FrameError, match="recency: missing"):
        family.fit(history((1, 1, 2)).drop(columns="recency"))
    with pytest.raises(InsufficientDataError):
        family.fit(history())
    assert len(family(*TRUTH[family]).probability_alive(history())) == 0


@every_family
@pytest.mark.parametrize("horizon", [-1.0, np.nan, np.inf])
def test_an_impossible_horizon_is_refused(family, horizon):
    model = family(*TRUTH[family])
    with pytest.raises(FrameError, match="horizon"):
        model.expected_purchases(EXTREMES, horizon)
    with pytest.raises(FrameError, match="horizon"):
        model.purchase_probability(EXTREMES, horizon)


@every_family
@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_parameters_must_be_positive(family, value):
    with pytest.raises(FrameError):
        family(*[value, *TRUTH[family][1:]])


# === STORAGE === #


@every_family
def test_a_model_survives_json(family, cdnow):
    fitted = family.fit(cdnow.head(50))
    stored = family.from_dict(json.loads(json.dumps(fitted.to_dict())))
    assert stored == fitted
    assert stored.estimate.at_bound == fitted.estimate.at_bound
    assert stored.estimate.log_covariance == fitted.estimate.log_covariance
    plain = family(*TRUTH[family])
    assert family.from_dict(plain.to_dict()) == plain


def test_another_model_is_not_taken_for_this_one():
    with pytest.raises(FrameError):
        BetaGeo.from_dict(ModifiedBetaGeo(1.0, 1.0, 1.0, 1.0).to_dict())


def test_a_model_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        BetaGeo(1.0, 1.0, 1.0, 1.0).r = 2.0
