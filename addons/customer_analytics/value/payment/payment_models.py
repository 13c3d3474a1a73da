"""All that is estimated of how a company's customers pay, fitted at once and kept.

Payment risk (:mod:`.payment_fit`), the habits of prompt payers (:mod:`.payment_timing`),
roll rates and the part lost in default (:mod:`.credit_loss`), as one object that goes
through JSON. Days of grace are part of it: within them a payment is not late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np
import pandas as pd

from ...stats.beta_binomial import BetaBinomial
from ..accuracy.calibration import Calibration
from .credit_loss import LOSS_GIVEN_DEFAULT, LossGivenDefault, fit_loss_given_default
from .payment_features import DelayLaw, PaymentLaws
from .payment_fit import fit_payment_risk
from .payment_history import INSTALMENTS
from .payment_risk import OutOfTimeScores, PaymentRiskModel
from .payment_timing import fit_prompt_law
from .roll_rates import RollRates, fit_roll_rates

__all__ = ["PaymentModels", "PaymentSettings", "fit_payment_models", "with_grace"]

#: Seed of the interval of the roll rates: the same data give the same figures.
SEED = 20250630


@dataclass(frozen=True)
class PaymentSettings:
    """What a manager decides about late payments.

    Parameters
    ----------
    grace_days
        Days after the due day within which a payment is not late.
    loss_given_default
        Part of a defaulted claim that is lost, until the company knows its own.
    interval_level
        Probability of the intervals.
    """

    grace_days: int = 0
    loss_given_default: float = LOSS_GIVEN_DEFAULT
    interval_level: float = 0.8


@dataclass(frozen=True, eq=False)
class PaymentModels:
    """Everything known of the customers' payments together.

    Parameters
    ----------
    risk
        Probability of being late.
    prompt
        Days before the due day of those on time.
    roll_rates
        From past due to default.
    loss_given_default
        Part of a defaulted claim that is lost.
    settings
        What they were fitted with.
    """

    risk: PaymentRiskModel
    prompt: DelayLaw
    roll_rates: RollRates
    loss_given_default: LossGivenDefault
    settings: PaymentSettings

    @property
    def loss_if_late(self) -> float:
        """Share of a late instalment that is never paid."""
        default = self.roll_rates.default_probability[1]
        return float(default * self.loss_given_default.value)

    def to_dict(self) -> dict:
        """Return the models as plain values for JSON."""
        values = asdict(self)
        for name, value in values["roll_rates"].items():
            if isinstance(value, np.ndarray):
                values["roll_rates"][name] = value.tolist()
        # JSON has no NaN, and nothing here reads it again
        values["risk"]["laws"]["rates"].pop("log_likelihood")
        return values

    @classmethod
    def from_dict(cls, values: Mapping) -> PaymentModels:
        """Return the models that ``to_dict`` wrote.

        Parameters
        ----------
        values
            Result of ``to_dict``, also after a round through JSON.

        Returns
        -------
        PaymentModels
            Models with the same predictions.
        """
        risk, rates = dict(values["risk"]), dict(values["roll_rates"])
        laws = dict(risk["laws"])
        laws["rates"] = _revived(BetaBinomial, laws["rates"])
        laws["delays"] = DelayLaw(**laws["delays"])
        risk["laws"] = PaymentLaws(**laws)
        risk["calibration"] = _revived(Calibration, risk["calibration"])
        risk["scores"] = risk["scores"] and OutOfTimeScores(**risk["scores"])
        for name in ("steps", "default_probability", "lower", "upper"):
            rates[name] = np.array(rates[name])
        rates["effective_counts"] = np.array(rates["effective_counts"])
        return cls(
            risk=_revived(PaymentRiskModel, risk),
            prompt=DelayLaw(**values["prompt"]),
            roll_rates=_revived(RollRates, rates),
            loss_given_default=LossGivenDefault(**values["loss_given_default"]),
            settings=PaymentSettings(**values["settings"]),
        )


def fit_payment_models(
    instalments: pd.DataFrame, day: np.datetime64, settings: PaymentSettings
) -> PaymentModels:
    """Estimate how a company's customers pay.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS` as known on ``day``, without those
        whose delay says nothing about the payer, e.g. disputed ones.
    day
        Last day that counts.
    settings
        Of the company.

    Returns
    -------
    PaymentModels
        With weak priors throughout: one instalment fallen due is enough.

    Raises
    ------
    FrameError
        If the instalments break their contract.
    InsufficientDataError
        If no instalment has fallen due.
    """
    INSTALMENTS.check(instalments)
    known = with_grace(instalments, settings)
    end, level = np.datetime64(day, "D"), settings.interval_level
    return PaymentModels(
        risk=fit_payment_risk(known, end),
        prompt=fit_prompt_law(known),
        roll_rates=fit_roll_rates(
            known, end, rng=np.random.default_rng(SEED), level=level
        ),
        loss_given_default=fit_loss_given_default(
            known, end, prior=settings.loss_given_default, level=level
        ),
        settings=settings,
    )


def with_grace(instalments: pd.DataFrame, settings: PaymentSettings) -> pd.DataFrame:
    """Return the instalments with the last day that is not late as their due day.

    Parameters
    ----------
    instalments
        With ``due_day``.
    settings
        Of the company.

    Returns
    -------
    DataFrame
        A copy; everything else is unchanged.
    """
    grace = np.timedelta64(settings.grace_days, "D")
    return instalments.assign(due_day=instalments["due_day"] + grace)


def _revived(kind: type, values: Mapping) -> object:
    """Make a frozen result from its fields, lists of JSON as tuples again."""
    names = {item.name for item in fields(kind)}
    return kind(
        **{
            name: _as_tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
            if name in names
        }
    )


def _as_tuple(values: list) -> tuple:
    return tuple(_as_tuple(item) if isinstance(item, list) else item for item in values)
