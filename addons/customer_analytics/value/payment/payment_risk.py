"""Payment risk: how likely an instalment is paid late, why, and by how many days.

Level 1 is the customer's rate pulled towards that of all (beta-binomial); level 2 a ridge
logistic model of what is known on the invoice day, where it predicts better out of time.
:mod:`.payment_fit` estimates both and decides. Late is not lost: the expected loss is in
:mod:`.credit_loss`. A probability is a help to a person; no sale is blocked by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from ..accuracy.calibration import Calibration
from .payment_features import PaymentLaws, payment_features
from .payment_history import history_at_day, history_at_invoice

__all__ = [
    "OutOfTimeScores",
    "PaymentRiskModel",
    "customer_payment_risk",
    "payment_cases",
]

#: Probabilities are kept this far from 0 and 1 when turned into log-odds.
EDGE = 1e-9


@dataclass(frozen=True)
class OutOfTimeScores:
    """How well instalments later than those fitted were predicted.

    Parameters
    ----------
    n_cases, n_late
        Instalments predicted, and how many of them were late.
    expected_late
        How many were predicted to be late.
    auc, log_loss, brier_score
        Of the logistic model.
    rate_auc, rate_log_loss
        Of the customers' pulled rates alone.
    base_log_loss
        Of always saying the share seen before.
    is_recalibrated
        Whether a calibration learned on the earlier part of them improved the later.
    """

    n_cases: int
    n_late: int
    expected_late: float
    auc: float
    log_loss: float
    brier_score: float
    rate_auc: float
    rate_log_loss: float
    base_log_loss: float
    is_recalibrated: bool


@dataclass(frozen=True)
class PaymentRiskModel:
    """Probability that an instalment is paid late, from what is known at its invoice.

    Parameters
    ----------
    laws
        What is known of the company's customers together.
    n_cases, n_late
        Instalments behind the estimate, and how many of them were late.
    features
        Names of the known features it uses.
    names, centers, scales, coefficients, intercept
        Logistic model on standardised columns of :func:`~.payment_features`; no names
        if the customers' pulled rates are used alone.
    calibration
        Applied last.
    scores
        Out of time; None with too few instalments for a trial.
    """

    laws: PaymentLaws
    n_cases: int
    n_late: int
    features: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    centers: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()
    coefficients: tuple[float, ...] = ()
    intercept: float = 0.0
    calibration: Calibration = field(default_factory=Calibration)
    scores: OutOfTimeScores | None = None

    @property
    def has_logistic(self) -> bool:
        """Whether more than the customers' own rates is used."""
        return bool(self.names)

    def late_probability(self, cases: pd.DataFrame) -> np.ndarray:
        """Return the probability that each instalment is paid late.

        Parameters
        ----------
        cases
            Rows of :func:`payment_cases`, or of the same columns.

        Returns
        -------
        ndarray
            One per row, in their order.
        """
        return self.calibration.apply(expit(self._log_odds(cases)))

    def late_probability_interval(
        self, cases: pd.DataFrame, *, level: float = 0.8
    ) -> pd.DataFrame:
        """Return the probability with an interval for what is not known of the payer.

        Parameters
        ----------
        cases
            Rows of :func:`payment_cases`.
        level
            Probability of the interval.

        Returns
        -------
        DataFrame
            late_probability, lower, upper. The interval is the credible interval of the
            customer's rate, carried over on the log-odds: few payments, wide interval.

        Raises
        ------
        FrameError
            On a level outside (0, 1).
        """
        rates = self.laws.rates.rates(
            cases["late_count"], cases["due_count"], level=level
        )
        odds = _safe_logit(rates.to_numpy())
        log_odds = self._log_odds(cases)
        limits = expit(log_odds[:, None] + odds[:, 1:] - odds[:, :1])
        lower, upper = self.calibration.apply(limits).T
        return pd.DataFrame(
            {
                "late_probability": self.calibration.apply(expit(log_odds)),
                "lower": lower,
                "upper": upper,
            }
        )

    def expected_days_late(self, cases: pd.DataFrame) -> np.ndarray:
        """Return the expected days late of each instalment, 0 if on time.

        Parameters
        ----------
        cases
            Rows of :func:`payment_cases`.

        Returns
        -------
        ndarray
            Probability of being late times the expected days if late, per row.
        """
        return self.late_probability(cases) * self.laws.mean_days_late(cases)

    def contributions(self, cases: pd.DataFrame) -> pd.DataFrame:
        """Return why: what each column adds to the log-odds against the average case.

        Parameters
        ----------
        cases
            Rows of :func:`payment_cases`.

        Returns
        -------
        DataFrame
            One column per column of the logistic model, or late_rate alone without one;
            with the average case's log-odds they sum to those before calibration.
        """
        if not self.has_logistic:
            rates = self.laws.rates
            odds = logit(rates.rate(cases["late_count"], cases["due_count"]))
            return pd.DataFrame({"late_rate": odds - logit(rates.mean)})
        table = payment_features(cases, self.laws, self.features)[list(self.names)]
        standard = (table - np.array(self.centers)) / np.array(self.scales)
        return standard * np.array(self.coefficients)

    def _log_odds(self, cases: pd.DataFrame) -> np.ndarray:
        """Log-odds before calibration."""
        average = self.intercept if self.has_logistic else logit(self.laws.rates.mean)
        return average + self.contributions(cases).to_numpy().sum(axis=1)


