"""The file of the journal: how it is made, opened and checked."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from twin.errors import JournalFaultError, StoreNewerError
from twin.store.journal_reader import JOURNAL_SCHEMA, highest_seq, pruned_seq_in

_WAIT_S: Final = 10.0
# copied back into the main file every 32 MB: seldom enough for many rows a second, often enough to open quickly
_CHECKPOINT_PAGES: Final = 8_000
_CACHE_KB: Final = 65_536
_KEPT_WAL_BYTES: Final = 64 * 2**20

_TABLES: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE entries(
    seq INTEGER PRIMARY KEY AUTOINCREMENT, entry_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL,
    occurred_us INTEGER NOT NULL, received_us INTEGER NOT NULL, feed TEXT NOT NULL, value REAL, quality TEXT, body TEXT
) STRICT;
CREATE TABLE marks(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
PRAGMA user_version = {JOURNAL_SCHEMA};
COMMIT;
"""


class JournalDamaged(Exception):
    """The file is no longer what was written. Caught where it is opened, and cured there."""


def open_file(path: Path, *, check: bool = True) -> sqlite3.Connection:
    """The journal, ready for its one writer; made where there is none.

    SQLite itself drops what a crash left half written behind the last commit of its log. ``check`` reads all of it.
    """
    connection = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S, check_same_thread=False)
    try:
        _prepare(connection, path, check)
    except BaseException as fault:
        connection.close()
        if isinstance(fault, sqlite3.OperationalError):
            raise JournalFaultError(path=path, detail=str(fault)) from fault
        if isinstance(fault, sqlite3.DatabaseError):
            raise JournalDamaged(str(fault)) from fault
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, check: bool) -> None:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > JOURNAL_SCHEMA:
        raise StoreNewerError(path=path, found=found, known=JOURNAL_SCHEMA)
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: past the cache of the disk
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA journal_size_limit = {_KEPT_WAL_BYTES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    if found == 0 and not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        connection.executescript(_TABLES)
    elif check:
        _check(connection)


def _check(connection: sqlite3.Connection) -> None:
    said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise JournalDamaged(" ".join(said.split()))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"entries", "marks"} <= tables:
        raise JournalDamaged(f"its tables are {sorted(tables)}")
    # a page in the place of another, sound by itself, is no fault to SQLite's check
    pruned_seq_in(connection)
    by_table, by_index = (
        connection.execute(f"SELECT count(*) FROM entries {how}").fetchone()[0]
        for how in ("NOT INDEXED", "INDEXED BY sqlite_autoindex_entries_1 WHERE entry_id >= ''")
    )
    if by_table != by_index:
        raise JournalDamaged(f"{by_table} entries but {by_index} ids")


def raise_seq(connection: sqlite3.Connection, seq: int) -> None:
    """Let the next number be above ``seq``, also for whoever opens the file later."""
    if seq <= highest_seq(connection):
        return
    changed = connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'entries'", (seq,)).rowcount
    if not changed:
        connection.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('entries', ?)", (seq,))


def mark_pruned(connection: sqlite3.Connection, seq: int) -> None:
    """Note up to where entries may be missing, so that readers and repeats ask the history."""
    connection.execute(
        "INSERT INTO marks(name, value) VALUES ('pruned_seq', ?)"
        " ON CONFLICT(name) DO UPDATE SET value = max(value, excluded.value)",
        (seq,),
    )
