"""Latent classes: kinds of customers behind answers that are categories.

Within a class the answers are independent of one another; classes differ in how probable
each answer is. Shares and probabilities are found by expectation maximisation [1] from
many starts, of which the best ones are followed to the end. An answer that is not known
(-1) tells nothing and is left out [2]. Answers have no unit.

References
----------
[1] Goodman (1974). Exploratory latent structure analysis using both identifiable and
    unidentifiable models. Biometrika 61, 215-231.
[2] Linzer, Lewis (2011). poLCA: an R package for polytomous variable latent class
    analysis. Journal of Statistical Software 42(10).
METHODS.md, section H.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from ...errors import FrameError

__all__ = ["LatentClasses"]

#: Starts of the search, steps of each, and how many of them go on until nothing changes.
STARTS, FIRST_STEPS, FOLLOWED = 50, 20, 5
MOST_STEPS, TOLERANCE = 5_000, 1e-10
#: Probability below which an answer of a class is not told from impossible.
FLOOR = 1e-12


@dataclass(frozen=True)
class LatentClasses:
    """Classes with their shares and what is probable within each.

    Parameters
    ----------
    shares
        Share of each class, the largest first.
    probabilities
        Probability of each answer by class, shape (classes, answers of all questions one
        after another).
    answers
        Number of answers of each question.
    log_likelihood
        Of the customers it was fitted to.
    customers
        How many they were.
    """

    shares: np.ndarray
    probabilities: np.ndarray
    answers: tuple[int, ...]
    log_likelihood: float
    customers: int

    @classmethod
    def fit(
        cls, codes: np.ndarray, count: int, *, seed: int = 0, starts: int = STARTS
    ) -> LatentClasses:
        """Find so many classes.

        Parameters
        ----------
        codes
            Number of each customer's answer to each question, from 0; -1 if not known.
            Shape (customers, questions).
        count
            Number of classes.
        seed
            Repeats the search.
        starts
            How many starts.

        Returns
        -------
        LatentClasses
            The likeliest found.

        Raises
        ------
        FrameError
            If there is no customer or a code below -1.
        """
        codes = np.asarray(codes, dtype=np.int64)
        if not codes.size or codes.min() < -1:
            raise FrameError("latent_classes", "codes", "range", int(codes.size))
        patterns, weights = np.unique(codes, axis=0, return_counts=True)
        answers = tuple(int(most) + 1 for most in np.maximum(codes.max(axis=0), 0))
        told = _told(patterns, answers)
        rng = np.random.default_rng(seed)
        tried = [
            _climb(told, weights, answers, *_start(rng, count, answers), FIRST_STEPS)
            for _ in range(starts if count > 1 else 1)
        ]
        best = sorted(tried, key=lambda one: -one[0])[:FOLLOWED]
        level, shares, chances = max(
            (_climb(told, weights, answers, *one[1:], MOST_STEPS) for one in best),
            key=lambda one: one[0],
        )
        order = np.argsort(-shares, kind="stable")
        return cls(shares[order], chances[order], answers, level, int(weights.sum()))

    @property
    def count(self) -> int:
        """Return the number of classes."""
        return len(self.shares)

    @property
    def parameters(self) -> int:
        """Return the number of free parameters."""
        return self.count * (1 + sum(self.answers) - len(self.answers)) - 1

    @property
    def aic(self) -> float:
        """Return Akaike's information criterion."""
        return 2.0 * self.parameters - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Return the Bayesian information criterion."""
        return self.parameters * np.log(self.customers) - 2.0 * self.log_likelihood

    def posterior(self, codes: np.ndarray) -> np.ndarray:
        """Return the probability of each class for each row of ``codes``.

        Parameters
        ----------
        codes
            As for :meth:`fit`; an answer that was never seen counts as not known.

        Returns
        -------
        ndarray
            Shape (customers, classes).
        """
        codes = np.asarray(codes, dtype=np.int64)
        seen = np.where(codes < np.array(self.answers), codes, -1)
        joint = _joint(_told(seen, self.answers), self.shares, self.probabilities)
        return np.exp(joint - logsumexp(joint, axis=1, keepdims=True))

    def assign(self, codes: np.ndarray) -> np.ndarray:
        """Return the likeliest class of each row of ``codes``, from 0."""
        return np.argmax(self.posterior(codes), axis=1)

    def to_dict(self) -> dict:
        """Return the classes as JSON knows them."""
        return {
            **self.__dict__,
            "shares": self.shares.tolist(),
            "probabilities": self.probabilities.tolist(),
            "answers": list(self.answers),
        }

    @classmethod
    def from_dict(cls, values: dict) -> LatentClasses:
        """Return the classes that :meth:`to_dict` wrote."""
        arrays = {name: np.array(values[name]) for name in ("shares", "probabilities")}
        return cls(**{**values, **arrays, "answers": tuple(values["answers"])})


def _told(codes: np.ndarray, answers: tuple[int, ...]) -> np.ndarray:
    """One column per answer, 1 where it was given."""
    columns = [
        codes[:, [place]] == np.arange(number) for place, number in enumerate(answers)
    ]
    return np.concatenate(columns, axis=1).astype(float)


def _start(
    rng: np.random.Generator, count: int, answers: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Classes alike in size, with answers drawn at random."""
    chances = [rng.dirichlet(np.ones(number), count) for number in answers]
    return np.full(count, 1.0 / count), np.concatenate(chances, axis=1)


def _joint(told: np.ndarray, shares: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Logarithm of the probability of a pattern and a class together."""
    logs = np.log(np.maximum(chances, FLOOR))
    return told @ logs.T + np.log(np.maximum(shares, FLOOR))


def _climb(
    told: np.ndarray,
    weights: np.ndarray,
    answers: tuple[int, ...],
    shares: np.ndarray,
    chances: np.ndarray,
    steps: int,
) -> tuple[float, np.ndarray, np.ndarray]:
    """Improve a start until the likelihood stands still; likelihood, shares, chances."""
    group = np.repeat(np.arange(len(answers)), answers)
    known = np.add.reduceat(told, np.cumsum((0, *answers[:-1])), axis=1)[:, group]
    level = -np.inf
    for _ in range(steps):
        joint = _joint(told, shares, chances)
        each = logsumexp(joint, axis=1)
        last, level = level, float(weights @ each)
        if level - last < TOLERANCE * abs(level):
            break
        belongs = np.exp(joint - each[:, None]) * weights[:, None]
        shares = belongs.sum(axis=0) / weights.sum()
        chances = (belongs.T @ told) / np.maximum(belongs.T @ known, FLOOR)
    return level, shares, chances
