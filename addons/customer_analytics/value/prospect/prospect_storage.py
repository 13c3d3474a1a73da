"""A model of prospects as plain values: stored with a run, used until the next one.

Leads come in every hour and models are fitted at night. What a prediction needs is small
enough to be kept as JSON: effects, one covariance, some residuals.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping

import numpy as np

from ...stats.random_effects import RandomEffects
from ...stats.smearing import SignedLog
from ..attributes import AttributeCoding
from .prospects import ProspectModel

__all__ = ["prospect_model", "stored_values"]

#: Residuals that are kept, evenly chosen among the sorted ones.
MOST_RESIDUALS = 2000


def stored_values(model: ProspectModel) -> dict:
    """Return what predictions need as plain values for JSON.

    Parameters
    ----------
    model
        Fitted model.

    Returns
    -------
    dict
        The covariance in single precision; of many residuals, 2,000.
    """
    law, size = model.law, len(model.residuals)
    kept = np.unique(np.linspace(0, size - 1, min(size, MOST_RESIDUALS)).round())
    coding = model.coding
    return {
        # pairs, because a JSON object of PostgreSQL does not keep its order
        "levels": [[name, list(of)] for name, of in coding.levels.items()],
        "edges": {name: list(of) for name, of in coding.edges.items()},
        "intercept": law.intercept,
        "effects": law.effects.tolist(),
        "variances": law.variances.tolist(),
        "residual_variance": law.residual_variance,
        "covariance": b64encode(law.covariance.astype("<f4").tobytes()).decode(),
        "explained": law.explained,
        "scale": model.scale.scale,
        "factor": model.factor,
        "usual": model.usual.tolist(),
        "residuals": model.residuals[kept.astype(np.int64)].tolist(),
    }


def prospect_model(values: Mapping) -> ProspectModel:
    """Return the model of stored values; what only the fit needed is gone.

    Parameters
    ----------
    values
        Result of :func:`stored_values`, also after a way through JSON.

    Returns
    -------
    ProspectModel
        For predictions, contributions and completeness.
    """
    levels = {name: tuple(of) for name, of in values["levels"]}
    edges = {name: tuple(of) for name, of in values["edges"].items()}
    coding = AttributeCoding(levels, edges)
    effects, gone = np.array(values["effects"], dtype=float), np.empty(0)
    size = len(effects) + 1
    covariance = np.frombuffer(b64decode(values["covariance"]), dtype="<f4")
    law = RandomEffects(
        intercept=values["intercept"],
        effects=effects,
        grouping=coding.grouping,
        variances=np.array(values["variances"], dtype=float),
        residual_variance=values["residual_variance"],
        covariance=covariance.astype(float).reshape(size, size),
        residuals=gone,
        leave_one_out=gone,
        leave_one_out_sd=gone,
        explained=values["explained"],
    )
    residuals = np.array(values["residuals"], dtype=float)
    scale = SignedLog(values["scale"])
    usual = np.array(values["usual"], dtype=float)
    return ProspectModel(coding, law, scale, values["factor"], residuals, usual)
