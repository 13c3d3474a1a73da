"""BG/BB against Fader, Hardie, Shang (2010) and METHODS.md, section M."""

import json

import numpy as np
import pandas as pd
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.value.purchase.bgbb import WEAK_PRIOR, BetaGeoBetaBinomial
from customer_analytics.value.rows import summary_rows
from scipy.special import beta as beta_function
from scipy.special import gamma

PRINTED = BetaGeoBetaBinomial(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)


def history(*rows):
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"], dtype=float)


@pytest.fixture(scope="module")
def fitted(donations):
    return BetaGeoBetaBinomial.fit(donations, weights=donations["weights"])


def simulate(parameters, size, occasions, ahead, rng):
    """Coins at each occasion until death, from the story of the paper."""
    alpha, beta, gamma_, delta = parameters
    buying = rng.beta(alpha, beta, size)
    death = rng.geometric(np.maximum(rng.beta(gamma_, delta, size), 1e-12))
    number = np.arange(1, occasions + ahead + 1)
    bought = (rng.random((size, len(number))) < buying[:, None]) & (
        number[None, :] < death[:, None]
    )
    past, future = bought[:, :occasions], bought[:, occasions:]
    last = np.where(past, number[:occasions], 0).max(axis=1)
    frame = history(*zip(past.sum(axis=1), last, np.full(size, occasions), strict=True))
    return frame, future.sum(axis=1), death > occasions + 1


def test_data_are_the_11104_donors_in_22_cells(donations):
    assert len(donations) == 22
    assert donations["weights"].sum() == 11_104


