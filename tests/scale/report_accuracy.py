"""All aims of accuracy on the full CDNOW file: python tests/scale/report_accuracy.py

39 weeks known, 39 weeks ahead, 23,570 customers. The folder of the data sets is
CUSTOMER_INTELLIGENCE_DATASETS, or .odoo/datasets. With the argument ``earlier`` the same
table is printed for windows inside the calibration weeks, where everything was chosen.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons")]

from customer_analytics.value.accuracy.validation import (  # noqa: E402
    auc,
    brier_score,
    holdout_metrics,
    interval_coverage,
    log_loss,
    top_share_capture,
)
from customer_analytics.value.purchase.bgnbd import BetaGeo  # noqa: E402
from customer_analytics.value.purchase.gamma_gamma import GammaGamma  # noqa: E402
from customer_analytics.value.purchase.mbgnbd import ModifiedBetaGeo  # noqa: E402
from customer_analytics.value.purchase.pareto_nbd import ParetoNBD  # noqa: E402
from customer_analytics.value.rfm import rfm_scores, rfm_summary  # noqa: E402
from customer_analytics.value.spend.combination import CombinedPredictor  # noqa: E402
from customer_analytics.value.spend.evidence import (  # noqa: E402
    PurchaseLedger,
    evidence_at,
    outcome_after,
)
from customer_analytics.value.spend.spend_interval import (  # noqa: E402
    simulated_spend_interval,
)

FOLDER = Path(
    os.environ.get("CUSTOMER_INTELLIGENCE_DATASETS") or ROOT / ".odoo" / "datasets"
)
BEFORE = np.datetime64("1996-12-31")
SEED = 20250601
EARLIER = ((20, 19), (22, 17), (24, 15), (26, 13), (28, 11), (30, 9))


def read_purchases() -> pd.DataFrame:
    """Purchases of all CDNOW customers as TRANSACTIONS."""
    names = ["customer_id", "date", "units", "amount"]
    rows = pd.read_csv(FOLDER / "CDNOW_master.txt", sep=r"\s+", header=0, names=names)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"].astype("int64"),
            "day": pd.to_datetime(rows["date"].astype(str), format="%Y%m%d"),
            "amount": rows["amount"].astype(float),
            "margin": rows["amount"] * 0.3,
        }
    )


def decile_ratios(actual, predicted) -> np.ndarray:
    """Predicted over actual total of each tenth by predicted spend, best first."""
    order = np.argsort(-predicted, kind="stable")
    tenths = np.array_split(order, 10)
    return np.array([predicted[t].sum() / actual[t].sum() for t in tenths])


def line(label, spend, purchases, actual, score, limits=None) -> None:
    """Print a row; an amount that a rule does not know is left out."""
    active = purchases > 0
    text = f"{label:22s}"
    if spend is not None:
        metrics = holdout_metrics(actual, spend)
        total = metrics.total_predicted / metrics.total_actual
        text += f" {metrics.rmse:8.3f} {100 * (total - 1):+7.1f}%"
    else:
        text += " " * 18
    rank = score if spend is None else spend
    text += f" {top_share_capture(actual, rank):8.4f} {auc(active, rank):8.4f}"
    text += f" {auc(active, score):8.4f}"
    if limits is not None:
        text += f" {100 * interval_coverage(actual, *limits):6.1f}%"
    print(text)
    if spend is not None and (spend > 0).all():
        errors = np.round(100 * (decile_ratios(actual, spend) - 1)).astype(int)
        print(" " * 22, "tenths %:", *(f"{error:+d}" for error in errors))


def peers(known, end, ahead, evidence, purchases, actual) -> None:
    """Print the purchase models, the RFM sum and two naive rules."""
    summary = rfm_summary(known, end)
    value = GammaGamma.fit(summary).expected_spend(summary)
    for label, family in (
        ("BG/NBD", BetaGeo),
        ("MBG/NBD", ModifiedBetaGeo),
        ("Pareto/NBD", ParetoNBD),
    ):
        model = family.fit(summary)
        spend = model.expected_purchases(summary, ahead) * value
        some = model.purchase_probability(summary, ahead)
        line(label, spend, purchases, actual, some)
    revenue = evidence["revenue"].to_numpy()
    rank = rfm_scores(summary, revenue=revenue)["rfm_rank"].to_numpy()
    line("RFM sum", None, purchases, actual, -rank.astype(float))
    rate = summary["frequency"] / np.maximum(summary["T"], 1.0 / 7.0)
    same = (rate * ahead * summary["monetary_value"]).to_numpy()
    line("same rate as so far", same, purchases, actual, same)
    line("as much as so far", revenue, purchases, actual, revenue)


def report(transactions: pd.DataFrame, week: int, ahead: int) -> None:
    """Print the table of one origin."""
    end = BEFORE + np.timedelta64(7 * week, "D")
    known = transactions[transactions["day"] <= pd.Timestamp(end)]
    start = time.perf_counter()
    ledger = PurchaseLedger.from_transactions(known, end)
    predictor = CombinedPredictor.fit(
        ledger, horizon=7.0 * ahead, rng=np.random.default_rng(SEED)
    )
    evidence = evidence_at(ledger, ledger.end)
    found = predictor.predict(evidence, rng=np.random.default_rng(SEED))
    seconds = time.perf_counter() - start
    last = ledger.end + 7 * ahead
    later = PurchaseLedger.from_transactions(transactions, np.datetime64(last, "D"))
    purchases, actual = outcome_after(later, found.customer_id, ledger.end, last)
    print(f"\n{week} weeks known, {ahead} ahead: {len(evidence):,} customers,", end=" ")
    print(f"{actual.sum():,.0f} spent, {(purchases > 0).mean():.3f} buy again")
    header = ("RMSE", "total", "top 20%", "AUC spend", "AUC buys", "in 80%")
    print(" " * 22, "{:>8s} {:>8s} {:>8s} {:>8s} {:>8s} {:>6s}".format(*header))
    limits = (found.lower, found.upper)
    some = found.purchase_probability
    line("combined", found.expected_spend, purchases, actual, some, limits)
    base = predictor.base.predict(evidence, predictor.horizon)
    drawn = simulated_spend_interval(
        predictor.base, evidence, predictor.horizon, rng=np.random.default_rng(SEED)
    )
    line(
        "its base, alone",
        base.spend,
        purchases,
        actual,
        base.purchase_probability,
        (drawn.lower, drawn.upper),
    )
    peers(known, end, float(ahead), evidence, purchases, actual)
    explain(predictor, found, purchases, actual, seconds)


def explain(predictor, found, purchases, actual, seconds) -> None:
    """Print what was chosen, the churn index and the time."""
    active, some = purchases > 0, found.purchase_probability
    print(
        f"{predictor.method} {predictor.reason}: weight of spend"
        f" {predictor.spend_weight:.2f}, of purchase {predictor.purchase_weight:.2f},"
        f" level x {predictor.level_factor:.3f}; fit and predict {seconds:.1f} s"
    )
    print(
        f"churn index 1 - P: AUC {auc(~active, found.churn_probability):.4f},"
        f" Brier {brier_score(active, some):.4f}, log loss {log_loss(active, some):.4f},"
        f" expected buyers {some.mean():.3f}"
    )
    idle = found.upper == 0
    for label, who in (("[0, 0]", idle), ("other", ~idle)):
        inside = interval_coverage(actual[who], found.lower[who], found.upper[who])
        print(f"intervals {label}: {who.mean():.3f} of customers, hold {inside:.3f}")


if __name__ == "__main__":
    purchases_of_all = read_purchases()
    for origin in EARLIER if "earlier" in sys.argv[1:] else ((39, 39),):
        report(purchases_of_all, *origin)
