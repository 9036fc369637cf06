"""A damaged journal: set aside, saved row by row, and filled up from what was sealed."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin.errors import JournalFaultError
from twin.live.journal_file import JournalDamaged, mark_pruned, open_file, raise_seq
from twin.live.leaf_pages import rows_in_pages
from twin.model.time import Clock, microseconds
from twin.store.durable import sync, sync_file
from twin.store.entry_table import COLUMNS, rows_of_table
from twin.store.history_manifest import RAW, HistoryManifest, Part, history_folder, read_manifest
from twin.store.journal_reader import highest_seq, journal_path

KEPT_DAYS: Final = 7
# numbers may have been seen by others that are in no row that could be saved
_SKIPPED: Final = 1_000_000
_AT_ONCE: Final = 4_096
_MOST_UNSEALED: Final = 10**9
_INSERT: Final = "INSERT OR IGNORE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ASKED: Final = {
    "first": "SELECT min(seq) FROM entries",
    "last": "SELECT max(seq) FROM entries",
    "given": "SELECT seq FROM sqlite_sequence WHERE name = 'entries'",
}
# of the columns, in their order
_KINDS: Final[tuple[Any, ...]] = (int, str, str, str, int, int, str, float | int | None, str | None, str | None)
_log = logging.getLogger(__name__)


def open_or_recover(campus: Path, clock: Clock, *, check: bool = True) -> sqlite3.Connection:
    """The journal of a campus, whole again if it was not."""
    path = journal_path(campus)
    there = path.exists() and path.stat().st_size > 0
    aside = None if there else _interrupted(path)
    if there:
        try:
            return open_file(path, check=check)
        except JournalDamaged as fault:
            _log.warning("%s is damaged (%s)", path, fault)
            aside = _set_aside(path, clock.now())
    manifest = read_manifest(campus)
    try:
        if aside is not None or (manifest is not None and manifest.sealed_seq):
            _rebuild(campus, path, aside, clock.now())
        return open_file(path, check=False)
    except (JournalDamaged, sqlite3.Error, OSError) as fault:  # what was set aside is tried again at the next start
        raise JournalFaultError(path=path, detail=str(fault)) from fault


def _set_aside(path: Path, now: datetime) -> Path:
    """Move the file away, then its log. In this order a crash between the two is seen at the next start."""
    aside = path.with_name(f"journal.damaged-{now:%Y%m%dT%H%M%S%f}.sqlite")
    path.rename(aside)
    _take_log(path, aside)
    sync(path.parent)
    return aside


def _take_log(path: Path, aside: Path) -> None:
    with suppress(FileNotFoundError):
        path.with_name(f"{path.name}-wal").rename(aside.with_name(f"{aside.name}-wal"))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)


def _interrupted(path: Path) -> Path | None:
    """The file that was set aside by somebody who did not live to rebuild it."""
    aside = max(path.parent.glob("journal.damaged-*.sqlite"), default=None)
    if aside is not None:
        _take_log(path, aside)
    return aside


def _rebuild(campus: Path, path: Path, aside: Path | None, now: datetime) -> None:
    building = path.with_name(f"{path.name}.new")
    for remains in path.parent.glob(f"{building.name}*"):
        remains.unlink()
    with closing(open_file(building, check=False)) as connection:
        manifest = read_manifest(campus) or HistoryManifest()
        sealed_seq = manifest.sealed_seq
        saved, given = _save(connection, aside, sealed_seq) if aside else (0, 0)
        refilled = _refill(campus, manifest, connection, now)
        raise_seq(connection, max(highest_seq(connection), given, sealed_seq) + _SKIPPED)
        mark_pruned(connection, sealed_seq)
    sync_file(building)
    building.rename(path)
    sync(path.parent)
    _log.warning(
        "%s was rebuilt: %d entries saved from %s, %d taken from the history",
        path,
        saved,
        aside.name if aside else "nothing",
        refilled,
    )


def _put(connection: sqlite3.Connection, rows: list[tuple[Any, ...]]) -> int:
    before = connection.total_changes
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(_INSERT, rows)
    connection.execute("COMMIT")
    return connection.total_changes - before


def _save(connection: sqlite3.Connection, aside: Path, sealed_seq: int) -> tuple[int, int]:
    """Every row that can still be read; how many, and the highest number in the file.

    First as SQLite reads them, with what its log holds; then those whose way in is lost, from their pages.
    """
    with closing(sqlite3.connect(aside, isolation_level=None)) as old:
        old.text_factory = lambda raw: raw.decode("utf-8", "replace")
        first, last = _ends(old, sealed_seq)
        found = _between(old, first, last) if _readable(old, first, last) else iter(())
        saved = sum(_put(connection, rows) for rows in found)
    left = (row for row in rows_in_pages(aside, len(_KINDS)) if _sound(row) and row[0] <= last)
    while rows := list(islice(left, _AT_ONCE)):
        saved += _put(connection, rows)
    return saved, last


def _ends(connection: sqlite3.Connection, sealed_seq: int) -> tuple[int, int]:
    """The lowest and the highest number in the file, as far as they can be told."""
    found = {}
    for name, sql in _ASKED.items():
        with suppress(sqlite3.Error, TypeError, ValueError):
            found[name] = int(connection.execute(sql).fetchone()[0] or 0)
    # a damaged number may be beyond all reason; where none could be read, it is somewhere behind what is sealed
    highest = found.get("given") or found.get("last") or sealed_seq + 2 * _SKIPPED
    return max(1, found.get("first", 1)), min(highest, sealed_seq + _MOST_UNSEALED)


def _readable(connection: sqlite3.Connection, first: int, last: int) -> bool:
    """Whether the table can be entered at all: with its root page gone, every row would be tried in vain."""
    step = max(1, (last - first) // 1_000)
    for seq in range(first, last + 1, step):
        with suppress(sqlite3.Error):
            connection.execute("SELECT seq FROM entries WHERE seq = ?", (seq,)).fetchone()
            return True
    return False


def _between(connection: sqlite3.Connection, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
    while first <= last:
        upper = min(last, first + _AT_ONCE - 1)
        sql = f"SELECT {COLUMNS} FROM entries WHERE seq BETWEEN ? AND ?"
        try:
            rows = connection.execute(sql, (first, upper)).fetchall()
        except sqlite3.Error:
            if first < upper:
                middle = (first + upper) // 2
                yield from _between(connection, first, middle)
                yield from _between(connection, middle + 1, upper)
        else:
            if rows:
                yield [row for row in rows if _sound(row)]
        first = upper + 1


def _sound(row: tuple[Any, ...]) -> bool:
    """Whether what was read can be a row: a damaged page may hold anything."""
    return row[0] > 0 and all(isinstance(value, kind) for value, kind in zip(row, _KINDS, strict=True))


def _refill(campus: Path, manifest: HistoryManifest, connection: sqlite3.Connection, now: datetime) -> int:
    """Put back what was sealed in the days the journal keeps; how many."""
    oldest_us = microseconds(now - timedelta(days=KEPT_DAYS + 1))
    put = 0
    for file in manifest.of(*RAW):
        if file.part is Part.SEGMENT or file.max_us >= oldest_us:
            try:
                table = pq.read_table(history_folder(campus) / file.name)
            except (OSError, pa.ArrowException) as fault:  # reported by the check of the history
                _log.warning("%s cannot be read: %s", file.name, fault)
                continue
            put += _put(connection, [row for row in rows_of_table(table) if row[0] > 0])
    return put
