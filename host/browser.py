"""A Chromium for the tests that need one: the machine's, or installed where we may."""

import os
import shutil

from .errors import HostError
from .files import say
from .process import run

# the names that Odoo's own tests look for
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PACKAGE = "chromium"


def find() -> str:
    """The program's path, empty when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def provide() -> str:
    """Find it, or install it as root; else say which command would."""
    if find():
        return find()
    command = f"apt-get install --yes --no-install-recommends {PACKAGE}"
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("installing Chromium with this machine's apt")
        try:
            run(["apt-get", "update"], "apt-get update")
            run(command.split(), "installing Chromium")
        except HostError as error:
            say(f"WARNING: {error}")
    if not find():
        say(f"WARNING: no Chromium: browser tests are left out; run: sudo {command}")
    return find()
