"""When the next purchase may come.

While a customer lives he buys at rate lambda, which given his history is
Gamma(r + x, alpha + T). The time he lets pass until the next purchase is then Lomax
(Pareto II): P(W > w) = ((alpha + T) / (alpha + T + w)) ** (r + x). It is the waiting
time of a customer who is and stays one; P(alive) and ``purchase_probability`` say how
likely that is. Customers with a rhythm wait as :mod:`.condensed` says.

References
----------
Fader, Hardie, Lee (2005). "Counting your customers" the easy way. Marketing Science 24,
275-284, assumptions (i) and (ii).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...errors import FrameError
from ..rows import SummaryRows, summary_rows
from .btyd import PurchaseModel
from .condensed import CondensedModel

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["next_purchase_quantiles"]

#: Largest exponent: longer waits are returned as infinite.
LARGEST_EXPONENT = 700.0


def next_purchase_quantiles(
    model: PurchaseModel,
    summary: DataFrame | SummaryRows,
    levels: Sequence[float] = (0.1, 0.5, 0.9),
) -> np.ndarray:
    """Quantiles of the time from T to the next purchase of a customer who stays one.

    Parameters
    ----------
    model
        Purchase model.
    summary
        Columns frequency, recency, T in the model's time unit.
    levels
        Probabilities in (0, 1); .5 is the median.

    Returns
    -------
    ndarray
        Waiting times in the model's time unit, shape ``(customers, levels)``, in the
        order of the summary; infinite where they exceed any number.

    Raises
    ------
    FrameError
        If a level is not between 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> from .bgnbd import BetaGeo
    >>> history = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
    >>> model = BetaGeo(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> next_purchase_quantiles(model, history).round(1)
    array([[  2.1,  15.7,  77.5]])
    """
    if isinstance(model, CondensedModel):
        return model.waiting_time(summary, levels)
    wanted = np.asarray(levels, dtype=float)
    wrong = ~((wanted > 0) & (wanted < 1))
    if wrong.any():
        raise FrameError("waiting_time", "levels", "range", int(wrong.sum()))
    rows = summary_rows(summary)
    shape, rate = model.rate_if_alive(rows)
    exponent = -np.log1p(-wanted)[None, :] / shape[:, None]
    finite = rate[:, None] * np.expm1(np.minimum(exponent, LARGEST_EXPONENT))
    return rows.expand(np.where(exponent > LARGEST_EXPONENT, np.inf, finite))
