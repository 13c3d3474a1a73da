"""The product as it is served: a real server, its scheduler, its database, a browser.

`make test STEPS=e2e` serves the demo's companies and passes on where they are.
"""

import os
import re

import psycopg2
import pytest
from screen import Screen, chromium

from host import browser
from host.layout import LOGS
from host.server import WebClient

RECORD = re.compile(
    r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ [A-Z]+ )", re.MULTILINE
)
NOTABLE = re.compile(r"\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) ")
# Two requests met in one row: the host tells of it, then repeats one of them.
REPEATED = "could not serialize access due to concurrent update"


def variable(name: str) -> str:
    """What the host passes on; without it there is nothing to test."""
    value = os.environ.get(f"CUSTOMER_INTELLIGENCE_{name}")
    if not value:
        pytest.exit("these tests need the served demo: make test STEPS=e2e", 2)
    return value


@pytest.fixture(scope="session")
def client() -> WebClient:
    """The server, which the host has started."""
    return WebClient("e2e", variable("DATABASE"), 8169)


@pytest.fixture
def rows(client):
    """A query of the database, apart from the server."""
    connection = psycopg2.connect(dbname=client.database)
    connection.autocommit = True

    def query(text, *values) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall()

    yield query
    connection.close()


@pytest.fixture(scope="session")
def running():
    """The browser."""
    if not browser.find():
        pytest.skip("no Chromium: the warning above has the command that installs it")
    with chromium() as started:
        yield started


@pytest.fixture
def screens(client, running, request):
    """Put a user in front of the client; the screen of a failed test is kept."""
    opened = []

    def log_in(login: str, password: str, **options) -> Screen:
        opened.append(Screen(running, client.url, **options))
        opened[-1].login(login, password)
        return opened[-1]

    yield log_in
    for number, screen in enumerate(opened):
        if getattr(request.node, "failed", True) or screen.errors:
            screen.page.screenshot(path=LOGS / f"{request.node.name}-{number}.png")
        screen.close()
    assert not [error for screen in opened for error in screen.errors]


@pytest.fixture
def manager(screens) -> Screen:
    """The administrator, without the tours that greet a new one."""
    screen = screens(variable("LOGIN"), variable("PASSWORD"))
    screen.call("res.users", "switch_tour_enabled", False)
    return screen


@pytest.fixture(autouse=True)
def quiet_log(client):
    """Nothing that the server did in a test made it warn."""
    before = client.log.stat().st_size
    yield
    written = client.log.read_bytes()[before:].decode(errors="replace")
    records = [text for text in RECORD.split(written) if REPEATED not in text]
    assert not [text for text in records if NOTABLE.match(text)]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report
