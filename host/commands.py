"""The commands; `make` gives them their short names."""

import errno
import os
import shutil
import sys

from . import (
    browser,
    check,
    datasets,
    demo,
    lint,
    odoo,
    postgres,
    python,
    template,
    tests,
    translations,
)
from .errors import HostError
from .files import say
from .layout import ROOT, STATE


def command_up(_arguments: list[str]) -> int:
    """Bring up Odoo, PostgreSQL and Python without starting the web client."""
    odoo.prepare()
    say("ready: bin/odoo runs any command of Odoo")
    return 0


def command_odoo(arguments: list[str]) -> int:
    """Run a command of Odoo in this environment."""
    odoo.prepare()
    odoo.replace_process(arguments)
    return 1


def command_pytest(arguments: list[str]) -> int:
    """Run tests of the addons on a fresh copy of the template database."""
    odoo.prepare()
    return tests.pytest_odoo(arguments or tests.addon_folders())


def command_engine(_arguments: list[str]) -> int:
    """Make the environment of the engine's tests."""
    python.engine_environment()
    return 0


def command_demo(_arguments: list[str]) -> int:
    """Build the demo and serve it."""
    demo.run()
    return 0


def command_companies(_arguments: list[str]) -> int:
    """Build the demo's companies, kept for the demo and the end-to-end tests."""
    odoo.prepare()
    template.scored(demo.companies)
    return 0


def command_datasets(_arguments: list[str]) -> int:
    """Put the published purchase records into `.odoo/datasets`."""
    print(datasets.provide())
    return 0


def command_test(arguments: list[str]) -> int:
    """Run every test, or the steps that are named."""
    return check.run(arguments)


def command_lint(_arguments: list[str]) -> int:
    """Run the linters."""
    return check.run(["lint"])


def command_format(_arguments: list[str]) -> int:
    """Let the formatters write."""
    lint.repair()
    return 0


def command_screenshots(_arguments: list[str]) -> int:
    """Serve the demo and take the pictures of the read-me."""
    if not browser.provide():
        raise HostError("the screenshots need Chromium: see the command above")
    demo.run()
    tests.screenshots(demo.CLIENT)
    return 0


def command_translations(_arguments: list[str]) -> int:
    """Bring the templates and translations up to the code."""
    translations.update()
    return 0


def command_stop(_arguments: list[str]) -> int:
    """Stop what this checkout runs."""
    for name, stopped in (
        ("the web client", demo.CLIENT.stop()),
        ("PostgreSQL", postgres.stop()),
    ):
        say(f"{name} {'stopped' if stopped else 'was not running'}")
    return 0


def command_clean(_arguments: list[str]) -> int:
    """Stop, and remove everything that was made in the checkout."""
    command_stop([])
    for made in (STATE, ROOT / "node_modules"):
        shutil.rmtree(made, ignore_errors=True)
    return 0


COMMANDS = {
    name.removeprefix("command_"): function
    for name, function in list(globals().items())
    if name.startswith("command_")
}


def main(arguments: list[str]) -> int:
    """Run one command; every failure that a user can act on is one line."""
    os.environ.pop("PYTHONPATH", None)  # it led here; Odoo must not look here
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        print(f"commands: {' '.join(sorted(COMMANDS))}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except HostError as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("error: interrupted; run it again to go on", file=sys.stderr)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print("error: disk full: free some space and run it again", file=sys.stderr)
    return 1
