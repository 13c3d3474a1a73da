"""Whether earlier errors of a forecast would have helped the latest one.

Three days matter. At the first the company is forecast as it would have been then, and
what came of it until the second is known there; from it :mod:`.recalibration` learns.
The forecast of the second day, put right by that, is judged by what came until the
third, of which nothing was known. A map that made the latest forecast no better is not
used: errors that change their sign from year to year teach nothing.

What is applied to the future is learnt by the same method from both periods.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .calibration import is_better
from .recalibration import (
    ForecastOutcome,
    Recalibration,
    fit_probability,
    fit_spend_factor,
)

if TYPE_CHECKING:
    from .forecasts import Forecast

__all__ = ["RecalibrationTrial", "recalibrated", "run_recalibration_trial"]


@dataclass(frozen=True)
class RecalibrationTrial:
    """What the earlier period taught, and whether it held in the latest.

    Parameters
    ----------
    judged
        Learnt from the earlier period alone: the figures of the latest rest on it.
    applied
        Learnt from both periods, for forecasts from today on.
    earlier_total_error, total_error
        Of the forecast as it was, in the earlier and in the latest period: its total
        over what was spent, less 1.
    is_probability_used, is_spend_used
        Whether the map made the latest forecast better.
    """

    judged: Recalibration
    applied: Recalibration
    earlier_total_error: float
    total_error: float
    is_probability_used: bool
    is_spend_used: bool

    def to_dict(self) -> dict:
        """Return what a run keeps of the trial, as plain values for JSON."""
        return {
            "applied": self.applied.to_dict(),
            "earlier_total_error": self.earlier_total_error,
            "total_error": self.total_error,
            "is_probability_used": self.is_probability_used,
            "is_spend_used": self.is_spend_used,
        }


def run_recalibration_trial(
    earlier: ForecastOutcome, latest: ForecastOutcome
) -> RecalibrationTrial:
    """Learn from the earlier period, judge by the latest, and learn from both.

    Parameters
    ----------
    earlier, latest
        The same way to forecast at two days; the first period ends where the second
        begins. Both outcomes of a purchase occur in each.

    Returns
    -------
    RecalibrationTrial
        With maps that change nothing where they did not help.
    """
    both = [earlier, latest]
    judged, applied = fit_probability([earlier]), fit_probability(both)
    is_probability_used = is_better(
        latest.active, judged.probability(latest.probability), latest.probability
    )
    if not is_probability_used:
        judged = applied = Recalibration()
    factor = fit_spend_factor([earlier])
    is_spend_used = _is_closer(latest, factor)
    if is_spend_used:
        judged = replace(judged, spend_factor=factor)
        applied = replace(applied, spend_factor=fit_spend_factor(both))
    return RecalibrationTrial(
        judged=judged,
        applied=applied,
        earlier_total_error=_total_error(earlier),
        total_error=_total_error(latest),
        is_probability_used=is_probability_used,
        is_spend_used=is_spend_used,
    )


def recalibrated(forecast: Forecast, maps: Recalibration) -> Forecast:
    """Put a forecast right.

    Parameters
    ----------
    forecast
        As it was.
    maps
        What it should have said instead.

    Returns
    -------
    Forecast
        Its limits move with spend; an order of its own, as rules have, stays.
    """
    factor = maps.spend_factor
    is_by_spend = np.array_equal(forecast.rank, forecast.spend)
    limits = {
        name: getattr(forecast, name) * factor
        for name in ("lower", "upper")
        if getattr(forecast, name) is not None
    }
    return replace(
        forecast,
        spend=forecast.spend * factor,
        probability=maps.probability(forecast.probability),
        rank=forecast.rank * factor if is_by_spend else forecast.rank,
        **limits,
    )


def _is_closer(latest: ForecastOutcome, factor: float) -> bool:
    """Tell whether a factor makes both the total and the squared error smaller."""
    new, old = (share * latest.spend - latest.spent for share in (factor, 1.0))
    return bool(abs(new.sum()) < abs(old.sum()) and (new**2).sum() < (old**2).sum())


def _total_error(outcome: ForecastOutcome) -> float:
    spent = float(outcome.spent.sum())
    return float(outcome.spend.sum()) / spent - 1.0 if spent > 0 else 0.0
