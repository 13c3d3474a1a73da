"""The demo: a database with both companies scored, served in the background."""

import os
import subprocess

from . import database, odoo, postgres, template
from .addons import addons, checksums
from .errors import HostError
from .files import locked, say
from .layout import LOGS, ROOT, STATE, recall, remember
from .server import WebClient

NAME = postgres.own("demo")
BUILDER = "crm_scoring_demo"
CLIENT = WebClient("web", NAME, 8069)


def run() -> None:
    """Bring the demo to the state of the code and print where it is."""
    port = os.environ.get("HTTP_PORT", "")
    CLIENT.check(port)
    odoo.prepare()
    with locked(STATE / "demo.lock"):
        if NAME in database.names():
            update()
        else:
            create()
        started = CLIENT.start(port)
    print(f"""
{"Serving" if started else "Already serving"} Customer Intelligence for Odoo
  address   {CLIENT.url}
  database  {NAME}
  login     admin
  password  admin
`make stop` ends it.""")


def create() -> None:
    """Start from the database with both companies; a kill leaves no half of it."""
    CLIENT.stop()
    say(f"building the database {NAME}")
    template.scored(companies, NAME)
    remember(demo=checksums())


def build_ahead() -> subprocess.Popen:
    """Build the companies in the background, for whoever asks for them later."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / "companies.log", "wb") as log:
        return subprocess.Popen(
            ["nice", ROOT / "host" / "run", "companies"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def update() -> None:
    """Install what is new and update what changed since the last time."""
    before, now = recall("demo", {}), checksums()
    new = [name for name in template.own_addons() if name not in before]
    changed = [name for name in now if name in before and before[name] != now[name]]
    if not new and not changed:
        return
    CLIENT.stop()
    say(f"updating {', '.join(new + changed)}")
    arguments = ["-d", NAME, *database.ONCE]
    arguments += ["-i", ",".join(new)] if new else []
    arguments += ["-u", ",".join(changed)] if changed else []
    odoo.odoo(arguments, "updating the demo", log="demo-update.log")
    companies(NAME)
    remember(demo=now)


def companies(name: str) -> None:
    """Let the demo addon build and score both companies; it skips what is there."""
    if BUILDER not in addons():
        raise HostError(f"no addon {BUILDER} here: fetch a whole checkout")
    say("building and scoring the two companies")
    done = subprocess.run(
        odoo.command_line(["customer_demo", "-d", name]),
        env=odoo.variables(),
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
    )
    if done.returncode:
        raise HostError("building the demo companies failed: see the lines above")
