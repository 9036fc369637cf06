"""A DuckDB in memory that gives back what it took: several live in each reader, for months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa

THREADS: Final = 2
_GIVE_BACK: Final = "2MB"  # by itself it keeps as much as it ever needed at once


def small_duckdb(memory: str) -> duckdb.DuckDBPyConnection:
    """With so much memory at most ("400MB")."""
    return duckdb.connect(
        ":memory:",
        config={
            "threads": THREADS,
            "memory_limit": memory,
            "allocator_flush_threshold": _GIVE_BACK,
            "allocator_bulk_deallocation_flush_threshold": _GIVE_BACK,
        },
    )


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
