"""Bring the templates and translations up to the texts of the code."""

import subprocess
from pathlib import Path

from . import odoo
from .addons import addons, installable
from .errors import HostError
from .layout import ROOT, STATE, VENV
from .template import WorkCopy

# The exporter knows the texts of an addon's code only where all addons are in one folder.
FLAT = STATE / "flat"
CONFIG = STATE / "flat.conf"


def update() -> None:
    """Export every template from a fresh installation, then merge the translations."""
    odoo.prepare()
    flatten()
    with WorkCopy() as database:
        command = ["i18n", "export", "-c", CONFIG, "-d", database, "-l", "pot", "--"]
        program = [VENV / "bin" / "python", odoo.PROGRAM, *command, *installable()]
        call(program, "the templates were not exported")
    merge = [VENV / "bin" / "python", ROOT / "docs" / "merge_translations.py"]
    call(merge, "the translations were not merged")


def flatten() -> None:
    """Make one folder of all addons, and the settings that name it."""
    FLAT.mkdir(exist_ok=True)
    for old in FLAT.iterdir():
        old.unlink()
    for name, addon in addons().items():
        (FLAT / name).symlink_to(addon)
    text = odoo.TEST_CONFIG.read_text()
    lines = [line for line in text.splitlines() if not line.startswith("addons_path")]
    CONFIG.touch(mode=0o600)
    CONFIG.write_text("\n".join([*lines, f"addons_path = {FLAT}"]) + "\n")


def call(command: list, problem: str) -> None:
    """Run a program in this environment; what it prints is shown."""
    arguments: list[str | Path] = list(command)
    if subprocess.run(arguments, env=odoo.variables(CONFIG), cwd=ROOT).returncode:
        raise HostError(f"{problem}: see the lines above")
