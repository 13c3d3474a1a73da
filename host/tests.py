"""Run the tests of the addons in Odoo, on a copy of the template database."""

import subprocess

from . import odoo
from .addons import installable
from .database import WorkCopy, addons
from .layout import ROOT, VENV


def addon_folders() -> list[str]:
    """The addons that have tests."""
    return [
        str(addons()[name].relative_to(ROOT))
        for name in installable()
        if any((addons()[name] / "tests").glob("test_*.py"))
    ]


def pytest_odoo(arguments: list[str]) -> int:
    """Run pytest-odoo on a fresh copy; without a path, on every addon with tests."""
    with WorkCopy() as database:
        command = [
            str(VENV / "bin" / "python"),
            "-m",
            "pytest",
            f"--odoo-config={odoo.TEST_CONFIG}",
            f"--odoo-database={database}",
            "--odoo-http",
            *arguments,
        ]
        env = odoo.variables(odoo.TEST_CONFIG)
        return subprocess.run(command, env=env).returncode
