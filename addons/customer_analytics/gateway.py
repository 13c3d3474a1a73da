"""The only file of the engine that knows Odoo: rows of a cursor <-> data frames.

Reading streams a query through PostgreSQL's COPY into frames of bounded size; writing goes
through COPY into a temporary table and one ``UPDATE`` or ``INSERT`` from it. Neither ever
loops over records in Python, so 1,000,000 customers cost seconds and little memory.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import pandas as pd

from odoo.tools import SQL

if TYPE_CHECKING:
    from odoo.sql_db import BaseCursor

__all__ = ["copy_into", "iter_frames", "read_frame", "update_from", "upsert_from"]


def read_frame(
    cr: BaseCursor,
    query: SQL,
    dtypes: dict[str, str],
    *,
    dates: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the rows of ``query`` as one frame.

    Parameters
    ----------
    cr
        Cursor; nothing is written through it.
    query
        A ``SELECT`` whose columns are exactly ``dtypes`` and ``dates``, in that order.
    dtypes
        Column name to pandas type.
    dates
        Names of the trailing date columns, returned as ``datetime64[ns]``.
    """
    with _spooled(cr, query) as rows:
        if _is_empty(rows):
            return _empty_frame(dtypes, dates)
        return pd.read_csv(rows, **_read_options(dtypes, dates))


def iter_frames(
    cr: BaseCursor,
    query: SQL,
    dtypes: dict[str, str],
    *,
    dates: tuple[str, ...] = (),
    key: str,
    rows_per_frame: int,
) -> Iterator[pd.DataFrame]:
    """Yield the rows of ``query``, ordered by ``key``, in frames that never split a key.

    Parameters
    ----------
    cr, query, dtypes, dates
        As for :func:`read_frame`; the query must order its rows by ``key``.
    key
        Column whose equal values stay together in one frame.
    rows_per_frame
        Approximate size of a frame, in rows.
    """
    with _spooled(cr, query) as rows:
        if _is_empty(rows):
            return
        carried = None
        for chunk in pd.read_csv(
            rows, chunksize=rows_per_frame, **_read_options(dtypes, dates)
        ):
            frame = chunk if carried is None else pd.concat([carried, chunk])
            is_last_key = frame[key] == frame[key].iloc[-1]
            carried = frame[is_last_key]
            if not is_last_key.all():
                yield frame[~is_last_key].reset_index(drop=True)
        yield carried.reset_index(drop=True)


def copy_into(cr: BaseCursor, table: str, frame: pd.DataFrame) -> int:
    """Append ``frame`` to ``table``; its columns are named like the table's.

    Returns the number of rows written.
    """
    statement = SQL(
        "COPY %s (%s) FROM STDIN WITH (FORMAT csv, NULL '')",
        SQL.identifier(table),
        _column_list(frame.columns),
    )
    cr.copy_expert(_rendered(cr, statement), _as_csv(frame))
    return len(frame)


def update_from(
    cr: BaseCursor,
    table: str,
    frame: pd.DataFrame,
    *,
    key: str,
    condition: SQL | None = None,
) -> int:
    """Write the columns of ``frame`` into the rows of ``table`` with the same ``key``.

    Parameters
    ----------
    cr, table, frame
        As for :func:`copy_into`.
    key
        Column that joins frame and table, by value and never by position.
    condition
        Further condition on the table's rows.

    Returns
    -------
    int
        Number of rows changed.
    """
    columns = [name for name in frame.columns if name != key]
    temporary = _temporary_copy(cr, table, frame)
    cr.execute(
        SQL(
            "UPDATE %(table)s SET %(assignments)s FROM %(temporary)s"
            " WHERE %(table)s.%(key)s = %(temporary)s.%(key)s AND %(condition)s",
            table=SQL.identifier(table),
            temporary=SQL.identifier(temporary),
            assignments=SQL(", ").join(
                SQL(
                    "%s = %s",
                    SQL.identifier(name),
                    SQL.identifier(temporary, name),
                )
                for name in columns
            ),
            key=SQL.identifier(key),
            condition=condition or SQL("TRUE"),
        )
    )
    changed = cr.rowcount
    cr.execute(SQL("DROP TABLE %s", SQL.identifier(temporary)))
    return changed


def upsert_from(
    cr: BaseCursor, table: str, frame: pd.DataFrame, *, keys: tuple[str, ...]
) -> int:
    """Write the rows of ``frame`` over those of ``table`` with the same keys, or add them.

    Parameters
    ----------
    cr, table, frame
        As for :func:`copy_into`.
    keys
        Columns with a unique constraint in the table.

    Returns
    -------
    int
        Number of rows written.
    """
    temporary = _temporary_copy(cr, table, frame)
    cr.execute(
        SQL(
            "INSERT INTO %(table)s (%(columns)s) SELECT %(columns)s FROM %(temporary)s"
            " ON CONFLICT (%(keys)s) DO UPDATE SET %(assignments)s",
            table=SQL.identifier(table),
            temporary=SQL.identifier(temporary),
            columns=_column_list(frame.columns),
            keys=SQL(", ").join(SQL.identifier(name) for name in keys),
            assignments=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in frame.columns
                if name not in keys
            ),
        )
    )
    written = cr.rowcount
    cr.execute(SQL("DROP TABLE %s", SQL.identifier(temporary)))
    return written


def _temporary_copy(cr: BaseCursor, table: str, frame: pd.DataFrame) -> str:
    """Put ``frame`` into a temporary table with the types of ``table``; its name."""
    temporary = f"{table}_update"
    cr.execute(
        SQL(
            "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA",
            SQL.identifier(temporary),
            _column_list(frame.columns),
            SQL.identifier(table),
        )
    )
    copy_into(cr, temporary, frame)
    return temporary


def _spooled(cr: BaseCursor, query: SQL) -> IO[bytes]:
    """Run ``query`` through COPY into a file rewound to its beginning.

    A file, because a worker's memory is limited and its disk much less so.
    """
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    statement = SQL("COPY (%s) TO STDOUT WITH (FORMAT csv, NULL '')", query)
    cr.copy_expert(_rendered(cr, statement), spool)
    spool.seek(0)
    return spool


def _is_empty(rows: IO[bytes]) -> bool:
    first = rows.read(1)
    rows.seek(0)
    return not first


def _empty_frame(dtypes: dict[str, str], dates: tuple[str, ...]) -> pd.DataFrame:
    types = {**dtypes, **dict.fromkeys(dates, "datetime64[ns]")}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in types.items()})


def _rendered(cr: BaseCursor, statement: SQL) -> str:
    """COPY takes no parameters: the driver quotes them into the text."""
    return cr.mogrify(statement.code, statement.params).decode()


def _read_options(dtypes: dict[str, str], dates: tuple[str, ...]) -> dict:
    return {
        "names": [*dtypes, *dates],
        "dtype": dtypes,
        "parse_dates": list(dates),
        "header": None,
        "na_values": [""],
        "keep_default_na": False,
    }


def _as_csv(frame: pd.DataFrame) -> io.StringIO:
    buffer = io.StringIO()
    frame.to_csv(
        buffer,
        index=False,
        header=False,
        na_rep="",
        quoting=csv.QUOTE_MINIMAL,
    )
    buffer.seek(0)
    return buffer


def _column_list(names: pd.Index) -> SQL:
    return SQL(", ").join(SQL.identifier(name) for name in names)
