"""Our own addons: found in the tree, listed nowhere."""

import ast
import hashlib
from pathlib import Path

from .layout import ROOT

FOLDERS = (ROOT, ROOT / "addons")


def addons() -> dict[str, Path]:
    """Every addon of this repository by name: a folder with a manifest."""
    found = {}
    for folder in FOLDERS:
        for manifest in sorted(folder.glob("*/__manifest__.py")):
            found[manifest.parent.name] = manifest.parent
    return found


def addons_path() -> str:
    """The folders of our addons, as Odoo wants them; its own it knows."""
    return ",".join(str(folder) for folder in FOLDERS)


def manifest(addon: Path) -> dict:
    """What an addon declares."""
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def installable() -> list[str]:
    """The addons that can be installed, in a stable order."""
    return [name for name, addon in addons().items() if is_installable(addon)]


def is_installable(addon: Path) -> bool:
    """Whether an addon offers itself."""
    return manifest(addon).get("installable", True)


def products() -> list[str]:
    """What a user installs by itself: the addons at the root of the tree."""
    return [name for name in installable() if addons()[name].parent == ROOT]


def closure(name: str) -> set[str]:
    """An addon and those of ours that it stands on."""
    below = [
        closure(other)
        for other in manifest(addons()[name])["depends"]
        if other in addons()
    ]
    return {name}.union(*below)


def is_installed(name: Path) -> bool:
    """Whether a file of an addon counts: tests, caches and compiled code do not."""
    return name.parts[0] != "tests" and not any(
        part.startswith(".") or part == "__pycache__" or part.endswith(".pyc")
        for part in name.parts
    )


def checksum(addon: Path) -> str:
    """A short name for the contents of an addon, without its tests and leftovers."""
    summed = hashlib.sha256()
    for path in sorted(addon.rglob("*")):
        name = path.relative_to(addon)
        if path.is_dir() or not is_installed(name):
            continue
        summed.update(str(name).encode() + b"\0")
        summed.update(path.read_bytes())
    return summed.hexdigest()[:16]


def checksums() -> dict[str, str]:
    """The checksum of every addon."""
    return {name: checksum(addon) for name, addon in addons().items()}
