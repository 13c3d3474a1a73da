"""Which new cluster is which former one, so that names given to clusters stay.

Two clusters are the same if most of their customers are: new and former clusters are paired
so that they have as many customers in common as possible, and a pair whose Jaccard
coefficient is below one half, at which a cluster counts as dissolved [1], is no pair.
Coefficients have no unit.

References
----------
[1] Hennig (2008). Dissolution point and isolation robustness. Journal of Multivariate
    Analysis 99, 1154-1176.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

__all__ = ["DISSOLVED", "former_clusters"]

#: Coefficient up to which a cluster is no longer the same.
DISSOLVED = 0.5


def former_clusters(counts: pd.DataFrame) -> dict[int, int]:
    """Pair new clusters with former ones.

    Parameters
    ----------
    counts
        former (identifier, 0 for none), cluster (new number) and customers in both.

    Returns
    -------
    dict
        Number of the new cluster to the identifier of the former; new ones are left out.

    Examples
    --------
    >>> rows = [(41, 1, 90), (42, 0, 60), (42, 1, 10)]
    >>> former_clusters(pd.DataFrame(rows, columns=["former", "cluster", "customers"]))
    {0: 42, 1: 41}
    """
    table = counts.pivot_table(
        index="cluster", columns="former", values="customers", aggfunc="sum"
    ).fillna(0.0)
    sizes = table.sum(axis=1)
    table = table.drop(columns=0, errors="ignore")
    if table.empty:
        return {}
    both = table.to_numpy(float)
    either = sizes.to_numpy()[:, None] + both.sum(axis=0) - both
    jaccard = both / np.maximum(either, 1.0)
    rows, columns = linear_sum_assignment(-jaccard)
    return {
        int(table.index[row]): int(table.columns[column])
        for row, column in zip(rows, columns, strict=True)
        if jaccard[row, column] > DISSOLVED
    }
