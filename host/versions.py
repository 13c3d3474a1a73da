"""Which Python runs this: the one file that any Python 3 must be able to read."""

OLDEST, NEWEST = (3, 10), (3, 13)


def complaint(version):
    """Why a version of Python will not do, empty when it will."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    return (
        f"error: Python {version[0]}.{version[1]} is not supported, "
        "Odoo 19.0 needs 3.10 to 3.13: name one with `make PYTHON=/path/to/python ...`"
    )
