"""Run the tests of the addons in Odoo, on a copy of the template database."""

import subprocess
from pathlib import Path

from . import odoo
from .addons import addons, installable
from .errors import HostError
from .layout import ROOT, VENV
from .server import WebClient
from .template import WorkCopy


def addon_folders() -> list[str]:
    """The addons that have tests."""
    return [
        str(addons()[name] / "tests")
        for name in installable()
        if any((addons()[name] / "tests").glob("test_*.py"))
    ]


# Each process takes a test class at a time, on a copy of the database of its own. Tours
# wait for a browser that wants both cores: they come afterwards, one by one.
IN_PARALLEL = ["-n", "2", "--dist", "loadscope", "--ignore-glob=*/test_ui.py"]


def tours(folders: list[str]) -> list[str]:
    """The test files that drive a browser."""
    return [str(path) for folder in folders for path in Path(folder).glob("test_ui.py")]


def command(database: str) -> list:
    """pytest-odoo on a database."""
    return [
        VENV / "bin" / "python",
        "-m",
        "pytest",
        f"--odoo-config={odoo.TEST_CONFIG}",
        f"--odoo-database={database}",
        "--odoo-http",
    ]


def pytest_odoo(arguments: list[str]) -> int:
    """Run pytest-odoo on a fresh copy; without a path, on every addon with tests."""
    with WorkCopy() as database:
        env = odoo.variables(odoo.TEST_CONFIG)
        return subprocess.run([*command(database), *arguments], env=env).returncode


def browser_variables(client: WebClient) -> dict[str, str]:
    """What a script needs to drive the web client: its address and how to log in."""
    return {
        **odoo.variables(),
        "CUSTOMER_INTELLIGENCE_URL": client.url,
        "CUSTOMER_INTELLIGENCE_DATABASE": client.database,
        "CUSTOMER_INTELLIGENCE_LOGIN": "admin",
        "CUSTOMER_INTELLIGENCE_PASSWORD": "admin",
    }


def screenshots(client: WebClient) -> None:
    """Take the pictures of the read-me from the served demo."""
    script = ROOT / "tests" / "e2e" / "screenshots.py"
    if not script.exists():
        raise HostError("tests/e2e/screenshots.py is missing: fetch a whole checkout")
    done = subprocess.run(
        [VENV / "bin" / "python", script], env=browser_variables(client), cwd=ROOT
    )
    if done.returncode:
        raise HostError("the screenshots were not taken: see the lines above")
