"""What every fitted model of this room is: frozen parameters and their origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ...errors import FrameError
from .estimation import Estimate, Prior

if TYPE_CHECKING:
    from typing import Self

__all__ = ["FittedModel"]


@dataclass(frozen=True)
class FittedModel:
    """Base of the models: positive parameters as fields, named as in the paper.

    Parameters
    ----------
    estimate
        How the parameters were found; None when they were given.

    Raises
    ------
    FrameError
        If a parameter is no positive number.
    """

    estimate: Estimate | None = field(
        default=None, kw_only=True, compare=False, repr=False
    )

    #: Weak prior for small companies; see the module of the model for its origin.
    weak_prior: ClassVar[Prior]

    def __post_init__(self) -> None:
        """Refuse parameters that are no positive numbers."""
        for name, value in self.parameters.items():
            if not (np.isfinite(value) and value > 0):
                raise FrameError(type(self).__name__, name, "range", 1)

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Return the names of the parameters in the order of the paper."""
        return tuple(item.name for item in fields(cls) if not item.kw_only)

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters by name."""
        return {name: getattr(self, name) for name in self.parameter_names()}

    def to_dict(self) -> dict:
        """Return the model as plain values for JSON."""
        others = {
            item.name: getattr(self, item.name)
            for item in fields(self)
            if item.kw_only and item.name != "estimate"
        }
        return {
            "model": type(self).__name__,
            "parameters": self.parameters,
            **others,
            "estimate": None if self.estimate is None else self.estimate.to_dict(),
        }

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the model that ``to_dict`` wrote.

        Parameters
        ----------
        values
            Result of ``to_dict``, also after a round through JSON.

        Returns
        -------
        Self
            An equal model.

        Raises
        ------
        FrameError
            If the values are those of another model.
        """
        if values["model"] != cls.__name__:
            raise FrameError(cls.__name__, "model", "type", 1)
        others = {
            name: value
            for name, value in values.items()
            if name not in ("model", "parameters", "estimate")
        }
        estimate = values.get("estimate")
        return cls(
            **values["parameters"],
            **others,
            estimate=None if estimate is None else Estimate.from_dict(estimate),
        )
