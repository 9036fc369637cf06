"""A batch of entries on its way into the journal, and what became of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from math import isfinite, isnan
from typing import Any, Final

from twin.errors import EntryRefusedError
from twin.model.entries import Entry, StoredEntry
from twin.model.live import Quality
from twin.model.time import END_OF_TIME, FIRST_MOMENT, microseconds
from twin.store.entry_table import Row

# of one row, and of many: a statement costs as much as half a row
_AT_ONCE: Final = 20
_ROW: Final = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# by the id only: a number given twice must be an error, not a repeat
_INSERT: Final = f"INSERT INTO entries VALUES {_ROW} ON CONFLICT(entry_id) DO NOTHING"
_INSERT_MANY: Final = _INSERT.replace(_ROW, ", ".join([_ROW] * _AT_ONCE))
_FIRST_US: Final = microseconds(FIRST_MOMENT)
_END_US: Final = microseconds(END_OF_TIME)
_TYPES: Final[dict[str, Any]] = {
    "entry_id": str,
    "kind": str,
    "subject": str,
    "feed": str,
    "value": float | int | None,
    "quality": str | None,
    "body": str | None,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that came together."""

    entries: Sequence[Entry]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: its stored entries in order, and how many were there before."""

    stored: tuple[StoredEntry, ...]
    doubled: int

    @property
    def first_seq(self) -> int | None:
        return self.stored[0].seq if self.stored else None

    @property
    def last_seq(self) -> int | None:
        return self.stored[-1].seq if self.stored else None


def insert(connection: sqlite3.Connection, batch: Batch, next_seq: int) -> tuple[Appended, int]:
    """Insert within the caller's transaction; the result, and the number for whatever comes next."""
    received_us = microseconds(batch.received_at)
    before = connection.total_changes
    try:
        stored = [
            StoredEntry(seq, batch.received_at, _finite(entry))
            for seq, entry in enumerate(batch.entries, start=next_seq)
        ]
        _put(connection, [_row(one.seq, one.entry, received_us) for one in stored])
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError, OverflowError, UnicodeEncodeError, TypeError) as fault:
        raise _refusal(batch.entries, fault) from fault
    except sqlite3.IntegrityError as fault:
        if "UNIQUE" in str(fault):  # a number given twice
            raise
        raise _refusal(batch.entries, fault) from fault
    doubled = len(stored) - (connection.total_changes - before)
    if doubled:
        here = {seq for (seq,) in connection.execute("SELECT seq FROM entries WHERE seq >= ?", (next_seq,))}
        stored = [one for one in stored if one.seq in here]
    return Appended(tuple(stored), doubled), stored[-1].seq + 1 if stored else next_seq


def _put(connection: sqlite3.Connection, rows: list[Row]) -> None:
    whole = len(rows) - len(rows) % _AT_ONCE
    many = (tuple(chain.from_iterable(rows[first : first + _AT_ONCE])) for first in range(0, whole, _AT_ONCE))
    connection.executemany(_INSERT_MANY, many)
    connection.executemany(_INSERT, rows[whole:])


def _finite(entry: Entry) -> Entry:
    """NaN and infinity are no values; that there was a reading is kept, with a quality that says why it has none."""
    if entry.value is None or isfinite(entry.value):
        return entry
    said = entry.quality if entry.quality not in (None, Quality.GOOD) else None
    found = Quality.OFFLINE if isnan(entry.value) else Quality.OUT_OF_RANGE
    return replace(entry, value=None, quality=said or found.value)


def _row(seq: int, entry: Entry, received_us: int) -> Row:
    try:
        occurred_us = microseconds(entry.occurred_at)
    except TypeError as fault:
        raise EntryRefusedError(entry_id=entry.entry_id, detail="occurred_at has no time zone") from fault
    if not _FIRST_US <= occurred_us < _END_US:
        raise EntryRefusedError(entry_id=entry.entry_id, detail=f"occurred_at is {entry.occurred_at.isoformat()}")
    return (
        seq,
        entry.entry_id,
        entry.kind,
        entry.subject,
        occurred_us,
        received_us,
        entry.feed,
        entry.value,
        entry.quality,
        entry.body,
    )


def _refusal(entries: Sequence[Entry], fault: Exception) -> EntryRefusedError:
    """Which entry it was, looked for only now."""
    for entry in entries:
        for name, kind in _TYPES.items():
            value = getattr(entry, name)
            if not isinstance(value, kind):
                return EntryRefusedError(entry_id=entry.entry_id, detail=f"{name} is {type(value).__name__}")
    return EntryRefusedError(entry_id="?", detail=str(fault))
