"""Making probabilities mean what they say: 30 % should happen 3 times in 10.

A model's probabilities drift when the world does. On outcomes it has not been fitted to,
from a later time, a map from predicted to observed is learned: two numbers on the
log-odds while cases are few, a free rising curve when there are many.

References
----------
[1] Platt (1999). Probabilistic outputs for support vector machines. Advances in Large
    Margin Classifiers, 61-74.
[2] Zadrozny, Elkan (2002). Transforming classifier scores into accurate multiclass
    probability estimates. KDD, 694-699.
[3] Oron, Flournoy (2017). Centered isotonic regression: point and interval estimation
    for dose-response studies. Statistics in Biopharmaceutical Research 9, 258-267.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ...errors import InsufficientDataError
from .probability_scores import CLIP, log_loss

__all__ = ["ISOTONIC_CASES", "Calibration", "fit_calibration", "is_better"]

#: Cases from which on the free curve is used instead of the two numbers (METHODS.md, F).
ISOTONIC_CASES = 1000

#: Log-odds are kept this far from certainty.
EDGE = 1e-6


@dataclass(frozen=True)
class Calibration:
    """Map from predicted to calibrated probability; unchanged by default.

    Parameters
    ----------
    method
        ``none``, ``platt`` or ``isotonic``.
    slope, intercept
        Of the log-odds, with ``platt``.
    predicted, observed
        Rising knots, between which ``isotonic`` interpolates.
    n_cases
        Cases it was learned from.

    Examples
    --------
    >>> Calibration("platt", slope=1.0, intercept=1.0).apply([0.5]).round(3)
    array([0.731])
    """

    method: str = "none"
    slope: float = 1.0
    intercept: float = 0.0
    predicted: tuple[float, ...] = ()
    observed: tuple[float, ...] = ()
    n_cases: int = 0

    def apply(self, probability: np.ndarray) -> np.ndarray:
        """Return the calibrated probabilities.

        Parameters
        ----------
        probability
            Predicted probabilities.

        Returns
        -------
        ndarray
            One per prediction, in their order.
        """
        value = np.asarray(probability, dtype=float)
        if self.method == "platt":
            return expit(self.slope * _log_odds(value) + self.intercept)
        if self.method == "isotonic":
            return np.interp(value, self.predicted, self.observed)
        return value


def fit_calibration(
    outcome: np.ndarray,
    probability: np.ndarray,
    *,
    isotonic_cases: int = ISOTONIC_CASES,
) -> Calibration:
    """Learn the map from outcomes that the predictions have not seen.

    Parameters
    ----------
    outcome
        0 or 1 per case.
    probability
        Predicted probability of 1, in the same order, from a model fitted to earlier
        cases only.
    isotonic_cases
        Cases from which on the map is a free rising curve.

    Returns
    -------
    Calibration
        With Platt's targets [1] or, from ``isotonic_cases`` on, the centred isotonic
        regression [3] with half a success and half a failure added to each step, so
        that nothing becomes impossible or certain.

    Raises
    ------
    FrameError
        On outcomes other than 0 and 1, or probabilities outside [0, 1].
    InsufficientDataError
        Without a case of each outcome.
    """
    log_loss(outcome, probability)  # its checks
    happened = np.asarray(outcome, dtype=float)
    predicted = np.asarray(probability, dtype=float)
    rarer = int(min(happened.sum(), (1.0 - happened).sum()))
    if rarer < 1:
        raise InsufficientDataError("cases of each outcome", 1, rarer)
    if len(happened) < isotonic_cases:
        return _platt(happened, predicted)
    return _isotonic(happened, predicted)


def is_better(outcome: np.ndarray, candidate: np.ndarray, current: np.ndarray) -> bool:
    """Tell whether probabilities improve on others by more than chance would.

    Parameters
    ----------
    outcome
        0 or 1 per case.
    candidate, current
        Two predicted probabilities of 1, in the same order.

    Returns
    -------
    bool
        Whether the mean gain in logarithmic score exceeds its standard error.

    Examples
    --------
    >>> is_better([0, 1, 0, 1], [0.1, 0.9, 0.2, 0.8], [0.5, 0.5, 0.5, 0.5])
    True
    """
    gain = _score(outcome, candidate) - _score(outcome, current)
    if len(gain) < 2:
        return False
    return bool(gain.mean() > gain.std(ddof=1) / np.sqrt(len(gain)))


def _score(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Return the log-probability of what happened, per case."""
    happened = np.asarray(outcome, dtype=float)
    value = np.clip(np.asarray(probability, dtype=float), CLIP, 1.0 - CLIP)
    return np.log(np.where(happened == 1, value, 1.0 - value))


def _log_odds(probability: np.ndarray) -> np.ndarray:
    return logit(np.clip(probability, EDGE, 1.0 - EDGE))


def _platt(outcome: np.ndarray, probability: np.ndarray) -> Calibration:
    """Fit slope and intercept of the log-odds, to the targets of [1]."""
    # scikit-learn is loaded where a model is fitted, not by every reader of a result
    from sklearn.linear_model import LogisticRegression

    ones = outcome.sum()
    zeros = len(outcome) - ones
    target = np.where(outcome == 1, (ones + 1.0) / (ones + 2.0), 1.0 / (zeros + 2.0))
    score = np.tile(_log_odds(probability), 2)[:, None]
    label = np.repeat([1, 0], len(outcome))
    model = LogisticRegression(C=1e4, max_iter=1000)
    model.fit(score, label, sample_weight=np.append(target, 1.0 - target))
    return Calibration(
        "platt",
        slope=float(model.coef_[0, 0]),
        intercept=float(model.intercept_[0]),
        n_cases=len(outcome),
    )


def _isotonic(outcome: np.ndarray, probability: np.ndarray) -> Calibration:
    """Fit the steps of the rising curve and join their centres."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression().fit_transform(probability, outcome)
    _, step, size = np.unique(fitted, return_inverse=True, return_counts=True)
    center = np.bincount(step, weights=probability) / size
    rate = (np.bincount(step, weights=outcome) + 0.5) / (size + 1.0)
    return Calibration(
        "isotonic",
        predicted=tuple(center.tolist()),
        observed=tuple(np.maximum.accumulate(rate).tolist()),
        n_cases=len(outcome),
    )
