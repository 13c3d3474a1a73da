"""Nothing of the machine it was made on, nothing that is not ours to give away."""

import re
from pathlib import Path

import pytest
from tree import files, label

from host.layout import ROOT

MAX_BINARY = 1_000_000
MAX_DATA = 200_000
DATA_SUFFIXES = {
    ".csv",
    ".tsv",
    ".txt",
    ".dat",
    ".json",
    ".xlsx",
    ".parquet",
    ".pickle",
}
ARCHIVES = {
    ".zip",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
    ".7z",
    ".tar",
    ".whl",
    ".deb",
    ".dump",
}
LOCKS = re.compile(r".*\.lock|package-lock\.json|requirements.*\.txt")
# Written in two parts, so that this file holds none of them.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~$})*])/" r"(?:work|root|Users|home/[a-z]\w*|tmp/[\w.-]+)(?![\w-])"
)
HOSTS = {
    "pypi": "org",
    "files.pythonhosted": "org",
    "registry.npmjs": "org",
    "registry.yarnpkg": "com",
    "deb.debian": "org",
    "ftp.debian": "org",
    "security.debian": "org",
    "snapshot.debian": "org",
    "archive.ubuntu": "com",
    "proxy.golang": "org",
    "crates": "io",
}
REGISTRIES = re.compile("|".join(re.escape(f"{a}.{b}") for a, b in HOSTS.items()))
LOCK_ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|--find-links")
NUMBERS = re.compile(r"[-+\d.,;:eE\s\"']+")
ROWS_OF_NUMBERS = 1000


def is_binary(content: bytes) -> bool:
    return b"\0" in content[:8192]


def tells(text: str) -> list[str]:
    """Lines that name a place on some machine, or a server that packages come from."""
    return [
        f"line {number}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in (MACHINE_PATHS, REGISTRIES)
        if (found := pattern.search(line))
    ]


def looks_like_a_dataset(name: str, content: bytes) -> bool:
    """A big table, an archive, or many rows of nothing but numbers."""
    path = Path(name)
    if LOCKS.fullmatch(path.name):
        return False
    if path.suffix.lower() in ARCHIVES:
        return True
    if path.suffix.lower() in DATA_SUFFIXES and len(content) > MAX_DATA:
        return True
    if is_binary(content) or path.suffix in (".svg", ".po", ".pot"):
        return False
    lines = content.decode(errors="replace").splitlines()
    return sum(1 for line in lines if NUMBERS.fullmatch(line)) > ROWS_OF_NUMBERS


TEXTS = [path for path in files() if not is_binary(path.read_bytes())]


@pytest.mark.parametrize("path", TEXTS, ids=label)
def test_a_file_names_no_machine_and_no_registry(path):
    assert tells(path.read_text(encoding="utf-8")) == []


def test_a_lock_file_names_no_address():
    named = [
        label(path)
        for path in TEXTS
        if LOCKS.fullmatch(path.name) and path.name != "package-lock.json"
        if LOCK_ADDRESS.search(path.read_text())
    ]
    assert named == []


def test_no_big_binary_is_kept():
    big = [
        label(path)
        for path in files()
        if path not in TEXTS and path.stat().st_size > MAX_BINARY
    ]
    assert big == []


def test_no_dataset_is_kept():
    kept = [
        label(path)
        for path in files()
        if looks_like_a_dataset(path.name, path.read_bytes())
    ]
    assert kept == []


def test_no_secret_is_kept():
    mark = "PRIVATE" + " KEY-----"
    assert [label(path) for path in TEXTS if mark in path.read_text()] == []


def test_what_is_built_here_is_ignored():
    built = {".odoo", "node_modules", "__pycache__", ".pytest_cache"}
    kept = [path for path in files() if built & set(path.relative_to(ROOT).parts)]
    assert kept == []


@pytest.mark.parametrize(
    "text",
    [
        "cd /" + "work/main",
        "see '/" + "root/.cache'",
        "/" + "home/jo/x",
        "open('/" + "tmp/x.json')",
        "https://py" + "pi.org/simple",
        "deb http://deb." + "debian.org/debian sid main",
    ],
)
def test_a_tell_tale_line_is_noticed(text):
    assert tells(text)


@pytest.mark.parametrize(
    "text",
    ["/path/to/odoo-bin", "~/" + "work/x", "a network/root", "/homework", "/tmp"],
)
def test_an_ordinary_line_is_not(text):
    assert tells(text) == []


def test_a_dataset_is_noticed():
    rows = b"00001 19970101 1 29.33\n" * 2000
    assert looks_like_a_dataset("master.text", rows)
    assert looks_like_a_dataset("x.csv", b"a" * (MAX_DATA + 1))
    assert looks_like_a_dataset("x.zip", b"")
    assert not looks_like_a_dataset("requirements.lock", b"a" * (MAX_DATA + 1))
    assert not looks_like_a_dataset("x.py", b"x = 1\n" * 2000)
