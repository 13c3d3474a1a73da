"""Checks of vectors that enter a statistic, once, at its door."""

from __future__ import annotations

import numpy as np

from ..errors import FrameError, InsufficientDataError

__all__ = ["paired"]


def paired(
    first: np.ndarray, second: np.ndarray, names: tuple[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """Two vectors of equal length as floats.

    Parameters
    ----------
    first, second
        One number per customer each, in the same order.
    names
        What they are called in an error.

    Returns
    -------
    tuple of ndarray
        The vectors.

    Raises
    ------
    FrameError
        On missing values or unequal lengths.
    InsufficientDataError
        If they are empty.

    Examples
    --------
    >>> paired([1, 2], [3, 4], ("actual", "predicted"))
    (array([1., 2.]), array([3., 4.]))
    """
    arrays = tuple(np.asarray(values, dtype=float) for values in (first, second))
    for name, values in zip(names, arrays, strict=True):
        missing = int((~np.isfinite(values)).sum())
        if missing:
            raise FrameError("validation", name, "null", missing)
    if arrays[0].ndim != 1 or arrays[0].shape != arrays[1].shape:
        raise FrameError("validation", names[1], "type", arrays[1].size)
    if not arrays[0].size:
        raise InsufficientDataError("customers", 1, 0)
    return arrays
