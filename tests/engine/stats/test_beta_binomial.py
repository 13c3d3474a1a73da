"""Shrunk rates: the rats of Bayesian Data Analysis, recovery, coverage, limits."""

import json

import numpy as np
import pytest
from customer_analytics.errors import FrameError, InsufficientDataError
from customer_analytics.stats.beta_binomial import WEAK_PRIOR, BetaBinomial, RatePrior
from scipy.special import betaln
from scipy.stats import beta as beta_law

#: Tumours among control rats, table 5.1 of Gelman et al.: 70 historical experiments.
TUMOURS = [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10]
TUMOURS += [4] * 7 + [10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9]
RATS = [20] * 7 + [19] * 4 + [18, 18, 17] + [20] * 4 + [19, 19, 18, 18, 25, 24, 23]
RATS += [20] * 6 + [10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50] + [20] * 7
RATS += [48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24]
#: The current experiment.
CURRENT = (4, 14)


@pytest.fixture(scope="module")
def rats():
    return BetaBinomial.fit([*TUMOURS, CURRENT[0]], [*RATS, CURRENT[1]])


def test_moments_of_the_70_historical_rats_match_bda_section_5_1():
    rates = np.array(TUMOURS) / np.array(RATS)
    assert round(rates.mean(), 4) == 0.1360
    assert round(rates.std(ddof=1), 4) == 0.1035
    law = BetaBinomial.from_moments(rates.mean(), rates.std(ddof=1))
    assert round(law.alpha, 1) == 1.4
    assert round(law.beta, 1) == 8.6


def test_posterior_of_the_current_experiment_matches_bda_section_5_1():
    """Beta(5.4, 18.6): mean .223, standard deviation .083 (from unrounded moments)."""
    law = BetaBinomial.from_moments(0.1360, 0.1035)
    alpha, size = law.alpha + 4, law.precision + 14
    assert round(law.rate(*CURRENT)[0], 3) == 0.223
    posterior = beta_law(alpha, size - alpha)
    assert round(posterior.std(), 3) == 0.083
    assert (round(alpha, 1), round(size - alpha, 1)) == (5.4, 18.6)


def test_maximum_likelihood_of_the_71_rats_matches_methods_f(rats):
    assert rats.alpha == pytest.approx(2.342, abs=5e-4)
    assert rats.beta == pytest.approx(14.115, abs=5e-4)
    assert rats.rate(*CURRENT)[0] == pytest.approx(0.2082, abs=5e-5)
    assert rats.n_customers == 71
    assert not rats.is_on_bound


def test_log_likelihood_is_the_beta_function_form(rats):
    k, n = np.array([*TUMOURS, 4]), np.array([*RATS, 14])
    value = betaln(rats.alpha + k, rats.beta + n - k) - betaln(rats.alpha, rats.beta)
    assert rats.log_likelihood == pytest.approx(value.sum())


@pytest.mark.parametrize("direction", [(0.05, 0.0), (0.0, 0.3), (-0.05, 0.3)])
def test_no_other_law_of_the_rats_is_likelier(rats, direction):
    k, n = np.array([*TUMOURS, 4]), np.array([*RATS, 14])
    for sign in (-1, 1):
        a, b = rats.alpha + sign * direction[0], rats.beta + sign * direction[1]
        value = (betaln(a + k, b + n - k) - betaln(a, b)).sum()
        assert value < rats.log_likelihood


def test_weights_are_customers(rats):
    cells, counts = np.unique(
        np.column_stack([[*TUMOURS, 4], [*RATS, 14]]), axis=0, return_counts=True
    )
    weighted = BetaBinomial.fit(cells[:, 0], cells[:, 1], weights=counts)
    assert weighted.alpha == pytest.approx(rats.alpha, rel=1e-6)
    assert weighted.n_customers == 71


def test_known_parameters_are_found_again(rng):
    trials = rng.poisson(6.0, 60_000)
    successes = rng.binomial(trials, rng.beta(0.48, 0.87, 60_000))
    found = BetaBinomial.fit(successes, trials)
    assert found.alpha == pytest.approx(0.48, rel=0.04)
    assert found.beta == pytest.approx(0.87, rel=0.04)


