"""A DuckDB in memory that gives back what it took: several live in each reader, for months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa

THREADS: Final = 2
MEMORY: Final = "400MB"  # of one that adds up what others will ask for
_GIVE_BACK: Final = "2MB"  # by itself it keeps as much as it ever needed at once
# more than what each of its threads may use without telling the others
_SOMETHING: Final = "CREATE OR REPLACE TEMP TABLE _something AS FROM range(100_000)"


def small_duckdb(memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """With so much memory at most, and no file to put anything into that finds no room there.

    A lock on its settings leaves ``memory_limit`` open, for ``forget_freed``.
    """
    return duckdb.connect(
        ":memory:",
        config={
            "threads": THREADS,
            "memory_limit": memory,
            "temp_directory": "",
            "allocator_flush_threshold": _GIVE_BACK,
            "allocator_bulk_deallocation_flush_threshold": _GIVE_BACK,
            "allowed_configs": "[memory_limit]",
        },
    )


def forget_freed(connection: duckdb.DuckDBPyConnection, memory: str = MEMORY) -> None:
    """Make one of so much memory forget blocks that were freed.

    It has a list of all that it might put out of memory one day. A hash join adds 2 kB to it, up to some 40 MB, and
    nothing looks through it before memory is short; so for a moment it is. A few milliseconds; no table is touched.
    """
    try:
        connection.execute(_SOMETHING)
        connection.execute("SET memory_limit = '1B'")
    except (duckdb.OutOfMemoryException, duckdb.TransactionException):  # which, when what was put in is committed
        pass  # it looked for room and found none: that was all
    finally:
        connection.execute(f"SET memory_limit = '{memory}'")
        connection.execute("DROP TABLE IF EXISTS _something")


@contextmanager
def seeing(connection: duckdb.DuckDBPyConnection, **tables: pa.Table) -> Iterator[None]:
    """SQL on this connection may name these tables meanwhile."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)
