"""Why a figure differs from the usual one: its factors' shares, in the figure's own unit.

A product of factors (purchases times value times margin) differs from that of a typical
customer because each factor does. The Shapley value shares the difference out: a factor
gets the mean of what replacing the typical by the own value changes, over all orders of
replacing. Shares add up to the difference exactly, whatever the signs, and a factor that
is as usual gets nothing.

References
----------
[1] Shapley (1953). A value for n-person games. Contributions to the Theory of Games II.
[2] Sun (1998). Changes in energy consumption and energy intensity: a complete
    decomposition model. Energy Economics 20, 85-100: the same for products.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from math import factorial

import numpy as np

from ...errors import FrameError

__all__ = ["product_contributions", "shapley_contributions"]


def shapley_contributions(
    names: tuple[str, ...], value_with: Callable[[frozenset[str]], np.ndarray]
) -> dict[str, np.ndarray]:
    """Shares of several causes in a difference.

    Parameters
    ----------
    names
        The causes, few: the figure is evaluated ``2 ** len(names)`` times.
    value_with
        Returns the figure where the named causes are the customer's own and all others
        as usual.

    Returns
    -------
    dict of ndarray
        By cause, in the figure's unit; they add up to the figure with all causes own
        less the one with none.

    Examples
    --------
    >>> gains = {frozenset(): 0, frozenset("a"): 4, frozenset("b"): 0, frozenset("ab"): 6}
    >>> {name: float(share) for name, share in
    ...  shapley_contributions(("a", "b"), gains.__getitem__).items()}
    {'a': 5.0, 'b': 1.0}
    """
    count = len(names)
    values = {
        subset: np.asarray(value_with(subset), dtype=float)
        for size in range(count + 1)
        for subset in map(frozenset, combinations(names, size))
    }
    orders = factorial(count)
    shares = {}
    for name in names:
        share = np.zeros_like(values[frozenset()])
        for subset, value in values.items():
            if name in subset:
                before, after = len(subset) - 1, count - len(subset)
                weight = factorial(before) * factorial(after) / orders  # eq. 12 of [1]
                share = share + weight * (value - values[subset - {name}])
        shares[name] = share
    return shares


def product_contributions(
    own: Mapping[str, np.ndarray], usual: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Shares of the factors of a product in its difference from the usual product.

    Parameters
    ----------
    own
        Each factor of each customer, arrays of one length (or numbers).
    usual
        The same factors of a typical customer.

    Returns
    -------
    dict of ndarray
        By factor, in the unit of the product; they add up to own less usual product.

    Raises
    ------
    FrameError
        If the two do not name the same factors.

    Examples
    --------
    Twice the purchases at the usual value double the figure, all of it due to them:

    >>> shares = product_contributions(
    ...     {"purchases": 4, "value": 10}, {"purchases": 2, "value": 10})
    >>> {name: float(share) for name, share in shares.items()}
    {'purchases': 20.0, 'value': 0.0}
    """
    if set(own) != set(usual):
        unmatched = sorted(set(own) ^ set(usual))
        raise FrameError("contributions", unmatched[0], "missing")

    def product(owned: frozenset[str]) -> np.ndarray:
        result = np.float64(1.0)
        for name, typical in usual.items():
            factor = own[name] if name in owned else typical
            result = result * np.asarray(factor, dtype=float)
        return result

    return shapley_contributions(tuple(own), product)
