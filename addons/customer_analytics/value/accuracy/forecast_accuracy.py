"""How good each way to predict was, and which one a company should use.

The mark of a forecast is the mean of two skills, each 0 for "all customers alike" and
100 for a perfect one:

* amounts: 1 - (squared error of spend) / (squared error of the true mean for everybody);
* order: 2 AUC - 1, with which surety those who bought again stand above the others.

Neither alone will do: the squared error hangs on the few largest customers, the order
knows no money. A model is replaced by a rule that has the better mark by more than one
standard error of the difference, which is paired by customer (for AUC see [1]).

References
----------
[1] DeLong, DeLong, Clarke-Pearson (1988). Comparing the areas under two or more
    correlated receiver operating characteristic curves. Biometrics 44, 837-845.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from ...errors import InsufficientDataError
from .probability_scores import auc, log_loss
from .validation import holdout_metrics, interval_coverage, top_share_capture

if TYPE_CHECKING:
    from .forecasts import Forecast

__all__ = [
    "ForecastAccuracy",
    "auc_parts",
    "calibration_slope",
    "customer_marks",
    "forecast_accuracy",
    "forecast_to_use",
]

PERCENT = 100.0


@dataclass(frozen=True)
class ForecastAccuracy:
    """Figures of one forecast.

    Parameters
    ----------
    name
        Key of the model or rule.
    mark
        0 for all alike, 100 for perfect; may be negative.
    rmse
        Root of the mean squared error of spend.
    total_predicted, total_actual
        Money of all customers.
    capture
        Share of all spend made by the fifth of customers that it ranks best.
    auc
        Of the probability to buy again, equal to that of the churn index.
    log_loss
        Of the same probability.
    calibration_slope
        Of the log odds; 1 is right, less is overconfident. NaN if not defined.
    coverage
        Share of the intervals that held; NaN without an interval.
    """

    name: str
    mark: float
    rmse: float
    total_predicted: float
    total_actual: float
    capture: float
    auc: float
    log_loss: float
    calibration_slope: float
    coverage: float

    @property
    def total_error(self) -> float:
        """Error of the total as a share of what was spent."""
        if self.total_actual <= 0:
            return float("nan")
        return self.total_predicted / self.total_actual - 1.0

    def to_dict(self) -> dict:
        """Return the figures as plain values, None for what is not defined."""
        values = asdict(self) | {"total_error": self.total_error}
        return {
            name: None if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in values.items()
        }


def forecast_accuracy(
    forecast: Forecast, purchases: np.ndarray, spend: np.ndarray
) -> ForecastAccuracy:
    """Judge a forecast by what happened.

    Parameters
    ----------
    forecast
        What was predicted.
    purchases, spend
        What happened, one per customer in the same order.

    Returns
    -------
    ForecastAccuracy
        Its figures.
    """
    active = purchases > 0
    metrics = holdout_metrics(spend, forecast.spend)
    covered = float("nan")
    if forecast.lower is not None:
        covered = interval_coverage(spend, forecast.lower, forecast.upper)
    return ForecastAccuracy(
        name=forecast.name,
        mark=float(customer_marks(forecast, purchases, spend).mean()),
        rmse=metrics.rmse,
        total_predicted=metrics.total_predicted,
        total_actual=metrics.total_actual,
        capture=top_share_capture(spend, forecast.rank),
        auc=auc(active, forecast.probability),
        log_loss=log_loss(active, forecast.probability),
        calibration_slope=calibration_slope(active, forecast.probability),
        coverage=covered,
    )


def customer_marks(
    forecast: Forecast, purchases: np.ndarray, spend: np.ndarray
) -> np.ndarray:
    """Return each customer's part in the mark, whose mean it is.

    Parameters
    ----------
    forecast
        What was predicted.
    purchases, spend
        What happened, one per customer in the same order.

    Returns
    -------
    ndarray
        Their differences between two forecasts give the standard error of the difference
        of the marks.

    Raises
    ------
    InsufficientDataError
        Unless some customers bought and others did not, and not all spent alike.
    """
    active = purchases > 0
    rarer = int(min(active.sum(), (~active).sum()))
    variance = float(np.var(spend))
    if rarer < 1 or variance <= 0:
        raise InsufficientDataError("customers with each outcome", 1, rarer)
    amounts = 1.0 - (forecast.spend - spend) ** 2 / variance
    order = 2.0 * auc_parts(active, forecast.probability) - 1.0
    return PERCENT * 0.5 * (amounts + order)


def auc_parts(active: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return each customer's part in AUC: their mean is it, their variance DeLong's.

    Parameters
    ----------
    active
        Whether the customer bought; some did and some did not.
    score
        Higher is likelier, in the same order.

    Returns
    -------
    ndarray
        One per customer.
    """
    ones, zeros = active.sum(), (~active).sum()
    overall = rankdata(score)
    place = np.empty(len(score))
    place[active] = (overall[active] - rankdata(score[active])) / zeros
    place[~active] = 1.0 - (overall[~active] - rankdata(score[~active])) / ones
    area = place[active].mean()
    share = np.where(active, ones, zeros) / len(score)
    return area + (place - area) / share


def forecast_to_use(
    forecasts: Sequence[Forecast], purchases: np.ndarray, spend: np.ndarray
) -> str:
    """Return the key of the forecast that a company should rely on.

    Parameters
    ----------
    forecasts
        In the order of preference: the first stays unless another is clearly better.
    purchases, spend
        What happened, one per customer in the same order.

    Returns
    -------
    str
        The first, or the one with the best mark if that is better by more than one
        standard error of the difference.
    """
    first = customer_marks(forecasts[0], purchases, spend)
    best, gain = forecasts[0].name, 0.0
    for other in forecasts[1:]:
        difference = customer_marks(other, purchases, spend) - first
        error = difference.std(ddof=1) / np.sqrt(len(difference))
        if difference.mean() > max(gain, error):
            best, gain = other.name, difference.mean()
    return best


def calibration_slope(active: np.ndarray, probability: np.ndarray) -> float:
    """Slope of what happened on the predicted log odds.

    Parameters
    ----------
    active
        Whether the customer bought.
    probability
        Predicted probability of it.

    Returns
    -------
    float
        1 where probabilities spread as they should; NaN where all are equal.
    """
    from sklearn.linear_model import LogisticRegression

    value = np.clip(probability, 1e-6, 1.0 - 1e-6)
    odds = np.log(value / (1.0 - value))
    if np.ptp(odds) < 1e-9:
        return float("nan")
    model = LogisticRegression(C=1e6, max_iter=1000)
    return float(model.fit(odds[:, None], active).coef_[0, 0])
