"""Run other programs; one that fails is told in one line, the rest is in a log."""

import os
import re
import shlex
import subprocess
from pathlib import Path

from .errors import HostError
from .layout import LOGS

DISK_FULL = "No space left on device"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
# How the programs that we run tell what went wrong, the most precise first.
TELLING = (
    re.compile(r"[\w.]+(Error|Exception|Warning)\b"),
    re.compile(r"(E:|error|fatal)", re.IGNORECASE),
    re.compile(r".* (CRITICAL|ERROR) "),
)


def run(command, what: str, *, log: str = "host.log", env=None, cwd=None) -> str:
    """Run to the end and return the output; a failure names `what` and the log."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / log
    with open(path, "ab") as handle:
        handle.write(f"\n$ {shlex.join(map(str, command))}\n".encode())
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
            cwd=cwd,
        )
    except OSError as error:
        raise HostError(f"{what}: cannot run {command[0]}: {error.strerror}") from error
    with open(path, "ab") as handle:
        handle.write(done.stdout)
    output = done.stdout.decode(errors="replace")
    if done.returncode:
        raise HostError(f"{what} failed: {reason(output)} (all of it: {path})")
    return output


def trusted(variable: str) -> dict[str, str]:
    """Have a program that brings certificates of its own trust the machine's too.

    Where a company's network looks into connections, only those work.
    """
    known = os.environ.get(variable) or CERTIFICATES
    return {variable: known} if Path(known).exists() else {}


def reason(output: str) -> str:
    """The line of a program's output that most likely says why it failed."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if not lines:
        return "it said nothing"
    for line in lines:
        if DISK_FULL in line:
            return "disk full"
    for pattern in TELLING:
        found = [line for line in lines if pattern.match(line)]
        if found:
            return found[-1][:300]
    return lines[-1][:300]


def alive(pid: int, *words: str) -> bool:
    """Whether a process lives and is the one we think: pids are used again."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return bool(command) and all(word in command for word in words)


def read_pid(path: Path) -> int:
    """The first line of a pid file, 0 when it is missing or cut short."""
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
