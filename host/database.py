"""Databases that appear whole or not at all, and copies of them for tests."""

import contextlib
import hashlib
import os
import re
import shutil

from . import odoo, postgres
from .addons import addons, checksum, checksums, closure, installable, manifest
from .files import locked, need_space, say
from .layout import DATA, LOGS, ROOT, STATE, recall, remember
from .process import alive
from .source import source_root

FILESTORE = DATA / "filestore"
ONCE = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


def names() -> list[str]:
    """The databases of the server."""
    return postgres.query("SELECT datname FROM pg_database WHERE NOT datistemplate")


def drop(name: str) -> None:
    """Remove a database with its files; nothing happens when there is none."""
    postgres.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def duplicate(source: str, name: str) -> None:
    """Copy a database with its files, which Odoo never changes: links will do."""
    drop(name)
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    if (FILESTORE / source).is_dir():
        shutil.copytree(FILESTORE / source, FILESTORE / name, copy_function=link)


def link(source: str, target: str) -> None:
    """Link a file, or copy it where links cannot be made."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def build(name: str, wanted: list[str], *, start: str = "", log: str, options=()):
    """Install addons into a new database, which gets its name when all went well."""
    need_space(STATE, 1)
    partial = f"{name}_partial"
    if start:
        duplicate(start, partial)
    else:
        drop(partial)
    (LOGS / log).unlink(missing_ok=True)
    odoo.odoo(
        ["-d", partial, "-i", ",".join(wanted), *options, *ONCE],
        f"installing {', '.join(wanted)}",
        config=odoo.TEST_CONFIG,
        log=log,
    )
    rename(partial, name)


def rename(name: str, target: str) -> None:
    """Give a database its final name; its files first, so that it is whole then."""
    drop(target)
    if (FILESTORE / name).is_dir():
        (FILESTORE / name).rename(FILESTORE / target)
    postgres.query(f'ALTER DATABASE "{name}" RENAME TO "{target}"')


def fingerprint(*parts) -> str:
    """A short name for whatever a database was made from."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def host_addons() -> list[str]:
    """The addons of Odoo that ours are built on."""
    ours = addons()
    needed = {name for addon in ours.values() for name in manifest(addon)["depends"]}
    return sorted(available(needed - set(ours)) | {"base"})


def available(wanted: set[str]) -> set[str]:
    """Those of some addons that this Odoo has."""
    root = source_root()
    folders = [root / "odoo" / "addons", root / "addons"]
    return {
        name for name in wanted if any((folder / name).is_dir() for folder in folders)
    }


def alone() -> contextlib.AbstractContextManager:
    """Hold the databases that all runs in this checkout share."""
    return locked(STATE / "database.lock")


def template() -> str:
    """A database with every addon installed; made again only when something changed.

    It stands on a second one that holds Odoo's own addons, so that a change of ours
    costs the installation of ours. `install.log` tells of the last installation.
    Call it alone, and copy it before you let go.
    """
    python = (ROOT / "requirements.lock").read_bytes()
    base = f"base_{fingerprint(host_addons(), str(source_root()), python)}"
    ours = f"template_{fingerprint(base, checksums(), installable())}"
    known = set(names())
    if ours in known and (LOGS / "install.log").exists():
        return ours
    for old in known:
        if re.match(r"(base|template)_[0-9a-f]{12}", old) and old != base:
            drop(old)
    if base not in known:
        say("building the base database (Odoo's own addons)")
        build(base, host_addons(), log="install-base.log")
    say("building the template database (our addons)")
    build(ours, installable(), start=base, log="install.log")
    return ours


def install_template() -> None:
    """Have the template there and its installation in the log."""
    with alone():
        template()


def install_alone(name: str) -> None:
    """Install one addon where nothing else is; not again while nothing changed."""
    parts = {part: checksum(addons()[part]) for part in sorted(closure(name))}
    mark = fingerprint(parts, str(source_root()))
    log = f"install-{name}.log"
    if recall(f"alone_{name}") == mark and (LOGS / log).exists():
        return
    with alone():
        if "bare" not in names():
            build("bare", ["base"], log="bare.log")
        say(f"installing {name} alone")
        build(f"alone_{name}", [name], start="bare", log=log)
        drop(f"alone_{name}")
        remember(**{f"alone_{name}": mark})


def scored(companies) -> str:
    """A copy of a database with the demo's companies, made again when code changed."""
    with alone():
        source = template()
        wanted = f"scored_{fingerprint(source)}"
        known = set(names())
        if wanted not in known:
            for old in known:
                if old.startswith("scored_"):
                    drop(old)
            duplicate(source, f"{wanted}_partial")
            companies(f"{wanted}_partial")
            rename(f"{wanted}_partial", wanted)
        duplicate(wanted, "e2e")
    return "e2e"


class WorkCopy:
    """A copy of the template for one run of tests; it goes when the run ends."""

    def __init__(self):
        self.name = f"work_{os.getpid()}"

    def __enter__(self) -> str:
        with alone():
            for name in names():
                found = re.match(r"work_(\d+)", name)
                if found and not alive(int(found[1]), "host"):
                    drop(name)
            duplicate(template(), self.name)
        return self.name

    def __exit__(self, *_exception) -> None:
        drop(self.name)
