"""The column contract of every table that crosses a wall of the engine.

A table is a ``pandas.DataFrame``; a contract names its columns, their types and units.
``FrameContract.check`` is called once, where a table enters; inside, arrays are clean.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .errors import FrameError

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ACTIVITY_COUNTS", "Column", "FrameContract", "RFM_SUMMARY", "TRANSACTIONS"]


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Parameters
    ----------
    dtype
        ``int``, ``float`` or ``date`` (numpy ``datetime64``).
    unit
        What one unit of the value means.
    minimum
        Smallest admissible value, if any.
    nullable
        Whether a missing value is admissible.
    """

    dtype: str
    unit: str
    minimum: float | None = None
    nullable: bool = False


@dataclass(frozen=True)
class FrameContract:
    """Names, types and units of a table's columns.

    Parameters
    ----------
    name
        Name used in errors.
    columns
        Column name to its definition.
    unique
        Columns whose combination identifies a row.
    """

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    unique: tuple[str, ...] = ()

    def check(self, frame: DataFrame) -> DataFrame:
        """Return ``frame`` unchanged, or raise if it breaks the contract.

        Raises
        ------
        FrameError
            On a missing column, a null, a wrong type, a value below the minimum or
            a duplicated key.
        """
        for name, column in self.columns.items():
            if name not in frame.columns:
                raise FrameError(self.name, name, "missing")
            self._check_column(name, column, frame[name].to_numpy())
        if self.unique:
            duplicates = int(frame.duplicated(list(self.unique)).sum())
            if duplicates:
                raise FrameError(
                    self.name, ", ".join(self.unique), "duplicate", duplicates
                )
        return frame

    def _check_column(self, name: str, column: Column, values: np.ndarray) -> None:
        kinds = {"int": "iu", "float": "fiu", "date": "M"}[column.dtype]
        if len(values) and values.dtype.kind not in kinds:
            raise FrameError(self.name, name, "type", len(values))
        if column.dtype == "int":
            missing = 0
        elif column.dtype == "date":
            missing = int(np.isnat(values).sum()) if len(values) else 0
        else:
            missing = int((~np.isfinite(values.astype(float))).sum())
        if missing and not column.nullable:
            raise FrameError(self.name, name, "null", missing)
        if column.minimum is not None:
            below = int((values < column.minimum).sum())
            if below:
                raise FrameError(self.name, name, "range", below)


TRANSACTIONS = FrameContract(
    "transactions",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "day": Column("date", "calendar day in the company's time zone"),
        "amount": Column("float", "net revenue in the company's currency"),
        "margin": Column("float", "contribution margin in the company's currency"),
    },
)

RFM_SUMMARY = FrameContract(
    "rfm_summary",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "frequency": Column("float", "repeat purchases", minimum=0),
        "recency": Column(
            "float", "age at the last purchase, in time units", minimum=0
        ),
        "T": Column("float", "age at the end of the observation", minimum=0),
        "monetary_value": Column(
            "float", "mean value of a repeat purchase, 0 without one"
        ),
    },
    unique=("customer_id",),
)

ACTIVITY_COUNTS = FrameContract(
    "activity_counts",
    {
        "customer_id": Column("int", "identifier of the customer"),
        "driver": Column("int", "identifier of what is counted"),
        "count": Column("float", "how often it was counted in the period", minimum=0),
    },
    unique=("customer_id", "driver"),
)
