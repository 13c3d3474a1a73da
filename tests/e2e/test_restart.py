"""A server that dies in the middle of a run of 23,570 customers."""

import os
import signal
import time

from host.postgres import answers, query

CUSTOMERS = 23_570
AS_OF = "1997-09-30"
DONE = ".o_arrow_button_current[data-value=done]"
PUBLISHED = """
    SELECT COUNT(*), COUNT(DISTINCT partner_id),
           ARRAY_AGG(DISTINCT run_id),
           COUNT(*) FILTER (WHERE clv IS NULL OR class_id IS NULL),
           MD5(STRING_AGG(
               CONCAT_WS(' ', partner_id, clv, churn_probability, class_id),
               ',' ORDER BY partner_id
           ))
      FROM crm_customer_profile
     WHERE company_id = %s
"""
UNDER_WAY = """
    SELECT id, progress FROM crm_scoring_run
     WHERE id > %s AND state = 'running' AND stage = 'predict' AND progress > 45
"""


def wait_for(rows, text: str, *values, seconds=60) -> tuple:
    """The first row that a query finds, as soon as there is one."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := rows(text, *values):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"nothing within {seconds} s: {text}")


def kill(client) -> None:
    """End the server without a word, and wait until its port is free."""
    os.kill(client.pid, signal.SIGKILL)
    while answers(client.port):
        time.sleep(0.05)


def wake_scheduler(database: str) -> None:
    """It looks for work once a minute, or when it is told that there is some."""
    query(f"NOTIFY cron_trigger, '{database}'")


def test_killed_run_goes_on_after_a_restart(manager, client, rows):
    company, finished = rows(
        "SELECT company_id, id FROM crm_scoring_run"
        " WHERE customer_count = %s AND as_of = %s AND state = 'done'"
        " ORDER BY id DESC LIMIT 1",
        CUSTOMERS,
        AS_OF,
    )[0]
    before = rows(PUBLISHED, company)[0]
    manager.in_company(company)
    manager.open(f"scoring-runs/{finished}", "button[name=action_retry]")
    manager.click("button[name=action_retry]")
    run, reached = wait_for(rows, UNDER_WAY, finished)

    kill(client)
    assert rows(PUBLISHED, company)[0] == before, "not one profile has changed"
    kept = rows("SELECT state, progress FROM crm_scoring_run WHERE id = %s", run)
    assert kept[0][0] == "running"
    assert kept[0][1] >= reached

    client.start()
    wake_scheduler(client.database)
    manager.see(DONE, timeout=90_000)  # on the page that was open all the time
    count, distinct, runs, incomplete, figures = rows(PUBLISHED, company)[0]
    assert (count, distinct, runs, incomplete) == (CUSTOMERS, CUSTOMERS, [run], 0)
    assert figures == before[-1], "as if nothing had happened"
    restarts = rows(
        "SELECT COUNT(*) FROM crm_scoring_run_log WHERE run_id = %s AND level <> 'info'",
        run,
    )
    assert restarts == [(0,)], "it went on, it did not begin again"
