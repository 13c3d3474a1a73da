"""Debian packages without installing them: apt in folders of our own, then unpack.

The machine's own apt is only asked which mirror it uses; its lists, its cache and
its package database are neither read nor written, and no rights are needed.
"""

import contextlib
import shutil
from pathlib import Path

from .errors import HostError
from .files import say
from .layout import cache
from .process import run

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
SUITES = "sid bookworm"


def mirror() -> str:
    """The address of the Debian mirror that this machine's apt uses."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise HostError(
            "this machine has no apt: name an Odoo 19.0 with ODOO_BIN=/path/odoo-bin "
            "and a PostgreSQL with PGHOST, or use docker compose up"
        )
    found = main_archive([])
    if not found:
        # small images come without package lists, and apt tells of no origin then
        lists = cache() / "apt" / "machine"
        (lists / "partial").mkdir(parents=True, exist_ok=True)
        options = [f"-oDir::State::Lists={lists}", "-oAPT::Sandbox::User="]
        with contextlib.suppress(HostError):
            run(["apt-get", *options, "update"], "reading this machine's package lists")
        found = main_archive(options)
    if not found:
        raise HostError(
            "this machine's apt names no Debian mirror that answers: add one, or name "
            "an Odoo 19.0 with ODOO_BIN=/path/odoo-bin and a PostgreSQL with PGHOST"
        )
    return found


def main_archive(options: list[str]) -> str:
    """Debian's main archive among the sources that apt tells of, empty when not."""
    words = "$(CREATED_BY) $(ORIGIN) $(COMPONENT) $(REPO_URI)"
    command = ["apt-get", *options, "indextargets", "--format", words]
    for line in run(command, "asking apt for its mirror").splitlines():
        found = line.split()
        if found[:3] == ["Packages", "Debian", "main"] and "security" not in line:
            return found[3]
    return ""


class Apt:
    """One private apt, in the cache."""

    def __init__(self):
        self.home = cache() / "apt"

    def options(self) -> list[str]:
        """Everything that would touch the system points into our folder."""
        home = self.home
        return [
            "-oDir::Etc::SourceList=/dev/null",
            f"-oDir::Etc::SourceParts={home}/sources",
            "-oDir::Etc::Preferences=/dev/null",
            f"-oDir::Etc::PreferencesParts={home}/empty",
            f"-oDir::State::Lists={home}/lists",
            "-oDir::State::status=/dev/null",
            f"-oDir::Cache={home}/cache",
            "-oAPT::Sandbox::User=",
            "-oAPT::Update::Post-Invoke=",
            "-oAcquire::Languages=none",
            "-oAcquire::Retries=3",
            "-oAPT::Update::Error-Mode=any",
        ]

    def update(self) -> None:
        """Fetch the lists of the suites; their signatures are checked by apt."""
        for name in ("sources", "empty", "lists/partial", "cache/archives/partial"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        source = [
            "Types: deb",
            f"URIs: {mirror()}",
            f"Suites: {SUITES}",
            "Components: main",
            f"Signed-By: {KEYRING}",
        ]
        if not KEYRING.exists():
            raise HostError(
                f"{KEYRING} is missing: install the package debian-archive-keyring"
            )
        listing = self.home / "sources" / "debian.sources"
        listing.write_text("\n".join(source) + "\n")
        run(
            ["apt-get", *self.options(), "update"],
            "reading Debian's package lists (is there a network?)",
        )

    def candidate(self, package: str) -> str:
        """The version that would be fetched, empty when there is none."""
        policy = run(
            ["apt-cache", *self.options(), "policy", package], "asking apt for versions"
        )
        for line in policy.splitlines():
            word, _, version = line.strip().partition(": ")
            if word == "Candidate" and version != "(none)":
                return version
        return ""

    def download(self, packages: list[str], folder: Path) -> list[Path]:
        """Fetch packages (`name` or `name/suite`); apt checks their sums."""
        folder.mkdir(parents=True, exist_ok=True)
        run(
            ["apt-get", *self.options(), "download", *packages],
            "downloading Debian packages (is there a network?)",
            cwd=folder,
        )
        return sorted(folder.glob("*.deb"))


def unpack(debs: list[Path], folder: Path, leave_out: tuple[str, ...] = ()) -> None:
    """Unpack packages over each other, without the paths that match `leave_out`."""
    say(f"unpacking {len(debs)} packages")
    patterns = " ".join(f"--exclude='{pattern}'" for pattern in leave_out)
    for deb in debs:
        run(
            [
                "bash",
                "-o",
                "pipefail",
                "-c",
                f'dpkg-deb --fsys-tarfile "$0" | tar -x -C "$1" --no-same-owner '
                f"--wildcards {patterns}",
                deb,
                folder,
            ],
            f"unpacking {deb.name}",
        )
