"""What sets the customers of a cluster apart from all customers.

For each column the typical value in the cluster and among all (the median of what is
skewed, the mean of the rest), their ratio, and the standardised difference: how many
standard deviations of all customers lie between them [1]; .2 is small, .5 middling, .8
large. Values are in the units of the columns.

References
----------
[1] Cohen (1988). Statistical power analysis for the behavioral sciences, 2nd ed.: p. 25.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..economics.economics import plain
from .needs_variables import NeedsVariable, raw_values

__all__ = ["cluster_profile"]

#: Spread below which all customers are alike.
ALIKE = 1e-9


def cluster_profile(
    frame: pd.DataFrame,
    labels: np.ndarray,
    variables: Sequence[NeedsVariable],
    count: int,
) -> list[list[dict]]:
    """Describe each cluster by how it differs from all customers.

    Parameters
    ----------
    frame
        One row per customer; NaN where something is not known.
    labels
        Number of the cluster of each customer, from 0.
    variables
        What they are described by.
    count
        Number of clusters.

    Returns
    -------
    list of list of dict
        For each cluster its traits, the largest difference first: variable, column, value
        (of the cluster), average (of all), ratio (None where the average is 0) and
        difference. A column of which nothing is known in the cluster is left out.
    """
    traits: list[list[dict]] = [[] for _ in range(count)]
    for variable in variables:
        raw = raw_values(frame, variable)
        for place, column in enumerate(variable.columns):
            known = np.isfinite(raw[:, place])
            spread = float(np.std(raw[known, place])) if known.any() else 0.0
            if spread <= ALIKE:
                continue
            shown = frame[column].to_numpy(float)
            middle = np.median if variable.kind == "skewed" else np.mean
            for cluster in range(count):
                inside = known & (labels == cluster)
                if not inside.any():
                    continue
                scaled = raw[inside, place].mean() - raw[known, place].mean()
                traits[cluster].append(
                    _trait(
                        variable.name,
                        column,
                        float(middle(shown[inside])),
                        float(middle(shown[known])),
                        float(scaled / spread),
                    )
                )
    return [sorted(rows, key=lambda row: -abs(row["difference"])) for rows in traits]


def _trait(
    variable: str, column: str, value: float, average: float, difference: float
) -> dict:
    ratio = value / average if abs(average) > ALIKE else float("nan")
    return {
        "variable": variable,
        "column": column,
        "value": plain(value, 4),
        "average": plain(average, 4),
        "ratio": plain(ratio, 3),
        "difference": plain(difference, 3),
    }
