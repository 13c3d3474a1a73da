"""The aims of accuracy on the profiles of a run, through Odoo.

    bin/odoo shell -d demo --no-http < tests/scale/report_run_accuracy.py

CDNOW is scored as of 1997-09-30 (39 weeks known) and its profiles are compared with the
purchases of the 39 weeks after it; as of 1998-06-30 the run examines itself on the same
39 weeks, as does the story company on its last year. Nothing is kept.
"""

import time
from datetime import date

from odoo.addons.customer_analytics.value.accuracy import (
    forecast_accuracy,
    forecast_deciles,
    forecasts,
)


def score(company, as_of=None):
    policy = env["crm.scoring.policy"].search([("company_id.name", "like", company)])  # noqa: F821
    values = {"policy_id": policy.id, **({"as_of": as_of} if as_of else {})}
    run = env["crm.scoring.run"].create(values)  # noqa: F821
    run.env.cr.execute("SET LOCAL synchronous_commit TO off")
    seconds = {}
    while run.state in ("queued", "running"):
        stage, start = run.stage, time.perf_counter()
        run._step()
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
    print(f"\n{run.display_name}: {run.state}, {sum(seconds.values()):.1f} s", end=" ")
    print({stage: round(value, 1) for stage, value in seconds.items()})
    print(run.accuracy_headline)
    print(run.accuracy_detail)
    return run


def figures(label, found):
    print(
        f"{label:22s} mark {found.mark:6.1f}  RMSE {found.rmse:9.2f}"
        f"  total {100 * found.total_error:+6.1f} %  top 20 % {found.capture:.4f}"
        f"  AUC {found.auc:.4f}  in 80 % {found.coverage:.3f}"
    )


def examination(run):
    for row in run.validation_ids:
        figures(row.forecast, row)


def profiles_and_truth(run, last):
    """Compare profiles with what customers bought after the day of the run."""
    profiles = env["crm.customer.profile"].search([("run_id", "=", run.id)])  # noqa: F821
    history = env["crm.purchase.history"]._read_group(  # noqa: F821
        [
            ("company_id", "=", run.company_id.id),
            ("date", ">", run.as_of),
            ("date", "<=", last),
        ],
        ["partner_id"],
        ["date:count_distinct", "amount:sum"],
    )
    later = {partner.id: rest for partner, *rest in history}
    import numpy as np

    truth = [later.get(profile.partner_id.id, (0, 0.0)) for profile in profiles]
    purchases, spend = (
        np.array(column, dtype=float) for column in zip(*truth, strict=True)
    )
    column = {
        name: np.array(profiles.mapped(name))
        for name in (
            "expected_spend",
            "purchase_probability",
            "clv",
            "clv_lower",
            "clv_upper",
        )
    }
    held = column["expected_spend"] / np.maximum(column["clv"], 1e-9)
    forecast = forecasts.Forecast(
        run.forecast,
        column["expected_spend"],
        column["purchase_probability"],
        column["expected_spend"],
        column["clv_lower"] * held,
        column["clv_upper"] * held,
    )
    figures("profiles", forecast_accuracy.forecast_accuracy(forecast, purchases, spend))
    tenths = forecast_deciles.spend_deciles(forecast, forecast, spend)
    errors = 100 * (tenths["predicted"] / tenths["actual"] - 1)
    print("tenths %:", *(f"{error:+.0f}" for error in errors))


known = score("CDNOW", date(1997, 9, 30))
examination(known)
profiles_and_truth(known, date(1998, 6, 30))
examination(score("CDNOW", date(1998, 6, 30)))
examination(score("Aurora"))
env.cr.rollback()  # noqa: F821
