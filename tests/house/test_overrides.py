"""A model spread over several files: no file takes another's method away unknowingly."""

import ast
from collections import defaultdict

import pytest
from tree import ADDONS, files_in, is_test, label, syntax


def methods(tree: ast.Module) -> dict[tuple[str, str], bool]:
    """Methods of each class: whether they go on to the one they stand before."""
    return {
        (owner.name, method.name): "super()" in ast.unparse(method)
        for owner in tree.body
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef)
    }


def clashes(found: dict[str, dict[tuple[str, str], bool]]) -> list[str]:
    """Methods that two files define and none of the later ones continues."""
    owners = defaultdict(list)
    for name, of_file in found.items():
        for key, goes_on in of_file.items():
            owners[key].append((name, goes_on))
    return [
        f"{owner}.{method}: {', '.join(name for name, _goes_on in places)}"
        for (owner, method), places in owners.items()
        if sum(not goes_on for _name, goes_on in places) > 1
    ]


@pytest.mark.parametrize("addon", ADDONS)
def test_a_method_of_a_model_is_defined_once(addon):
    found = {
        label(path): methods(syntax(path))
        for path in files_in(ADDONS[addon], ".py")
        if not is_test(path)
    }
    assert clashes(found) == []


def test_a_second_definition_is_noticed_and_an_extension_is_not():
    first = ast.parse("class Run:\n def _fit(self): return 1")
    second = ast.parse("class Run:\n def _fit(self): return 2")
    extension = ast.parse("class Run:\n def _fit(self): return super()._fit()")
    assert clashes({"a": methods(first), "b": methods(second)}) == ["Run._fit: a, b"]
    assert clashes({"a": methods(first), "b": methods(extension)}) == []
