"""The import contract (README, Contributing): what each room of the house may know."""

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tree import ADDONS, ENGINE, MANIFESTS, addon_of, files_in, label, syntax

from host.layout import ROOT

SCIENCE = ("numpy", "scipy", "pandas", "sklearn", "statsmodels", "threadpoolctl")
# What Odoo itself is built on; an addon may use it without saying so.
HOST_LIBRARIES = ("babel", "dateutil", "lxml", "markupsafe", "psycopg2", "pytz")
ENGINE_ROOMS = ("stats", "value", "opinion", "campaign", "forecast")
# Measures of how good a prediction was: they judge numbers and make none.
JUDGES = (
    f"{ENGINE}.value.accuracy.validation",
    f"{ENGINE}.value.accuracy.probability_scores",
)
WALLS = (f"{ENGINE}.errors", f"{ENGINE}.frames")
ANYTHING = ("*",)


class Imported(NamedTuple):
    """One imported name by its full path; some are seen by a type checker only."""

    line: int
    path: str
    is_for_types: bool = False


class Room(NamedTuple):
    """What the files of a room may import besides the standard library, and never."""

    may: tuple[str, ...]
    never: tuple[str, ...] = ()
    for_types: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()  # exceptions from never


def within(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}.") for prefix in prefixes)


def imports(tree: ast.Module, package: str) -> list[Imported]:
    """Every import of a module of ``package``; our own addons lose ``odoo.addons.``."""
    typed = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            paths = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            if node.level:
                parts = package.split(".")
                above = parts[: len(parts) - node.level + 1]
                origin = ".".join([*above, origin] if origin else above)
            paths = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        found += [Imported(node.lineno, own(path), id(node) in typed) for path in paths]
    return found


def own(path: str) -> str:
    """Shorten ``odoo.addons.<ours>`` to ``<ours>``: the engine has both names."""
    short = path.removeprefix("odoo.addons.")
    return short if short.split(".")[0] in ADDONS else path


def package_of(path: Path) -> str:
    name = addon_of(path)
    if not name:
        return ".".join(path.relative_to(ROOT).parts[:-1])
    return ".".join([name, *path.relative_to(ADDONS[name]).parts[:-1]])


def room_of(path: Path) -> Room | None:
    """The rules for a file; None where the house has not decided yet."""
    name = addon_of(path)
    if not name:
        return outside(path.relative_to(ROOT).parts)
    parts = path.relative_to(ADDONS[name]).parts
    if "tests" in parts:
        # numbers are checked where they are made, in tests/engine
        arithmetic = [package for package in SCIENCE if package != "pandas"]
        rooms = [f"{ENGINE}.{room}" for room in ENGINE_ROOMS]
        return Room(may=ANYTHING, never=(*arithmetic, *rooms), despite=JUDGES)
    return engine_room(parts) if name == ENGINE else addon_room(name, parts)


def outside(parts: tuple[str, ...]) -> Room | None:
    if parts == ("host", "replay.py"):
        return Room(may=("host", "pytest"))  # a plugin of pytest
    if parts[0] == "host":
        return Room(may=("host",))  # it runs before anything is installed
    if parts[:2] == ("tests", "engine"):
        return Room(may=ANYTHING, never=("odoo", *(a for a in ADDONS if a != ENGINE)))
    if parts[:2] == ("tests", "house"):
        return Room(may=ANYTHING, never=("odoo", *ADDONS))
    return Room(may=ANYTHING)


def engine_room(parts: tuple[str, ...]) -> Room | None:
    if parts[-1] in ("__init__.py", "__manifest__.py"):
        return Room(may=())
    if parts == ("gateway.py",):
        return Room(may=("odoo.tools", "pandas"), for_types=("odoo.sql_db",))
    if parts in (("frames.py",), ("errors.py",)):
        return Room(may=("numpy", *WALLS), for_types=("pandas",))
    if parts[0] in ENGINE_ROOMS and len(parts) in (2, 3):
        rooms = {f"{ENGINE}.stats", f"{ENGINE}.{parts[0]}"}
        return Room(may=(*SCIENCE, *WALLS, *rooms))
    return None


def addon_room(name: str, parts: tuple[str, ...]) -> Room | None:
    """Rooms of an ordinary addon; it knows itself and what its manifest names."""
    depends = MANIFESTS[name].get("depends", [])
    known = [other if other in ADDONS else f"odoo.addons.{other}" for other in depends]
    odoo = ("odoo", *HOST_LIBRARIES, name, *known)
    strangers = tuple(f"{other}.models" for other in known)
    if parts[0] in ("wizards", "controllers"):
        sql = ("odoo.tools.SQL", "odoo.tools.sql")
        return Room(may=odoo, never=(ENGINE, *sql, *strangers))
    if parts[0] == "report":
        return Room(may=odoo, never=(ENGINE, *strangers))
    return Room(may=odoo, never=strangers)


def violations(tree: ast.Module, package: str, room: Room | None) -> list[str]:
    """What a module imports against the rules of its room."""
    if room is None:
        return ["no rule says what this file may import: add it to room_of"]
    return [
        f"line {imported.line}: {imported.path}"
        for imported in imports(tree, package)
        if not is_allowed(imported, room)
    ]


