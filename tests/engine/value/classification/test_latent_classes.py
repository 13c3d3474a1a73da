"""Latent classes against the published fits of the carcinoma data."""

import numpy as np
import pytest
from customer_analytics.errors import FrameError
from customer_analytics.value.classification.latent_classes import LatentClasses

# Answers of seven pathologists on 118 slides (Landis, Koch 1977, as Agresti 2002, table
# 13.1, prints them), 1 no and 2 yes, and how many slides got them.
CARCINOMA = {
    "1111111": 34,
    "1111211": 2,
    "1211111": 6,
    "1211112": 1,
    "1211211": 4,
    "1211212": 5,
    "2111111": 2,
    "2121212": 1,
    "2211111": 2,
    "2211112": 1,
    "2211211": 2,
    "2211212": 7,
    "2211222": 1,
    "2212112": 1,
    "2212212": 2,
    "2212222": 3,
    "2221212": 13,
    "2221222": 5,
    "2222212": 10,
    "2222222": 16,
}


@pytest.fixture(scope="module")
def slides():
    rows = [[int(answer) - 1 for answer in pattern] for pattern in CARCINOMA]
    return np.repeat(np.array(rows), list(CARCINOMA.values()), axis=0)


@pytest.mark.parametrize(
    ("count", "log_likelihood", "aic", "bic"),
    [
        (2, -317.2568, 664.5137, 706.0739),
        (3, -293.7050, 633.4100, 697.1357),
        (4, -289.2858, 640.5717, 726.4629),
    ],
)
def test_carcinoma_fits_of_polca(slides, count, log_likelihood, aic, bic):
    found = LatentClasses.fit(slides, count)
    assert found.log_likelihood == pytest.approx(log_likelihood, abs=1e-4)
    assert found.aic == pytest.approx(aic, abs=1e-3)
    assert found.bic == pytest.approx(bic, abs=1e-3)


def test_carcinoma_shares_of_three_classes(slides):
    found = LatentClasses.fit(slides, 3)
    assert found.shares == pytest.approx([0.4447, 0.3736, 0.1817], abs=1e-4)
    assert found.posterior(slides).sum(axis=1) == pytest.approx(1.0)


def test_one_class_has_the_shares_of_the_answers(slides):
    found = LatentClasses.fit(slides, 1)
    assert found.probabilities[0, 1::2] == pytest.approx(slides.mean(axis=0))


def test_planted_classes_are_found_again(rng):
    kind = rng.random(3000) < 0.3
    chance = np.where(kind[:, None], [0.9, 0.8, 0.9, 0.1], [0.1, 0.2, 0.2, 0.7])
    codes = (rng.random(chance.shape) < chance).astype(int)
    found = LatentClasses.fit(codes, 2)
    assert found.shares == pytest.approx([0.7, 0.3], abs=0.03)
    assert (found.assign(codes) == kind).mean() > 0.93


def test_unknown_answers_are_left_out(slides, rng):
    holes = np.where(rng.random(slides.shape) < 0.1, -1, slides)
    found = LatentClasses.fit(holes, 2)
    whole = LatentClasses.fit(slides, 2)
    assert np.abs(found.probabilities - whole.probabilities).max() < 0.12
    nothing = np.full((1, 7), -1)
    assert found.posterior(nothing)[0] == pytest.approx(found.shares)


def test_an_answer_never_seen_counts_as_unknown(slides):
    found = LatentClasses.fit(slides, 2)
    strange = slides[:1].copy()
    strange[0, 0] = 7
    missing = slides[:1].copy()
    missing[0, 0] = -1
    assert found.posterior(strange) == pytest.approx(found.posterior(missing))


def test_order_of_rows_does_not_matter_and_it_is_kept_as_json(slides, rng):
    found = LatentClasses.fit(slides, 3)
    shuffled = LatentClasses.fit(rng.permutation(slides), 3)
    assert shuffled.log_likelihood == pytest.approx(found.log_likelihood, abs=1e-6)
    again = LatentClasses.from_dict(found.to_dict())
    assert (again.assign(slides) == found.assign(slides)).all()


def test_nobody_is_refused():
    with pytest.raises(FrameError):
        LatentClasses.fit(np.zeros((0, 3)), 2)
