"""Where the SQL of questions runs: a locked in-memory DuckDB that holds the views of one question at a time.

To open one costs more than most questions, so one is kept. A question that reads files has its own, since which files
DuckDB may open must be said before it is locked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import duckdb
import pyarrow as pa
from duckdb.func import ARROW

from twin.errors import HistoryDamagedError
from twin.screens.masking import masked_texts
from twin.store.history_sql import first_line
from twin.store.query import sql_literal

PLACE: Final = ("building_id", "storey_id", "space_id", "zone_id")
THREADS: Final = 2


class SqlRoom:
    """For one thread at a time."""

    def __init__(self, timezone: str, memory: str) -> None:
        self._timezone, self._memory = timezone, memory
        self._kept: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    @contextmanager
    def holding(
        self, tables: Mapping[str, pa.Table], views: Mapping[str, str], paths: Sequence[str]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with ``tables`` and ``views`` over them and over files. Raises HistoryDamagedError."""
        if paths:
            self.close()  # two of them would be more memory than is said
            connection = self._open(paths)
        else:
            connection = self._kept = self._kept or self._open(())
        try:
            self._fill(connection, tables, views)
            yield connection
        except BaseException:  # whatever state it is in now
            connection.close()
            self._kept = None
            raise
        if paths:
            connection.close()
        else:
            _empty(connection, tables, views)

    def _open(self, paths: Sequence[str]) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": self._memory})
        try:
            connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
            connection.execute("SET python_enable_replacements=false; SET TimeZone='UTC'; SET temp_directory=''")
            connection.execute("SET allowed_paths=" + sql_literal([*paths]))
            connection.create_function("_masked", masked_texts, ["VARCHAR"], "VARCHAR", type=ARROW)
            for sql in _macros(self._timezone):
                connection.execute(sql)
            connection.execute("SET enable_external_access=false; SET lock_configuration=true")
        except BaseException:
            connection.close()
            raise
        return connection

    def _fill(
        self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], views: Mapping[str, str]
    ) -> None:
        try:
            for name, table in tables.items():
                connection.register(name, table)
            for name, sql in views.items():
                connection.execute(f'CREATE VIEW "{name}" AS {sql}')
        except duckdb.Error as fault:
            raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault


def _empty(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], views: Mapping[str, str]) -> None:
    for name in views:
        connection.execute(f'DROP VIEW "{name}"')
    for name in tables:
        connection.unregister(name)


def _macros(timezone: str) -> tuple[str, ...]:
    zone = sql_literal(timezone)
    within = " OR ".join(f"coalesce(place = {one}, false)" for one in PLACE)
    return (
        f"CREATE MACRO local(ts) AS timezone({zone}, ts)",
        f"CREATE MACRO local_day(ts) AS timezone({zone}, date_trunc('day', timezone({zone}, ts)))",
        f"CREATE MACRO in_place(place, {', '.join(PLACE)}) AS (place IS NULL OR {within}),"
        f" (place, {', '.join(PLACE)}, feature_id) AS"
        f" (place IS NULL OR {within} OR coalesce(place = feature_id, false))",
    )
