"""Odoo's own source: Debian's package unpacked in the cache, or one that is there."""

import hashlib
import os
import re
import subprocess
from pathlib import Path

from .debian import Apt, unpack
from .errors import HostError
from .files import appearing, locked, need_space, passing, ready, say
from .layout import cache

SERIES = "19.0"
PACKAGE = "odoo-19"
PINNED = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
# Two fonts come from bookworm: sid's have moved the files that Odoo links to.
COMPANIONS = [
    "libjs-jquery/sid",
    "libjs-jquery-form/sid",
    "libjs-underscore/sid",
    "fonts-roboto-unhinted/sid",
    "fonts-montserrat/sid",
    "fonts-ocr-b/sid",
    "fonts-font-awesome/bookworm",
    "fonts-inconsolata/bookworm",
]
# 837 MB of translations: English and Italian are kept.
LEAVE_OUT = (
    "*/i18n*/[a-df-hj-z]*.po",
    "*/i18n*/e[a-mo-z]*.po",
    "*/i18n*/i[a-su-z]*.po",
    "./usr/lib/python3/dist-packages/addons",
    "./usr/lib/python3/dist-packages/doc",
    "./usr/lib/python3/dist-packages/setup",
    "./etc",
    "./usr/share/doc",
    "./usr/share/man",
)
# Not free software, so not in Debian's package, but listed in mail's assets: without
# it every browser page logs an error. Blurring the camera is all it is for.
STUB = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def source_root() -> Path:
    """The folder that holds the package `odoo`, fetched if need be."""
    named = os.environ.get("ODOO_BIN")
    if named:
        return named_source(Path(named).expanduser())
    tree = cache() / f"odoo-{SERIES}-1"
    if not ready(tree):
        with locked(cache() / "lock"):
            if not ready(tree):
                fetch(tree)
    return tree / "usr/lib/python3/dist-packages"


def identity() -> str:
    """What tells this Odoo from another; a checkout that was updated is another."""
    if not os.environ.get("ODOO_BIN"):
        return PACKAGE
    root = source_root()
    moments = [root / ".git" / "logs" / "HEAD", root / "odoo" / "release.py"]
    known = [str(path.stat().st_mtime_ns) for path in moments if path.exists()]
    return " ".join([str(root), *known])


def named_source(program: Path) -> Path:
    """The source of an Odoo that is already there; only its source is used.

    It runs with our pinned packages, so that it does not matter what else is
    installed beside it. Its folder is the one of the program (a checkout), or the
    one that the program's own interpreter imports `odoo` from (a package).
    """
    if not program.is_file():
        raise HostError(f"ODOO_BIN={program} is not a file: name odoo-bin itself")
    root = program.resolve().parent
    if not (root / "odoo" / "release.py").is_file():
        root = imported_from(program)
    release = (root / "odoo" / "release.py").read_text()
    found = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release)
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise HostError(f"ODOO_BIN={program} is Odoo {series}; this is for {SERIES}")
    if not (root / "odoo" / STUB).is_file() and not (root / STUB).is_file():
        say(f"this Odoo lacks {STUB}: browser pages will log an error for it")
    return root


def imported_from(program: Path) -> Path:
    """Ask the interpreter of a program's first line where it finds `odoo`."""
    first = program.read_bytes().split(b"\n", 1)[0].decode(errors="replace")
    interpreter = first[2:].split() if first.startswith("#!") else []
    probe = "import odoo.release as r; print(r.__file__)"
    try:
        done = subprocess.run(
            [*interpreter, "-c", probe], capture_output=True, text=True, cwd="/"
        )
        path = Path(done.stdout.strip())
    except (OSError, IndexError):
        path = Path()
    if not interpreter or not path.is_file():
        raise HostError(f"ODOO_BIN={program} leads to no Odoo: name its odoo-bin")
    return path.parent.parent


def fetch(tree: Path) -> None:
    """Download Debian's Odoo and what its links point to; unpack it."""
    need_space(cache(), 2)
    say("fetching Odoo from Debian (about 125 MB)")
    apt = Apt()
    apt.update()
    version = apt.candidate(PACKAGE)
    if not version.startswith(f"{SERIES}."):
        raise HostError(
            f"Debian offers {PACKAGE} {version or '(none)'} and {SERIES} is needed: "
            f"name an Odoo {SERIES} with ODOO_BIN=/path/to/odoo-bin"
        )
    with passing(cache() / "debs") as folder:
        debs = apt.download([PACKAGE, *COMPANIONS], folder)
        odoo = next(deb for deb in debs if deb.name.startswith(PACKAGE))
        if hashlib.sha256(odoo.read_bytes()).hexdigest() != PINNED:
            say(f"warning: {PACKAGE} {version} is newer than the one this was tried on")
        with appearing(tree) as partial:
            unpack(debs, partial, LEAVE_OUT)
            stub = partial / "usr/lib/python3/dist-packages/odoo" / STUB
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("// left out of Debian's package; see host/source.py\n")
