"""Seconds of every stage of a run on a multiple of a scored company.

    bin/odoo shell -d <a copy of the demo database> --no-http < tests/scale/bench_run.py

The story company's customers, invoices, payments, purchases of before and leads are
copied inside the database as often as CUSTOMER_INTELLIGENCE_COPIES says (330 copies make
100,000 customers), each customer's history moved by some days of its own, so that no two
are alike. It changes the database for good: use a copy, and drop it.
"""

import os
import resource
import time

from odoo.tools import SQL

COPIES = int(os.environ.get("CUSTOMER_INTELLIGENCE_COPIES", "2"))
COMPANY = os.environ.get("CUSTOMER_INTELLIGENCE_COMPANY", "Torrefazione Aurora%")
# Ids of copies lie this far apart.
APART = 1_000_000
# Longest shift of a customer's history, in days.
MOST_DAYS = 27
DAYS = {
    "account_move": ("date", "invoice_date", "invoice_date_due"),
    "account_move_line": ("date", "invoice_date", "date_maturity"),
    "account_partial_reconcile": ("max_date",),
    "crm_purchase_history": ("date",),
}

cr = env.cr  # noqa: F821
company = env["res.company"].search([("name", "like", COMPANY)], limit=1)  # noqa: F821

#: Which rows are copied, table by table.
ROWS = {
    "res_partner": SQL(
        "SELECT id FROM res_partner WHERE commercial_partner_id IN"
        " (SELECT partner_id FROM crm_customer_profile WHERE company_id = %s)",
        company.id,
    ),
    "account_move": SQL(
        "SELECT id FROM account_move WHERE company_id = %s", company.id
    ),
    "account_move_line": SQL(
        "SELECT id FROM account_move_line WHERE company_id = %s", company.id
    ),
    "account_partial_reconcile": SQL(
        "SELECT id FROM account_partial_reconcile WHERE company_id = %s", company.id
    ),
    "crm_purchase_history": SQL(
        "SELECT id FROM crm_purchase_history WHERE company_id = %s", company.id
    ),
    "crm_lead": SQL("SELECT id FROM crm_lead WHERE company_id = %s", company.id),
}
#: Who a row is about: his shift in days is the same everywhere.
PARTNERS = {
    "account_partial_reconcile": (
        "(SELECT partner_id FROM account_move_line AS item"
        " WHERE item.id = original.debit_move_id)"
    ),
}


def columns_of(table):
    """Columns that can be written, and the tables that they refer to."""
    cr.execute(
        """
        SELECT item.attname, target.relname
          FROM pg_attribute AS item
          LEFT JOIN pg_constraint AS link
            ON link.conrelid = item.attrelid AND link.contype = 'f'
           AND link.conkey = ARRAY[item.attnum]
          LEFT JOIN pg_class AS target ON target.oid = link.confrelid
         WHERE item.attrelid = %s::regclass AND item.attnum > 0
           AND NOT item.attisdropped AND item.attgenerated = ''
        """,
        [table],
    )
    return dict(cr.fetchall())


def value_sql(table, column, target):
    """What a copy has in a column."""
    name = SQL.identifier("original", column)
    if column == "id":
        return SQL("original.id + copy * %s", APART)
    if target in ROWS:
        return SQL(
            "CASE WHEN %s IN (SELECT id FROM kept_%s) THEN %s + copy * %s ELSE %s END",
            name, SQL(target), name, APART, name,
        )  # fmt: skip
    if column in DAYS.get(table, ()):
        partner = SQL(PARTNERS.get(table, "original.partner_id"))
        return SQL(
            "%s - COALESCE(ABS(HASHINT8(%s * 1000::bigint + copy)) %% %s, 0)::int",
            name, partner, MOST_DAYS + 1,
        )  # fmt: skip
    if column == "name" and table in ("account_move", "crm_purchase_history"):
        return SQL("%s || '/' || copy", name)
    if column in ("email_normalized", "parent_path", "access_token", "barcode"):
        return SQL("NULL")
    return name


def copy_rows(table):
    columns = columns_of(table)
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS original"
            " JOIN kept_%s USING (id) CROSS JOIN GENERATE_SERIES(1, %s) AS copy",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(value_sql(table, *item) for item in columns.items()),
            SQL.identifier(table),
            SQL(table),
            COPIES,
        )
    )
    print(f"{table}: {cr.rowcount:,} rows", flush=True)


def multiply():
    start = time.perf_counter()
    env.flush_all()  # noqa: F821
    cr.execute("SET session_replication_role = replica")
    for table, rows in ROWS.items():
        cr.execute(SQL("CREATE TEMP TABLE kept_%s AS %s", SQL(table), rows))
        cr.execute(SQL("ANALYZE kept_%s", SQL(table)))
    for table in ROWS:
        copy_rows(table)
    cr.execute("SET session_replication_role = DEFAULT")
    cr.commit()
    for table in ROWS:
        cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    cr.commit()
    env.invalidate_all()  # noqa: F821
    print(f"copied in {time.perf_counter() - start:.0f} s", flush=True)


def score():
    policy = env["crm.scoring.policy"]._for_company(company)  # noqa: F821
    run = env["crm.scoring.run"]._queue(policy)  # noqa: F821
    total = time.perf_counter()
    seconds = {}
    while run.state in ("queued", "running"):
        stage = run.stage if run.state == "running" else "read"
        start = time.perf_counter()
        run._step()
        env.flush_all()  # noqa: F821
        cr.commit()
        seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start
    for stage, spent in seconds.items():
        print(f"{stage:12s} {spent:8.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{run.state}: {run.customer_count:,} customers, {run.purchase_count:,} purchases"
        f" in {time.perf_counter() - total:.1f} s, {peak:,.0f} MB at most. {run.error or ''}"
    )


multiply()
score()
