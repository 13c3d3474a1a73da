"""The databases that tests and the demo start from, each made once.

base_*      Odoo's own addons that ours stand on, with Italian; a dump of it is in the
            cache, so that another checkout has it in seconds
template_*  all of our addons on top of it
scored_*    the demo's companies on top of that
work_*      a copy for one run of tests, dropped when the run ends
"""

import contextlib
import hashlib
import os
import re
import shutil

from . import postgres
from .addons import addons, checksum, checksums, closure, installable, manifest
from .database import build, drop, dump, duplicate, names, rename, restore
from .files import locked, ready, say
from .layout import LOGS, ROOT, STATE, cache, recall, remember
from .postgres import own
from .process import alive
from .source import identity, source_root

LANGUAGE = "it_IT"
# Every database has its own; sessions are signed with the second.
FRESH_SECRETS = """UPDATE ir_config_parameter SET value = gen_random_uuid()::text
    WHERE key IN ('database.uuid', 'database.secret')"""


def alone() -> contextlib.AbstractContextManager:
    """Hold the databases that all runs in this checkout share."""
    return locked(STATE / "database.lock")


def fingerprint(*parts) -> str:
    """A short name for whatever a database was made from."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def available(wanted: set[str]) -> set[str]:
    """Those of some addons that this Odoo has."""
    folders = [source_root() / "odoo" / "addons", source_root() / "addons"]
    return {
        name for name in wanted if any((folder / name).is_dir() for folder in folders)
    }


def host_addons() -> list[str]:
    """The addons of Odoo that ours are built on."""
    ours = addons()
    needed = {name for addon in ours.values() for name in manifest(addon)["depends"]}
    return sorted(available(needed - set(ours)) | {"base"})


def own_addons() -> list[str]:
    """Ours, but those that stand on what this Odoo does not have, which are named."""
    ours = addons()
    missing = {}
    for name in installable():
        below = {n for part in closure(name) for n in manifest(ours[part])["depends"]}
        missing[name] = below - set(ours) - available(below)
    for name in filter(missing.get, missing):
        say(f"WARNING: {name} is left out: no {', '.join(missing[name])} here")
    return [name for name in installable() if not missing[name]]


def base() -> str:
    """Odoo's own addons, from the dump in the cache if there is one. Call it alone."""
    python = (ROOT / "requirements.lock").read_bytes()
    name = own(f"base_{fingerprint(host_addons(), identity(), python, LANGUAGE)}")
    if name in names():
        return name
    drop_all("base")
    dumped = cache() / f"{name}-pg{postgres.MAJOR}"
    if ready(dumped) and not postgres.is_foreign() and restore(dumped, name):
        postgres.query(FRESH_SECRETS, name)
        return name
    say("building the base database (Odoo's own addons)")
    language = [f"--load-language={LANGUAGE}"]
    build(name, host_addons(), log="install-base.log", options=language)
    with locked(cache() / "lock"):
        if not postgres.is_foreign():
            dump(name, dumped)
            forget_old_dumps()
    return name


def forget_old_dumps(kept: int = 3) -> None:
    """Keep the last dumps only: other checkouts may be a few changes behind."""
    dumps = sorted(cache().glob("base_*-pg*"), key=lambda path: path.stat().st_mtime)
    for old in dumps[:-kept]:
        shutil.rmtree(old, ignore_errors=True)


def template() -> str:
    """All of our addons; `install.log` tells of the last installation.

    Call it alone, and copy the database before you let go.
    """
    start = base()
    name = own(f"template_{fingerprint(start, checksums(), own_addons())}")
    if name in names() and (LOGS / "install.log").exists():
        return name
    drop_all("template")
    say("building the template database (our addons)")
    build(name, own_addons(), start=start, log="install.log")
    return name


def drop_all(kind: str) -> None:
    """Remove the databases of one kind: only the last is kept."""
    for name in names():
        if re.fullmatch(rf"{own(kind)}_[0-9a-f]{{12}}(_partial)?", name):
            drop(name)


def install_template() -> None:
    """Have the template there and its installation in the log."""
    with alone():
        template()


def install_alone(name: str) -> None:
    """Install one addon where nothing else is; not again while nothing changed."""
    parts = {part: checksum(addons()[part]) for part in sorted(closure(name))}
    mark = fingerprint(parts, identity())
    log = f"install-{name}.log"
    if recall(f"alone_{name}") == mark and (LOGS / log).exists():
        return
    with alone():
        if own("bare") not in names():
            build(own("bare"), ["base"], log="bare.log")
        say(f"installing {name} alone")
        build(own("alone"), [name], start=own("bare"), log=log)
        drop(own("alone"))
        remember(**{f"alone_{name}": mark})


def scored(companies) -> str:
    """A copy of a database with the demo's companies, made again when code changed."""
    with alone():
        source = template()
        name = own(f"scored_{fingerprint(source)}")
        if name not in names():
            drop_all("scored")
            duplicate(source, f"{name}_partial")
            companies(f"{name}_partial")
            rename(f"{name}_partial", name)
        duplicate(name, own("e2e"))
    return own("e2e")


class WorkCopy:
    """A copy of the template for one run of tests; it goes when the run ends."""

    def __init__(self):
        self.name = own(f"work_{os.getpid()}")

    def __enter__(self) -> str:
        with alone():
            for name in names():
                found = re.fullmatch(rf"{own('work')}_(\d+)", name)
                if found and not alive(int(found[1]), "host"):
                    drop(name)
            duplicate(template(), self.name)
        return self.name

    def __exit__(self, *_exception) -> None:
        drop(self.name)
