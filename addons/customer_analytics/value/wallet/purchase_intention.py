"""Probability of a purchase from what people say they will do.

References
----------
[1] Juster (1966). Consumer buying intentions and purchase probability. Journal of the
    American Statistical Association 61, 658-696.
"""

from __future__ import annotations

import numpy as np

from ...errors import FrameError

__all__ = ["juster_probability"]

#: Juster's scale, 0 "no chance" to 10 "certain", in probabilities.
JUSTER = np.array([0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])


def juster_probability(score: np.ndarray) -> np.ndarray:
    """Return the probability of a purchase that an answer on Juster's scale [1] means.

    Parameters
    ----------
    score
        0 "no chance, almost no chance" to 10 "certain, practically certain", whole
        numbers; NaN is no answer.

    Returns
    -------
    ndarray
        .01, .1, .2, ... .9, .99 per answer; their mean is the expected purchase rate.
        People over- or understate by product: calibrate on what they then bought.

    Raises
    ------
    FrameError
        On anything else than 0 to 10.

    Examples
    --------
    >>> juster_probability([0, 3, 10])
    array([0.01, 0.3 , 0.99])
    """
    answer = np.asarray(score, dtype=float)
    known = np.isfinite(answer)
    given = answer[known]
    wrong = int((~((given >= 0) & (given <= 10) & (given == np.round(given)))).sum())
    wrong += int(np.isinf(answer).sum())
    if wrong:
        raise FrameError("purchase_intention", "score", "range", wrong)
    result = np.full(answer.shape, np.nan)
    result[known] = JUSTER[given.astype(int)]
    return result
