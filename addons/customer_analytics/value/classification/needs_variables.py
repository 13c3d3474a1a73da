"""What customers are compared by: figures on one scale, shares of spend as they are.

Clusters are found by distance, so every variable must weigh alike. A figure is centred and
divided by its spread, a skewed one (an interval, a value) after its logarithm; extremes
count as the outermost per cent. Shares that make a whole, as those of the spend by product
category, are one variable of several columns: their square roots, which make distances
those of Hellinger [1], are divided by the spread of their first principal component, so
that ten categories do not outweigh one interval [2]. What is not known of a customer
counts as average; a column in which all customers are alike is left out.

Units are those of the columns; scaled values have none.

References
----------
[1] Legendre, Gallagher (2001). Ecologically meaningful transformations for ordination of
    species data. Oecologia 129, 271-280: eq. 13.
[2] Escofier, Pagès (1994). Multiple factor analysis. Computational Statistics & Data
    Analysis 18, 121-140: weights of groups.
METHODS.md, section H: standardise; zero-variance columns out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ...errors import FrameError, InsufficientDataError

__all__ = ["KINDS", "NeedsScale", "NeedsVariable", "raw_values"]

#: Kinds of variables: a number, a number of which ratios count, shares of a whole.
KINDS = ("figure", "skewed", "shares")
#: Quantiles beyond which a figure counts as extreme.
EXTREMES = (0.01, 0.99)
#: Spread below which all customers are alike.
ALIKE = 1e-9


@dataclass(frozen=True)
class NeedsVariable:
    """One thing that customers are compared by.

    Parameters
    ----------
    name
        Its name.
    columns
        Its columns; a figure has one.
    kind
        One of ``KINDS``.
    """

    name: str
    columns: tuple[str, ...]
    kind: str = "figure"

    def __post_init__(self) -> None:
        """Refuse a kind that is not known.

        Raises
        ------
        FrameError
            If the kind is none of ``KINDS``.
        """
        if self.kind not in KINDS:
            raise FrameError("needs", self.name, "range", 1)


@dataclass(frozen=True)
class NeedsScale:
    """How the columns become comparable, learnt from some customers and kept.

    Parameters
    ----------
    variables
        What is compared; columns in which all are alike are no longer in it.
    centre, spread, lower, upper
        Of each column after its transformation, in the order of the variables' columns.
    dropped
        Columns in which all customers are alike.
    """

    variables: tuple[NeedsVariable, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    dropped: tuple[str, ...] = ()

    @classmethod
    def fit(cls, frame: pd.DataFrame, variables: Sequence[NeedsVariable]) -> NeedsScale:
        """Learn centre and spread of each column.

        Parameters
        ----------
        frame
            One row per customer; NaN where something is not known.
        variables
            What to compare customers by.

        Returns
        -------
        NeedsScale
            Without the columns in which all customers are alike.

        Raises
        ------
        FrameError
            If a column is missing.
        InsufficientDataError
            If customers are alike in everything.
        """
        kept, rows, dropped = [], [], []
        for variable in variables:
            columns, scaled = _scaled_columns(frame, variable)
            dropped += [name for name in variable.columns if name not in columns]
            if columns:
                kept.append(NeedsVariable(variable.name, tuple(columns), variable.kind))
                rows += scaled
        if not rows:
            raise InsufficientDataError("variables in which customers differ", 1, 0)
        centre, spread, lower, upper = (tuple(part) for part in zip(*rows, strict=True))
        return cls(tuple(kept), centre, spread, lower, upper, tuple(dropped))

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, in the order of the values."""
        return [name for variable in self.variables for name in variable.columns]

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return comparable values of customers, 0 where nothing is known.

        Parameters
        ----------
        frame
            One row per customer.

        Returns
        -------
        ndarray
            Shape (customers, columns).
        """
        values = np.column_stack([raw_values(frame, one) for one in self.variables])
        limited = np.clip(values, self.lower, self.upper)
        scaled = (limited - np.array(self.centre)) / np.array(self.spread)
        return np.nan_to_num(scaled, nan=0.0)

    def to_dict(self) -> dict:
        """Return the scale as JSON knows it."""
        return {
            **{name: list(value) for name, value in self.__dict__.items()},
            "variables": [asdict(variable) for variable in self.variables],
        }

    @classmethod
    def from_dict(cls, values: dict) -> NeedsScale:
        """Return the scale that :meth:`to_dict` wrote."""
        variables = tuple(
            NeedsVariable(one["name"], tuple(one["columns"]), one["kind"])
            for one in values["variables"]
        )
        rest = {name: tuple(part) for name, part in values.items()}
        return cls(**{**rest, "variables": variables})


def raw_values(frame: pd.DataFrame, variable: NeedsVariable) -> np.ndarray:
    """Return the columns of a variable, transformed and not yet scaled; NaN if unknown.

    Parameters
    ----------
    frame
        One row per customer.
    variable
        What to read.

    Returns
    -------
    ndarray
        Shape (customers, columns of the variable).

    Raises
    ------
    FrameError
        If a column is missing.
    """
    missing = [name for name in variable.columns if name not in frame]
    if missing:
        raise FrameError("needs", missing[0], "missing")
    values = frame[list(variable.columns)].to_numpy(float)
    values = np.where(np.isfinite(values), values, np.nan)
    if variable.kind == "skewed":
        return np.log1p(np.maximum(values, 0.0))
    if variable.kind == "shares":
        return np.sqrt(np.maximum(values, 0.0))
    return values


def _scaled_columns(
    frame: pd.DataFrame, variable: NeedsVariable
) -> tuple[list[str], list[tuple[float, ...]]]:
    """Names of the columns that differ, and centre, spread and limits of each."""
    values = raw_values(frame, variable)
    is_known = np.isfinite(values).any(axis=0)
    values, names = values[:, is_known], np.array(variable.columns)[is_known]
    if not len(names):
        return [], []
    lower, upper = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    if variable.kind != "shares":
        lower, upper = np.nanquantile(values, EXTREMES, axis=0)
    limited = np.clip(values, lower, upper)
    centre, spread = np.nanmean(limited, axis=0), np.nanstd(limited, axis=0)
    differs = spread > ALIKE
    if variable.kind == "shares" and differs.any():
        centred = np.nan_to_num(limited - centre)[:, differs]
        common = np.linalg.svd(centred, compute_uv=False)[0] / np.sqrt(len(centred))
        spread = np.full(len(names), common)
    rows = np.column_stack([centre, spread, lower, upper])[differs]
    return names[differs].tolist(), [tuple(row) for row in rows.tolist()]
