"""Estimating payment risk, and trying it out of time before it is believed.

The trial repeats the past: at two earlier days everything is fitted to what was known
then and predicts the invoices written afterwards. What wins there is used: the logistic
model only if it beats the customers' pulled rates, a calibration only if, learned on the
first of the two periods, it improves the second by more than chance would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..accuracy.calibration import Calibration, fit_calibration, is_better
from ..accuracy.probability_scores import auc, brier_score, log_loss
from .payment_features import PaymentLaws, fit_payment_laws, payment_features
from .payment_history import history_at_day
from .payment_risk import OutOfTimeScores, PaymentRiskModel, payment_cases

__all__ = ["fit_payment_risk"]

#: Least instalments, and least of each outcome, for a logistic model.
LEAST_CASES = 100
LEAST_OF_EACH = 20

#: Newest instalments that are used: more change no digit that is shown.
MOST_CASES = 200_000

#: Penalty of the squared coefficients of standardised columns: a standard normal prior.
RIDGE = 1.0

#: Shares of the instalments, in the order of time, at which the two periods of the
#: trial begin.
TRIAL_STARTS = (0.5, 0.75)

#: Where the books begin, everyone looks new. Instalments written within this many times
#: the median days until an outcome is known are no cases.
BLIND_TIMES = 2.0


@dataclass(frozen=True)
class _Cases:
    """Instalments with what was known at their invoice and, later, of them."""

    instalments: pd.DataFrame
    table: pd.DataFrame
    written: np.ndarray
    due: np.ndarray
    outcome: np.ndarray
    features: tuple[str, ...]


def fit_payment_risk(
    instalments: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    features: tuple[str, ...] = (),
) -> PaymentRiskModel:
    """Estimate the payment risk of a company's instalments.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.
    observation_end
        Last day that counts; what happened after it is not looked at.
    features
        Further columns of numbers, known on the invoice day: never what only turns out
        later, such as a dispute.

    Returns
    -------
    PaymentRiskModel
        The customers' pulled rates, and the logistic model where there are enough
        instalments and it predicts better out of time.

    Raises
    ------
    FrameError
        If the instalments break their contract.
    InsufficientDataError
        If no instalment has fallen due.
    """
    cases = _prepare(instalments, features)
    end = np.datetime64(observation_end, "D")
    rows = _known_rows(cases, end)
    plain = _plain_model(cases, rows, end)
    if not _is_enough(cases.outcome[rows]):
        return plain
    trial = _trial(cases, rows)
    if trial is None or trial[0].log_loss >= trial[0].rate_log_loss:
        return replace(plain, scores=trial and trial[0])
    scores, calibration = trial
    fitted = _logistic_model(cases, rows, plain)
    return replace(fitted, scores=scores, calibration=calibration)


def _prepare(instalments: pd.DataFrame, features: tuple[str, ...]) -> _Cases:
    table = payment_cases(instalments, features=tuple(features))
    written, due, settled = (
        instalments[name].to_numpy().astype("datetime64[D]")
        for name in ("invoice_day", "due_day", "settled_day")
    )
    due = np.maximum(due, written)
    late = np.isnat(settled) | (settled > due)
    return _Cases(instalments, table, written, due, late.astype(float), tuple(features))


def _known_rows(cases: _Cases, end: np.datetime64) -> np.ndarray:
    """Positions of the newest instalments whose outcome is known, in order of time."""
    known = np.flatnonzero(cases.due <= end)
    known = known[np.argsort(cases.written[known], kind="stable")]
    if not len(known):
        return known
    wait = (cases.due[known] - cases.written[known]).astype(np.int64)
    blind = np.timedelta64(round(BLIND_TIMES * float(np.median(wait))), "D")
    seen = known[cases.written[known] >= cases.written[known[0]] + blind]
    enough = _is_enough(cases.outcome[seen])
    return (seen if enough else known)[-MOST_CASES:]


def _is_enough(outcome: np.ndarray) -> bool:
    late = outcome.sum()
    return len(outcome) >= LEAST_CASES and LEAST_OF_EACH <= late <= (
        len(outcome) - LEAST_OF_EACH
    )


def _laws(cases: _Cases, end: np.datetime64) -> PaymentLaws:
    """Laws of the company from all that is known at the end of a day."""
    amounts = cases.table["amount"].to_numpy()[cases.written <= end]
    history = history_at_day(cases.instalments, end)
    return fit_payment_laws(history, amounts.mean() if len(amounts) else 1.0)


def _plain_model(
    cases: _Cases, rows: np.ndarray, end: np.datetime64
) -> PaymentRiskModel:
    """Model of the customers' pulled rates alone."""
    return PaymentRiskModel(
        laws=_laws(cases, end),
        n_cases=len(rows),
        n_late=int(cases.outcome[rows].sum()),
        features=cases.features,
    )


