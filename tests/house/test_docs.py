"""Documents: generated ones are fresh; links, paths and commands lead somewhere."""

import re
from pathlib import Path

import pytest
from tree import ADDONS, ENGINE, files, label

from docs.generate_readme import generated, restructured
from host.layout import ROOT

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
SOURCES = [path for path in files() if path.suffix in (".py", ".md", ".toml", ".xml")]
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
CITED = re.compile(r"`([\w./-]+/[\w./-]*)`")
COMMAND = re.compile(r"`make ([a-z]+)")
# `METHODS.md`, wherever a sentence sends the reader to a document of ours.
DOCUMENT = re.compile(r"\b([A-Z]{4,}\.md)\b")


def dead_links(text: str, folder: Path) -> list[str]:
    """Links to files of the repository that are not there."""
    found = [link or image for link, image in LINK.findall(text)]
    local = [name.split("#")[0] for name in found if "://" not in name]
    return [name for name in local if name and not (folder / name).exists()]


def missing_paths(text: str, folder: Path) -> list[str]:
    """Paths in backquotes that exist neither beside the document nor at the root."""
    return [
        name
        for name in CITED.findall(text)
        if name.split("/")[0] in TOP and not (ROOT / name).exists()
        if not (folder / name).exists()
    ]


TOP = {path.relative_to(ROOT).parts[0] for path in files()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=label)
def test_links_and_paths_of_a_document_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    assert dead_links(text, path.parent) == []
    assert missing_paths(text, path.parent) == []


def test_commands_that_documents_name_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        command
        for path in DOCUMENTS
        for command in COMMAND.findall(path.read_text(encoding="utf-8"))
    }
    assert sorted(named - known) == []


def test_documents_that_the_tree_cites_are_in_it():
    held = {path.name for path in files()}
    cited = {
        f"{label(path)}: {name}"
        for path in SOURCES
        for name in DOCUMENT.findall(path.read_text(encoding="utf-8"))
        if name not in held and path != Path(__file__)
    }
    assert sorted(cited) == []


def test_generated_documents_are_fresh():
    stale = [
        label(path)
        for path, text in generated().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run .odoo/venv/bin/python docs/generate_readme.py"


@pytest.mark.parametrize("name", ADDONS)
def test_an_addon_describes_itself_and_has_an_icon(name):
    addon = ADDONS[name]
    assert (addon / "readme" / "DESCRIPTION.md").is_file()
    assert (addon / "static" / "description" / "icon.png").is_file()


def test_what_is_wrong_is_noticed():
    assert dead_links("[it](no/such.md), ![x](LICENSE)", ROOT) == ["no/such.md"]
    assert missing_paths(f"`addons/{ENGINE}/nothing.py`", ROOT)
    assert not missing_paths(f"`addons/{ENGINE}/errors.py` and `a/b`", ROOT)
    assert DOCUMENT.findall("see WHATEVER.md, section 1") == ["WHATEVER.md"]


def test_markdown_becomes_restructured_text():
    markdown = "# Title\n\n* `code` and [a link](there)\n\n```\nx = 1\n```\n"
    expected = "Title\n~~~~~\n\n\n* ``code`` and `a link <there>`__\n\n"
    expected += "::\n\n    x = 1\n\n"
    assert restructured(markdown) == expected
