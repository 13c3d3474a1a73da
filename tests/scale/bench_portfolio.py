"""The value x loyalty matrix at 1,000,000 customers, through Odoo.

    createdb -T demo scratch
    bin/odoo shell -d scratch --no-http < tests/scale/bench_portfolio.py
    dropdb scratch

In a copy of a scored database: rows are as wide as those of its first profile. Fills a
company of its own and stays in the database.
"""

import os
import statistics
import time

from odoo.sql_db import db_connect
from odoo.tools import SQL

CUSTOMERS = int(os.environ.get("CUSTOMERS", 1_000_000))
BOUNDS = {"value": [60.0, 400.0], "loyalty": [0.33, 0.66]}
NORMAL = "SQRT(-2 * LN(1 - RANDOM())) * COS(2 * PI() * RANDOM())"
cr = env.cr  # noqa: F821


def columns(table, without):
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    return [name for (name,) in cr.fetchall() if name not in ("id", *without)]


def insert_like(table, replaced, source, template_id):
    """Copy one row of a table over and over, some columns replaced by expressions."""
    names = columns(table, replaced)
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS t, %s WHERE t.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, [*names, *replaced])),
            SQL(", ").join(
                [SQL.identifier("t", name) for name in names]
                + [SQL(value) for value in replaced.values()]
            ),
            SQL.identifier(table),
            SQL(source),
            template_id,
        )
    )


def fill():
    """Make a company with a policy, customers, profiles and two months of history."""
    template = env["crm.customer.profile"].search([], limit=1)  # noqa: F821
    company = env["res.company"].create({"name": "Scale"})  # noqa: F821
    policy = env["crm.scoring.policy"]._for_company(company)  # noqa: F821
    for axis, bounds in BOUNDS.items():
        for band, bound in zip(policy._axis_bands(axis)[1:], bounds, strict=True):
            band.lower_bound = bound
    run = env["crm.scoring.run"].create({"policy_id": policy.id})  # noqa: F821
    run.write({"state": "done", "threshold_settings": policy._threshold_settings()})
    env.flush_all()  # noqa: F821
    partner = template.partner_id.copy({"company_id": company.id})
    env.flush_all()  # noqa: F821
    insert_like(
        "res_partner",
        {"name": "'Customer ' || n", "complete_name": "'Customer ' || n"},
        f"GENERATE_SERIES(1, {CUSTOMERS}) AS n",
        partner.id,
    )
    cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id"
        " WHERE id > %s AND company_id = %s",
        [partner.id, company.id],
    )
    figures = f"""(SELECT id AS customer, ROUND((EXP(4 + 1.5 * {NORMAL})
                   - CASE WHEN RANDOM() < 0.05 THEN 200 ELSE 0 END)::numeric, 2) AS worth,
                   ROUND((RANDOM() ^ 0.7)::numeric, 6) AS stays, RANDOM() AS luck
                   FROM res_partner WHERE id > {partner.id}
                   AND company_id = {company.id}) AS drawn"""
    insert_like(
        "crm_customer_profile",
        {
            "partner_id": "customer",
            "company_id": str(company.id),
            "run_id": str(run.id),
            "as_of": "CURRENT_DATE",
            "type_id": "NULL::int",
            "class_id": "NULL::int",
            "is_class_assigned": "FALSE",
            "clv": "worth",
            "matrix_value": "worth",
            "loyalty": "stays",
            "loyalty_source": "CASE WHEN luck < 0.2 THEN 'share' ELSE 'retention' END",
            "share_source": "CASE WHEN luck < 0.1 THEN 'declared' ELSE 'estimate' END",
            "revenue_recent": "CASE WHEN luck < 0.3 THEN 0 ELSE ROUND(ABS(worth)*3, 2) END",
            "margin_recent": "CASE WHEN luck < 0.3 THEN 0 ELSE ROUND(ABS(worth), 2) END",
            "cost_to_serve": "ROUND((luck * 40)::numeric, 2)",
            "expected_loss": "ROUND((luck * 3)::numeric, 2)",
            "churn_probability": "1 - stays",
            "value_band": "0",
            "loyalty_band": "0",
        },
        figures,
        template.id,
    )
    ranks = {
        axis: SQL(
            "1 + WIDTH_BUCKET(%s, %s::float[])", SQL.identifier(name), BOUNDS[axis]
        )
        for axis, name in (("value", "matrix_value"), ("loyalty", "loyalty"))
    }
    cr.execute(
        SQL(
            "UPDATE crm_customer_profile AS p SET value_band = r.v, value_rank = r.v,"
            " loyalty_band = r.l, loyalty_rank = r.l, class_id = c.id FROM"
            " (SELECT id, %s AS v, %s AS l FROM crm_customer_profile WHERE company_id = %s)"
            " AS r JOIN crm_customer_class AS c ON c.policy_id = %s AND c.value_band = r.v"
            " AND c.loyalty_band = r.l WHERE r.id = p.id",
            *ranks.values(),
            company.id,
            policy.id,
        )
    )
    env["crm.customer.profile.history"]._keep(run)  # noqa: F821
    cr.execute(
        "INSERT INTO crm_customer_profile_history (partner_id, company_id, month, as_of,"
        " class_id, value_band, loyalty_band, clv, revenue_recent) SELECT partner_id,"
        " company_id, month - INTERVAL '1 month', as_of - INTERVAL '1 month', class_id,"
        " value_band, loyalty_band, clv, revenue_recent FROM crm_customer_profile_history"
        " WHERE company_id = %s",
        [company.id],
    )
    cr.commit()
    return policy


