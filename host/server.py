"""The web client of this checkout: started in the background, found again, stopped."""

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

PID_FILE = STATE / "odoo.pid"
LOG = LOGS / "web.log"
PATIENCE = 180


def pid() -> int:
    """The process of our web client, 0 when it does not run."""
    number = read_pid(PID_FILE)
    return number if number and alive(number, str(odoo.VENV), "odoo") else 0


def url() -> str:
    """Where a browser finds it."""
    return f"http://127.0.0.1:{recall('http_port', odoo.FIRST_PORT)}"


def choose_port() -> None:
    """Take the port that the user named, else the one of last time or the next free."""
    named = os.environ.get("HTTP_PORT", "")
    if named:
        if not named.isdigit() or not 0 < int(named) < 65536:
            raise HostError(f"HTTP_PORT={named} is not a port: give a number below 65536")
        if answers(int(named)):
            raise HostError(
                f"port {named} is taken: stop what listens there or give another "
                "with HTTP_PORT"
            )
        number = int(named)
    else:
        number = free_port(int(recall("http_port", odoo.FIRST_PORT)))
    remember(http_port=number)
    odoo.configure()


def start(database: str) -> bool:
    """Serve a database and wait until its login page is there; False if it was."""
    if pid() and responds():
        return False
    stop()
    choose_port()
    command = odoo.command_line(["-d", database])
    with open(LOG, "ab") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=odoo.variables(),
            cwd=STATE,
            start_new_session=True,
        )
    PID_FILE.write_text(f"{process.pid}\n")
    say(f"starting the web client on {url()}")
    wait(process)
    return True


def wait(process: subprocess.Popen) -> None:
    """Return when the login page is served; tell why if the server died."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            last = LOG.read_bytes()[-20000:].decode(errors="replace")
            raise HostError(f"the web client stopped: {reason(last)} (all of it: {LOG})")
        if responds():
            return
        time.sleep(0.3)
    raise HostError(f"the web client did not answer in {PATIENCE} s: see {LOG}")


def responds() -> bool:
    """Whether the login page is served."""
    try:
        with urllib.request.urlopen(f"{url()}/web/login", timeout=60) as answer:
            return answer.status == 200
    except (OSError, ValueError):
        return False


def stop() -> bool:
    """End the web client, politely first."""
    number = pid()
    if number:
        # a second signal tells Odoo not to wait for its threads
        for wanted in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
            os.kill(number, wanted)
            if gone(number, 4):
                break
    PID_FILE.unlink(missing_ok=True)
    return bool(number)


def gone(number: int, seconds: float) -> bool:
    """Wait for a process to end."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(number):
            return True
        time.sleep(0.1)
    return False
