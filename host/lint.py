"""The linters, each pinned by a lock file."""

import os
import shutil
import subprocess

from . import python
from .addons import addons
from .errors import HostError
from .files import locked, say
from .layout import LINT_VENV, ROOT, STATE, cache
from .process import run, trusted

MODULES = ROOT / "node_modules"
FILES = ("*.json", "*.yml", "*.yaml", "*.mjs")


def folders() -> list[str]:
    """Our addons, relative to the checkout."""
    return [str(path.relative_to(ROOT)) for path in addons().values()]


def python_checks() -> dict[str, list[str]]:
    """The linters of Python files."""
    ruff, pylint = str(LINT_VENV / "bin" / "ruff"), str(LINT_VENV / "bin" / "pylint")
    return {
        "ruff check": [ruff, "check", "--quiet", "."],
        "ruff format": [ruff, "format", "--check", "--quiet", "."],
        "pylint-odoo": [pylint, "--rcfile=.pylintrc", *folders()],
    }


def web_checks(write: bool = False) -> dict[str, list[str]]:
    """The linters of the web client's files; `write` has them repair."""
    unmatched = "--no-error-on-unmatched-pattern"
    prettier = str(MODULES / ".bin" / "prettier")
    patterns = [f"{folder}/**/*.{{xml,js,scss}}" for folder in folders()]
    how = "--write" if write else "--check"
    fix = ["--fix"] if write else []
    return {
        "prettier": [prettier, how, "--log-level=warn", unmatched, *patterns, *FILES],
        "eslint": [str(MODULES / ".bin" / "eslint"), unmatched, *fix, "."],
    }


def node_modules() -> str:
    """Install what package-lock.json says; returns why not when it cannot be."""
    if not shutil.which("npm"):
        return "npm is missing: XML and JavaScript files are not checked"
    stamp = MODULES / "made-from"
    wanted = python.digest([ROOT / "package-lock.json"])
    if stamp.exists() and stamp.read_text() == wanted:
        return ""
    with locked(STATE / "node.lock"):
        say("installing the linters of the web client")
        trust = trusted("NODE_EXTRA_CA_CERTS")
        run(
            ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--silent"],
            "installing prettier and eslint (is there a network?)",
            env={"npm_config_cache": str(cache() / "npm"), **trust},
            cwd=ROOT,
        )
        stamp.write_text(wanted)
    return ""


def check(results) -> None:
    """Run every linter and write down what it found."""
    python.lint_environment()
    checks = python_checks()
    try:
        missing = node_modules()
    except HostError as error:
        missing = str(error)
        results.record("lint", "npm", problem=missing)
    for name, command in {**checks, **web_checks()}.items():
        if missing and name in web_checks():
            say(f"WARNING: {missing}")
            results.record("lint", name, skipped=missing)
            continue
        results.record("lint", name, problem=complaint(name, command))


def complaint(name: str, command: list[str]) -> str:
    """Run one linter; what it prints is shown, and returned when it complains."""
    home = str(STATE / "pylint")
    env = {**os.environ, "npm_config_loglevel": "error", "PYLINTHOME": home}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    say(f"{name}: {'ok' if not done.returncode else 'complains'}")
    if done.returncode:
        print(done.stdout, flush=True)
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else name
    return ""


def repair() -> None:
    """Let the formatters write."""
    python.lint_environment()
    ruff = str(LINT_VENV / "bin" / "ruff")
    commands = [[ruff, "check", "--fix", "-q", "."], [ruff, "format", "-q", "."]]
    if not node_modules():
        commands += web_checks(write=True).values()
    for command in commands:
        subprocess.run(command, cwd=ROOT)
