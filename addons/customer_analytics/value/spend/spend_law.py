"""How far spend strays from its expectation, as it did in earlier windows.

Of a customer who buys with probability q and spends s if he does, spend is 0 with
probability 1 - q and otherwise s times a factor. The factors seen in earlier windows,
among customers with a similar q, are its law: no shape is assumed, and the interval is
right in the past by construction (split-conformal, Vovk et al. 2005).

Where 0 is likelier than the lower tail, the interval begins at 0 and the whole
allowance lies above: the shortest of its level. Where 0 alone is likelier than the
level the interval is [0, 0] and holds more often than it says.

References
----------
Vovk, Gammerman, Shafer (2005). Algorithmic Learning in a Random World. Springer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..purchase.predictive import PredictiveInterval

if TYPE_CHECKING:
    from typing import Self

__all__ = ["SpendLaw"]

#: Quantiles of the factor that are kept.
GRID = np.concatenate([np.linspace(0.0, 0.95, 96), np.linspace(0.955, 1.0, 10)])
#: Groups of similar purchase probability, and the least number of buyers in one.
GROUPS = 10
GROUP_BUYERS = 100


@dataclass(frozen=True)
class SpendLaw:
    """Quantiles of spend over expected spend of buyers, by purchase probability.

    Parameters
    ----------
    edges
        Purchase probabilities between the groups, ascending.
    quantiles
        Factors of each group at the quantiles ``GRID``, ascending.
    """

    edges: tuple[float, ...]
    quantiles: tuple[tuple[float, ...], ...]

    @classmethod
    def fit(
        cls, probability: np.ndarray, expected: np.ndarray, spend: np.ndarray
    ) -> Self:
        """Collect the factors of earlier windows.

        Parameters
        ----------
        probability
            Purchase probability predicted, positive.
        expected
            Expected spend predicted.
        spend
            What was spent; somebody must have spent something.

        Returns
        -------
        SpendLaw
            With up to ten groups of equally many buyers.
        """
        bought = spend > 0
        chance = probability[bought]
        factor = spend[bought] * chance / expected[bought]
        groups = int(np.clip(len(chance) // GROUP_BUYERS, 1, GROUPS))
        edges = np.quantile(chance, np.arange(1, groups) / groups)
        group = np.searchsorted(edges, chance, side="right")
        table = [
            tuple(np.quantile(factor[group == g], GRID).tolist())
            for g in range(groups)
            if (group == g).any()
        ]
        kept = [g for g in range(groups) if (group == g).any()]
        return cls(tuple(edges[g - 1] for g in kept[1:]), tuple(table))

    def interval(
        self, probability: np.ndarray, expected: np.ndarray, *, level: float = 0.8
    ) -> PredictiveInterval:
        """Interval of spend of each customer.

        Parameters
        ----------
        probability
            Purchase probability, positive.
        expected
            Expected spend.
        level
            Probability that the interval holds, at least.

        Returns
        -------
        PredictiveInterval
            Limits in money, not negative.
        """
        tail = (1.0 - level) / 2.0
        none = 1.0 - probability
        above = np.where(none > tail, 1.0 - level, tail)
        upper = self._quantile(probability, expected, 1.0 - above)
        lower = self._quantile(probability, expected, np.full(len(expected), tail))
        return PredictiveInterval(lower, np.maximum(lower, upper), level)

    def _quantile(
        self, probability: np.ndarray, expected: np.ndarray, place: np.ndarray
    ) -> np.ndarray:
        """Quantile of spend: 0 within the mass of those who buy nothing."""
        among = (place - (1.0 - probability)) / probability
        group = np.searchsorted(self.edges, probability, side="right")
        factor = np.zeros(len(expected))
        for number, quantiles in enumerate(self.quantiles):
            rows = (group == number) & (among > 0)
            factor[rows] = np.interp(among[rows], GRID, quantiles)
        return factor * expected / probability

    def to_dict(self) -> dict:
        """Return the law as plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping) -> Self:
        """Return the law that ``to_dict`` wrote."""
        return cls(tuple(values["edges"]), tuple(map(tuple, values["quantiles"])))
