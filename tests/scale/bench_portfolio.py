"""The value x loyalty matrix at 1,000,000 customers, through Odoo.

    createdb -T demo scratch
    bin/odoo shell -d scratch --no-http < tests/scale/bench_portfolio.py
    dropdb scratch

In a copy of a scored database: rows are as wide as those of its first profile. Fills a
company of its own, with MONTHS of history, and stays in the database. Superusers of
PostgreSQL only: foreign keys are not checked while it fills.
"""

import os
import statistics
import time
from datetime import date, timedelta

from odoo.sql_db import db_connect
from odoo.tools import SQL

CUSTOMERS = int(os.environ.get("CUSTOMERS", 1_000_000))
MONTHS = int(os.environ.get("MONTHS", 12))
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
    """Make a company with a policy, customers, profiles and months of history."""
    template = env["crm.customer.profile"].search([], limit=1)  # noqa: F821
    company = env["res.company"].create({"name": "Scale"})  # noqa: F821
    policy = env["crm.scoring.policy"]._for_company(company)  # noqa: F821
    for axis, bounds in BOUNDS.items():
        for band, bound in zip(policy._axis_bands(axis)[1:], bounds, strict=True):
            band.lower_bound = bound
    run = env["crm.scoring.run"].create({"policy_id": policy.id})  # noqa: F821
    run.write({"state": "done", "threshold_settings": policy._threshold_settings()})
    env.flush_all()  # noqa: F821
    # All that is written here is there: checking it row by row takes half of the time.
    cr.execute("SET session_replication_role TO replica")
    fill_partners(company, template)
    fill_profiles(company, run, policy, template)
    fill_economics(company, run)
    cr.commit()
    fill_history(company, run)
    cr.execute("SET session_replication_role TO DEFAULT")
    cr.commit()
    return policy


def fill_partners(company, template):
    """Make the customers: of several salespeople, countries and industries."""
    partner = template.partner_id.copy({"company_id": company.id})
    users = env["res.users"].create(  # noqa: F821
        [
            {
                "name": f"Seller {n}",
                "login": f"seller_{n}",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [
                    (4, env.ref("crm_scoring.group_crm_scoring_user").id)  # noqa: F821
                ],
            }
            for n in range(20)
        ]
    )
    industries = env["res.partner.industry"].search([], limit=10)  # noqa: F821
    countries = [env.ref(f"base.{code}").id for code in ("it", "it", "it", "fr", "de")]  # noqa: F821
    env.flush_all()  # noqa: F821
    cr.execute("SELECT MAX(id) FROM res_partner")
    [last_id] = cr.fetchone()
    insert_like(
        "res_partner",
        {
            "id": f"{last_id} + n",
            "commercial_partner_id": f"{last_id} + n",
            "name": "'Customer ' || n",
            "complete_name": "'Customer ' || n",
            "user_id": pick([*users.ids, *[None] * 5], "n"),
            "country_id": pick(countries, "n / 7"),
            "industry_id": pick([*industries.ids, None], "n / 3"),
        },
        f"GENERATE_SERIES(1, {CUSTOMERS}) AS n",
        partner.id,
    )
    cr.execute("SELECT SETVAL('res_partner_id_seq', (SELECT MAX(id) FROM res_partner))")
    tag = env["res.partner.category"].create({"name": "Scale"}).id  # noqa: F821
    cr.execute(
        "INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)"
        " SELECT id, %s FROM res_partner WHERE company_id = %s AND id %% 10 = 0",
        [tag, company.id],
    )


def pick(values, place):
    """Return an expression for one of the values, scattered."""
    words = ", ".join("NULL" if value is None else str(value) for value in values)
    return f"(ARRAY[{words}])[1 + (HASHINT4({place}) & 65535) %% {len(values)}]"


def fill_profiles(company, run, policy, template):
    """Make profiles as the run would have, each in its class."""
    ranks = {
        axis: f"1 + WIDTH_BUCKET({name}, ARRAY{BOUNDS[axis]}::float[])"
        for axis, name in (("value", "worth"), ("loyalty", "stays"))
    }
    drawn = f"""(SELECT id AS customer, ROUND((EXP(4 + 1.5 * {NORMAL})
                   - CASE WHEN RANDOM() < 0.05 THEN 200 ELSE 0 END)::numeric, 2) AS worth,
                   ROUND((RANDOM() ^ 0.7)::numeric, 6) AS stays, RANDOM() AS luck
                   FROM res_partner WHERE company_id = {company.id}
                   AND name LIKE 'Customer %%') AS drawn
             JOIN crm_customer_class AS cell ON cell.policy_id = {policy.id}
              AND cell.value_band = {ranks["value"]}
              AND cell.loyalty_band = {ranks["loyalty"]}"""
    insert_like(
        "crm_customer_profile",
        {
            "partner_id": "customer",
            "company_id": str(company.id),
            "run_id": str(run.id),
            "as_of": "CURRENT_DATE",
            "type_id": "NULL::int",
            "class_id": "cell.id",
            "class_since": "CURRENT_DATE",
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
            **{
                f"{axis}_{kind}": rank
                for axis, rank in ranks.items()
                for kind in ("band", "rank")
            },
        },
        drawn,
        template.id,
    )


