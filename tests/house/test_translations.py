"""Translations: a template that knows every text, an Italian that knows all of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from lxml import etree
from tree import (
    ADDONS,
    addon_files,
    addon_of,
    files_in,
    is_field,
    is_test,
    label,
    syntax,
    xml,
)

MARKS = {"_", "_lt", "env._", "self.env._"}
LANGUAGES = ("it",)
SCRIPT_TEXT = re.compile(r"""\b_t\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
PLACEHOLDER = re.compile(
    r"%\(\w+\)[-+0#]*\d*(?:\.\d+)?[a-z]|%[-+0#]*\d*(?:\.\d+)?[sdfg]|%%|\{\w*\}"
)
# Left as they are in Italian: names and formats, no sentences.
MIN_SENTENCE = 4


def literal(node: ast.expr) -> str | None:
    """The text of a string literal; adjacent ones are one to Python already."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else None


def marked_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts that a program marks for translation: ``_("...")`` in any of its forms."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = ast.unparse(node.func)
        if called in MARKS or called.endswith(".env._"):
            text = literal(node.args[0])
            if text:
                yield node.lineno, text


def field_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Labels, helps and choices of fields."""
    for node in ast.walk(tree):
        if not is_field(node):
            continue
        for keyword in node.keywords:
            if keyword.arg in ("string", "help") and (text := literal(keyword.value)):
                yield node.lineno, text
        for choices in [*node.args, *(k.value for k in node.keywords)]:
            if isinstance(choices, ast.List):
                for choice in choices.elts:
                    if isinstance(choice, ast.Tuple) and len(choice.elts) == 2:
                        text = literal(choice.elts[1])
                        if text and literal(choice.elts[0]) is not None:
                            yield choice.lineno, text


def script_texts(source: str) -> list[str]:
    return [double or single for double, single in SCRIPT_TEXT.findall(source)]


def view_texts(root: etree._Element) -> Iterator[str]:
    """Labels and hints in views, names of menus."""
    for element in root.iter(etree.Element):
        for name in ("string", "placeholder"):
            if text := element.get(name, "").strip():
                yield text
        if element.tag == "menuitem" and element.get("name"):
            yield element.get("name")


def texts_of(path: Path) -> list[str]:
    """The texts of a file that a user may read in another language."""
    if path.suffix == ".js":
        return script_texts(path.read_text())
    if path.suffix == ".xml":
        return list(view_texts(xml(path)))
    tree = syntax(path)
    return [text for _line, text in (*marked_texts(tree), *field_texts(tree))]


def sources(name: str) -> list[Path]:
    """Files of an addon that speak to users."""
    addon = ADDONS[name]
    programs = [path for path in files_in(addon, ".py") if not is_test(path)]
    views = [path for path in files_in(addon, ".xml") if "static" not in path.parts]
    return [*programs, *views, *files_in(addon / "static" / "src", ".js")]


def speaks(name: str) -> bool:
    """Whether an addon has anything to translate."""
    return any(texts_of(path) for path in sources(name))


SPEAKING = [name for name in ADDONS if speaks(name)]
TEMPLATES = {name: ADDONS[name] / "i18n" / f"{name}.pot" for name in SPEAKING}
CATALOGUES = [
    (name, ADDONS[name] / "i18n" / f"{language}.po")
    for name in SPEAKING
    for language in LANGUAGES
]


def messages(path: Path) -> dict[str, polib.POEntry]:
    """The entries of a catalogue by their text."""
    return {
        entry.msgid: entry for entry in polib.pofile(str(path)) if not entry.obsolete
    }


@pytest.mark.parametrize("name", SPEAKING)
def test_an_addon_that_speaks_has_its_template_and_languages(name):
    wanted = [TEMPLATES[name]]
    wanted += [path for owner, path in CATALOGUES if owner == name]
    assert [label(path) for path in wanted if not path.is_file()] == []


@pytest.mark.parametrize("name", SPEAKING)
def test_the_template_knows_every_text(name):
    assert TEMPLATES[name].is_file(), "export it: bin/odoo i18n export"
    known = messages(TEMPLATES[name])
    new = [
        f"{label(path)}: {text}"
        for path in sources(name)
        for text in texts_of(path)
        if text not in known
    ]
    assert new == [], "export the templates again: make translations"


# === CATALOGUES === #


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def defects(entry: polib.POEntry) -> list[str]:
    """What is wrong with a translation."""
    wrong = []
    if not entry.msgstr.strip():
        wrong.append("is empty")
    if "fuzzy" in entry.flags:
        wrong.append("is fuzzy")
    if placeholders(entry.msgstr) != placeholders(entry.msgid):
        wrong.append("has other placeholders")
    words = re.findall(r"[A-Za-z]{2,}", entry.msgid)
    if len(words) >= MIN_SENTENCE and entry.msgstr == entry.msgid:
        wrong.append("is still English")
    if entry.msgstr.strip() != entry.msgstr and entry.msgid.strip() == entry.msgid:
        wrong.append("has blanks around it")
    return [f"{entry.msgid!r} {defect}" for defect in wrong]


@pytest.mark.parametrize(
    "name, path", CATALOGUES, ids=[label(p) for _n, p in CATALOGUES]
)
def test_a_language_knows_all_of_the_template(name, path):
    assert TEMPLATES[name].is_file() and path.is_file()
    missing = set(messages(TEMPLATES[name])) - set(messages(path))
    assert sorted(missing) == []


@pytest.mark.parametrize(
    "name, path", CATALOGUES, ids=[label(p) for _n, p in CATALOGUES]
)
def test_every_translation_is_complete(name, path):
    assert path.is_file()
    wrong = [line for entry in messages(path).values() for line in defects(entry)]
    assert wrong == []


def test_no_translation_lies_about():
    known = {*TEMPLATES.values(), *(path for _name, path in CATALOGUES)}
    stray = [path for path in addon_files(".po", ".pot") if path not in known]
    assert [f"{addon_of(path)}: {label(path)}" for path in stray] == []


# === BAD SAMPLES === #


@pytest.mark.parametrize(
    "english, italian",
    [
        ("%(count)s customers", "%(conto)s clienti"),
        ("%s customers", "clienti"),
        ("{name} left", "{nome} ha lasciato"),
        ("Score now", ""),
        ("Score now", " Calcola"),
        ("A run is under way", "A run is under way"),
    ],
)
def test_a_poor_translation_is_noticed(english, italian):
    assert defects(polib.POEntry(msgid=english, msgstr=italian))


def test_a_fuzzy_translation_is_noticed_and_a_good_one_is_not():
    entry = polib.POEntry(msgid="%(low).0f %% of %s", msgstr="%s è il %(low).0f %%")
    assert defects(entry) == []
    entry.flags.append("fuzzy")
    assert defects(entry)


def test_texts_are_found_in_every_form():
    program = """
NAME = _lt("a")
def f(self):
    self.env._("b %s" "c", 1); other.env._("d"); _("e"); dict("f")
label = fields.Selection([("x", "g")], string="h", help="i" "j", default="k")
"""
    tree = ast.parse(program)
    found = {text for _line, text in (*marked_texts(tree), *field_texts(tree))}
    assert found == {"a", "b %sc", "d", "e", "g", "h", "ij"}
    arch = "<form string='n'><field placeholder='o'/><menuitem name='p'/></form>"
    assert list(view_texts(etree.fromstring(arch))) == ["n", "o", "p"]
    assert script_texts("""_t("l"); _t( 'm'); at("n")""") == ["l", "m"]
