"""Manifests: complete, alike, in order, and true to what the folder holds."""

import ast
import re
import sys
from pathlib import Path

import pytest
from lxml import etree
from tree import (
    ADDONS,
    ENGINE,
    MANIFESTS,
    addon_files,
    files_in,
    is_test,
    label,
    syntax,
)

from host.layout import ROOT

LICENCE = "LGPL-3"
VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
MANDATORY = ("name", "summary", "version", "author", "category", "license", "depends")
# odoo/modules/module.py, _DEFAULT_MANIFEST: saying them again says nothing.
DEFAULTS = {
    "application": False,
    "assets": {},
    "auto_install": False,
    "category": "Uncategorized",
    "cloc_exclude": [],
    "countries": [],
    "data": [],
    "demo": [],
    "depends": [],
    "description": "",
    "external_dependencies": {},
    "images": [],
    "installable": True,
    "live_test_url": "",
    "post_init_hook": "",
    "post_load": "",
    "pre_init_hook": "",
    "sequence": 100,
    "summary": "",
    "uninstall_hook": "",
    "website": "",
}
DATA_FOLDERS = ("security", "data", "views", "wizards", "report")
# Distribution of an import, where the two names differ.
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def missing_keys(manifest: dict) -> list[str]:
    return [key for key in MANDATORY if not manifest.get(key)]


def superfluous_keys(manifest: dict) -> list[str]:
    return [key for key, value in manifest.items() if DEFAULTS.get(key, ...) == value]


@pytest.mark.parametrize("name", ADDONS)
def test_a_manifest_says_all_it_must_and_nothing_twice(name):
    manifest = MANIFESTS[name]
    assert missing_keys(manifest) == []
    assert superfluous_keys(manifest) == []
    assert manifest["license"] == LICENCE
    assert VERSION.fullmatch(manifest["version"]), manifest["version"]


def test_a_poor_manifest_is_noticed():
    assert missing_keys({"name": "X", "summary": ""}) == list(MANDATORY[1:])
    assert superfluous_keys({"name": "X", "installable": True}) == ["installable"]
    assert not VERSION.fullmatch("1.0") and not VERSION.fullmatch("18.0.1.0.0")


def test_all_addons_have_one_author():
    assert len({manifest["author"] for manifest in MANIFESTS.values()}) == 1


@pytest.mark.parametrize("name", ADDONS)
def test_no_dependency_is_missing_or_turned_round(name):
    """Dependencies run one way, so that each product can be installed by itself."""
    order = [ENGINE, "crm_scoring", "crm_survey", "crm_campaign_plan"]
    depends = MANIFESTS[name]["depends"]
    if name in order:
        assert not set(order[order.index(name) :]) & set(depends)
    assert len(set(depends)) == len(depends)
    assert name not in depends


# === DATA FILES === #


def data_violations(addon: Path, manifest: dict) -> list[str]:
    """Files that the manifest names in vain, and files that it forgets."""
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    held = [
        path.relative_to(addon).as_posix()
        for folder in DATA_FOLDERS
        for path in sorted((addon / folder).rglob("*"))
        if path.suffix in (".xml", ".csv")
    ]
    wrong = [f"{name} does not exist" for name in named if not (addon / name).is_file()]
    wrong += [f"{name} is not loaded" for name in held if name not in named]
    wrong += [f"{name} is loaded twice" for name in set(named) if named.count(name) > 1]
    return wrong


@pytest.mark.parametrize("name", ADDONS)
def test_every_data_file_is_loaded_once(name):
    assert data_violations(ADDONS[name], MANIFESTS[name]) == []


def asset_violations(addons: dict[str, Path], manifest: dict) -> list[str]:
    """Patterns of assets in our addons that match no file."""
    paths = [
        item if isinstance(item, str) else item[-1]
        for bundle in manifest.get("assets", {}).values()
        for item in bundle
    ]
    wrong = []
    for path in paths:
        name, _slash, inside = path.lstrip("/").partition("/")
        if name in addons and not any(addons[name].glob(inside)):
            wrong.append(path)
    return wrong


@pytest.mark.parametrize("name", ADDONS)
def test_every_asset_exists(name):
    assert asset_violations(ADDONS, MANIFESTS[name]) == []


@pytest.mark.parametrize("name", ADDONS)
def test_every_script_and_style_is_in_a_bundle(name):
    addon = ADDONS[name]
    bundled = {
        path
        for bundle in MANIFESTS[name].get("assets", {}).values()
        for item in bundle
        if isinstance(item, str)
        for path in addon.parent.glob(item)
    }
    sources = files_in(addon / "static", ".js", ".scss", ".xml")
    assert [label(path) for path in sources if path not in bundled] == []


def rank(path: Path) -> int:
    """The place of a data file in the order of loading (README, Contributing)."""
    folder = path.parent.name
    if folder == "security" and path.suffix == ".csv":
        return 2
    if folder == "security":
        root = etree.parse(str(path)).getroot() if path.is_file() else ()
        return 1 if any(r.get("model") == "ir.rule" for r in root) else 0
    if path.stem.endswith("_menus"):
        return 7
    return {"data": 3, "views": 4, "wizards": 5, "report": 6}.get(folder, 3)


