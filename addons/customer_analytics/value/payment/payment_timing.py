"""When an open instalment will be paid, given that it has not been paid so far.

An instalment is paid on time or late. Who pays on time has a habit of days before the due
day: normal around a personal mean, drawn towards that of all. Who is late pays at a
constant rate of his own, so that the days late are exponential, and with the rate known
only from few payments they follow a Lomax law. Days already waited change the odds: who
always pays ten days early and has not paid five days before the due day is likelier late.

Days are days; a payment may still arrive on the last day that counts.

References
----------
[1] Gelman et al. (2013). Bayesian Data Analysis, 3rd ed., section 2.6: exponential times
    with a gamma law of the rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from ...errors import FrameError
from .payment_features import LATE_WEIGHT, SPREAD_WEIGHT, DelayLaw, PaymentLaws

__all__ = ["PromptPayers", "fit_prompt_law", "late_given_unpaid", "payment_dates"]

#: Share of payments on time that ignore the payer's habit: any day up to the due day.
UNUSUAL = 0.1

#: A payment is expected no later than this many days ahead.
LONGEST_WAIT = 730

#: Day of a payment that will not come.
NEVER = np.datetime64("NaT", "ns")

#: Habit assumed of a company none of whose customers ever paid on time.
NO_HABIT = DelayLaw(mean=0.0, within=100.0, between=100.0)


@dataclass(frozen=True)
class PromptPayers:
    """Habits of paying before the due day, one value per instalment in question.

    Parameters
    ----------
    mean
        Expected days from due to settled, negative is early.
    sd
        Standard deviation of a payment.
    """

    mean: np.ndarray
    sd: np.ndarray

    @classmethod
    def of(
        cls, customer_ids: np.ndarray, instalments: pd.DataFrame, law: DelayLaw
    ) -> PromptPayers:
        """Return the habit of the payer of each instalment.

        Parameters
        ----------
        customer_ids
            One per instalment in question.
        instalments
            Rows of :data:`~.payment_history.INSTALMENTS`, past ones.
        law
            Result of :func:`fit_prompt_law`.

        Returns
        -------
        PromptPayers
            Own means and spreads, drawn towards the company's.
        """
        sums = _prompt_sums(instalments).reindex(customer_ids, fill_value=0.0)
        count, total, squares = (sums[name].to_numpy(float) for name in sums)
        mean = (total + law.weight * law.mean) / (count + law.weight)
        squares = np.maximum(squares - 2.0 * mean * total + count * mean**2, 0.0)
        own = (squares + SPREAD_WEIGHT * law.within) / (count + SPREAD_WEIGHT)
        return cls(mean, np.sqrt(own + law.within / (count + law.weight)))

    def share_up_to(self, day: np.ndarray) -> np.ndarray:
        """Return the probability of paying by a day, counted from the due day.

        Parameters
        ----------
        day
            Days from due, negative is before.

        Returns
        -------
        ndarray
            Probability by the habit alone; whole days, so half a day is added.
        """
        return ndtr((day + 0.5 - self.mean) / self.sd)


def fit_prompt_law(instalments: pd.DataFrame) -> DelayLaw:
    """Estimate how many days before the due day those on time pay.

    Parameters
    ----------
    instalments
        Rows of :data:`~.payment_history.INSTALMENTS`.

    Returns
    -------
    DelayLaw
        Over customers, of instalments settled by the due day; a wide law around the due
        day if there are none.
    """
    sums = _prompt_sums(instalments)
    return DelayLaw.fit(sums) if len(sums) else NO_HABIT


def payment_dates(
    open_instalments: pd.DataFrame,
    late_probability: np.ndarray,
    lost_probability: np.ndarray,
    payers: PromptPayers,
    laws: PaymentLaws,
    day: np.datetime64,
    *,
    level: float = 0.8,
) -> pd.DataFrame:
    """Return when open instalments will be paid, if ever.

    Parameters
    ----------
    open_instalments
        invoice_day, due_day, and the payer's late_days and late_settled_count of
        :func:`~.payment_history.history_at_day`.
    late_probability
        Of each, given that it is unpaid: :func:`late_given_unpaid`.
    lost_probability
        Of each, that it is never paid.
    payers
        Habits of those who pay on time, in the same order.
    laws
        The company's laws.
    day
        Last day that counts; the instalments are unpaid on it.
    level
        Probability of the interval.

    Returns
    -------
    DataFrame
        In their order: ``payment_day`` (median), ``payment_day_lower``,
        ``payment_day_upper``; missing where never is likelier.

    Raises
    ------
    FrameError
        On a level outside (0, 1).
    """
    if not 0.0 < level < 1.0:
        raise FrameError("payment_dates", "level", "range", 1)
    end = np.datetime64(day, "D")
    left = _days_between(end, open_instalments["due_day"])
    late = np.asarray(late_probability, dtype=float)
    ever = 1.0 - np.asarray(lost_probability, dtype=float)
    tail = (1.0 - level) / 2.0
    columns = {}
    for name, share in (("", 0.5), ("_lower", tail), ("_upper", 1.0 - tail)):
        paid = np.minimum(share / np.maximum(ever, 1e-9), 1.0)
        wait = _days_until(paid, late, payers, laws, left, open_instalments)
        dates = (end + wait).astype("datetime64[ns]")
        columns[f"payment_day{name}"] = np.where(paid < 1.0, dates, NEVER)
    return pd.DataFrame(columns)


def late_given_unpaid(
    open_instalments: pd.DataFrame,
    late_probability: np.ndarray,
    payers: PromptPayers,
    day: np.datetime64,
) -> np.ndarray:
    """Return the probability of being late now that some days passed without payment.

    Parameters
    ----------
    open_instalments
        invoice_day and due_day of instalments unpaid on ``day``.
    late_probability
        Of each, as it was on the invoice day.
    payers
        Habits of those who pay on time, in the same order.
    day
        Last day that counts.

    Returns
    -------
    ndarray
        In their order, by Bayes' rule; 1 past the due day.
    """
    late = np.asarray(late_probability, dtype=float)
    end = np.datetime64(day, "D")
    left = _days_between(end, open_instalments["due_day"])
    term = np.maximum(left - _days_between(end, open_instalments["invoice_day"]), 0)
    left_of_term = np.minimum(left, term)
    at_due = payers.share_up_to(0)
    whole = at_due - payers.share_up_to(-term - 1.0)
    rest = at_due - payers.share_up_to(-left_of_term - 1.0)
    habit = np.divide(rest, whole, out=np.ones(len(whole)), where=whole > 1e-9)
    even = (left_of_term + 1.0) / (term + 1.0)
    waiting = (1.0 - UNUSUAL) * np.clip(habit, 0.0, 1.0) + UNUSUAL * even
    posterior = late / (late + (1.0 - late) * np.maximum(waiting, 1e-9))
    return np.where(left < 0, 1.0, posterior)


def _prompt_sums(instalments: pd.DataFrame) -> pd.DataFrame:
    """Count, sum and squared sum of the days from due to settled of those on time."""
    delay = (instalments["settled_day"] - instalments["due_day"]).dt.days
    is_prompt = (delay <= 0).to_numpy()
    days = delay[is_prompt].astype(float)
    table = pd.DataFrame(
        {"due_count": 1.0, "delay_sum": days, "delay_square_sum": days**2}
    )
    return table.groupby(instalments["customer_id"][is_prompt]).sum()


def _days_between(end: np.datetime64, days: pd.Series) -> np.ndarray:
    return (days.to_numpy().astype("datetime64[D]") - end).astype(np.int64)


def _days_until(
    share: np.ndarray,
    late: np.ndarray,
    payers: PromptPayers,
    laws: PaymentLaws,
    left: np.ndarray,
    payments: pd.DataFrame,
) -> np.ndarray:
    """Days from now until an instalment is paid with the given probability."""
    prompt = 1.0 - late
    within = np.divide(share, prompt, out=np.ones(len(late)), where=prompt > share)
    lowest, highest = payers.share_up_to(-left - 1.0), payers.share_up_to(0)
    level = np.clip(lowest + within * (highest - lowest), 1e-12, 1.0 - 1e-12)
    on_time = left + payers.mean + payers.sd * ndtri(level)
    on_time = np.clip(np.round(on_time), 0, np.maximum(left, 0))
    # the Lomax law of [1]: payments made and days waited, with those of the company
    count = payments["late_settled_count"].to_numpy(float) + LATE_WEIGHT
    days = payments["late_days"].to_numpy(float) + LATE_WEIGHT * laws.days_late
    beyond = np.clip((share - prompt) / np.maximum(late, 1e-12), 0.0, 1.0 - 1e-9)
    waiting = np.ceil(days * ((1.0 - beyond) ** (-1.0 / count) - 1.0))
    overdue = np.maximum(left, 0) + np.maximum(waiting, 1.0)
    wait = np.where(share < prompt, on_time, overdue)
    return np.minimum(wait, LONGEST_WAIT).astype("timedelta64[D]")
