"""Attributes of customers and leads as columns of indicators.

Country, industry, size, source, campaign, tags, language: categories, of which one may
carry several at once (tags), some are numbers to be cut into groups (employees) and many
are empty. Levels are learnt from customers; a lead with a level that no customer has, or
with none, is a lead of which that attribute tells nothing.

Empty are None, NaN, NaT, "", False in a column of mixed type (Odoo's empty), and an empty
list, tuple or set.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack

from ..errors import FrameError

__all__ = ["SEPARATOR", "AttributeCoding", "attribute_coding", "split_values"]

#: Between several values of one cell, in text that comes from a database.
SEPARATOR = "\x1f"

#: Levels of an attribute that get a column, the most frequent ones.
MAX_LEVELS = 100
#: Groups of about equal size into which numbers are cut.
GROUPS = 5


@dataclass(frozen=True)
class AttributeCoding:
    """How attributes become columns.

    Parameters
    ----------
    levels
        Attribute, in order, to its levels; of a numeric one, to the numbers of its groups.
    edges
        Numeric attribute to the lower bounds of its groups but the first.
    """

    levels: Mapping[str, tuple[Hashable, ...]]
    edges: Mapping[str, tuple[float, ...]]

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of the attributes, in order."""
        return tuple(self.levels)

    @property
    def grouping(self) -> np.ndarray:
        """Number of the attribute of each column."""
        return np.repeat(
            np.arange(len(self.levels)), [len(names) for names in self.levels.values()]
        )

    def known(self) -> AttributeCoding:
        """Return the coding of the attributes that at least one customer has."""
        return AttributeCoding(
            {name: of for name, of in self.levels.items() if of}, self.edges
        )

    def design(self, frame: pd.DataFrame) -> csr_matrix:
        """Return the columns of indicators.

        Parameters
        ----------
        frame
            One row per customer or lead, the attributes as columns.

        Returns
        -------
        csr_matrix
            Rows of ``frame`` by all levels: 1 for the level, 1/n for each of n levels
            of one attribute, 0 for unknown ones.

        Raises
        ------
        FrameError
            If an attribute is missing as a column.
        """
        blocks = [csr_matrix((len(frame), 0))]
        for name, names in self.levels.items():
            row, value = _entries(frame, name, self.edges.get(name))
            column = pd.Index(names, dtype=object).get_indexer(
                pd.Index(value, dtype=object)
            )
            row, column = row[column >= 0], column[column >= 0]
            share = 1.0 / np.bincount(row, minlength=len(frame))[row]
            blocks.append(csr_matrix((share, (row, column)), (len(frame), len(names))))
        return hstack(blocks, format="csr")

    def is_known(self, design: csr_matrix) -> np.ndarray:
        """Return which attributes have a level that customers have.

        Parameters
        ----------
        design
            Result of :meth:`design`.

        Returns
        -------
        ndarray
            Booleans, (rows, attributes).
        """
        shape = (design.shape[1], len(self.levels))
        pick = (np.ones(shape[0]), (np.arange(shape[0]), self.grouping))
        return np.asarray((design @ csr_matrix(pick, shape)).todense()) > 0

    def is_filled(self, frame: pd.DataFrame) -> np.ndarray:
        """Return which attributes are not empty, whatever they say.

        Parameters
        ----------
        frame
            As for :meth:`design`.

        Returns
        -------
        ndarray
            Booleans, (rows, attributes).

        Raises
        ------
        FrameError
            If an attribute is missing as a column.
        """
        filled = np.zeros((len(frame), len(self.levels)), dtype=bool)
        for place, name in enumerate(self.levels):
            row, _ = _entries(frame, name, self.edges.get(name))
            filled[row, place] = True
        return filled


def attribute_coding(
    customers: pd.DataFrame, attributes: Sequence[str], *, numeric: Sequence[str] = ()
) -> AttributeCoding:
    """Learn the levels of attributes from customers.

    Parameters
    ----------
    customers
        One row per customer, the attributes as columns.
    attributes
        Names of the columns; a cell is a value, or a list, tuple or set of values.
    numeric
        Those of them that are numbers to be cut into groups of about equal size.

    Returns
    -------
    AttributeCoding
        Levels by falling frequency, the most frequent 100 of each attribute.

    Raises
    ------
    FrameError
        If an attribute is missing as a column.

    Examples
    --------
    >>> frame = pd.DataFrame({"country": ["IT", "FR", "IT", None]})
    >>> coding = attribute_coding(frame, ["country"])
    >>> coding.levels
    {'country': ('IT', 'FR')}
    >>> coding.design(frame).toarray().tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
    """
    levels: dict[str, tuple[Hashable, ...]] = {}
    edges: dict[str, tuple[float, ...]] = {}
    for name in attributes:
        if name in numeric:
            edges[name] = _edges(_column(customers, name))
        _, value = _entries(customers, name, edges.get(name))
        codes, names = pd.factorize(np.asarray(value, dtype=object))
        order = np.argsort(-np.bincount(codes, minlength=len(names)), kind="stable")
        levels[name] = tuple(names[order[:MAX_LEVELS]])
    return AttributeCoding(levels, edges)


def split_values(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    r"""Return the frame with the texts of some columns as lists of values.

    Parameters
    ----------
    frame
        Columns of text in which SEPARATOR stands between several values.
    names
        Those columns.

    Returns
    -------
    DataFrame
        Lists, None where there is no text.

    Examples
    --------
    >>> split_values(pd.DataFrame({"tags": ["bar\x1fhotel"]}), ["tags"])["tags"][0]
    ['bar', 'hotel']
    """
    split = {
        name: [
            text.split(SEPARATOR) if isinstance(text, str) and text else None
            for text in _column(frame, name)
        ]
        for name in names
    }
    columns = {
        name: pd.Series(values, index=frame.index, dtype=object)
        for name, values in split.items()
    }
    return frame.assign(**columns)


def _edges(column: pd.Series) -> tuple[float, ...]:
    """Bounds between groups of about equal size."""
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if not len(values):
        return ()
    return tuple(np.unique(np.quantile(values, np.arange(1, GROUPS) / GROUPS)).tolist())


def _entries(
    frame: pd.DataFrame, name: str, edges: tuple[float, ...] | None
) -> tuple[np.ndarray, np.ndarray]:
    """Row and level of every value that is not empty; a level of a row once."""
    column = _column(frame, name)
    if edges is not None:
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        row = np.flatnonzero(np.isfinite(values))
        return row, np.searchsorted(edges, values[row], side="right").astype(object)
    column = column.reset_index(drop=True)
    if column.dtype == object:
        column = column.explode()
        is_empty = column.map(lambda value: value is False or value == "")
        column = column[~is_empty.astype(bool)]
    column = column[column.notna()]
    pairs = pd.DataFrame({"row": column.index, "value": column.to_numpy(dtype=object)})
    pairs = pairs.drop_duplicates()
    return pairs["row"].to_numpy(dtype=np.int64), pairs["value"].to_numpy(dtype=object)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise FrameError("attributes", name, "missing")
    return frame[name]