def vacuum():
    """Do what the database does by itself some time after a run."""
    with db_connect(cr.dbname).cursor() as other:
        other._cnx.autocommit = True
        for table in (
            "crm_customer_profile",
            "crm_customer_profile_history",
            "res_partner",
        ):
            other.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))


def timed(label, call, times=4):
    """Print the first call and the median of the others."""
    seconds = []
    for _turn in range(times):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    warm = statistics.median(seconds[1:]) if times > 1 else seconds[0]
    print(f"| {label} | {seconds[0]:.2f} | {warm:.2f} |", flush=True)


cr.execute("SET synchronous_commit TO off")
policy = env["crm.scoring.policy"].search([("company_id.name", "=", "Scale")])  # noqa: F821
if not policy:
    start = time.perf_counter()
    policy = fill()
    vacuum()
    print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
profiles = env["crm.customer.profile"].with_company(policy.company_id)  # noqa: F821
manager = env.ref("base.user_admin")  # noqa: F821
manager.company_ids |= policy.company_id
profiles = profiles.with_user(manager).with_company(policy.company_id)
drawn = {"value": [55.0, 350.0], "loyalty": [0.33, 0.66]}
italy = env.ref("base.it").id  # noqa: F821
country = [("country_id", "=", italy)]

print(f"| {CUSTOMERS} customers, seconds | first | warm |\n|---|---|---|")
timed("get_portfolio", lambda: profiles.get_portfolio([]))
timed("get_portfolio, by country", lambda: profiles.get_portfolio(country))
timed("get_threshold_preview", lambda: profiles.get_threshold_preview([], drawn))
for method in ("quantile", "cumulative_share", "natural_breaks"):
    timed(
        f"get_suggested_bounds, {method}",
        lambda method=method: profiles.get_suggested_bounds([], "value", method),
        times=2,
    )
everybody = [("id", "!=", 0)]  # all of them, but not as the run has them
timed("get_concentration", lambda: profiles.get_concentration(everybody), times=2)
timed("get_migration", lambda: profiles.get_migration([]), times=3)
start = time.perf_counter()
moved = policy.with_user(manager).apply_thresholds(drawn)["moved"]
print(
    f"| apply_thresholds, {moved} customers moved | {time.perf_counter() - start:.2f} | |"
)
cr.commit()
timed("get_portfolio, before the vacuum", lambda: profiles.get_portfolio([]), times=2)
for table in ("crm_customer_profile", "crm_customer_profile_history"):
    cr.execute(
        "SELECT indexrelid::regclass, pg_size_pretty(pg_relation_size(indexrelid)) FROM"
        " pg_index WHERE indrelid = %s::regclass",
        [table],
    )
    print(cr.fetchall())
