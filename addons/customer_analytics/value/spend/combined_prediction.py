"""What the combined predictor says of each customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["CombinedPrediction"]


@dataclass(frozen=True)
class CombinedPrediction:
    """Predictions of some customers, in the row order of their evidence.

    Parameters
    ----------
    customer_id
        Customers.
    expected_spend
        Expected money within the horizon.
    expected_purchases
        Expected purchases within the horizon.
    purchase_probability
        Of at least one purchase within the horizon.
    lower, upper
        Limits of spend.
    level
        Probability that the interval holds, at least.
    """

    customer_id: np.ndarray
    expected_spend: np.ndarray
    expected_purchases: np.ndarray
    purchase_probability: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    level: float

    @property
    def churn_probability(self) -> np.ndarray:
        """Of no purchase within the horizon."""
        return 1.0 - self.purchase_probability
