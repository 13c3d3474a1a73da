"""What is to be expected of each customer's and of each open instalment's payment.

From the models of :mod:`.payment_models`: for a customer, how likely the next invoice is
paid late, by how many days, and which part of what he is sold is never paid; for an open
instalment, when it will be paid and what of it will be lost. Customers are independent of
each other here, so a large company is worked off in parts.

Amounts are in the company's currency, times in days, rates fractions of 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...frames import Column, FrameContract
from .credit_loss import loss_by_age
from .payment_history import INSTALMENTS, history_at_day
from .payment_models import PaymentModels, with_grace
from .payment_risk import customer_payment_risk, payment_cases
from .payment_timing import PromptPayers, late_given_unpaid, payment_dates

__all__ = [
    "RECEIVABLES",
    "company_outlook",
    "customer_outlook",
    "instalment_outlook",
    "payment_grade",
]

RECEIVABLES = FrameContract(
    "receivables",
    {
        **INSTALMENTS.columns,
        "instalment_id": Column("int", "identifier of the instalment"),
        "open_amount": Column("float", "money not yet paid of it", minimum=0),
        "is_disputed": Column("int", "1 if it is contested, else 0", minimum=0),
    },
    unique=("instalment_id",),
)

#: Instalments fallen due from which on a customer's figures have each grade; D is none.
GRADES = {"A": 10, "B": 4, "C": 1}

#: Chances of being late from which on an instalment that is not due is a risk.
MEDIUM, HIGH = 1.0 / 3.0, 2.0 / 3.0
#: Days past due after which an unpaid instalment is one whatever the chances.
LONG_OVERDUE = 30


def customer_outlook(
    models: PaymentModels,
    receivables: pd.DataFrame,
    instalments: pd.DataFrame,
    day: np.datetime64,
) -> pd.DataFrame:
    """Return the payment risk of each customer's next invoice, and what he owes.

    Parameters
    ----------
    models
        Of the company.
    receivables
        All :data:`RECEIVABLES` of these customers, as known on ``day``.
    instalments
        Result of :func:`instalment_outlook` for them.
    day
        Last day that counts.

    Returns
    -------
    DataFrame
        One row per customer, by ``customer_id``: ``late_payment_probability``, its
        ``_lower`` and ``_upper``, ``late_payment_level``, ``expected_days_late`` (0 if on
        time),
        ``credit_loss_rate`` (part of what is sold that is never paid),
        ``due_instalment_count``, ``late_instalment_count``, ``late_payment_share`` (his
        own, 0 if nothing has fallen due), ``payment_confidence`` (grade),
        ``receivable_open``, ``receivable_overdue`` and ``expected_loss`` (money).

    Raises
    ------
    FrameError
        If the receivables break their contract.
    """
    RECEIVABLES.check(receivables)
    owed = _owed(instalments, receivables)
    risk = customer_payment_risk(
        models.risk,
        _undisputed(models, receivables),
        day,
        level=models.settings.interval_level,
    ).set_index("customer_id")
    due, late = risk["due_count"], risk["late_count"]
    own = _customer_columns(models, risk).assign(
        due_instalment_count=due.astype("int64"),
        late_instalment_count=late.astype("int64"),
        late_payment_share=late / due.clip(lower=1.0),
    )
    table = owed.join(own)
    # a customer with disputed instalments alone is like one never invoiced
    stranger = company_outlook(models)
    table = table.fillna({name: stranger[name] for name in own})
    counts = table[["due_instalment_count", "late_instalment_count"]].astype("int64")
    table = table.assign(**counts)
    table["payment_confidence"] = payment_grade(table["due_instalment_count"])
    return table.reset_index()


def company_outlook(models: PaymentModels) -> dict[str, float]:
    """Return the payment risk of a customer who has never been invoiced.

    Parameters
    ----------
    models
        Of the company.

    Returns
    -------
    dict
        The columns of :func:`customer_outlook` that are no counts or money of his own:
        what is true of the company's customers together; counts and money are 0.
    """
    names = ["due_count", "late_count", "delay_sum", "delay_square_sum", "late_days"]
    names += ["late_settled_count", "open_amount", "overdue_amount"]
    case = pd.DataFrame(0.0, index=[0], columns=names)
    case["amount"] = models.risk.laws.typical_amount
    level = models.settings.interval_level
    risk = models.risk.late_probability_interval(case, level=level)
    risk["expected_days_late"] = models.risk.expected_days_late(case)
    zeros = ("due_instalment_count", "late_instalment_count", "late_payment_share")
    zeros += ("receivable_open", "receivable_overdue", "expected_loss")
    values = _customer_columns(models, risk).iloc[0].to_dict()
    return {**values, **dict.fromkeys(zeros, 0), "payment_confidence": "D"}


def instalment_outlook(
    models: PaymentModels, receivables: pd.DataFrame, day: np.datetime64
) -> pd.DataFrame:
    """Return when each open instalment will be paid, and what of it will be lost.

    Parameters
    ----------
    models
        Of the company.
    receivables
        All :data:`RECEIVABLES` of these customers, as known on ``day``.
    day
        Last day that counts.

    Returns
    -------
    DataFrame
        One row per instalment with an open amount: ``instalment_id``, ``days_overdue``
        (past the due day, 0 before), ``late_probability`` (1 once it is late),
        ``payment_day`` with ``_lower`` and ``_upper`` (missing where never is likelier),
        ``expected_loss`` (money) and ``level`` (low, medium, high).

    Raises
    ------
    FrameError
        If the receivables break their contract.
    """
    RECEIVABLES.check(receivables)
    is_open = (receivables["open_amount"] > 0).to_numpy()
    known = _undisputed(models, receivables)
    rows = with_grace(receivables, models.settings)
    cases = payment_cases(rows)[is_open]
    rows = rows[is_open].reset_index(drop=True)
    ids = rows["customer_id"].to_numpy()
    history = history_at_day(known, day).set_index("customer_id")
    sums = history[["late_days", "late_settled_count"]].reindex(ids, fill_value=0.0)
    payers = PromptPayers.of(ids, known, models.prompt)
    late = late_given_unpaid(rows, models.risk.late_probability(cases), payers, day)
    days_late = _days_past(rows["due_day"], day)
    default = models.roll_rates.default_rate(days_late, late)
    lost = default * loss_by_age(models.loss_given_default.value, days_late)
    dates = payment_dates(
        rows.assign(**{name: sums[name].to_numpy() for name in sums}),
        late,
        lost,
        payers,
        models.risk.laws,
        day,
        level=models.settings.interval_level,
    )
    overdue = np.maximum(_days_past(receivables["due_day"][is_open], day), 0)
    return dates.assign(
        instalment_id=rows["instalment_id"].to_numpy(),
        days_overdue=overdue,
        late_probability=late,
        expected_loss=lost * rows["open_amount"].to_numpy(),
        level=_risk_level(late, days_late),
    )


def payment_grade(due_count: pd.Series) -> np.ndarray:
    """Return how much a customer's figures rest on his own payments.

    Parameters
    ----------
    due_count
        Instalments fallen due, per customer.

    Returns
    -------
    ndarray
        A to D; D rests on the company's other customers alone.
    """
    count = due_count.to_numpy(float)
    return np.select([count >= least for least in GRADES.values()], list(GRADES), "D")


def _undisputed(models: PaymentModels, receivables: pd.DataFrame) -> pd.DataFrame:
    """Instalments that say something about the payer, late after the days of grace."""
    kept = receivables[receivables["is_disputed"] == 0].reset_index(drop=True)
    return with_grace(kept, models.settings)


def _customer_columns(models: PaymentModels, risk: pd.DataFrame) -> pd.DataFrame:
    """Name the risk as a profile does; days late count from the due day itself."""
    late = risk["late_probability"]
    grace = models.settings.grace_days
    columns = {
        "late_payment_probability": late,
        "late_payment_probability_lower": risk["lower"],
        "late_payment_probability_upper": risk["upper"],
        "expected_days_late": risk["expected_days_late"] + grace * late,
        "credit_loss_rate": late * models.loss_if_late,
        "late_payment_level": _risk_level(late.to_numpy(), np.zeros(len(late))),
    }
    return pd.DataFrame(columns)


def _owed(outlook: pd.DataFrame, receivables: pd.DataFrame) -> pd.DataFrame:
    """Open and overdue amounts and expected loss of each customer."""
    table = receivables[["instalment_id", "customer_id", "open_amount"]].merge(
        outlook[["instalment_id", "days_overdue", "expected_loss"]], how="left"
    )
    is_overdue = table["days_overdue"] > 0
    columns = {
        "customer_id": table["customer_id"],
        "receivable_open": table["open_amount"],
        "receivable_overdue": table["open_amount"].where(is_overdue, 0.0),
        "expected_loss": table["expected_loss"],
    }
    return pd.DataFrame(columns).groupby("customer_id").sum()


def _days_past(due: pd.Series, day: np.datetime64) -> np.ndarray:
    end = np.datetime64(day, "D")
    return (end - due.to_numpy().astype("datetime64[D]")).astype(np.int64)


def _risk_level(late: np.ndarray, days_late: np.ndarray) -> np.ndarray:
    """Name the risk: by the chances until it is late, by its age afterwards."""
    is_late = days_late > 0
    is_high = np.where(is_late, days_late > LONG_OVERDUE, late >= HIGH)
    return np.select([is_high, is_late | (late >= MEDIUM)], ["high", "medium"], "low")
