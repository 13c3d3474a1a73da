"""`python3 -m host <command>`: look at the Python first, then run the command."""

import sys

from .versions import complaint

if complaint(sys.version_info):
    sys.exit(complaint(sys.version_info))

from .commands import main

sys.exit(main(sys.argv[1:]))
