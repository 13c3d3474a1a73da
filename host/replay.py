"""A plugin of pytest: tells the outcomes in JUnit files as if they were run now.

The steps of `make test` run in several environments and each prints a summary; this
gives the one that counts them all, in pytest's own words.
"""

from types import SimpleNamespace
from xml.etree import ElementTree

import pytest


def pytest_addoption(parser):
    """The time that the steps took, for the summary."""
    parser.addoption("--replay-seconds", type=float, default=0.0)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    """Have the summary tell the time of the steps, not that of telling them."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    seconds = session.config.getoption("--replay-seconds")
    reporter._session_start = SimpleNamespace(
        elapsed=lambda: SimpleNamespace(seconds=seconds)
    )


def pytest_collect_file(file_path, parent):
    """Each JUnit file is a collection of outcomes."""
    if file_path.suffix == ".xml":
        return Report.from_parent(parent, path=file_path)
    return None


class Report(pytest.File):
    """One JUnit file."""

    def collect(self):
        """Its test cases."""
        for case in ElementTree.parse(self.path).iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            yield Outcome.from_parent(self, name=name, case=case)


class Outcome(pytest.Item):
    """One test that was run before."""

    def __init__(self, *, case, **rest):
        super().__init__(**rest)
        self.case = case

    def runtest(self):
        """Do again what it did then."""
        for found in self.case:
            message = found.get("message") or found.text or ""
            if found.tag in ("failure", "error"):
                raise Recorded(message)
            if found.tag == "skipped" and "xfail" in found.get("type", ""):
                pytest.xfail(message)
            if found.tag == "skipped":
                pytest.skip(message)

    def repr_failure(self, excinfo, style=None):
        """The failure in the words of then."""
        return str(excinfo.value)

    def reportinfo(self):
        """Where it is in the list of failures."""
        return self.path, 0, self.name


class Recorded(Exception):
    """A failure of then."""
