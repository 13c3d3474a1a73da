"""Figures and shares turned into answers that latent classes are found from.

A figure is low, middling or high by thirds of the customers, a share is bought or not,
what is a category already stays one. Not known is -1.

References
----------
METHODS.md, section H: latent classes for categorical needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ...errors import InsufficientDataError
from .needs_variables import NeedsVariable, raw_values

__all__ = ["NeedsCategories"]

#: Quantiles that part a figure into low, middling and high.
THIRDS = (1 / 3, 2 / 3)


@dataclass(frozen=True)
class NeedsCategories:
    """How the columns become answers, learnt from some customers and kept.

    Parameters
    ----------
    variables
        What is asked; columns in which all customers answer alike are no longer in it.
    bounds
        Of each column the values above which the next answer begins.
    dropped
        Columns in which all customers answer alike.
    """

    variables: tuple[NeedsVariable, ...]
    bounds: tuple[tuple[float, ...], ...]
    dropped: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, frame: pd.DataFrame, variables: Sequence[NeedsVariable]
    ) -> NeedsCategories:
        """Learn where figures are parted.

        Parameters
        ----------
        frame
            One row per customer; NaN where something is not known.
        variables
            What to ask.

        Returns
        -------
        NeedsCategories
            Without the columns in which all answers are alike.

        Raises
        ------
        InsufficientDataError
            If all customers answer alike.
        """
        kept, bounds, dropped = [], [], []
        for variable in variables:
            columns = []
            values = raw_values(frame, variable)
            for name, column in zip(variable.columns, values.T, strict=True):
                parted = _bounds(column, variable.kind)
                if len(np.unique(_codes(column, parted)[np.isfinite(column)])) > 1:
                    columns.append(name)
                    bounds.append(parted)
                else:
                    dropped.append(name)
            if columns:
                kept.append(NeedsVariable(variable.name, tuple(columns), variable.kind))
        if not kept:
            raise InsufficientDataError("variables in which customers differ", 1, 0)
        return cls(tuple(kept), tuple(bounds), tuple(dropped))

    @property
    def columns(self) -> list[str]:
        """Return the names of the columns, in the order of the answers."""
        return [name for variable in self.variables for name in variable.columns]

    def transform(self, frame: pd.DataFrame) -> np.ndarray:
        """Return the answers of customers, shape (customers, columns).

        Parameters
        ----------
        frame
            One row per customer.
        """
        values = np.column_stack([raw_values(frame, one) for one in self.variables])
        return np.column_stack(
            [
                _codes(column, parted)
                for column, parted in zip(values.T, self.bounds, strict=True)
            ]
        )

    def to_dict(self) -> dict:
        """Return the bounds as JSON knows them."""
        return {
            "variables": [asdict(variable) for variable in self.variables],
            "bounds": [list(parted) for parted in self.bounds],
            "dropped": list(self.dropped),
        }

    @classmethod
    def from_dict(cls, values: dict) -> NeedsCategories:
        """Return the categories that :meth:`to_dict` wrote."""
        variables = tuple(
            NeedsVariable(one["name"], tuple(one["columns"]), one["kind"])
            for one in values["variables"]
        )
        bounds = tuple(tuple(parted) for parted in values["bounds"])
        return cls(variables, bounds, tuple(values["dropped"]))


def _bounds(column: np.ndarray, kind: str) -> tuple[float, ...]:
    """Values above which the next answer begins; a share is there above 0."""
    known = column[np.isfinite(column)]
    if kind == "shares" or not len(known):
        return (0.0,)
    parted = np.unique(np.quantile(known, THIRDS))
    if len(parted) == 1 and (known <= parted[0]).all():  # most have the highest value
        return (float(np.mean([known.min(), known.max()])),)
    return tuple(parted.tolist())


def _codes(column: np.ndarray, bounds: tuple[float, ...]) -> np.ndarray:
    codes = np.searchsorted(np.array(bounds), column, side="left")
    return np.where(np.isfinite(column), codes, -1)