def test_parameters_match_fader_hardie_shang_2010(fitted):
    printed = {"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783}
    assert {k: round(v, 3) for k, v in fitted.parameters.items()} == printed


def test_parameters_and_log_likelihood_match_methods_m(fitted):
    found = list(fitted.parameters.values())
    assert found == pytest.approx([1.20352, 0.74972, 0.65672, 2.78342], rel=1e-5)
    assert fitted.estimate.log_likelihood == pytest.approx(-33225.5813, abs=5e-5)
    assert fitted.estimate.n_customers == 11_104
    assert fitted.estimate.converged


@pytest.mark.parametrize("row", [(0, 0, 6), (1, 2, 6), (4, 5, 6), (6, 6, 6)])
def test_likelihood_is_that_of_the_paper(row):
    x, last, n = row
    a, b, c, d = PRINTED.parameters.values()
    alive = beta_function(a + x, b + n - x) * beta_function(c, d + n)
    died = sum(
        beta_function(a + x, b + last - x + i) * beta_function(c + 1, d + last + i)
        for i in range(n - last)
    )
    scale = beta_function(a, b) * beta_function(c, d)
    found = PRINTED.log_likelihood(history(row))
    assert found == pytest.approx(np.log((alive + died) / scale), rel=1e-10)


@pytest.mark.parametrize("row", [(0, 0, 6), (1, 2, 6), (4, 5, 6), (6, 6, 6)])
@pytest.mark.parametrize("ahead", [1, 5, 20])
def test_expected_purchases_are_equation_13_of_the_paper(row, ahead):
    x, _, n = row
    a, b, c, d = PRINTED.parameters.values()
    likelihood = np.exp(PRINTED.log_likelihood(history(row)))
    mean = beta_function(a + x + 1, b + n - x) / beta_function(a, b)

    def term(occasions):
        return gamma(1 + d + occasions) / gamma(c + d + occasions)

    scale = d / (c - 1) * gamma(c + d) / gamma(1 + d)
    expected = mean / likelihood * scale * (term(n) - term(n + ahead))
    found = PRINTED.expected_purchases(history(row), ahead)
    assert found == pytest.approx([expected], rel=1e-9)


def test_gradient_is_the_slope_of_the_likelihood(donations):
    rows = summary_rows(donations)
    _, gradients = PRINTED._log_likelihoods(rows)
    for name, gradient in zip(PRINTED.parameters, gradients, strict=True):
        high, low = (
            BetaGeoBetaBinomial(
                **{**PRINTED.parameters, name: PRINTED.parameters[name] * factor}
            )
            for factor in (np.exp(1e-5), np.exp(-1e-5))
        )
        slope = high._log_likelihoods(rows)[0] - low._log_likelihoods(rows)[0]
        assert gradient == pytest.approx(slope / 2e-5, rel=1e-5, abs=1e-7)


def test_known_parameters_are_found_again(rng):
    truth = (1.2, 0.8, 0.7, 2.8)
    donors, _, _ = simulate(truth, 30_000, 6, 1, rng)
    found = BetaGeoBetaBinomial.fit(donors)
    for value, (name, estimate) in zip(truth, found.parameters.items(), strict=True):
        assert abs(estimate - value) < 3.5 * found.estimate.standard_errors[name]


def test_predictions_hold_on_simulated_donors(rng):
    truth = (1.2, 0.8, 0.7, 2.8)
    donors, future, alive = simulate(truth, 200_000, 6, 5, rng)
    model = BetaGeoBetaBinomial(*truth)
    group = donors["frequency"] * 10 + donors["recency"]
    for happened, predicted in (
        (alive, model.probability_alive(donors)),
        (future, model.expected_purchases(donors, 5)),
        (future > 0, model.purchase_probability(donors, 5)),
    ):
        residual = pd.Series(np.asarray(happened, dtype=float) - predicted)
        by_group = residual.groupby(group)
        error = by_group.std() / np.sqrt(by_group.size())
        assert (by_group.mean().abs() <= 4.2 * error + 1e-9).all()


def test_weights_are_repetitions_and_order_does_not_matter(donations, fitted):
    few = donations.assign(weights=donations["weights"] // 50)
    repeated = few.loc[few.index.repeat(few["weights"])].sample(frac=1, random_state=1)
    with_weights = BetaGeoBetaBinomial.fit(few, weights=few["weights"])
    with_rows = BetaGeoBetaBinomial.fit(repeated)
    for name, value in with_rows.parameters.items():
        assert with_weights.parameters[name] == pytest.approx(value, rel=1e-7)


# === LIMITS === #


def test_predictions_of_extreme_donors_are_finite():
    rows = history((0, 0, 0), (0, 0, 500), (500, 500, 500), (1, 1, 500))
    for values in (
        PRINTED.probability_alive(rows),
        PRINTED.purchase_probability(rows, 12),
        PRINTED.expected_purchases(rows, 12),
    ):
        assert np.all(np.isfinite(values)) and np.all(values >= 0)


def test_no_occasion_ahead_gives_nothing():
    rows = history((2, 3, 6))
    assert PRINTED.expected_purchases(rows, 0) == pytest.approx([0.0])
    assert PRINTED.purchase_probability(rows, 0) == pytest.approx([0.0])


@pytest.mark.parametrize("rows", [[(0, 0, 6)], [(6, 6, 6)] * 20, [(0, 0, 6)] * 20])
def test_degenerate_samples_get_an_answer(rows):
    for prior in (None, WEAK_PRIOR):
        found = BetaGeoBetaBinomial.fit(history(*rows), prior=prior)
        assert np.all(np.isfinite(found.expected_purchases(history(*rows), 5)))
    assert found.estimate.at_bound == ()


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ((1, 1.5, 6), "recency", "type"),
        ((1, 1, 6.5), "T", "type"),
        ((3, 2, 6), "frequency", "range"),
    ],
)
def test_what_is_no_occasion_is_refused(row, column, reason):
    with pytest.raises(FrameError) as raised:
        BetaGeoBetaBinomial.fit(history((1, 1, 6), row))
    assert (raised.value.column, raised.value.reason) == (column, reason)


def test_nobody_is_told():
    with pytest.raises(InsufficientDataError):
        BetaGeoBetaBinomial.fit(history())


def test_weak_prior_moves_the_donors_by_less_than_one_percent(donations, fitted):
    pulled = BetaGeoBetaBinomial.fit(
        donations, weights=donations["weights"], prior=WEAK_PRIOR
    )
    for name, value in pulled.parameters.items():
        assert value == pytest.approx(fitted.parameters[name], rel=0.01)


def test_a_model_survives_json(fitted):
    stored = json.loads(json.dumps(fitted.to_dict()))
    assert BetaGeoBetaBinomial.from_dict(stored) == fitted
