"""Trees that appear whole or not at all, and room on the disk for them."""

import contextlib
import fcntl
import os
import shutil
import sys
from pathlib import Path

from .errors import HostError

GIGABYTE = 1024**3


def say(text: str) -> None:
    """Progress, on stderr: stdout belongs to the commands that are run."""
    print(f"== {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def locked(path: Path):
    """Hold a lock file; the kernel lets it go if we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run that holds {path}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def ready(target: Path) -> bool:
    """Whether a tree is there: only a finished one ever has its final name."""
    return target.is_dir()


@contextlib.contextmanager
def appearing(target: Path):
    """Give a temporary folder and rename it to `target` when the block succeeds.

    Call under a lock: what earlier, killed runs left beside it is removed first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for left_over in target.parent.glob(f"{target.name}.partial-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    partial = target.with_name(f"{target.name}.partial-{os.getpid()}")
    partial.mkdir()
    try:
        yield partial
        if target.exists():
            shutil.rmtree(target)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def passing(folder: Path):
    """Give an empty folder that goes when the block ends; call under a lock."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def need_space(path: Path, gigabytes: float) -> None:
    """Refuse up front rather than half-way."""
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free / GIGABYTE
    if free < gigabytes:
        raise HostError(
            f"disk full: {path} has {free:.1f} GB free, {gigabytes:g} GB are needed: "
            "free some, or set CUSTOMER_INTELLIGENCE_CACHE to a roomier folder"
        )
