"""Where the SQL of questions runs: a locked in-memory DuckDB; each question has a connection of its own to it.

To open one costs more than most questions, so one is kept, and with it events that were read. A question that reads
files has its own, since which files DuckDB may open must be said before it is locked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Final

import duckdb
import pyarrow as pa
from duckdb.func import ARROW

from twin.errors import HistoryDamagedError
from twin.screens.event_shelf import ATTACHED, DATABASE, EventShelf
from twin.screens.masking import masked_texts
from twin.screens.rollup_shelf import RollupShelf
from twin.screens.small_duckdb import forget_freed, small_duckdb
from twin.store.history_manifest import HistoryFile
from twin.store.history_sql import first_line
from twin.store.history_view import HistoryView
from twin.store.query import sql_literal

PLACE: Final = ("building_id", "storey_id", "space_id", "zone_id")


class SqlRoom:
    """For one thread at a time."""

    def __init__(self, timezone: str, memory: str) -> None:
        self._timezone, self._memory = timezone, memory
        self._kept: duckdb.DuckDBPyConnection | None = None
        self.shelf: EventShelf | None = None
        self._rollups: RollupShelf | None = None

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = self.shelf = self._rollups = None

    def forget_freed(self) -> None:
        if self._kept is not None:
            forget_freed(self._kept, self._memory)

    def events(self, view: HistoryView, files: Sequence[HistoryFile]) -> list[str] | None:
        """As ``EventShelf.of``; a question that opens files does not see these tables."""
        kept = self._room()
        self.shelf = self.shelf or EventShelf(kept)
        return self.shelf.of(view, files)

    def rollups(self, reading: duckdb.DuckDBPyConnection) -> RollupShelf:
        """Closed days that are kept, read by that connection; a question that opens files does not see them either."""
        kept = self._room()
        self._rollups = self._rollups or RollupShelf(kept, DATABASE, reading, self._timezone)
        return self._rollups

    @contextmanager
    def holding(
        self, tables: Mapping[str, pa.Table], views: Mapping[str, str], paths: Sequence[str]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with ``tables`` and ``views`` over them and over files. Raises HistoryDamagedError."""
        with ExitStack() as ended:
            room = ended.enter_context(closing(self._open(paths))) if paths else self._room()
            connection = ended.enter_context(closing(room.cursor()))  # what it holds goes with it
            self._fill(connection, tables, views)
            yield connection

    def _room(self) -> duckdb.DuckDBPyConnection:
        if self._kept is None:
            self._kept = self._open(())
        return self._kept

    @contextmanager
    def closed_if_broken(self) -> Iterator[None]:
        """What made a question fail may have left a DuckDB that answers no other."""
        try:
            yield
        except BaseException:
            try:
                if self._kept is not None:
                    self._kept.execute("SELECT 1").fetchall()
            except duckdb.Error:
                self.close()
            raise

    def _open(self, paths: Sequence[str]) -> duckdb.DuckDBPyConnection:
        connection = small_duckdb(self._memory)
        try:
            connection.execute("SET autoinstall_known_extensions=false; SET autoload_known_extensions=false")
            connection.execute("SET GLOBAL python_enable_replacements=false; SET GLOBAL TimeZone='UTC'")
            if not paths:
                connection.execute(ATTACHED)
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
                connection.execute(f'CREATE TEMP VIEW "{name}" AS {sql}')
        except duckdb.Error as fault:
            raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault


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
