"""From revenue to lifetime value: every euro in between has a name.

    CLV = revenue - product cost - cost to serve - credit loss,

each a net present value within the horizon: expected revenue; what the goods cost; what
serving costs, per purchase and per year as a customer (:mod:`.service_costs`); what will
never be paid (share of revenue). The parts are rounded to the currency's decimals and the
lifetime value is what remains of them, so that the figures on a screen add up to the
cent; it differs from the unrounded one by at most two units of the last decimal.

Limits of revenue become limits of CLV by the straight line that takes expected revenue
to CLV: costs that grow with purchases shrink a margin, those that run by time are an
expectation, the same in both limits. So the interval lies about CLV as that of revenue
lies about revenue.

References
----------
Gupta et al. (2006). Modeling customer lifetime value. Journal of Service Research 9,
    139-155 (equation 1: price less direct cost of serving, discounted).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["ServiceCost", "clv_limits", "clv_waterfall"]


@dataclass(frozen=True)
class ServiceCost:
    """Discounted cost of serving each customer within the horizon, in money.

    Parameters
    ----------
    purchases
        Of what comes with purchases.
    time
        Of what runs as long as he is a customer.
    """

    purchases: np.ndarray
    time: np.ndarray


def clv_waterfall(
    revenue: np.ndarray,
    margin_rate: np.ndarray,
    service: ServiceCost,
    credit_loss_rate: np.ndarray,
    *,
    decimals: int = 2,
) -> dict[str, np.ndarray]:
    """Split the net present value of revenue into costs and lifetime value.

    Parameters
    ----------
    revenue
        Net present value of expected revenue, money per customer.
    margin_rate
        Revenue less product cost, per unit of revenue.
    service
        Discounted cost to serve.
    credit_loss_rate
        Share of revenue that will never be paid.
    decimals
        Decimals of the currency.

    Returns
    -------
    dict of ndarray
        ``clv_revenue``, ``clv_product_cost``, ``clv_service_cost``, ``clv_credit_loss``
        and ``clv``, the first less the three others.

    Examples
    --------
    >>> ten = np.array([10.0])
    >>> service = ServiceCost(purchases=np.array([1.004]), time=np.array([0.5]))
    >>> parts = clv_waterfall(ten, np.array([0.4]), service, np.array([0.02]))
    >>> {name: float(value[0]) for name, value in parts.items()}
    {'clv_revenue': 10.0, 'clv_product_cost': 6.0, 'clv_service_cost': 1.5, \
'clv_credit_loss': 0.2, 'clv': 2.3}
    """
    parts = {
        "clv_revenue": revenue,
        "clv_product_cost": revenue * (1.0 - margin_rate),
        "clv_service_cost": service.purchases + service.time,
        "clv_credit_loss": revenue * credit_loss_rate,
    }
    # Adding 0.0 turns -0.0 into 0.0.
    rounded = {name: np.round(part, decimals) + 0.0 for name, part in parts.items()}
    costs = sum(rounded[name] for name in rounded if name != "clv_revenue")
    clv = np.round(rounded["clv_revenue"] - costs, decimals) + 0.0
    return {**rounded, "clv": clv}


def clv_limits(
    limits: np.ndarray,
    revenue: np.ndarray,
    margin_rate: np.ndarray,
    service: ServiceCost,
    credit_loss_rate: np.ndarray,
) -> np.ndarray:
    """Turn limits of the net present value of revenue into limits of CLV.

    Parameters
    ----------
    limits
        Lower and upper limit of revenue, shape ``(2, customers)``.
    revenue, margin_rate, service, credit_loss_rate
        As for :func:`clv_waterfall`.

    Returns
    -------
    ndarray
        Lower and upper limit of CLV, shape ``(2, customers)``.
    """
    is_worth = revenue > 0
    per_revenue = np.where(is_worth, service.purchases, 0.0) / np.where(
        is_worth, revenue, 1.0
    )
    rate = margin_rate - credit_loss_rate - per_revenue
    return np.sort(limits * rate - service.time, axis=0)