def fill_economics(company, run):
    """Keep how the axes of the matrix are cut, as a run does; curves are drawn anew."""
    figures = env["crm.customer.economics"].create(  # noqa: F821
        {"company_id": company.id, "run_id": run.id, "customer_count": CUSTOMERS}
    )
    figures.matrix_axes = run._matrix_axes()
    env.flush_all()  # noqa: F821


def fill_history(company, run):
    """Keep the profiles as this month's, and with some other classes as earlier ones."""
    env["crm.customer.profile.history"]._keep(run)  # noqa: F821
    names = columns("crm_customer_profile_history", ("month", "class_id"))
    for ago in range(1, MONTHS):
        cr.commit()
        cr.execute(
            SQL(
                "INSERT INTO crm_customer_profile_history (month, class_id, %(names)s)"
                " SELECT (month - %(ago)s * INTERVAL '1 month')::date,"
                "        CASE WHEN HASHINT4(partner_id + %(ago)s) %% 20 = 0 THEN"
                "             (SELECT MIN(id) FROM crm_customer_class"
                "               WHERE company_id = %(company)s) ELSE class_id END, %(names)s"
                "   FROM crm_customer_profile_history"
                "  WHERE company_id = %(company)s"
                "    AND month = DATE_TRUNC('month', CURRENT_DATE)::date",
                ago=ago,
                company=company.id,
                names=SQL(", ").join(map(SQL.identifier, names)),
            )
        )


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
seller = env["res.users"].search([("login", "=", "seller_3")])  # noqa: F821
own = profiles.with_user(seller).with_company(policy.company_id)
tag = env["res.partner.category"].search([("name", "=", "Scale")])  # noqa: F821
france = [("country_id", "=", env.ref("base.fr").id)]  # noqa: F821
filters = {
    "by country (a fifth of all)": france,
    "not archived (all)": [("customer_active", "=", True)],
    "by salesperson (one in 25)": [("user_id", "=", seller.id)],
    "high value": [("value_band", ">=", 3)],
    "by contact tag (a tenth)": [("contact_tag_ids", "in", tag.ids)],
    "by path to the contact (a tenth)": [("partner_id.category_id", "in", tag.ids)],
    "frequency (no column of the index, all)": [("frequency", ">=", 0)],
}

print(f"| {CUSTOMERS} customers, seconds | first | warm |\n|---|---|---|")
timed("get_portfolio", lambda: profiles.get_portfolio([]))
for label, domain in filters.items():
    timed(
        f"get_portfolio, {label}", lambda domain=domain: profiles.get_portfolio(domain)
    )
timed("get_portfolio, a salesperson's own", lambda: own.get_portfolio([]))
timed("get_threshold_preview", lambda: profiles.get_threshold_preview([], drawn))
for method in ("quantile", "cumulative_share", "natural_breaks"):
    timed(
        f"get_suggested_bounds, {method}",
        lambda method=method: profiles.get_suggested_bounds([], "value", method),
        times=2,
    )
year_ago = str(date.today() - timedelta(days=335))
for label, asked, domain in (
    ("all", profiles, filters["not archived (all)"]),
    ("by country", profiles, france),
    ("a salesperson's own", own, []),
):
    timed(
        f"get_concentration, {label}",
        lambda asked=asked, domain=domain: asked.get_concentration(domain),
    )
economics = env["crm.customer.economics"]  # noqa: F821
timed(
    f"_keep_migration, of {MONTHS - 1} months (in a run)",
    lambda: economics._keep_migration(policy.company_id),
    times=1,
)
env.flush_all()  # noqa: F821
timed("get_migration, to the last month (kept)", lambda: profiles.get_migration([]))
months = profiles._kept_months()
timed(
    "get_migration, all, between earlier months",
    lambda: profiles.get_migration([], months[0], months[-2]),
)
for label, asked, domain in (
    ("by country", profiles, france),
    ("a salesperson's own", own, []),
):
    timed(
        f"get_migration, {label}",
        lambda asked=asked, domain=domain: asked.get_migration(domain),
    )
for label, asked, domain in (
    ("all", profiles, []),
    ("by country", profiles, france),
    ("a salesperson's own", own, []),
):
    timed(
        f"get_class_history, {MONTHS} months, {label}",
        lambda asked=asked, domain=domain: asked.get_class_history(domain, year_ago),
        times=2,
    )
start = time.perf_counter()
moved = policy.with_user(manager).apply_thresholds(drawn)["moved"]
print(
    f"| apply_thresholds, {moved} customers moved | {time.perf_counter() - start:.2f} | |"
)
cr.commit()
timed("get_portfolio, before the vacuum", lambda: profiles.get_portfolio([]), times=2)
timed(
    "get_migration, all, where a threshold was moved",
    lambda: profiles.get_migration([]),
)
for table in ("crm_customer_profile", "crm_customer_profile_history"):
    cr.execute(
        "SELECT indexrelid::regclass, pg_size_pretty(pg_relation_size(indexrelid)) FROM"
        " pg_index WHERE indrelid = %s::regclass",
        [table],
    )
    print(cr.fetchall())
