"""Entries as rows of SQLite and as Arrow tables: the one list of columns that both sides keep to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import pyarrow as pa

from twin.model.entries import Entry, StoredEntry
from twin.model.time import microseconds, moment

_MOMENT: Final = pa.timestamp("us", "UTC")
SCHEMA: Final = pa.schema(
    [
        pa.field("seq", pa.int64(), nullable=False),
        pa.field("entry_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subject", pa.string(), nullable=False),
        pa.field("occurred_at", _MOMENT, nullable=False),
        pa.field("received_at", _MOMENT, nullable=False),
        pa.field("feed", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("quality", pa.string()),
        pa.field("body", pa.string()),
    ]
)
# in the order of SCHEMA
COLUMNS: Final = "seq, entry_id, kind, subject, occurred_us, received_us, feed, value, quality, body"

Row = tuple[int, str, str, str, int, int, str, float | None, str | None, str | None]


def table_of_rows(rows: Sequence[Row]) -> pa.Table:
    """Rows of the journal as Arrow."""
    if not rows:
        return SCHEMA.empty_table()
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(one, field.type) for one, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def rows_of_table(table: pa.Table) -> list[tuple[Any, ...]]:
    """The way back: rows as the journal takes them."""
    columns = [
        (one.cast(pa.int64()) if one.type == _MOMENT else one).to_pylist() for one in table.select(SCHEMA.names).columns
    ]
    return list(zip(*columns, strict=True))


def stored_of_table(table: pa.Table) -> list[StoredEntry]:
    """Rows of an Arrow table in the columns of ``SCHEMA``."""
    return [stored_of_row(row) for row in rows_of_table(table)]


def stored_of_row(row: Row) -> StoredEntry:
    """One row of the journal as what was stored."""
    seq, entry_id, kind, subject, occurred_us, received_us, feed, value, quality, body = row
    entry = Entry(entry_id, kind, subject, moment(occurred_us), feed, value, quality, body)
    return StoredEntry(seq, moment(received_us), entry)


def row_of_stored(stored: StoredEntry) -> Row:
    """The way back: one row as the journal takes it."""
    entry = stored.entry
    at_us = microseconds(entry.occurred_at), microseconds(stored.received_at)
    told = (entry.feed, entry.value, entry.quality, entry.body)
    return (stored.seq, entry.entry_id, entry.kind, entry.subject, *at_us, *told)


def packed(table: pa.Table) -> bytes:
    """Rows in the columns of ``SCHEMA``, compressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMA, options=pa.ipc.IpcWriteOptions(compression="zstd")) as out:
        out.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpacked(block: bytes) -> pa.Table:
    """What ``packed`` made. Raises pa.ArrowException."""
    return pa.ipc.open_stream(block).read_all()


def as_moment(at: datetime) -> pa.Scalar:
    """A moment in the type of the columns."""
    return pa.scalar(at, _MOMENT)
