"""MBG/NBD: a customer may stop after any purchase, the first one included.

BG/NBD with the one-time buyers put right: whoever never came back may well have gone.

References
----------
Batislam, Denizel, Filiztekin (2007). Empirical validation and comparison of models for
customer base analysis. International Journal of Research in Marketing 24, 201-209.
Hoppe, Wagner (2007). The role of lifetime activity cues in customer base analysis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .beta_geometric import BetaGeometric
from .estimation import Prior

__all__ = ["WEAK_PRIOR", "ModifiedBetaGeo"]

#: Centred near the fit to CDNOW (r .525, alpha 6.18 = .39 of the time per purchase,
#: a .891, b 1.614).
WEAK_PRIOR = Prior({"r": 0.5, "alpha": 0.4, "a": 0.9, "b": 1.6})


@dataclass(frozen=True)
class ModifiedBetaGeo(BetaGeometric):
    """MBG/NBD model.

    Parameters
    ----------
    r, alpha
        Shape and rate of the gamma law of purchase rates; alpha in time units.
    a, b
        Parameters of the beta law of the probability to stop after a purchase.
    """

    first_occasion: ClassVar[int] = 1
    weak_prior: ClassVar[Prior] = WEAK_PRIOR
