"""`make test`: every step, cheapest first, and one summary of all of them."""

import os

from . import (
    browser,
    database,
    datasets,
    demo,
    lint,
    odoo,
    postgres,
    python,
    template,
    tests,
)
from .addons import products
from .errors import HostError
from .files import locked, say
from .layout import ENGINE_VENV, ROOT, STATE, VENV
from .results import Results
from .server import WebClient

STEPS = ("lint", "engine", "house", "odoo", "e2e")


def run(wanted: list[str]) -> int:
    """Run the steps, all of them or those that are named; 0 when all went well."""
    unknown = sorted(set(wanted) - set(STEPS))
    if unknown:
        raise HostError(
            f"no step {', '.join(unknown)}: name some of {', '.join(STEPS)}"
        )
    python.engine_environment()
    datasets.provide()
    results = Results()
    steps = [step for step in STEPS if not wanted or step in wanted]
    # The last step needs them; the others leave a core idle now and then.
    ahead = demo.build_ahead() if "e2e" in steps[1:] else None
    for step in steps:
        say(f"step {step}")
        attempt(step, results)
    if ahead:
        ahead.wait()
    return results.conclude()


def attempt(step: str, results: Results) -> None:
    """Run one step; what keeps it from running is a failure like any other."""
    problem = failure_of(globals()[f"step_{step}"], results)
    if problem:
        results.record(step, "set-up", problem)


def failure_of(function, *arguments) -> str:
    """Call a function; its failure is shown and returned, empty when there is none."""
    try:
        function(*arguments)
    except HostError as error:
        say(f"error: {error}")
        return str(error)
    return ""


def step_lint(results: Results) -> None:
    """The linters."""
    lint.check(results)


def step_engine(results: Results) -> None:
    """The arithmetic, where Odoo cannot be imported."""
    command = [ENGINE_VENV / "bin" / "python", "-m", "pytest", "-n", "2"]
    results.pytest("engine", command, variables(), existing(results, "engine"))


def step_house(results: Results) -> None:
    """The rules of the house; the installation that they judge comes first."""
    odoo.prepare()
    results.record("house", "installation", failure_of(template.install_template))
    alone(results)
    command = [VENV / "bin" / "python", "-m", "pytest", "-p", "no:odoo"]
    results.pytest("house", command, variables(), existing(results, "house"))


def alone(results: Results) -> None:
    """Install each product without the others: a forgotten dependency shows."""
    for name in products():
        problem = failure_of(template.install_alone, name)
        results.record("house", f"{name} installs alone", problem)


def step_odoo(results: Results) -> None:
    """The addons in Odoo, with a browser where there is one."""
    odoo.prepare()
    browser.provide()
    folders = tests.addon_folders()
    if not folders:
        results.record("odoo", "tests", skipped="no addon has tests")
        return
    with template.WorkCopy() as name:
        command, env = tests.command(name), odoo.variables(odoo.TEST_CONFIG)
        results.pytest("odoo", [*command, *tests.IN_PARALLEL], env, folders)
        results.pytest("odoo", command, env, tests.tours(folders))


def step_e2e(results: Results) -> None:
    """The product with both demo companies, in a real browser."""
    odoo.prepare()
    browser.provide()
    paths = existing(results, "e2e")
    if not paths:
        return
    client = WebClient("e2e", postgres.own("e2e"), 8169)
    with locked(STATE / "e2e.lock"):
        template.scored(demo.companies, client.database)
        client.start()
        try:
            command = [VENV / "bin" / "python", "-m", "pytest", "-p", "no:odoo"]
            results.pytest("e2e", command, tests.browser_variables(client), paths)
        finally:
            client.stop()
            database.drop(client.database)


def existing(results: Results, step: str) -> list[str]:
    """The folder of a step's tests, nothing (told aloud) when it has none."""
    folder = ROOT / "tests" / step
    if any(folder.rglob("test_*.py")):
        return [str(folder.relative_to(ROOT))]
    results.record(step, "tests", skipped=f"tests/{step} has no tests")
    return []


def variables() -> dict[str, str]:
    """The variables of tests that need no Odoo."""
    return {**os.environ, "CUSTOMER_INTELLIGENCE_DATASETS": str(datasets.DATASETS)}
