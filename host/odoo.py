"""Odoo in this checkout: its settings, its environment, its command line."""

import os
import secrets
import sys
from pathlib import Path

from . import datasets, postgres, python
from .addons import addons_path
from .files import locked
from .layout import DATA, DATASETS, STATE, TOOLS, VENV, recall, remember
from .process import run
from .source import source_root

CONFIG = STATE / "odoo.conf"
TEST_CONFIG = STATE / "test.conf"
PROGRAM = VENV / "bin" / "odoo"


def prepare() -> Path:
    """Everything that a command of Odoo needs; cheap when it is there already."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    remember_interpreter()
    interpreter = python.odoo_environment(source_root())
    datasets.provide()
    postgres.start()
    configure()
    return interpreter


def remember_interpreter() -> None:
    """Keep which Python was chosen: host/run takes it again when none is named."""
    chosen = STATE / "python"
    if not chosen.exists() or chosen.read_text().strip() != sys.executable:
        chosen.write_text(f"{sys.executable}\n")


def configure() -> None:
    """Write the settings: one file for the web client and commands, one for tests."""
    with locked(STATE / "config.lock"):
        if not recall("master_password"):
            remember(master_password=secrets.token_urlsafe(18))
        common = {
            "addons_path": addons_path(),
            "admin_passwd": recall("master_password"),
            "data_dir": str(DATA),
            "http_interface": "127.0.0.1",
            "max_cron_threads": "1",
            "workers": "0",
            "without_demo": "True",
            **database_settings(),
        }
        only_demo = {"list_db": "False", "dbfilter": f"^{postgres.own('demo')}$"}
        write(CONFIG, {**common, **only_demo})
        write(TEST_CONFIG, {**common, "max_cron_threads": "0"})


def database_settings() -> dict[str, str]:
    """The server's address in Odoo's words."""
    words = {
        "PGHOST": "db_host",
        "PGPORT": "db_port",
        "PGUSER": "db_user",
        "PGPASSWORD": "db_password",
    }
    return {words[name]: value for name, value in postgres.address().items()}


def write(path: Path, settings: dict[str, str]) -> None:
    """Write a settings file whole; it holds a password, so it is the owner's alone."""
    lines = [f"{name} = {value}" for name, value in sorted(settings.items())]
    partial = path.with_suffix(f".{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text("\n".join(["[options]", *lines]) + "\n")
    partial.replace(path)


def environment(config: Path = CONFIG) -> dict[str, str]:
    """The variables that our programs run with."""
    path = os.pathsep.join([str(VENV / "bin"), str(TOOLS), os.environ.get("PATH", "")])
    return {
        **postgres.address(),
        "PATH": path,
        "ODOO_RC": str(config),
        "CUSTOMER_INTELLIGENCE_DATASETS": str(DATASETS),
        # matrices here are small: on a busy machine threads of the linear algebra wait for
        # each other, and a fit takes 20 times as long
        "OPENBLAS_NUM_THREADS": os.environ.get("OPENBLAS_NUM_THREADS", "1"),
    }


def command_line(arguments: list[str]) -> list[str]:
    """Odoo's command: its subcommands look for ours only where they are told."""
    program = [str(VENV / "bin" / "python"), str(PROGRAM)]
    if arguments and not arguments[0].startswith("-"):
        program.append(f"--addons-path={addons_path()}")
    return [*program, *arguments]


def variables(config: Path = CONFIG) -> dict[str, str]:
    """The variables of this process and ours together."""
    return {**os.environ, **environment(config)}


def replace_process(arguments: list[str]) -> None:
    """Become Odoo, so that the terminal, its signals and its exit code are Odoo's."""
    command = command_line(arguments)
    sys.stdout.flush()
    os.execve(command[0], command, variables())


def odoo(arguments: list[str], what: str, *, config: Path = CONFIG, log="odoo.log"):
    """Run a command of Odoo to its end; its output goes to a log."""
    return run(command_line(arguments), what, env=variables(config), log=log)
