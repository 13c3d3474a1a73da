"""Values of leads if they are won, with the reasons and what is missing to know better.

The rows that a list of leads shows, from a :class:`~.prospects.ProspectModel`. The
expected value is that times the chance to win, which changes by the hour and is therefore
multiplied where it is read.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from ...errors import FrameError
from .prospects import ProspectModel

__all__ = ["prospect_values"]

#: Reasons told, and missing attributes named.
MOST_REASONS, MOST_MISSING = 3, 3
#: A reason changes the value by this part of it at least.
LEAST_PART = 0.03


def prospect_values(
    model: ProspectModel, leads: pd.DataFrame, *, level: float = 0.8
) -> pd.DataFrame:
    """Value leads.

    Parameters
    ----------
    model
        Fitted model.
    leads
        lead_id and the attributes of the model.
    level
        Probability of the interval.

    Returns
    -------
    DataFrame
        In the order of the leads: lead_id, value_if_won, value_lower, value_upper,
        completeness (0 to 1), reasons (JSON: attribute and money it adds or takes, the
        largest first) and missing (names of empty attributes with commas between, the
        most telling first).

    Raises
    ------
    FrameError
        If a column is missing.
    """
    if "lead_id" not in leads.columns:
        raise FrameError("leads", "lead_id", "missing")
    found = model.predict(leads, level=level)
    return pd.DataFrame(
        {
            "lead_id": leads["lead_id"].to_numpy(),
            "value_if_won": found.value,
            "value_lower": found.lower,
            "value_upper": found.upper,
            "completeness": model.completeness(leads),
            "reasons": _reasons(model.contributions(leads), found.value),
            "missing": _missing(model, leads),
        }
    )


def _reasons(contributions: pd.DataFrame, value: np.ndarray) -> list[str]:
    """Return the largest contributions of each lead as JSON."""
    names, table = list(contributions.columns), contributions.to_numpy()
    order = np.argsort(-np.abs(table), axis=1)[:, :MOST_REASONS]
    least = np.maximum(LEAST_PART * np.abs(value), 1e-9)
    return [
        json.dumps(
            [
                [names[place], round(float(row[place]), 2)]
                for place in places
                if abs(row[place]) >= limit
            ]
        )
        for row, places, limit in zip(table, order, least, strict=True)
    ]


def _missing(model: ProspectModel, leads: pd.DataFrame) -> list[str]:
    """Return names of the empty attributes of each lead."""
    names = model.coding.attributes
    if not names:
        return [""] * len(leads)
    order = np.argsort(-model.weights, kind="stable")
    empty = ~model.coding.is_filled(leads)[:, order]
    ordered = [names[place] for place in order]
    return [
        ",".join(
            [name for name, is_one in zip(ordered, row, strict=True) if is_one][
                :MOST_MISSING
            ]
        )
        for row in empty
    ]