def test_shrunk_rates_are_nearer_the_truth_than_raw_ones(rng):
    truth = rng.beta(2.3, 14.1, 400)
    trials = rng.integers(1, 15, 400)
    successes = rng.binomial(trials, truth)
    shrunk = BetaBinomial.fit(successes, trials).rate(successes, trials)
    raw_error = ((successes / trials - truth) ** 2).mean()
    assert ((shrunk - truth) ** 2).mean() < 0.6 * raw_error


# === INTERVALS === #


def test_interval_of_known_parameters_is_the_beta_posterior():
    law = BetaBinomial(1.4, 8.6)
    found = law.rates([4, 0], [14, 0], level=0.8)
    low, high = beta_law(5.4, 18.6).ppf([0.1, 0.9])
    assert found.loc[0, ["lower", "upper"]].tolist() == pytest.approx([low, high])
    low, high = beta_law(1.4, 8.6).ppf([0.1, 0.9])
    assert found.loc[1, ["lower", "upper"]].tolist() == pytest.approx([low, high])


def test_more_trials_narrow_the_interval(rats):
    found = rats.rates([1, 10, 100, 1000], [10, 100, 1000, 10000])
    assert (np.diff(found["upper"] - found["lower"]) < 0).all()


def test_a_higher_level_widens_the_interval(rats):
    narrow, wide = (rats.rates(*CURRENT, level=level) for level in (0.5, 0.99))
    assert wide["lower"][0] < narrow["lower"][0] < narrow["rate"][0]
    assert narrow["rate"][0] < narrow["upper"][0] < wide["upper"][0]


def test_few_customers_widen_the_intervals():
    """The same counts, but the law behind them is known less well."""
    few = BetaBinomial.fit([1, 4, 0, 6], [9, 9, 9, 9])
    many = BetaBinomial.fit([1, 4, 0, 6] * 100, [9, 9, 9, 9] * 100)
    assert few.alpha == pytest.approx(many.alpha, rel=1e-5)
    width = [law.rates(1, 9) for law in (few, many)]
    wide, narrow = (float((row["upper"] - row["lower"])[0]) for row in width)
    assert wide > 1.05 * narrow


def test_ten_customers_get_intervals_that_hold(rng):
    """90 % intervals with the weak prior; plain empirical Bayes covers half (own run)."""
    hits = []
    for _ in range(40):
        truth = rng.beta(2.3, 14.1, 10)
        trials = rng.poisson(8, 10) + 1
        successes = rng.binomial(trials, truth)
        law = BetaBinomial.fit(successes, trials, prior=WEAK_PRIOR)
        found = law.rates(successes, trials, level=0.9)
        hits.append(((found["lower"] <= truth) & (truth <= found["upper"])).mean())
    assert 0.85 <= np.mean(hits) <= 0.97


def test_rows_keep_their_order(rats, rng):
    trials = rng.integers(0, 12, 300)
    successes = rng.binomial(trials, 0.2)
    order = rng.permutation(300)
    found = rats.rates(successes, trials)
    moved = rats.rates(successes[order], trials[order])
    assert moved.to_numpy() == pytest.approx(found.to_numpy()[order])
    assert found["rate"].to_numpy() == pytest.approx(rats.rate(successes, trials))


def test_counts_are_not_changed(rats):
    successes, trials = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    rats.rates(successes, trials)
    assert successes.tolist() == [1.0, 2.0]
    assert trials.tolist() == [3.0, 4.0]


# === LIMITS === #


@pytest.mark.parametrize("prior", [None, WEAK_PRIOR])
@pytest.mark.parametrize(
    ("successes", "trials"),
    [
        ([0], [1]),
        ([1], [1]),
        ([0, 0, 0], [5, 9, 2]),
        ([5, 9, 2], [5, 9, 2]),
        ([1, 1, 1], [2, 2, 2]),
        ([0, 9], [9, 9]),
        ([0, 10**9], [10**9, 10**9]),
    ],
)
def test_degenerate_customers_get_finite_rates(successes, trials, prior):
    law = BetaBinomial.fit(successes, trials, prior=prior)
    found = law.rates([*successes, 0, 3], [*trials, 0, 4])
    assert np.isfinite(found.to_numpy()).all()
    assert (found["lower"] <= found["rate"]).all()
    assert (found["rate"] <= found["upper"]).all()
    assert found.to_numpy().min() >= 0.0
    assert found.to_numpy().max() <= 1.0


