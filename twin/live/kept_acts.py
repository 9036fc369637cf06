"""What the twin concluded and people did, of every file of the history, kept together so that a start reads it at once.

``live/acts.sqlite``, which is no truth: made of the files that the manifest names, each part bound to the name and hash
of its file (a name is never used twice) and to its own hash. What does not fit is made anew from the history; the whole
file may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from twin.model.entries import EVENT, READING, StoredEntry
from twin.store.entry_table import SCHEMA, packed, stored_of_table, unpacked
from twin.store.history_manifest import HistoryFile
from twin.store.history_sql import ACTS, open_history_sql
from twin.store.history_view import HistoryView, ask, take_view
from twin.store.query import sql_literal

KEPT: Final = Path("live") / "acts.sqlite"
_SCHEMA: Final = 1
_AT_ONCE: Final = 5_000
_WAIT_S: Final = 10.0
# a damaged file may give any type, and text that is none
_DAMAGE: Final = (sqlite3.Error, OSError, pa.ArrowException, ValueError, TypeError)
_TABLE: Final = f"""
CREATE TABLE IF NOT EXISTS kept(name TEXT PRIMARY KEY, digest BLOB NOT NULL, acts BLOB NOT NULL);
PRAGMA user_version = {_SCHEMA};
"""

log = logging.getLogger(__name__)


class KeptActs:
    """Those of one campus. May be used from any thread. With ``keep``, for the process that serves it; others look."""

    def __init__(self, campus: Path, *, keep: bool = True) -> None:
        self._campus = campus
        self._writes = keep
        self._path = campus / KEPT
        self._guard = threading.Lock()

    def all(self) -> Iterator[StoredEntry]:
        """Every act in the order of the journal, made as it is asked for. Raises HistoryDamagedError."""
        whole = self.table()
        return (one for at in range(0, len(whole), _AT_ONCE) for one in stored_of_table(whole.slice(at, _AT_ONCE)))

    def table(self) -> pa.Table:
        """Every act in the order of the journal, as columns. Raises HistoryDamagedError."""
        view = take_view(self._campus)
        tail = view.tail.filter(pc.invert(pc.is_in(view.tail["kind"], pa.array([READING, EVENT]))))
        with self._guard:
            tables = [*self._of_files(view), tail]
        return pa.concat_tables(tables).sort_by("seq")

    def take_in(self) -> None:
        """Keep what closed days have brought, so that a start long after has little to read."""
        view = take_view(self._campus)
        with self._guard:
            for _ in self._of_files(view):
                pass

    def _of_files(self, view: HistoryView) -> list[pa.Table]:
        files = {one.name: one for one in view.raw_files()}
        found, useless = self._kept(files)
        new = {one.name: table for one, table in _read(view, [one for one in files.values() if one.name not in found])}
        if self._writes and (new or useless):
            self._keep(files, new)
        return [*found.values(), *new.values()]

    # --- the file ---

    def _kept(self, files: Mapping[str, HistoryFile]) -> tuple[dict[str, pa.Table], bool]:
        """What is kept of these files, as far as it fits; and whether there is anything that does not."""
        found: dict[str, pa.Table] = {}
        useless = False
        if not self._writes and not self._path.exists():
            return {}, False
        try:
            with closing(self._open()) as db:
                for name, digest, acts in db.execute("SELECT name, digest, acts FROM kept"):
                    if name in files and digest == _digest(files[name], acts):
                        found[name] = unpacked(acts)
                    else:
                        useless = True
        except _DAMAGE as fault:
            if self._writes:
                self._drop(fault)
            return {}, False
        return found, useless

    def _keep(self, files: Mapping[str, HistoryFile], new: Mapping[str, pa.Table]) -> None:
        """Add what is new, strike out what no longer counts. Where that fails the next start reads more, no less."""
        rows = [(name, _digest(files[name], acts), acts) for name, table in new.items() for acts in [packed(table)]]
        try:
            with closing(self._open()) as db:
                db.execute("BEGIN IMMEDIATE")
                gone = [one for one in db.execute("SELECT name FROM kept") if one[0] not in files]
                db.executemany("DELETE FROM kept WHERE name = ?", gone)
                db.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
                db.execute("COMMIT")
        except _DAMAGE as fault:
            log.warning("%s could not be written: %s; the next start reads the history instead", self._path, fault)

    def _open(self) -> sqlite3.Connection:
        if not self._writes:
            return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, isolation_level=None, timeout=_WAIT_S)
        try:
            found = db.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, _SCHEMA):
                raise sqlite3.DatabaseError(f"it is of version {found}")
            if not found:
                db.executescript(_TABLE)
        except BaseException:
            db.close()
            raise
        return db

    def _drop(self, fault: Exception) -> None:
        log.warning("%s cannot be read (%s); it is made anew from the history", self._path, fault)
        for end in ("", "-journal", "-wal", "-shm"):
            try:
                self._path.with_name(self._path.name + end).unlink(missing_ok=True)
            except OSError:
                log.exception("%s cannot be removed", self._path)


def _read(view: HistoryView, files: list[HistoryFile]) -> Iterator[tuple[HistoryFile, pa.Table]]:
    """The acts of files, as DuckDB finds them: most of the time goes into texts of readings that are not asked for."""
    if not files:
        return
    with closing(open_history_sql(view.paths(files), SCHEMA.empty_table())) as connection:
        for one in files:
            [path] = view.paths([one])
            sql = f"SELECT {', '.join(SCHEMA.names)} FROM read_parquet({sql_literal([path])}) WHERE {ACTS} ORDER BY seq"
            yield one, ask(connection, sql).cast(SCHEMA)


def _digest(file: HistoryFile, acts: bytes) -> bytes:
    """Of which file, and of what."""
    made = hashlib.blake2b(f"{file.name} {file.sha256} {file.rows} ".encode(), digest_size=32)
    made.update(acts)
    return made.digest()
