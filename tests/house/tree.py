"""What the tree holds: files, addons, syntax trees, records. Found, listed nowhere."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from host.addons import addons, manifest
from host.layout import ROOT

ADDONS: dict[str, Path] = addons()
ENGINE = "customer_analytics"
MANIFESTS: dict[str, dict] = {name: manifest(path) for name, path in ADDONS.items()}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    paths = {ROOT / name for name in listed.decode().split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def files_in(folder: Path, *suffixes: str) -> list[Path]:
    """The files below a folder with one of some suffixes, all of them without one."""
    inside = (path for path in files() if path.is_relative_to(folder))
    return [path for path in inside if not suffixes or path.suffix in suffixes]


def label(path: Path) -> str:
    """A file's name in messages and test identifiers."""
    return path.relative_to(ROOT).as_posix()


def addon_of(path: Path) -> str:
    """The addon that a file belongs to, empty for none."""
    return next(
        (name for name, addon in ADDONS.items() if path.is_relative_to(addon)), ""
    )


def addon_files(*suffixes: str) -> list[Path]:
    """The files of all addons with one of some suffixes."""
    return [path for path in files_in(ROOT, *suffixes) if addon_of(path)]


def is_test(path: Path) -> bool:
    """Whether a file of an addon is one of its tests."""
    return "tests" in path.relative_to(ROOT).parts


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@cache
def xml(path: Path) -> etree._Element:
    """The root element of an XML file."""
    return etree.parse(str(path)).getroot()


def records(path: Path, model: str = "") -> Iterator[etree._Element]:
    """The records of a data file, of one model or of all."""
    for record in xml(path).iter("record"):
        if not model or record.get("model") == model:
            yield record


def value(record: etree._Element, field: str) -> str | None:
    """What a record's field is set to, by text, reference or expression."""
    element = record.find(f"field[@name='{field}']")
    if element is None:
        return None
    written = element.get("ref") or element.get("eval") or element.text
    return (written or "").strip()


class Model(NamedTuple):
    """A class that defines or extends a model."""

    name: str
    kind: str  # Model, TransientModel or AbstractModel
    is_new: bool
    fields: frozenset[str]
    parents: tuple[str, ...]
    line: int


def models_in(tree: ast.Module) -> Iterator[Model]:
    """The model classes of a file, in their order."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        kind = next((kind for base in node.bases if (kind := model_kind(base))), "")
        if not kind:
            continue
        constants = class_constants(node)
        inherited = constants.get("_inherit", ())
        inherited = (inherited,) if isinstance(inherited, str) else tuple(inherited)
        name = constants.get("_name") or (inherited[0] if inherited else "")
        yield Model(
            name=name,
            kind=kind,
            is_new=name not in inherited,
            fields=frozenset(constants["fields"]),
            parents=tuple(parent for parent in inherited if parent != name),
            line=node.lineno,
        )


def model_kind(base: ast.expr) -> str:
    """Which of the ORM's base classes an expression names, empty for another."""
    dotted = ast.unparse(base)
    kinds = ("Model", "TransientModel", "AbstractModel")
    return next((kind for kind in kinds if dotted == f"models.{kind}"), "")


def class_constants(node: ast.ClassDef) -> dict:
    """A class's literal attributes, and under ``fields`` the names of its fields."""
    found: dict = {"fields": []}
    for statement in node.body:
        if not (isinstance(statement, ast.Assign) and len(statement.targets) == 1):
            continue
        name = ast.unparse(statement.targets[0])
        try:
            found[name] = ast.literal_eval(statement.value)
        except ValueError:
            if is_field(statement.value):
                found["fields"].append(name)
    return found


def is_field(expression: ast.expr) -> bool:
    """Whether an expression makes a field of a model."""
    return isinstance(expression, ast.Call) and ast.unparse(expression.func).startswith(
        "fields."
    )


@cache
def models() -> tuple[tuple[Path, Model], ...]:
    """Every model class of our addons with its file; test files are left out."""
    return tuple(
        (path, model)
        for path in addon_files(".py")
        if not is_test(path)
        for model in models_in(syntax(path))
    )
