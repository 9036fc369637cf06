"""``<campus>/people/people.sqlite``: accounts, sessions, keys, kiosks, links and failed attempts.

SQLite, synced, so that the command line and the server see each other's changes. Whoever changes what somebody may do
also raises ``changes``: the server forgets what it remembered of identities when that number moves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from twin.errors import StoreNewerError

SCHEMA_VERSION: Final = 1
BUSY_MS: Final = 10_000
SCHEMA: Final = """
CREATE TABLE account (
  name TEXT PRIMARY KEY, display_name TEXT NOT NULL, role TEXT NOT NULL, password_hash TEXT,
  disabled INTEGER NOT NULL DEFAULT 0, created_at REAL NOT NULL
);
CREATE TABLE session (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, account TEXT REFERENCES account(name) ON DELETE CASCADE,
  kiosk TEXT REFERENCES kiosk(id) ON DELETE CASCADE, csrf_token TEXT NOT NULL,
  opened_at REAL NOT NULL, seen_at REAL NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL
);
CREATE TABLE api_key (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, scope TEXT NOT NULL,
  created_by TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE kiosk (
  id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, wall TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE link (
  digest TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
  purpose TEXT NOT NULL, expires_at REAL NOT NULL
);
CREATE TABLE attempt (key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at REAL NOT NULL);
CREATE TABLE changes (number INTEGER NOT NULL);
INSERT INTO changes VALUES (0);
"""


class PeopleStore:
    """The one file. Each piece of work opens it for itself: any thread and any process may."""

    def __init__(self, campus_folder: Path) -> None:
        self.folder = campus_folder / "people"
        self.path = self.folder / "people.sqlite"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        with closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode=WAL")
            self._require_schema(db)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, kept when the block ends well."""
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def changes(self) -> int:
        """Moves whenever somebody's rights do."""
        with self.reading() as db:
            number: int = db.execute("SELECT number FROM changes").fetchone()[0]
        return number

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_MS / 1000)
        db.row_factory = sqlite3.Row
        db.executescript(f"PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL; PRAGMA busy_timeout={BUSY_MS};")
        return db

    def _require_schema(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in filter(str.strip, SCHEMA.split(";")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        db.execute("COMMIT")
        if version > SCHEMA_VERSION:
            raise StoreNewerError(path=self.path, found=version, known=SCHEMA_VERSION)
        self.path.chmod(0o600)


def note_change(db: sqlite3.Connection) -> None:
    """Inside the transaction that changes what somebody may do."""
    db.execute("UPDATE changes SET number = number + 1")
