"""Which classes lose more customers than chance explains.

Of the customers of a class some always move down or leave. Expected is the rate of earlier
months, that of the class drawn towards the one of all classes; how uncertain it is, is told
by a beta law, so that the number of leavers follows the beta-binomial law [1]. A class
bleeds if so many leavers or more had a probability below ``CHANCE``, shared out among the
classes looked at (Bonferroni). Without earlier months the other classes of the same months
tell what is usual. Counts are customers.

References
----------
[1] Gelman et al. (2013). Bayesian data analysis, 3rd ed.: sections 2.4 and 5.1.
METHODS.md, section G: Markov; Dirichlet-shrink rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import betabinom

__all__ = ["CHANCE", "class_losses"]

#: Probability of a false alarm, all classes of a company together.
CHANCE = 0.05
#: Customers that the rate of all classes stands for beside a class's own earlier ones.
POOL = 20.0


def class_losses(
    now: pd.DataFrame, before: pd.DataFrame, *, least_share: float = 0.0
) -> pd.DataFrame:
    """Compare the leavers of each class with what is usual.

    Parameters
    ----------
    now
        class_id, customers (in the class at the beginning of the months looked at) and
        lost (of them moved to a lower class or gone at their end).
    before
        The same of earlier spans of as many months, added up; may be empty.
    least_share
        Share of its customers that a class must have lost to count as bleeding.

    Returns
    -------
    DataFrame
        class_id, customers, lost, expected, probability (of so many leavers or more) and
        is_bleeding, in the order of ``now``.

    Examples
    --------
    >>> rows = pd.DataFrame({"class_id": [1], "customers": [57], "lost": [12]})
    >>> usual = pd.DataFrame({"class_id": [1], "customers": [570], "lost": [30]})
    >>> found = class_losses(rows, usual)
    >>> round(float(found["expected"][0]), 1), bool(found["is_bleeding"][0])
    (3.0, True)
    """
    present = now[now["customers"] > 0].reset_index(drop=True)
    size, lost = present["customers"].to_numpy(float), present["lost"].to_numpy(float)
    past = before.groupby("class_id")[["customers", "lost"]].sum()
    own = past.astype(float).reindex(present["class_id"]).fillna(0.0).to_numpy()
    if own[:, 0].sum() > 0:
        usual = np.full(len(size), _rate(*own.sum(axis=0)))
    else:
        usual = _rate(size.sum() - size, lost.sum() - lost)
    alpha = own[:, 1] + POOL * usual
    beta = own[:, 0] - own[:, 1] + POOL * (1.0 - usual)
    chance = betabinom(size, alpha, beta).sf(lost - 1)
    is_bleeding = (chance * max(len(size), 1) < CHANCE) & (lost >= least_share * size)
    return present[["class_id", "customers", "lost"]].assign(
        expected=size * alpha / (alpha + beta),
        probability=chance,
        is_bleeding=is_bleeding & (lost > 0),
    )


def _rate(customers: np.ndarray | float, lost: np.ndarray | float) -> np.ndarray:
    """Share of leavers, kept off 0 and 1."""
    return (np.asarray(lost, float) + 0.5) / (np.asarray(customers, float) + 1.0)
