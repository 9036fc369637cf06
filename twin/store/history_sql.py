"""SQL over the history: an in-memory DuckDB that sees the listed files and the tail of the journal, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import duckdb
import pyarrow as pa

from twin.errors import HistoryDamagedError
from twin.model.entries import EVENT, READING
from twin.store.query import MEMORY, THREADS, sql_literal

ENTRIES: Final = "entries"
# what the twin concluded and what people did
ACTS: Final = f"kind NOT IN ('{READING}', '{EVENT}')"
# one body that is no JSON must not spoil every question
_EVENTS: Final = f"""
SELECT entry_id AS event_id, subject AS originator, try(body ->> '$.type') AS type, occurred_at,
       try(body ->> '$.level') AS level, try(body ->> '$.text') AS text, try(body -> '$.position') AS position,
       try(body -> '$.attributes') AS attributes, feed, received_at, seq, body
FROM {ENTRIES} WHERE kind = '{EVENT}'
"""


def readings_of(source: str) -> str:
    """The readings of a table with the columns of the journal, in the words of the model."""
    return f"""
        SELECT subject AS point_id, occurred_at AS observed_at, value, quality, entry_id AS message_id, feed,
               received_at, seq, body
        FROM {source} WHERE kind = '{READING}'
    """


def open_history_sql(raw: Sequence[str], tail: pa.Table, others: Sequence[str] = ()) -> duckdb.DuckDBPyConnection:
    """Views ``entries``, ``readings``, ``events`` over the files ``raw`` and the tail; ``others`` may be read too."""
    connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
    try:
        _define(connection, raw, tail, others)
    except duckdb.Error as fault:
        connection.close()
        raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault
    return connection


def _define(connection: duckdb.DuckDBPyConnection, raw: Sequence[str], tail: pa.Table, others: Sequence[str]) -> None:
    connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
    connection.execute("SET python_enable_replacements=false; SET TimeZone='UTC'")
    connection.execute("SET allowed_paths=" + sql_literal([*raw, *others]))
    connection.register("tail", tail)
    sealed = f"SELECT * FROM read_parquet({sql_literal([*raw])}) UNION ALL " if raw else ""
    connection.execute(f"CREATE VIEW {ENTRIES} AS {sealed}SELECT * FROM tail")
    connection.execute(f"CREATE VIEW readings AS {readings_of(ENTRIES)}")
    connection.execute(f"CREATE VIEW events AS {_EVENTS}")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")


def first_line(fault: Exception) -> str:
    """DuckDB's own words, with the file it means and without a drawing of the statement."""
    return str(fault).partition("\n")[0]
