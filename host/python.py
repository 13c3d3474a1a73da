"""Virtual environments of this checkout, from the lock file, made by uv."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from .errors import HostError
from .files import appearing, locked, need_space, passing, ready, say
from .layout import ENGINE_VENV, LINT_VENV, ROOT, VENV, cache
from .process import run, trusted

UV = "0.13.9"


def uv() -> Path:
    """The installer: the one on PATH, or one of our own in the cache."""
    found = shutil.which("uv")
    if found:
        return Path(found)
    home = cache() / f"uv-{UV}-py{sys.version_info[0]}{sys.version_info[1]}"
    if not ready(home):
        with locked(cache() / "lock"):
            if not ready(home):
                fetch_uv(home)
    return home / "bin" / "uv"


def fetch_uv(home: Path) -> None:
    """Install uv into a folder with whichever pip this Python has."""
    need_space(cache(), 0.2)
    say("fetching uv")
    with appearing(home) as partial:
        run(
            [*pip(), "install", "--quiet", "--target", partial, f"uv=={UV}"],
            "fetching uv (is there a network?)",
        )


def pip() -> list:
    """A pip to run: this Python's own, or the wheel that Debian packages."""
    try:
        run([sys.executable, "-m", "pip", "--version"], "looking for pip")
        return [sys.executable, "-m", "pip"]
    except HostError:
        return [sys.executable, borrowed_pip() / "pip"]


def borrowed_pip() -> Path:
    """Debian's Python comes without pip: unpack its package python3-pip-whl."""
    from .debian import Apt, unpack

    tree = cache() / "pip-1"
    if not ready(tree):
        apt = Apt()
        apt.update()
        with appearing(tree) as partial, passing(cache() / "debs") as folder:
            unpack(apt.download(["python3-pip-whl/bookworm"], folder), partial)
    return next((tree / "usr/share/python-wheels").glob("pip-*.whl"))


def odoo_environment(source: Path) -> Path:
    """Odoo, the addons and their tests: `.odoo/venv`; Odoo's source by a .pth file."""
    python = environment(VENV, [ROOT / "requirements.lock"])
    site = next(VENV.glob("lib/python3*/site-packages"))
    pth = site / "odoo-source.pth"
    if not pth.exists() or pth.read_text().strip() != str(source):
        pth.write_text(f"{source}\n")
    script = VENV / "bin" / "odoo"
    if not script.exists():
        script.write_text(f"#!{python}\nimport odoo.cli\n\nodoo.cli.main()\n")
        script.chmod(0o755)
    return python


def engine_environment() -> Path:
    """The engine and its tests: `.odoo/venv-engine`, where Odoo cannot be imported."""
    return environment(ENGINE_VENV, [ROOT / "requirements-engine.lock"])


def lint_environment() -> Path:
    """The linters: `.odoo/venv-lint`."""
    return environment(LINT_VENV, [ROOT / "requirements-lint.lock"])


def environment(folder: Path, locks: list[Path]) -> Path:
    """Make an environment hold what the lock files say, no more; quick if it does."""
    python = folder / "bin" / "python"
    stamp = folder / "made-from"
    wanted = digest(locks)
    if has(stamp, wanted):
        return python
    with locked(folder.with_suffix(".lock")):
        if not has(stamp, wanted):
            need_space(folder.parent, 1)
            say(f"installing Python packages into {folder.relative_to(ROOT)}")
            # without its stamp an environment counts as begun and is made anew
            begun = not stamp.exists() or not python.exists()
            stamp.unlink(missing_ok=True)
            install(folder, locks, anew=begun)
            stamp.write_text(wanted)
    return python


def has(stamp: Path, wanted: str) -> bool:
    """Whether an environment was made, to the end, from these lock files."""
    return stamp.exists() and stamp.read_text() == wanted


def install(folder: Path, locks: list[Path], *, anew: bool) -> None:
    """Let uv bring an environment to the state of the lock files."""
    program, python = uv(), folder / "bin" / "python"
    env = {"UV_CACHE_DIR": str(cache() / "uv"), "UV_PYTHON_DOWNLOADS": "never"}
    env |= trusted("SSL_CERT_FILE")
    index = package_index()
    if index and "UV_DEFAULT_INDEX" not in os.environ:
        env["UV_DEFAULT_INDEX"] = index
    if anew or not runs(python):
        venv = [program, "venv", "--quiet", "--clear", "--python", sys.executable]
        run([*venv, folder], "making a virtual environment", env=env)
    sync = [program, "pip", "sync", "--quiet", "--require-hashes", "--python", python]
    try:
        run([*sync, "--offline", *locks], "installing from the cache", env=env)
    except HostError:
        what = "installing Python packages (is there a network?)"
        run([*sync, *locks], what, env=env)


def runs(python: Path) -> bool:
    """Whether an environment's interpreter is the one that runs us."""
    probe = [python, "-c", "import sys; print(sys.version)"]
    try:
        return run(probe, "asking Python").strip() == sys.version.strip()
    except HostError:
        return False


def package_index() -> str:
    """The index that pip is set to use: uv does not read pip's settings."""
    try:
        return run([*pip(), "config", "get", "global.index-url"], "pip").strip()
    except HostError:
        return ""


def digest(locks: list[Path]) -> str:
    """A short name for the contents of lock files and the Python they are for."""
    summed = hashlib.sha256(sys.version.encode())
    for lock in locks:
        summed.update(lock.read_bytes())
    return summed.hexdigest()