def disorder(addon: Path, manifest: dict) -> list[str]:
    """Data files that come after one of a later kind."""
    named = manifest.get("data", [])
    ranks = [rank(addon / name) for name in named]
    return [
        name
        for name, this, before in zip(named[1:], ranks[1:], ranks, strict=False)
        if this < before
    ]


@pytest.mark.parametrize("name", ADDONS)
def test_data_files_are_in_order(name):
    assert disorder(ADDONS[name], MANIFESTS[name]) == []


def test_bad_data_lists_are_noticed(tmp_path):
    (tmp_path / "views").mkdir()
    (tmp_path / "views" / "x_views.xml").write_text("<odoo/>")
    assert data_violations(tmp_path, {}) == ["views/x_views.xml is not loaded"]
    assert data_violations(tmp_path, {"data": ["views/x_views.xml", "y.xml"]}) == [
        "y.xml does not exist"
    ]
    late = {"data": ["views/x_views.xml", "security/ir.model.access.csv"]}
    assert disorder(tmp_path, late) == ["security/ir.model.access.csv"]
    early = {"data": ["views/x_menus.xml", "views/x_views.xml"]}
    assert disorder(tmp_path, early) == ["views/x_views.xml"]
    assets = {"assets": {"b": ["x/static/src/**/*", ("include", "web._assets")]}}
    assert asset_violations({"x": tmp_path}, assets) == ["x/static/src/**/*"]


# === PYTHON FILES === #


def loaded_files(package: Path) -> set[str]:
    """What the ``__init__`` of a package imports from it."""
    init = package / "__init__.py"
    tree = syntax(init) if init.is_file() else ast.Module([], [])
    return {
        alias.name if not node.module else node.module.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
    }


def forgotten_modules(package: Path) -> list[str]:
    """Modules that define something for Odoo, yet are imported by nobody.

    A module of constants may be imported by a neighbour instead.
    """
    modules = {path.stem: path for path in package.glob("*.py")}
    modules.pop("__init__", None)
    if package.name == "tests":
        modules = {n: path for n, path in modules.items() if n.startswith("test_")}
        return sorted(set(modules) - loaded_files(package))
    neighbours = {
        node.module
        for path in modules.values()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module
    }
    return sorted(set(modules) - loaded_files(package) - neighbours)


PACKAGES = [
    (name, folder)
    for name, addon in ADDONS.items()
    if name != ENGINE
    for folder in ("models", "report", "wizards", "controllers", "tests")
    if any((addon / folder).glob("*.py"))
]


@pytest.mark.parametrize("name, folder", PACKAGES)
def test_every_module_is_imported(name, folder):
    package = ADDONS[name] / folder
    assert forgotten_modules(package) == []
    if folder != "tests":  # Odoo finds the tests by itself
        assert folder in loaded_files(ADDONS[name]), f"{name} does not import {folder}"


def test_a_forgotten_module_is_noticed(tmp_path):
    for folder, module in (("models", "crm_x"), ("tests", "test_x")):
        package = tmp_path / folder
        package.mkdir()
        (package / "__init__.py").write_text("from . import crm_y\n")
        (package / f"{module}.py").write_text("")
        assert forgotten_modules(package) == [module]


def test_an_addon_with_a_python_file_has_no_test_folder_without_init():
    without = [
        label(path)
        for path in addon_files(".py")
        if is_test(path) and not (path.parent / "__init__.py").is_file()
    ]
    assert without == []


# === WHAT HAS TO BE INSTALLED === #


def required(text: str) -> set[str]:
    """The distributions that a requirements file names."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return {re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line}


def imported_distributions(paths: list[Path], ours: set[str]) -> set[str]:
    """Which of the named distributions some files import."""
    tops = {
        name.split(".")[0]
        for path in paths
        for node in ast.walk(syntax(path))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom) and not node.level
            else []
        )
    }
    tops -= sys.stdlib_module_names
    return {DISTRIBUTIONS.get(top, top) for top in tops} & ours


def test_requirements_and_manifests_agree():
    declared = {
        distribution
        for manifest in MANIFESTS.values()
        for distribution in manifest.get("external_dependencies", {}).get("python", [])
    }
    assert declared == required((ROOT / "requirements.txt").read_text())


@pytest.mark.parametrize("name", ADDONS)
def test_an_addon_declares_what_it_imports(name):
    reachable, todo = set(), [name]
    while todo:  # what an addon of ours that it depends on declares is there as well
        manifest = MANIFESTS[todo.pop()]
        reachable |= set(manifest.get("external_dependencies", {}).get("python", []))
        todo += [other for other in manifest["depends"] if other in MANIFESTS]
    ours = required((ROOT / "requirements.txt").read_text())
    sources = [path for path in files_in(ADDONS[name], ".py") if not is_test(path)]
    assert imported_distributions(sources, ours) - reachable == set()


def test_requirements_are_read_by_name():
    text = "# why\nnumpy>=1.26,<3\nscikit-learn\nx[y]==1 ; python_version < '3'\n"
    assert required(text) == {"numpy", "scikit-learn", "x"}
