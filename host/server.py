"""A web client of this checkout: started in the background, found again, stopped."""

import os
import signal
import subprocess
import time
import urllib.request

from . import odoo
from .errors import HostError
from .files import say
from .layout import LOGS, STATE, recall, remember
from .postgres import answers, free_port
from .process import alive, read_pid, reason

PATIENCE = 180


class WebClient:
    """One database served on one port; `name` tells its files apart."""

    def __init__(self, name: str, database: str, first_port: int):
        self.name = name
        self.database = database
        self.first_port = first_port
        self.pid_file = STATE / f"{name}.pid"
        self.log = LOGS / f"{name}.log"

    @property
    def pid(self) -> int:
        """The process that serves, 0 when none does."""
        number = read_pid(self.pid_file)
        ours = number and alive(number, str(odoo.PROGRAM), self.database)
        return number if ours else 0

    @property
    def port(self) -> int:
        """The port of last time, or the one to try first."""
        return int(recall(f"{self.name}_port", self.first_port))

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    def check(self, named_port: str) -> None:
        """Refuse a port that the user named at once, not after the work."""
        if named_port and not (self.pid and named_port == str(self.port)):
            choose_port(named_port, self.port)

    def start(self, named_port: str = "") -> bool:
        """Serve, and wait until the login page is there; False if it was already."""
        same = not named_port or named_port == str(self.port)
        if same and self.pid and self.responds():
            return False
        self.stop()
        remember(**{f"{self.name}_port": choose_port(named_port, self.port)})
        say(f"starting the web client on {self.url}")
        self.wait(self.launch())
        return True

    def launch(self) -> subprocess.Popen:
        """Start Odoo in a session of its own: it outlives this shell."""
        options = ["-d", self.database, f"--db-filter=^{self.database}$"]
        with open(self.log, "ab") as log:
            process = subprocess.Popen(
                odoo.command_line([*options, f"--http-port={self.port}"]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=odoo.variables(),
                cwd=STATE,
                start_new_session=True,
            )
        self.pid_file.write_text(f"{process.pid}\n")
        return process

    def wait(self, process: subprocess.Popen) -> None:
        """Return when the login page is served; tell why if the server died."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if process.poll() is not None:
                raise HostError(f"the web client stopped: {self.last_words()}")
            if self.responds():
                return
            time.sleep(0.3)
        raise HostError(
            f"no answer from the web client in {PATIENCE} s: see {self.log}"
        )

    def last_words(self) -> str:
        """Why a server died, from the end of its log."""
        written = self.log.read_bytes()[-20000:].decode(errors="replace")
        return f"{reason(written)} (all of it: {self.log})"

    def responds(self) -> bool:
        """Whether the login page is served."""
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except (OSError, ValueError):
            return False

    def stop(self) -> bool:
        """End it, politely first; a second signal has Odoo not wait for threads."""
        number = self.pid
        for wanted in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            if number and alive(number):
                os.kill(number, wanted)
                gone(number, 4)
        self.pid_file.unlink(missing_ok=True)
        return bool(number)


def choose_port(named: str, first: int) -> int:
    """The port that the user named, or the first free one."""
    if not named:
        return free_port(first)
    if not named.isdigit() or not 0 < int(named) < 65536:
        raise HostError(f"HTTP_PORT={named} is not a port: give a number below 65536")
    if answers(int(named)):
        raise HostError(
            f"port {named} is taken: stop what listens there, or give another HTTP_PORT"
        )
    return int(named)


def gone(number: int, seconds: float) -> bool:
    """Wait for a process to end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(number):
            return True
        time.sleep(0.1)
    return False