def payment_cases(
    instalments: pd.DataFrame, *, features: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return each instalment with what was known when its invoice was written.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.
    features
        Further columns of numbers, known on the invoice day.

    Returns
    -------
    DataFrame
        Columns of :func:`~.payment_history.history_at_invoice`, amount, the features,
        in the order of the instalments.

    Raises
    ------
    FrameError
        If the instalments break their contract.
    """
    cases = history_at_invoice(instalments, features=features)
    for name in ("amount", *features):
        cases[name] = instalments[name].to_numpy(float)
    return cases


def customer_payment_risk(
    model: PaymentRiskModel,
    instalments: pd.DataFrame,
    observation_end: np.datetime64,
    *,
    level: float = 0.8,
) -> pd.DataFrame:
    """Return the payment risk of each customer's next invoice.

    Parameters
    ----------
    model
        Result of :func:`~.payment_fit.fit_payment_risk`.
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS` with the model's features.
    observation_end
        Last day that counts.
    level
        Probability of the interval.

    Returns
    -------
    DataFrame
        One row per customer invoiced by then, by ``customer_id``:
        ``late_probability``, ``lower``, ``upper``, ``expected_days_late`` of an
        instalment of his mean amount with the features of his latest invoice, and
        ``due_count``, ``late_count``, ``open_amount``, ``overdue_amount``.

    Raises
    ------
    FrameError
        If the instalments break their contract, or on a level outside (0, 1).
    """
    features = model.features
    cases = history_at_day(instalments, observation_end, features=features)
    end = np.datetime64(observation_end, "D") + 1
    known = instalments[(instalments["invoice_day"] < end).to_numpy()]
    known = known.sort_values(["customer_id", "invoice_day"], kind="stable")
    by_customer = known.groupby("customer_id", sort=True)
    cases["amount"] = by_customer["amount"].mean().to_numpy(float)
    for name in features:
        cases[name] = by_customer[name].last().to_numpy(float)
    risk = model.late_probability_interval(cases, level=level)
    risk.insert(0, "customer_id", cases["customer_id"].to_numpy())
    risk["expected_days_late"] = model.expected_days_late(cases)
    kept = ["due_count", "late_count", "open_amount", "overdue_amount"]
    return pd.concat([risk, cases[kept]], axis=1)


def _safe_logit(probability: np.ndarray) -> np.ndarray:
    return logit(np.clip(probability, EDGE, 1.0 - EDGE))
