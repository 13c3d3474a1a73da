"""The examples in the docstrings of the engine, and imports without side effects."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import customer_analytics
import pytest

FOLDER = Path(customer_analytics.__file__).parent
MODULES = [
    module.name
    for room in ("stats", "value")
    for module in pkgutil.walk_packages(
        [str(FOLDER / room)], f"customer_analytics.{room}."
    )
    if not module.ispkg
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name):
    result = doctest.testmod(
        importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_exists(name):
    module = importlib.import_module(name)
    for public in module.__all__:
        assert hasattr(module, public)


def test_importing_changes_no_options_and_needs_no_odoo():
    modules = ", ".join(MODULES)
    code = (
        "import sys, warnings, numpy, pandas\n"
        "import scipy.optimize, scipy.special, scipy.stats\n"
        f"sys.path.insert(0, {str(FOLDER.parent)!r})\n"
        "before = (warnings.filters[:], numpy.geterr())\n"
        f"import {modules}\n"
        "assert (warnings.filters[:], numpy.geterr()) == before\n"
        "assert not any(name.split('.')[0] == 'odoo' for name in sys.modules)\n"
        "assert 'lifetimes' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
