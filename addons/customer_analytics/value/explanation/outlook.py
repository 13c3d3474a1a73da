"""What would change a customer's prospects, for all customers of a scoring run.

Stored times are days and dates; the models count in weeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from ..clv import discounted_expected_purchases
from ..indices import known_or_zero
from ..scoring import WEEK_DAYS, purchase_summary
from .what_if import after_purchase, silence_until_risk

if TYPE_CHECKING:
    from datetime import date

    from ..scoring import ScoringModels, ScoringSettings

__all__ = ["customer_outlook"]

#: How far ahead a customer may be told to be at risk; later is no warning.
LONGEST_SILENCE_DAYS = 1825.0
#: Probabilities this near to 0 and 1 are taken for it, to have odds.
EDGE = 1e-12


def customer_outlook(
    staged: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
    observation_end: date,
) -> pd.DataFrame:
    """Day of risk, and the worth of one more purchase.

    Parameters
    ----------
    staged
        Rows of :func:`~.scoring.summarise`, with the columns of
        :func:`~.indices.customer_indices`.
    models
        Result of :func:`~.scoring.fit_models`.
    settings
        Horizon, discount rate.
    observation_end
        Day after which the future begins.

    Returns
    -------
    DataFrame
        By ``customer_id``: ``at_risk_date``, the day from which on, without another
        purchase, none within the horizon is likelier than one (past for those at risk
        already, null beyond five years), and ``next_purchase_gain``, money that a purchase
        now would add to the lifetime value by what it says of the customer.
    """
    summary = purchase_summary(staged)
    silence = WEEK_DAYS * silence_until_risk(
        models.activity,
        summary,
        settings.horizon,
        probability=_even_odds(staged, summary, models, settings),
        longest=LONGEST_SILENCE_DAYS / WEEK_DAYS,
    )
    is_known = np.isfinite(silence)
    days = np.floor(np.where(is_known, silence, 0.0)).astype("timedelta64[D]")
    end = np.datetime64(observation_end, "D")
    risk = np.where(is_known, end + days, np.datetime64("NaT"))
    return pd.DataFrame(
        {
            "customer_id": staged["customer_id"].to_numpy(),
            "at_risk_date": risk.astype("datetime64[ns]"),
            "next_purchase_gain": _purchase_gain(staged, summary, models, settings),
        }
    )


def _even_odds(
    staged: pd.DataFrame,
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
) -> np.ndarray:
    """Model's probability at which the one shown is a half.

    A forecast may have moved a customer's log-odds (:mod:`.correction`); it is taken to
    move them as much after more silence, so that the day of risk agrees with the
    probability shown.
    """
    model = models.activity.purchase_probability(summary, settings.horizon)
    shown = staged["purchase_probability"].to_numpy(float)
    odds, shown_odds = (
        logit(np.clip(probability, EDGE, 1.0 - EDGE)) for probability in (model, shown)
    )
    return expit(odds - shown_odds)


def _purchase_gain(
    staged: pd.DataFrame,
    summary: pd.DataFrame,
    models: ScoringModels,
    settings: ScoringSettings,
) -> np.ndarray:
    """Margin of the purchases that become likelier, less what serving them costs."""
    now, then = (
        discounted_expected_purchases(
            models.purchases,
            history,
            horizon=settings.horizon,
            discount_rate_per_year=settings.discount_rate,
        )
        for history in (summary, after_purchase(summary))
    )
    kept = staged["margin_rate"].to_numpy(float) - known_or_zero(
        staged, "credit_loss_rate"
    )
    net = models.expected_purchase_value(summary) * kept
    return (then - now) * (net - known_or_zero(staged, "service_cost_per_purchase"))
