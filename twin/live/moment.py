"""What the campus had measured and told by any moment: the newest reading of each point, the last events, what moved.

The hour around a moment is read once and kept, so that the next moment of it costs nothing but memory.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from twin.live.latest import Latest
from twin.live.messages_out import MOVE
from twin.model.entries import EVENT, StoredEntry
from twin.model.last_asked import LastAsked
from twin.model.live import Quality
from twin.model.time import EPOCH, Clock, microseconds
from twin.store.entry_table import SCHEMA, stored_of_table
from twin.store.history import History
from twin.store.history_view import ask
from twin.store.latest import latest_readings

STEP: Final = timedelta(hours=1)
LOOK_BACK: Final = timedelta(days=1)  # for events, as the stream does
TRAIL: Final = timedelta(minutes=10)
KEPT_EVENTS: Final = 200
MOST_MOVES: Final = 1000
MOST_HOURS: Final = 4
FRESH_S: Final = 2.0  # of an hour to which readings still come
SETTLED_S: Final = 60.0  # of one that only late ones can change
LATE: Final = timedelta(hours=1)

Numbers = np.ndarray[Any, np.dtype[Any]]

_COLUMNS: Final = ", ".join(SCHEMA.names)
_IN_ORDER: Final = "ORDER BY occurred_at, seq"
_READINGS: Final = (
    "SELECT point_id, observed_at, value, quality, received_at, seq FROM readings"
    " WHERE observed_at >= $begin AND observed_at < $end ORDER BY observed_at, seq"
)
_IS_MOVE: Final = f"coalesce(try(body ->> '$.type'), '') = '{MOVE}'"
_TOLD: Final = f"kind = '{EVENT}' AND NOT {_IS_MOVE} AND occurred_at >= $since"
_EVENTS: Final = f"""
SELECT {_COLUMNS} FROM (
    (SELECT {_COLUMNS} FROM entries WHERE {_TOLD} AND occurred_at < $begin
     ORDER BY occurred_at DESC, seq DESC LIMIT {KEPT_EVENTS})
    UNION ALL SELECT {_COLUMNS} FROM entries WHERE {_TOLD} AND occurred_at >= $begin AND occurred_at < $end
) {_IN_ORDER}
"""
_MOVED: Final = f"kind = '{EVENT}' AND {_IS_MOVE} AND occurred_at < $end AND occurred_at >= "
_MOVES: Final = f"""
SELECT {_COLUMNS} FROM (
    (SELECT {_COLUMNS} FROM entries WHERE {_MOVED} $since AND occurred_at < $trail
     QUALIFY row_number() OVER (PARTITION BY subject ORDER BY occurred_at DESC, seq DESC) = 1)
    UNION ALL SELECT {_COLUMNS} FROM entries WHERE {_MOVED} $trail
) {_IN_ORDER}
"""


@dataclass(frozen=True, slots=True)
class Told:
    """By one moment. ``events`` and ``moves`` by time; of what moved the last word of each, and its way until then."""

    latest: dict[str, Latest]
    events: list[StoredEntry]
    moves: list[StoredEntry]
    trails: list[StoredEntry]


class Moments:
    """Of one campus; from any thread."""

    def __init__(self, history: History, clock: Clock) -> None:
        self._history, self._clock = history, clock
        self._guard = threading.Lock()
        self._hours: LastAsked[int, tuple[datetime, _Hour]] = LastAsked(MOST_HOURS)

    def at(self, at: datetime) -> Told:
        """Raises HistoryDamagedError."""
        return self._hour(at).told(microseconds(at))

    def latest(self, at: datetime) -> dict[str, Latest]:
        """The newest reading of each point that was observed by then."""
        return self._hour(at).latest(microseconds(at))

    def _hour(self, at: datetime) -> _Hour:
        number = (at - EPOCH) // STEP
        with self._guard:
            now, kept = self._clock.now(), self._hours.get(number)
            begin = EPOCH + number * STEP
            lasts_s = FRESH_S if now - begin < STEP + LATE else SETTLED_S
            if kept is None or not 0 <= (now - kept[0]).total_seconds() < lasts_s:
                kept = self._hours.keep(number, (now, _Hour.read(self._history, begin)))
            return kept[1]


@dataclass
class _Hour:
    """``before`` is the newest of each point before it; the tables hold what came in it, by time."""

    before: dict[str, Latest]
    readings: pa.Table
    events: pa.Table
    moved: pa.Table

    @classmethod
    def read(cls, history: History, begin: datetime) -> _Hour:
        view, end = history.view(), begin + STEP
        before = {
            one.point_id: one for one in latest_of(latest_readings(view, None, begin - timedelta(microseconds=1)))
        }
        since = begin - LOOK_BACK
        files = view.raw_files(microseconds(since), microseconds(end))
        times = {"since": since, "begin": begin, "trail": begin - TRAIL, "end": end}
        with closing(view.open_sql(files)) as connection:
            tables = (_ask(connection, sql, times) for sql in (_READINGS, _EVENTS, _MOVES))
            return cls(before, *tables)

    def told(self, at_us: int) -> Told:
        events = self.events.slice(0, _upto(self._event_us, at_us))
        stop = _upto(self._moved_us, at_us)
        start = _upto(self._moved_us[:stop], at_us - TRAIL // timedelta(microseconds=1))
        last = self._last_rows(self._movers, stop)
        moves = stored_of_table(self.moved.take(np.sort(last)[-MOST_MOVES:]))
        trails = stored_of_table(self.moved.slice(start, stop - start))
        kept = events.slice(max(0, len(events) - KEPT_EVENTS))
        return Told(self.latest(at_us), stored_of_table(kept), moves, trails)

    def latest(self, at_us: int) -> dict[str, Latest]:
        rows = self._last_rows(self._points, _upto(self._reading_us, at_us))
        return self.before | {one.point_id: one for one in latest_of(self.readings.take(rows))}

    @cached_property
    def _reading_us(self) -> Numbers:
        return _times(self.readings["observed_at"])

    @cached_property
    def _event_us(self) -> Numbers:
        return _times(self.events["occurred_at"])

    @cached_property
    def _moved_us(self) -> Numbers:
        return _times(self.moved["occurred_at"])

    @cached_property
    def _points(self) -> Numbers:
        return _codes(self.readings["point_id"])

    @cached_property
    def _movers(self) -> Numbers:
        return _codes(self.moved["subject"])

    @staticmethod
    def _last_rows(codes: Numbers, stop: int) -> Numbers:
        """Of each code its last row before ``stop``."""
        rows = np.full(int(codes.max()) + 1 if len(codes) else 0, -1)
        rows[codes[:stop]] = np.arange(stop)  # of several the last is what stays
        return rows[rows >= 0]


def latest_of(table: pa.Table) -> list[Latest]:
    """Readings as the newest values of their points."""
    names = ("point_id", "observed_at", "value", "quality", "received_at", "seq")
    columns = (table[name].to_pylist() for name in names)
    return [
        Latest(point_id, at, value, quality or Quality.GOOD.value, received_at, seq)
        for point_id, at, value, quality, received_at, seq in zip(*columns, strict=True)
    ]


def _ask(connection: duckdb.DuckDBPyConnection, sql: str, times: dict[str, datetime]) -> pa.Table:
    return ask(connection, sql, {name: at for name, at in times.items() if f"${name}" in sql})


def _upto(times_us: Numbers, at_us: int) -> int:
    return int(np.searchsorted(times_us, at_us, side="right"))


def _times(column: pa.ChunkedArray) -> Numbers:
    found: Numbers = column.cast(pa.int64()).to_numpy()
    return found


def _codes(column: pa.ChunkedArray) -> Numbers:
    found: Numbers = column.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return found
