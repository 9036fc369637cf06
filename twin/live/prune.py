"""What the journal forgets: entries that a closed day, checked just now, holds for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Final

from twin.live.intact import fault_of
from twin.live.journal_file import mark_pruned
from twin.model.time import microseconds
from twin.store.days import LocalDays
from twin.store.history_manifest import HistoryManifest, Part, read_manifest

# few enough that appends between them hardly wait
_AT_ONCE: Final = 2_000
_PAGES_AT_ONCE: Final = 500


def prune_journal(campus: Path, mutex: RLock, connect: Callable[[], sqlite3.Connection], before: datetime) -> int:
    """Remove entries received before ``before`` whose day is closed and intact, a few thousand at a time."""
    manifest = read_manifest(campus)
    if manifest is None:
        return 0
    days = _spans_us(campus, manifest)
    before_us, after_seq, removed = microseconds(before), 0, 0
    while days:
        with mutex:
            connection = connect()
            rows = _page(connection, after_seq, manifest.sealed_seq)
            gone = [(seq,) for seq, occurred, received in rows if received < before_us and _in(days, occurred)]
            if gone:
                _remove(connection, gone)
        if not rows:
            break
        after_seq, removed = rows[-1][0], removed + len(gone)
    if removed:
        _give_back(mutex, connect)
    return removed


def _spans_us(campus: Path, manifest: HistoryManifest) -> list[tuple[int, int]]:
    """When the days begin and end whose one file holds everything that was sealed of them, and is whole."""
    complete, days = manifest.complete_days(), LocalDays(manifest.timezone)
    whole = {one.day for one in manifest.of(Part.DAY) if fault_of(campus, one) is None}
    return [days.bounds_us(day) for day in sorted(complete & whole)]


def _in(spans: list[tuple[int, int]], occurred_us: int) -> bool:
    return any(start <= occurred_us < end for start, end in spans)


def _page(connection: sqlite3.Connection, after_seq: int, upto: int) -> list[tuple[int, int, int]]:
    sql = "SELECT seq, occurred_us, received_us FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
    return connection.execute(sql, (after_seq, upto, _AT_ONCE)).fetchall()


def _remove(connection: sqlite3.Connection, gone: list[tuple[int]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("DELETE FROM entries WHERE seq = ?", gone)
        mark_pruned(connection, gone[-1][0])
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def _give_back(mutex: RLock, connect: Callable[[], sqlite3.Connection]) -> None:
    """Return free pages to the disk, so that the file does not grow for ever."""
    free = 1
    while free:
        with mutex:
            connection = connect()
            connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
            free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    with mutex:
        connect().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
