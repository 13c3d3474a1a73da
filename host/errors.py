"""What may go wrong on somebody's machine, told in one line."""


class HostError(Exception):
    """A failure that the reader can act on; the message says what to do."""
