"""Errors of the engine: typed, with the numbers a caller needs to phrase a sentence."""

from __future__ import annotations

__all__ = ["AnalyticsError", "FrameError", "InsufficientDataError", "ConvergenceError"]


class AnalyticsError(Exception):
    """Base of every error that the engine raises on purpose."""


class FrameError(AnalyticsError):
    """A table does not keep its column contract.

    Parameters
    ----------
    frame
        Name of the contract.
    column
        Offending column.
    reason
        Machine-readable reason: ``missing``, ``null``, ``duplicate``, ``range``, ``type``.
    count
        Number of offending rows, 0 when the column itself is missing.
    """

    def __init__(self, frame: str, column: str, reason: str, count: int = 0) -> None:
        super().__init__(f"{frame}.{column}: {reason} ({count} rows)")
        self.frame = frame
        self.column = column
        self.reason = reason
        self.count = count


class InsufficientDataError(AnalyticsError):
    """There is too little data for an estimate.

    Parameters
    ----------
    what
        What is counted, e.g. ``repeat customers``.
    needed, found
        How many the estimate needs and how many there are.
    """

    def __init__(self, what: str, needed: int, found: int) -> None:
        super().__init__(f"{found} {what}, {needed} needed")
        self.what = what
        self.needed = needed
        self.found = found


class ConvergenceError(AnalyticsError):
    """A likelihood could not be maximised.

    Parameters
    ----------
    model
        Name of the model.
    reason
        What the optimiser said.
    """

    def __init__(self, model: str, reason: str) -> None:
        super().__init__(f"{model}: {reason}")
        self.model = model
        self.reason = reason