def test_equal_customers_are_pooled_and_the_bound_is_told():
    law = BetaBinomial.fit([2, 2, 2], [4, 4, 4])
    assert law.is_on_bound
    assert law.rate(4, 4)[0] == pytest.approx(0.5, abs=1e-3)


def test_nothing_ever_succeeded_is_no_certainty_with_the_prior():
    law = BetaBinomial.fit([0] * 4, [3] * 4, prior=WEAK_PRIOR)
    found = law.rates(0, 3)
    assert not law.is_on_bound
    assert 0.0 < found["rate"][0] < 0.1
    assert found["upper"][0] > 0.08


def test_the_weak_prior_gives_way_to_data(rats):
    k, n = np.array([*TUMOURS, 4]), np.array([*RATS, 14])
    pulled = BetaBinomial.fit(k, n, prior=WEAK_PRIOR)
    assert pulled.rate(k, n) == pytest.approx(rats.rate(k, n), abs=0.01)


def test_a_strong_prior_has_its_way():
    prior = RatePrior(pseudo_trials=1e6, precision=50.0, sd=0.01)
    law = BetaBinomial.fit([1], [9], prior=prior)
    assert law.mean == pytest.approx(0.5, abs=0.01)
    assert law.precision == pytest.approx(50.0, rel=0.01)


def test_a_customer_without_trials_has_the_rate_of_all_and_no_say(rats):
    assert rats.rate(0, 0)[0] == pytest.approx(rats.mean)
    without = BetaBinomial.fit([1, 0, 3], [4, 0, 5], prior=WEAK_PRIOR)
    assert without.alpha == BetaBinomial.fit([1, 3], [4, 5], prior=WEAK_PRIOR).alpha
    assert without.n_customers == 2


def test_fractions_of_a_success_are_counts_too(rats):
    found = rats.rate([1.5], [4])
    assert found[0] == pytest.approx((rats.alpha + 1.5) / (rats.precision + 4))


@pytest.mark.parametrize(
    ("successes", "trials"),
    [([3], [2]), ([-1], [2]), ([np.nan], [2]), ([1], [np.nan]), ([1], [np.inf])],
)
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(FrameError, match="successes: range"):
        BetaBinomial.fit(successes, trials)
    with pytest.raises(FrameError, match="successes: range"):
        BetaBinomial(1.0, 1.0).rate(successes, trials)


def test_counts_belong_together():
    with pytest.raises(FrameError, match="trials: type"):
        BetaBinomial.fit([1, 2], [3])


@pytest.mark.parametrize(("successes", "trials"), [([], []), ([0, 0], [0, 0])])
def test_no_trial_at_all_is_told(successes, trials):
    with pytest.raises(InsufficientDataError):
        BetaBinomial.fit(successes, trials)


@pytest.mark.parametrize(("mean", "sd"), [(0.5, 0.5), (0.0, 0.1), (0.2, 0.0)])
def test_impossible_moments_are_refused(mean, sd):
    with pytest.raises(FrameError):
        BetaBinomial.from_moments(mean, sd)


@pytest.mark.parametrize("alpha", [0.0, -1.0, np.nan, np.inf])
def test_parameters_are_positive_numbers(alpha):
    with pytest.raises(FrameError, match="alpha: range"):
        BetaBinomial(alpha, 1.0)


@pytest.mark.parametrize("level", [0.0, 1.0, np.nan])
def test_a_level_lies_between_0_and_1(level):
    with pytest.raises(FrameError, match="level: range"):
        BetaBinomial(1.0, 1.0).rates(1, 2, level=level)


def test_parameters_are_plain_numbers_for_json(rats):
    assert json.loads(json.dumps([rats.alpha, rats.beta, rats.covariance]))
