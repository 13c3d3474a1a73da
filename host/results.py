"""What each step of `make test` found: JUnit files, told again at the end."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

from .layout import ENGINE_VENV, ROOT, STATE
from .process import alive

FOLDER = STATE / "results"


class Results:
    """One run of all steps."""

    def __init__(self):
        self.folder = FOLDER / str(os.getpid())
        for old in FOLDER.glob("*"):
            if not (old.name.isdigit() and alive(int(old.name), "host")):
                shutil.rmtree(old, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.started = time.monotonic()

    def record(self, step: str, case: str, problem="", skipped="") -> None:
        """Write down a step that is no pytest call."""
        suite = ElementTree.Element("testsuite", name=step)
        element = ElementTree.SubElement(suite, "testcase", classname=step, name=case)
        if problem:
            failure = ElementTree.SubElement(element, "failure", message=problem)
            failure.text = problem
        elif skipped:
            ElementTree.SubElement(element, "skipped", message=skipped)
        number = len(list(self.folder.glob("*.xml")))
        ElementTree.ElementTree(suite).write(self.folder / f"{number:02}-{step}.xml")

    def pytest(self, step: str, command: list, env: dict, paths: list[str]) -> None:
        """Run one pytest call; an exit code that its report does not explain counts."""
        number = len(list(self.folder.glob("*.xml")))
        report = self.folder / f"{number:02}-{step}.xml"
        arguments = [f"--junitxml={report}", "-o", "junit_family=xunit1"]
        command = [*command, *arguments, *paths]
        code = subprocess.run(command, env=env, cwd=ROOT).returncode
        if code and not (report.exists() and has_failures(report)):
            self.record(step, "pytest", problem=f"pytest ended with exit code {code}")

    def conclude(self) -> int:
        """Let pytest itself tell all of it: its summary is the last line printed."""
        python = ENGINE_VENV / "bin" / "python"
        elapsed = time.monotonic() - self.started
        options = ["--no-header", "--tb=no", "-p", "no:cacheprovider"]
        plugin = ["-p", "host.replay", f"--replay-seconds={elapsed:.1f}"]
        command = [python, "-m", "pytest", *plugin, *options, str(self.folder)]
        return subprocess.run(command, cwd=ROOT).returncode


def has_failures(report: Path) -> bool:
    """Whether a JUnit file tells of a failure or an error."""
    tree = ElementTree.parse(report)
    return any(True for tag in ("failure", "error") for _ in tree.iter(tag))
