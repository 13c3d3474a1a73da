"""Databases that appear whole or not at all, and their copies."""

import os
import shutil
from pathlib import Path

from . import odoo, postgres
from .errors import HostError
from .files import appearing, need_space, say
from .layout import DATA, LOGS, STATE, TOOLS
from .process import run

FILESTORE = DATA / "filestore"
ONCE = ("--stop-after-init", "--no-http", "--max-cron-threads=0")


def names() -> list[str]:
    """The databases of this checkout."""
    found = postgres.query("SELECT datname FROM pg_database WHERE NOT datistemplate")
    return [name for name in found if name.startswith(postgres.own(""))]


def drop(name: str) -> None:
    """Remove a database with its files; nothing happens when there is none."""
    postgres.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def duplicate(source: str, name: str) -> None:
    """Copy a database with its files, which Odoo never changes: links will do."""
    drop(name)
    if (FILESTORE / source).is_dir():
        shutil.copytree(FILESTORE / source, FILESTORE / name, copy_function=link)
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


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


def dump(name: str, folder: Path) -> None:
    """Keep a database and its files in the cache."""
    with appearing(folder) as partial:
        copy = [
            TOOLS / "pg_dump",
            "--format=custom",
            f"--file={partial / 'dump'}",
            name,
        ]
        run(copy, "keeping the base database", env=postgres.address())
        if (FILESTORE / name).is_dir():
            shutil.copytree(FILESTORE / name, partial / "filestore")


def restore(folder: Path, name: str) -> bool:
    """Take a database out of the cache; False when it cannot be read."""
    say("taking the base database from the cache")
    partial = f"{name}_partial"
    drop(partial)
    postgres.query(f'CREATE DATABASE "{partial}" TEMPLATE template0')
    copy = [TOOLS / "pg_restore", "--jobs=2", "--no-owner", f"--dbname={partial}"]
    try:
        run([*copy, folder / "dump"], "reading the dump", env=postgres.address())
    except HostError as error:
        say(f"WARNING: {error}: it is built anew")
        drop(partial)
        return False
    if (folder / "filestore").is_dir():
        shutil.copytree(folder / "filestore", FILESTORE / partial)
    rename(partial, name)
    return True
