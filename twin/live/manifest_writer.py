"""Changing the manifest of the history: one transaction a change, and nothing is deleted before it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple
from datetime import datetime
from pathlib import Path
from typing import Final

from twin.errors import HistoryDamagedError, HistoryLockedError, StoreFaultError, TimezoneChangedError
from twin.model.time import microseconds
from twin.store.durable import make_folder
from twin.store.history_manifest import MANIFEST_SCHEMA, HistoryFile, history_folder, manifest_path, read_manifest
from twin.store.locks import FileLock

LOCK: Final = "history.lock"
_WAIT_S: Final = 60.0
_TABLES: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS files(
    name TEXT PRIMARY KEY, day TEXT NOT NULL, part TEXT NOT NULL, rows INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL, min_seq INTEGER NOT NULL, max_seq INTEGER NOT NULL, min_us INTEGER NOT NULL,
    max_us INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS replaced(name TEXT PRIMARY KEY, replaced_us INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS state(
    one INTEGER PRIMARY KEY CHECK (one = 1), timezone TEXT NOT NULL, sealed_seq INTEGER NOT NULL,
    next_number INTEGER NOT NULL
);
INSERT OR IGNORE INTO state VALUES (1, '%s', 0, 1);
PRAGMA user_version = {MANIFEST_SCHEMA};
COMMIT;
"""


@contextmanager
def history_lock(campus: Path, wait_s: float = _WAIT_S) -> Iterator[None]:
    """One process at a time changes the history: the service that seals, or an import of old readings."""
    folder = history_folder(campus)
    make_folder(folder)
    lock = FileLock.take(folder / LOCK, wait_s)
    if isinstance(lock, str):
        raise HistoryLockedError(path=folder, pid=lock)
    try:
        yield
    finally:
        lock.release()


def make_manifest(campus: Path, timezone: str) -> None:
    """Make the manifest where there is none. A history keeps the time zone it was begun with."""
    with history_lock(campus):
        manifest = read_manifest(campus)
        if manifest is None:
            with _writing(campus) as connection:
                connection.executescript(_TABLES % timezone.replace("'", ""))
        elif manifest.timezone != timezone:
            raise TimezoneChangedError(path=history_folder(campus), held=manifest.timezone, given=timezone)


def change(
    campus: Path,
    *,
    add: Sequence[HistoryFile] = (),
    drop: Sequence[HistoryFile] = (),
    sealed: tuple[int, int] | None = None,
    next_number: int,
    at: datetime,
) -> None:
    """Files come and go, and the journal counts as sealed, in one step. ``sealed`` is (up to now, from now on)."""
    with _writing(campus) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for one in drop:
            connection.execute("DELETE FROM files WHERE name = ?", (one.name,))
            connection.execute("INSERT INTO replaced VALUES (?, ?)", (one.name, microseconds(at)))
        for one in add:
            values = (one.name, one.day.isoformat(), one.part.value, *astuple(one)[3:])
            connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        connection.execute("UPDATE state SET next_number = ?", (next_number,))
        if sealed is not None:
            moved = connection.execute("UPDATE state SET sealed_seq = ? WHERE sealed_seq = ?", sealed[::-1]).rowcount
            if moved != 1:
                raise HistoryDamagedError(path=manifest_path(campus), detail="sealed by somebody else at the same time")
        connection.execute("COMMIT")


def replaced_before(campus: Path, at: datetime) -> tuple[list[str], list[str]]:
    """Replaced files that nobody can be reading any more, and those that somebody may."""
    with _writing(campus) as connection:
        rows = connection.execute("SELECT name, replaced_us FROM replaced ORDER BY name").fetchall()
    limit_us = microseconds(at)
    return [name for name, us in rows if us <= limit_us], [name for name, us in rows if us > limit_us]


def forget_replaced(campus: Path, names: Sequence[str]) -> None:
    """Strike out replaced files that are deleted now."""
    with _writing(campus) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("DELETE FROM replaced WHERE name = ?", [(name,) for name in names])
        connection.execute("COMMIT")


@contextmanager
def _writing(campus: Path) -> Iterator[sqlite3.Connection]:
    path = manifest_path(campus)
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")
            yield connection
    except sqlite3.OperationalError as fault:
        raise StoreFaultError(path=path, detail=str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        raise HistoryDamagedError(path=path, detail=str(fault)) from fault
