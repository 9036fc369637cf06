"""Events of raw files, read once: what a message says is taken out of its text and kept compressed, day by day.

A screen asks a dozen questions about the same month, and a day that is closed never changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from twin.errors import HistoryDamagedError
from twin.model.entries import EVENT
from twin.screens.small_duckdb import seeing
from twin.store.entry_table import SCHEMA
from twin.store.history_manifest import RAW, HistoryFile
from twin.store.history_sql import first_line
from twin.store.history_view import HistoryView

MOST_EVENTS: Final = 1_000_000  # some 50 bytes each
DATABASE: Final = "kept"
_LOOSE: Final = 20_000
_MOST_COUNTS: Final = 2_000  # files
ATTACHED: Final = f"ATTACH ':memory:' AS {DATABASE} (COMPRESS)"
# of an entry that is an event, whether it is kept or not
TOLD: Final = """
seq, entry_id AS event_id, subject AS originator, occurred_at, try(body ->> '$.type') AS type,
try(body ->> '$.level') AS level, try(body ->> '$.text') AS text, try(body -> '$.attributes') AS attributes
"""
_READ: Final = ("seq", "kind", "entry_id", "subject", "occurred_at", "body")


@dataclass(slots=True)
class Day:
    """The table of one day, and which files are in it."""

    table: str
    files: tuple[str, ...] = ()
    events: int = 0


class EventShelf:
    """In a DuckDB with ``ATTACHED``. For one thread at a time; the days that were asked for last."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._sql = connection
        self.days: OrderedDict[date, Day] = OrderedDict()
        self._counts: dict[str, int] = {}
        self._loose = 0  # events that are not compressed yet

    def of(self, view: HistoryView, files: Sequence[HistoryFile]) -> list[str] | None:
        """Tables in the columns of ``TOLD`` with all events of the days of these files, in the order of their files.

        None where that is more than is kept. Raises HistoryDamagedError.
        """
        days = {day: view.manifest.of(*RAW, day=day) for day in sorted({one.day for one in files})}
        if sum(self._count(view, one) for raw in days.values() for one in raw) > MOST_EVENTS:
            return None
        try:
            return [self._table(view, day, raw) for day, raw in days.items()]
        except duckdb.Error as fault:
            raise HistoryDamagedError(path="history", detail=first_line(fault)) from fault

    def _count(self, view: HistoryView, file: HistoryFile) -> int:
        if file.name not in self._counts:
            if len(self._counts) >= _MOST_COUNTS:
                self._counts.clear()
            self._counts[file.name] = len(_events(view, file, ["seq"]))
        return self._counts[file.name]

    def _table(self, view: HistoryView, day: date, files: Sequence[HistoryFile]) -> str:
        names = tuple(one.name for one in files)
        kept = self.days.get(day)
        if kept is None or kept.files != names[: len(kept.files)]:  # closed since, or something came late
            kept = self._begun(day)
        for file in files[len(kept.files) :]:
            self._take(kept, file.name, _events(view, file, _READ))
        self.days.move_to_end(day)
        while sum(one.events for one in self.days.values()) > MOST_EVENTS:
            self._drop(next(iter(self.days)))
        if self._loose >= _LOOSE:
            self._sql.execute(f"CHECKPOINT {DATABASE}")
            self._loose = 0
        return kept.table

    def _begun(self, day: date) -> Day:
        if day in self.days:
            self._drop(day)
        found = Day(f'{DATABASE}."{day.isoformat()}"')
        self._put(f"CREATE TABLE {found.table} AS", _NOTHING)
        self.days[day] = found
        return found

    def _take(self, day: Day, name: str, events: pa.Table) -> None:
        self._put(f"INSERT INTO {day.table}", events)
        day.files, day.events = (*day.files, name), day.events + len(events)
        self._loose += len(events)

    def _put(self, sql: str, events: pa.Table) -> None:
        with seeing(self._sql, _read=events):
            self._sql.execute(f"{sql} SELECT {TOLD} FROM _read")

    def _drop(self, day: date) -> None:
        dropped = self.days.pop(day)
        self._sql.execute(f"DROP TABLE {dropped.table}")
        self._loose += dropped.events  # what it took is free after the next checkpoint


_NOTHING: Final = SCHEMA.empty_table().select(_READ)


def _events(view: HistoryView, file: HistoryFile, columns: Sequence[str]) -> pa.Table:
    [path] = view.paths([file])
    try:
        return pq.read_table(path, columns=[*columns], filters=pc.field("kind") == EVENT, use_threads=False)
    except (OSError, pa.ArrowException) as fault:
        raise HistoryDamagedError(path=path, detail=str(fault).partition("\n")[0]) from fault
