"""Published purchase records that the demo and the tests reproduce known tables on."""

import zipfile
from pathlib import Path

from .files import appearing, locked, ready, say
from .layout import DATASETS, STATE, cache
from .process import run
from .python import pip

WHEEL = "lifetimes==0.11.3"
NAMES = ("CDNOW_master.txt", "CDNOW_sample.txt", "donations.csv")


def provide() -> Path:
    """The folder with the records, taken from a Python package's wheel."""
    if ready(DATASETS):
        return DATASETS
    wheel = next(wheels().glob("*.whl"))
    with (
        locked(STATE / "datasets.lock"),
        appearing(DATASETS) as partial,
        zipfile.ZipFile(wheel) as archive,
    ):
        for name in archive.namelist():
            if Path(name).name in NAMES:
                (partial / Path(name).name).write_bytes(archive.read(name))
    return DATASETS


def wheels() -> Path:
    """The folder of the cache with the wheel; the package itself is not installed."""
    folder = cache() / "datasets-1"
    if not ready(folder):
        with locked(cache() / "lock"):
            if not ready(folder):
                say("fetching the CDNOW purchase records")
                download(folder)
    return folder


def download(folder: Path) -> None:
    """Let pip fetch the wheel."""
    with appearing(folder) as partial:
        command = [*pip(), "download", "--quiet", "--no-deps", "-d", partial, WHEEL]
        run(command, "fetching the CDNOW records (is there a network?)")
