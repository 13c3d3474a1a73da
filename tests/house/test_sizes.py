"""Budgets (README, Contributing) and what has no place in this house."""

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

import pytest
from tree import ADDONS, ENGINE, files, files_in, is_test, label, syntax

from host.layout import ROOT


class Budget(NamedTuple):
    """Hard limits: lines of a file, lines of code of a function."""

    file: int
    function: int


ENGINE_BUDGET = Budget(file=300, function=40)
ADDON_BUDGET = Budget(file=400, function=35)
SCRIPT_LINES = 200

ENGINE_FILES = [path for path in files_in(ADDONS[ENGINE], ".py") if not is_test(path)]
ADDON_FILES = [
    path
    for folder in [*ADDONS.values(), ROOT / "host"]
    for path in files_in(folder, ".py")
    if path not in ENGINE_FILES and not is_test(path)
]
SCRIPTS = [
    path for addon in ADDONS.values() for path in files_in(addon / "static/src", ".js")
]
BUDGETS = dict.fromkeys(ENGINE_FILES, ENGINE_BUDGET) | dict.fromkeys(
    ADDON_FILES, ADDON_BUDGET
)

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTION)]


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that hold code: no blank lines, no comments."""
    idle = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in idle:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def docstring_lines(tree: ast.AST) -> set[int]:
    """Numbers of the lines that docstrings take, of everything below a node."""
    documented = (ast.Module, ast.ClassDef, *FUNCTION)
    docstrings = [
        node.body[0]
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node) is not None
    ]
    return {
        line for node in docstrings for line in range(node.lineno, node.end_lineno + 1)
    }


def length(function: ast.FunctionDef, lines: set[int]) -> int:
    """Lines of code of a function without its docstring."""
    own = lines & set(range(function.lineno, (function.end_lineno or 0) + 1))
    return len(own - docstring_lines(function))


def too_long(source: str, budget: Budget) -> list[str]:
    """What exceeds its budget in a file."""
    wrong = []
    if (count := len(source.splitlines())) > budget.file:
        wrong.append(f"{count} lines, {budget.file} allowed")
    lines = code_lines(source)
    for function in functions(ast.parse(source)):
        if (count := length(function, lines)) > budget.function:
            name = f"{function.name} (line {function.lineno})"
            wrong.append(f"{name}: {count} lines of code, {budget.function} allowed")
    return wrong


@pytest.mark.parametrize("path", BUDGETS, ids=label)
def test_a_file_and_its_functions_keep_their_budgets(path):
    assert too_long(path.read_text(), BUDGETS[path]) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=label)
def test_a_script_is_short(path):
    assert len(path.read_text().splitlines()) <= SCRIPT_LINES


def test_long_code_is_noticed_and_a_docstring_is_no_code():
    body = "    x = 1\n\n    # why\n"
    source = f'def f():\n    """One.\n\n    Two.\n    """\n{body * 3}'
    assert too_long(source, Budget(file=99, function=4)) == []
    assert len(too_long(source, Budget(file=13, function=3))) == 2


# === DOCSTRINGS AND HINTS OF THE ENGINE === #


def undocumented(tree: ast.Module) -> list[str]:
    """Public modules, classes, functions and methods without a docstring."""
    wrong = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    todo: list[tuple[str, ast.AST]] = [("", tree)]
    while todo:
        prefix, parent = todo.pop()
        for node in getattr(parent, "body", ()):
            if not isinstance(node, (*FUNCTION, ast.ClassDef)):
                continue
            if node.name.startswith("_"):
                continue
            name = f"{prefix}{node.name}"
            if not ast.get_docstring(node):
                wrong.append(name)
            if isinstance(node, ast.ClassDef):
                todo.append((f"{name}.", node))
    return wrong


def without_hints(tree: ast.Module) -> list[str]:
    """Functions with an argument or a result without a type; lambdas have none."""
    wrong = []
    for function in functions(tree):
        given = function.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        arguments += [item for item in (given.vararg, given.kwarg) if item]
        typed = all(
            argument.annotation or argument.arg in ("self", "cls")
            for argument in arguments
        )
        if not (typed and function.returns):
            wrong.append(f"{function.name} (line {function.lineno})")
    return wrong


DOCUMENTED = [path for path in ENGINE_FILES if path.name != "__manifest__.py"]


@pytest.mark.parametrize("path", DOCUMENTED, ids=label)
def test_the_engine_is_documented_and_typed(path):
    assert undocumented(syntax(path)) == []
    assert without_hints(syntax(path)) == []


def test_missing_docstrings_and_hints_are_noticed():
    tree = ast.parse(
        "class A:\n    def f(self, x: int): ...\n    def _g(self) -> None: ..."
    )
    assert undocumented(tree) == ["the module", "A", "A.f"]
    assert without_hints(tree) == ["f (line 2)"]


def test_the_engine_has_an_index_of_public_names():
    without = [
        label(path)
        for path in DOCUMENTED
        if path.name != "__init__.py" and "__all__" not in path.read_text()
    ]
    assert without == []


# === WHAT HAS NO PLACE === #

PYTHON, XML, ALL = (".py",), (".xml",), (".py", ".xml", ".js", ".scss", ".md", ".toml")
# Pattern, where it is looked for, why it is not wanted. In addons unless noted.
UNWANTED = [
    (r"\bcr\.commit\(", PYTHON, "the scheduler's progress API commits"),
    (r"\b_sql_constraints\b", PYTHON, "models.Constraint since 19.0"),
    (r"\.read_group\(", PYTHON, "_read_group; read_group is deprecated"),
    (r"\bself\._(cr|uid|context)\b", PYTHON, "self.env has them"),
    (r"\bexcept:", PYTHON, "name what is caught"),
    (r"^\s*from \S+ import \*", PYTHON, "name what is imported"),
    (
        r"\b(warnings\.simplefilter|pd\.options|pd\.set_option)\b",
        PYTHON,
        "work at import",
    ),
    (r"<tree\b|</tree>", XML, "<list> since 18.0"),
    (r"\battrs=", XML, "invisible=, readonly=, required="),
    (r"\bstates=", XML, "invisible="),
    (r"kanban-box", XML, "card since 19.0"),
    (r"\bgroups_id\b", XML, "group_ids since 19.0"),
    (r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b", ALL, "do it, or open an issue"),
]
NO_NOUN = {"utils.py", "util.py", "helpers.py", "misc.py", "common_functions.py"}


def unwanted(source: str, suffix: str) -> list[str]:
    return [
        f"line {number}: {line.strip()} ({reason})"
        for pattern, suffixes, reason in UNWANTED
        if suffix in suffixes
        for number, line in enumerate(source.splitlines(), 1)
        if re.search(pattern, line)
    ]


SOURCES = [
    path
    for folder in [*ADDONS.values(), ROOT / "host", ROOT / "tests/engine"]
    for path in files_in(folder, *ALL)
    if "lib" not in path.relative_to(ROOT).parts
]


@pytest.mark.parametrize("path", SOURCES, ids=label)
def test_nothing_unwanted_is_written(path):
    assert unwanted(path.read_text(encoding="utf-8"), path.suffix) == []


@pytest.mark.parametrize(
    "line, suffix",
    [
        ("self.env.cr.commit()", ".py"),
        ("_sql_constraints = []", ".py"),
        ("self.env['x'].read_group([], [], [])", ".py"),
        ("<tree>", ".xml"),
        ("<field name='x' attrs=\"{}\"/>", ".xml"),
        ("<field name='x' states='a'/>", ".xml"),
        ("<t t-name='kanban-box'>", ".xml"),
        ("# TO" + "DO later", ".py"),
    ],
)
def test_something_unwanted_is_noticed(line, suffix):
    assert unwanted(line, suffix)


def test_what_looks_alike_is_wanted():
    fine = (
        "self._read_group([]); self.formatted_read_group([]); record._commit_progress()"
    )
    assert unwanted(fine, ".py") == []


def test_every_module_has_a_noun_for_a_name():
    assert [label(path) for path in files() if path.name in NO_NOUN] == []


# === TESTS === #


def count(paths: list[Path]) -> int:
    """Lines of code of some files, without docstrings."""
    return sum(
        len(code_lines(path.read_text()) - docstring_lines(syntax(path)))
        for path in paths
    )


def test_the_engine_has_as_many_lines_of_tests_as_of_code():
    tests, code = count(files_in(ROOT / "tests/engine", ".py")), count(ENGINE_FILES)
    print(f"engine: {tests} lines of tests, {code} of code: {tests / code:.2f}")
    assert tests >= code
