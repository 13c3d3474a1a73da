"""The databases that tests and the demo start from, each made once.

base_*      Odoo's own addons that ours stand on, with Italian
template_*  all of our addons on top of it
scored_*    the demo's companies on top of that
work_*      a copy for one run of tests, dropped when the run ends

The names end in a digest of what they were made from. Dumps of the first and third kind
are kept in the cache: another checkout of the same code has them in seconds.
"""

import contextlib
import datetime
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

# The first is the default of every user.
LANGUAGES = "en_US,it_IT"
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


def base_name() -> str:
    """What the base database is made from."""
    python = (ROOT / "requirements.lock").read_bytes()
    return own(f"base_{fingerprint(host_addons(), identity(), python, LANGUAGES)}")


def base() -> str:
    """Odoo's own addons, with Italian. Call it alone."""
    name = base_name()
    if name not in names() and not taken_from_cache(name):
        say("building the base database (Odoo's own addons)")
        language = [f"--load-language={LANGUAGES}"]
        build(name, host_addons(), log="install-base.log", options=language)
        keep_in_cache(name)
    return name


def template() -> str:
    """All of our addons; `install.log` tells of the last installation.

    Call it alone, and copy the database before you let go.
    """
    start = base()
    name = own(f"template_{fingerprint(start, checksums(), own_addons())}")
    if name not in names() or not (LOGS / "install.log").exists():
        say("building the template database (our addons)")
        drop_all("template")
        build(name, own_addons(), start=start, log="install.log")
    return name


def scored(companies, copy: str = "") -> None:
    """Have a database with the demo's companies, built once a day and change, and a copy.

    It takes minutes, in which others may use the other databases.
    """
    with locked(STATE / "scored.lock"):
        today = datetime.date.today().isoformat()
        parts = (base_name(), checksums(), own_addons(), today)
        name = own(f"scored_{fingerprint(*parts)}")
        if name not in names() and not taken_from_cache(name):
            drop_all("scored")
            with alone():
                duplicate(template(), f"{name}_partial")
            companies(f"{name}_partial")
            rename(f"{name}_partial", name)
            keep_in_cache(name)
        if copy:
            duplicate(name, copy)


def taken_from_cache(name: str) -> bool:
    """Take a database from the cache if it was kept there."""
    drop_all(kind(name))
    dumped = cache() / f"{name}-pg{postgres.MAJOR}"
    found = not postgres.is_foreign() and ready(dumped) and restore(dumped, name)
    if found:
        postgres.query(FRESH_SECRETS, name)
    return found


def keep_in_cache(name: str, kept: int = 3) -> None:
    """Keep a database for other checkouts, and the last few of its kind."""
    if postgres.is_foreign():
        return
    with locked(cache() / "lock"):
        dump(name, cache() / f"{name}-pg{postgres.MAJOR}")
        dumps = sorted(
            cache().glob(f"{kind(name)}_*-pg*"), key=lambda path: path.stat().st_mtime
        )
        for old in dumps[:-kept]:
            shutil.rmtree(old, ignore_errors=True)


def kind(name: str) -> str:
    """The first word of a database's name."""
    return name.removeprefix(own("")).split("_")[0]


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


class WorkCopy:
    """A copy of the template for one run of tests; it goes when the run ends."""

    def __init__(self):
        self.name = own(f"work_{os.getpid()}")

    def __enter__(self) -> str:
        with alone():
            for name in names():
                found = re.fullmatch(rf"{own('work')}_(\d+)(-gw\d+)?", name)
                if found and not alive(int(found[1]), "host"):
                    drop(name)
            duplicate(template(), self.name)
        return self.name

    def __exit__(self, *_exception) -> None:
        drop(self.name)
