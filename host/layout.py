"""Where everything is: the checkout, its state, the cache shared by all checkouts."""

import json
import os
from pathlib import Path

from .files import locked

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".odoo"
LOGS = STATE / "log"
DATA = STATE / "data"
DATASETS = STATE / "datasets"
VENV = STATE / "venv"
ENGINE_VENV = STATE / "venv-engine"
LINT_VENV = STATE / "venv-lint"
TOOLS = STATE / "bin"


def cache() -> Path:
    """Downloads and unpacked packages, outside the clone, one per user."""
    named = os.environ.get("CUSTOMER_INTELLIGENCE_CACHE")
    if named:
        return Path(named).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "customer-intelligence"


def remember(**values) -> None:
    """Keep small facts of this checkout (ports, hashes) for the next command."""
    target = STATE / "state.json"
    with locked(target.with_suffix(".lock")):
        known = {**recall_all(), **values}
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n")
        partial.replace(target)


def recall_all() -> dict:
    """All remembered facts; a file cut short by a kill counts as empty."""
    try:
        return json.loads((STATE / "state.json").read_text())
    except (OSError, ValueError):
        return {}


def recall(name: str, default=None):
    """One remembered fact."""
    return recall_all().get(name, default)