def _logistic_model(
    cases: _Cases, rows: np.ndarray, plain: PaymentRiskModel
) -> PaymentRiskModel:
    """Add a ridge logistic model of the given instalments."""
    # scikit-learn is loaded where a model is fitted, not by every reader of a result
    from sklearn.linear_model import LogisticRegression

    columns = payment_features(cases.table.iloc[rows], plain.laws, cases.features)
    table = columns.to_numpy()
    center, scale = table.mean(axis=0), table.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    model = LogisticRegression(C=1.0 / RIDGE, max_iter=1000)
    model.fit((table - center) / scale, cases.outcome[rows])
    return replace(
        plain,
        names=tuple(columns),
        centers=tuple(center.tolist()),
        scales=tuple(scale.tolist()),
        coefficients=tuple(model.coef_[0].tolist()),
        intercept=float(model.intercept_[0]),
    )


def _trial(
    cases: _Cases, rows: np.ndarray
) -> tuple[OutOfTimeScores, Calibration] | None:
    """Predict two later periods from what was known before each."""
    starts = [cases.written[rows[int(share * len(rows))]] for share in TRIAL_STARTS]
    ends = [*starts[1:], cases.written[rows[-1]] + 1]
    periods = [
        _period(cases, rows, start, end)
        for start, end in zip(starts, ends, strict=True)
    ]
    if any(period is None for period in periods):
        return None
    first, second = periods
    together = pd.concat(periods)
    calibration = _calibration(first, second)
    return _scores(together, calibration), calibration


def _period(
    cases: _Cases, rows: np.ndarray, start: np.datetime64, end: np.datetime64
) -> pd.DataFrame | None:
    """Outcomes and predictions of the invoices of a period, None if too few."""
    before = rows[cases.due[rows] < start]
    within = rows[(cases.written[rows] >= start) & (cases.written[rows] < end)]
    if not _is_enough(cases.outcome[before]) or not len(within):
        return None
    plain = _plain_model(cases, before, start - 1)
    table = cases.table.iloc[within]
    return pd.DataFrame(
        {
            "outcome": cases.outcome[within],
            "predicted": _logistic_model(cases, before, plain).late_probability(table),
            "rate": plain.late_probability(table),
            "base": cases.outcome[before].mean(),
        }
    )


def _calibration(first: pd.DataFrame, second: pd.DataFrame) -> Calibration:
    """Calibration of both periods, if that of the first improves the second."""
    both = pd.concat([first, second])
    if min(first["outcome"].sum(), (1.0 - first["outcome"]).sum()) < LEAST_OF_EACH:
        return Calibration()
    earlier = fit_calibration(first["outcome"], first["predicted"])
    corrected = earlier.apply(second["predicted"])
    if not is_better(second["outcome"], corrected, second["predicted"]):
        return Calibration()
    return fit_calibration(both["outcome"], both["predicted"])


def _scores(trial: pd.DataFrame, calibration: Calibration) -> OutOfTimeScores:
    outcome, predicted = trial["outcome"], trial["predicted"]
    return OutOfTimeScores(
        n_cases=len(trial),
        n_late=int(outcome.sum()),
        expected_late=float(predicted.sum()),
        auc=auc(outcome, predicted),
        log_loss=log_loss(outcome, predicted),
        brier_score=brier_score(outcome, predicted),
        rate_auc=auc(outcome, trial["rate"]),
        rate_log_loss=log_loss(outcome, trial["rate"]),
        base_log_loss=log_loss(outcome, trial["base"]),
        is_recalibrated=calibration.method != "none",
    )