def is_allowed(imported: Imported, room: Room) -> bool:
    path = imported.path
    may = room.may + (room.for_types if imported.is_for_types else ())
    if within(path, room.never) and not within(path, room.despite):
        return False
    if may == ANYTHING or path.split(".")[0] in sys.stdlib_module_names:
        return True
    if path.startswith("odoo.addons."):  # a namespace: each is named
        may = tuple(prefix for prefix in may if prefix.startswith("odoo.addons."))
    return within(path, may)


MODULES = [*files_in(ROOT / "host", ".py"), *files_in(ROOT / "tests", ".py")] + [
    path for addon in ADDONS.values() for path in files_in(addon, ".py")
]


@pytest.mark.parametrize("path", MODULES, ids=label)
def test_a_module_imports_only_what_its_room_may(path):
    assert violations(syntax(path), package_of(path), room_of(path)) == []


BAD = {
    "an engine room knows Odoo": (
        f"addons/{ENGINE}/value/x.py",
        "from odoo.tools import SQL",
    ),
    "an engine room knows another": (
        f"addons/{ENGINE}/value/x.py",
        "from ..opinion import scores",
    ),
    "an engine room knows the gateway": (
        f"addons/{ENGINE}/stats/x.py",
        "from .. import gateway",
    ),
    "stats know a room": (
        f"addons/{ENGINE}/stats/x.py",
        "from ..value.clv import continuous_rate",
    ),
    "the gateway knows an engine room": (
        f"addons/{ENGINE}/gateway.py",
        "from .value import clv",
    ),
    "the gateway knows models": (
        f"addons/{ENGINE}/gateway.py",
        "from odoo import models",
    ),
    "a room nobody has decided on": (f"addons/{ENGINE}/misc/x.py", ""),
    "a model does arithmetic": ("crm_scoring/models/x.py", "import numpy as np"),
    "a model bypasses the gateway": ("crm_scoring/models/x.py", "import pandas"),
    "a model goes to the net": ("crm_scoring/models/x.py", "import requests"),
    "a model takes an undeclared addon": (
        "crm_scoring/models/x.py",
        "from odoo.addons.sale import const",
    ),
    "a model takes another's class": (
        "crm_scoring/models/x.py",
        "from odoo.addons.crm.models.crm_lead import Lead",
    ),
    "a wizard knows the engine": (
        "crm_scoring/wizards/x.py",
        f"from odoo.addons.{ENGINE}.value import clv",
    ),
    "a controller writes SQL": (
        "crm_scoring/controllers/x.py",
        "from odoo.tools import SQL",
    ),
    "a report knows the engine": (
        "crm_scoring/report/x.py",
        f"from odoo.addons.{ENGINE} import gateway",
    ),
    "a bridge knows a third": (
        "addons/crm_scoring_sale/models/x.py",
        f"from odoo.addons.{ENGINE} import gateway",
    ),
    "an addon's test computes": ("crm_scoring/tests/x.py", "import numpy"),
    "an addon's test predicts": (
        "crm_scoring/tests/x.py",
        f"from odoo.addons.{ENGINE}.value import bgnbd",
    ),
    "an engine test knows Odoo": ("tests/engine/x.py", "import odoo"),
    "an engine test knows a model": (
        "tests/engine/x.py",
        "from odoo.addons.crm_scoring import models",
    ),
    "the host needs a package": ("host/x.py", "import requests"),
}


@pytest.mark.parametrize("name, source", BAD.values(), ids=BAD)
def test_the_contract_notices_when(name, source):
    path = ROOT / name
    assert violations(ast.parse(source), package_of(path), room_of(path))


def test_types_may_be_imported_for_the_type_checker_only():
    path = ROOT / "addons" / ENGINE / "gateway.py"
    source = "from typing import TYPE_CHECKING\n{}from odoo.sql_db import BaseCursor"
    for_types = ast.parse(source.format("if TYPE_CHECKING:\n    "))
    at_run_time = ast.parse(source.format(""))
    assert not violations(for_types, package_of(path), room_of(path))
    assert violations(at_run_time, package_of(path), room_of(path))


def test_a_bridge_joins_two_addons():
    for name, manifest in MANIFESTS.items():
        if manifest.get("auto_install"):
            assert len(manifest["depends"]) == 2, f"{name} joins {manifest['depends']}"


JS_IMPORT = re.compile(r"""(?:from|import|import\()\s*["']([^"']+)["']""")


def script_violations(source: str, addon: str) -> list[str]:
    """Imports of a script that are neither the web client's nor the addon's own."""
    allowed = ("@web/", "@odoo/", "@mail/", f"@{addon}/", "./", "../")
    return [path for path in JS_IMPORT.findall(source) if not path.startswith(allowed)]


SCRIPTS = [
    path
    for addon in ADDONS.values()
    for path in files_in(addon / "static" / "src", ".js")
]


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_a_script_imports_the_web_client_and_its_own_addon(path):
    assert script_violations(path.read_text(), addon_of(path)) == []


def test_the_contract_notices_a_script_that_imports_another_addon():
    imported = ("{x} from '@sale/js/x'", "{y} from '@web/core/y'", "'d3'")
    source = ";\n".join(f"import {what}" for what in imported)
    assert script_violations(source, "crm_scoring") == ["@sale/js/x", "d3"]
