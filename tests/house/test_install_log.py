"""The addons install without a word of complaint, together and each alone."""

import re

import pytest

from host.layout import LOGS

COMPLAINT = re.compile(
    r"\b(WARNING|ERROR|CRITICAL)\b|Traceback \(most recent call last\)"
)
# Odoo shows the read-me of an addon of its own that docutils finds fault with.
KNOWN = {
    "<string>:38: (ERROR/3) Unexpected indentation.",
    "<string>:43: (WARNING/2) Block quote ends without a blank line; "
    "unexpected unindent.",
}
FINISHED = re.compile(r"odoo\.registry: Registry loaded")


def complaints(text):
    """The lines of a log that a reader should not see."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if COMPLAINT.search(line) and line not in KNOWN]


@pytest.mark.parametrize(
    "path", sorted(LOGS.glob("install*.log")), ids=lambda p: p.stem
)
def test_installation_says_nothing_worse_than_info(path):
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize(
    "path", sorted(LOGS.glob("install*.log")), ids=lambda p: p.stem
)
def test_installation_came_to_its_end(path):
    assert FINISHED.search(path.read_text())


def test_a_complaint_is_seen_whatever_its_form():
    log = "\n".join(
        [
            "2026-01-01 00:00:00,000 1 INFO db odoo.registry: Registry loaded in 1s",
            "2026-01-01 00:00:00,000 1 WARNING db odoo.fields: unknown parameter",
            "2026-01-01 00:00:00,000 1 ERROR db odoo.sql_db: bad query",
            "Traceback (most recent call last):",
            "<string>:38: (ERROR/3) Unexpected indentation.",
            "<string>:7: (WARNING/2) Title underline too short.",
        ]
    )
    assert len(complaints(log)) == 4
