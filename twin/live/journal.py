"""The journal: everything that comes in, in one order, on disk before anybody is told that it is.

``<campus>/live/journal.sqlite`` in WAL mode with ``synchronous=FULL``. One process writes it (``journal.lock``), any
number read it (``twin.store.journal_reader``).
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from twin.errors import HistoryDamagedError, JournalClosedError, JournalFaultError, JournalLockedError
from twin.live.batch import Appended, Batch, insert
from twin.live.prune import prune_journal
from twin.live.recover import open_or_recover
from twin.model.entries import Entry
from twin.model.time import Clock, SystemClock
from twin.store.durable import make_folder
from twin.store.history_manifest import read_manifest
from twin.store.journal_reader import JournalReader, highest_seq
from twin.store.locks import FileLock

LOCK: Final = "journal.lock"
_log = logging.getLogger(__name__)


class Journal(JournalReader):
    """The one writer. Its methods may be called from any thread."""

    def __init__(self, campus: Path, *, clock: Clock | None = None) -> None:
        super().__init__(campus)
        self.campus = campus
        self._clock = clock or SystemClock()
        self._mutex = threading.RLock()
        make_folder(self._path.parent)
        lock = FileLock.take(self._path.parent / LOCK)
        if isinstance(lock, str):
            raise JournalLockedError(path=self._path, pid=lock)
        self._lock: FileLock | None = lock
        self._connection: sqlite3.Connection | None = None
        self._last_given = 0
        self._suspect, self._damaged = False, True
        try:
            self.reopen()
        except BaseException:
            self.close()
            raise

    def append(self, entries: Sequence[Entry], received_at: datetime | None = None) -> Appended:
        """Store a batch whole or not at all; returns when it is synced. Known ids are counted and left alone."""
        return self.append_many([Batch(entries, received_at or self._clock.now())])[0]

    def append_many(self, batches: Sequence[Batch]) -> list[Appended]:
        """Several batches in one transaction, each with its own result."""
        with self._mutex:
            connection = self._usable()
            next_seq = self._last_given + 1
            results = []
            try:
                connection.execute("BEGIN IMMEDIATE")
                for batch in batches:
                    appended, next_seq = insert(connection, batch, next_seq)
                    results.append(appended)
                connection.execute("COMMIT")
            except sqlite3.Error as fault:
                self._distrust(fault)
                raise JournalFaultError(path=self._path, detail=str(fault)) from fault
            except BaseException:
                connection.rollback()
                raise
            self._last_given = next_seq - 1
            return results

    def _usable(self) -> sqlite3.Connection:
        """The connection, opened anew after a fault."""
        if self._lock is None:
            raise JournalClosedError(path=self._path)
        if self._connection is None or self._suspect:
            self.reopen()
        assert self._connection is not None
        return self._connection

    def _distrust(self, fault: sqlite3.Error) -> None:
        """Undo, and open anew before the next write.

        Until then the connection stays open: on a full disk readers could not make the shared index that it holds.
        """
        self._suspect = True
        self._damaged = not isinstance(fault, sqlite3.OperationalError)
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.rollback()

    def reopen(self) -> None:
        """Open the file; what lies in its log is first brought into the main file and synced.

        After a failed sync the kernel may hold pages for clean that never reached the disk, so nothing may be
        appended behind them.
        """
        with self._mutex:
            if self._damaged:  # the file may be moved away under it
                self._disconnect()
            connection = open_or_recover(self.campus, self._clock, check=self._damaged)
            try:
                held = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
                if held and self._suspect:
                    raise JournalFaultError(path=self._path, detail="a reader holds the log for long")
                self._last_given = max(highest_seq(connection), self._sealed_seq())
            except BaseException as fault:
                connection.close()
                if isinstance(fault, sqlite3.Error):
                    raise JournalFaultError(path=self._path, detail=str(fault)) from fault
                raise
            self._disconnect()
            self._connection, self._suspect, self._damaged = connection, False, False

    def _sealed_seq(self) -> int:
        """Up to where all is sealed. With a damaged manifest the journal still takes what comes, by its own numbers."""
        try:
            manifest = read_manifest(self.campus)
        except HistoryDamagedError as fault:
            _log.error("journal: goes on without the history: %s", fault)
            return 0
        return manifest.sealed_seq if manifest else 0

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def prune(self, before: datetime) -> int:
        """Forget entries received before ``before`` that a closed day holds; how many."""
        try:
            return prune_journal(self.campus, self._mutex, self._usable, before)
        except sqlite3.Error as fault:
            self._distrust(fault)
            raise JournalFaultError(path=self._path, detail=str(fault)) from fault

    def close(self) -> None:
        with self._mutex:
            self._disconnect()
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
