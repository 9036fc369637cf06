"""``<campus>/live/webhooks.sqlite``: how far each hook has read the journal, what waits to be sent, what could not be.

What a hook read and how far it read are one transaction; so are what was sent and that it no longer waits. A process
that is killed anywhere in between sends a message twice, and loses none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from twin.errors import StoreFaultError, StoreNewerError, TwinError, WebhookGoneError, WebhookOverflowError
from twin.live.webhooks.notice import Facts, Notice

SCHEMA_VERSION: Final = 1
MOST_LETTERS: Final = 100_000
_WAIT_S: Final = 10.0
SCHEMA: Final = """
CREATE TABLE hook (
  id TEXT PRIMARY KEY, after_seq INTEGER NOT NULL, sent INTEGER NOT NULL DEFAULT 0, last_success_at REAL,
  last_fault_at REAL, fault_zh TEXT NOT NULL DEFAULT '', fault_en TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE waiting (
  number INTEGER PRIMARY KEY AUTOINCREMENT, hook TEXT NOT NULL, seq INTEGER NOT NULL, notice TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0, UNIQUE (hook, seq)
) STRICT;
CREATE INDEX waiting_hook ON waiting (hook, number);
CREATE TABLE letter (
  number INTEGER PRIMARY KEY AUTOINCREMENT, hook TEXT NOT NULL, seq INTEGER NOT NULL, notice TEXT,
  attempts INTEGER NOT NULL, at REAL NOT NULL, code TEXT NOT NULL, reason_zh TEXT NOT NULL, reason_en TEXT NOT NULL
) STRICT;
CREATE INDEX letter_hook ON letter (hook, number)
"""
CASES: Final = (
    "CREATE TABLE IF NOT EXISTS incident (id TEXT PRIMARY KEY, facts TEXT NOT NULL, seq INTEGER NOT NULL) STRICT"
)
MOST_CASES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first message that a hook has to send. ``attempts`` were made already."""

    number: int
    seq: int
    notice: Notice
    attempts: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What was given up; ``notice`` None where it was never read."""

    number: int
    hook: str
    seq: int
    notice: Notice | None
    attempts: int
    at: float
    code: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True)
class HookState:
    """How a hook does. Times are seconds since 1970; ``attempts`` those of the first that waits."""

    id: str
    waiting: int
    attempts: int
    letters: int
    sent: int
    last_success_at: float | None
    last_fault_at: float | None
    fault_zh: str
    fault_en: str


class HookStore:
    """May be used from any thread and any process."""

    def __init__(self, campus_folder: Path) -> None:
        self.path = campus_folder / "live" / "webhooks.sqlite"

    def prepare(self, hooks: Sequence[str], end_seq: int, at: datetime) -> None:
        """A new hook begins where the journal ends now; what one that is gone had to send is put aside."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._writing() as db:
            self._require_schema(db)
            db.execute(CASES)
            known = [str(one["id"]) for one in db.execute("SELECT id FROM hook")]
            for gone in set(known) - set(hooks):
                _bury(db, "hook = ?1", (gone,), WebhookGoneError(hook=gone), at)
                db.execute("DELETE FROM hook WHERE id = ?", (gone,))
            db.executemany(
                "INSERT OR IGNORE INTO hook (id, after_seq) VALUES (?, ?)", [(one, end_seq) for one in hooks]
            )

    def cursor(self, hook: str) -> int:
        """Up to where the journal was read for this hook."""
        with self._reading() as db:
            return int(db.execute("SELECT after_seq FROM hook WHERE id = ?", (hook,)).fetchone()[0])

    def facts(self, cases: Iterable[str]) -> dict[str, Facts]:
        """What was said of incidents until now, by id."""
        with self._reading() as db:
            asked = "SELECT id, facts FROM incident WHERE id = ?"
            rows = [row for one in cases if (row := db.execute(asked, (one,)).fetchone()) is not None]
            return {row["id"]: json.loads(row["facts"]) for row in rows}

    def take(
        self, hook: str, notices: Iterable[Notice], reached: int, facts: Mapping[str, Facts] | None = None
    ) -> None:
        """Let these wait, note what incidents are about now, and how far the journal was read."""
        with self._writing() as db:
            said = [(one, json.dumps(about, ensure_ascii=False), reached) for one, about in (facts or {}).items()]
            db.executemany(_KNOW, said)
            if said:
                db.execute(
                    "DELETE FROM incident WHERE id NOT IN (SELECT id FROM incident ORDER BY seq DESC LIMIT ?)",
                    (MOST_CASES,),
                )
            rows = [(hook, one.seq, one.to_json()) for one in notices]
            db.executemany("INSERT OR IGNORE INTO waiting (hook, seq, notice) VALUES (?, ?, ?)", rows)
            db.execute("UPDATE hook SET after_seq = ? WHERE id = ?", (reached, hook))

    def shorten(self, hook: str, most: int, at: datetime) -> int:
        """Put aside what waits beyond ``most``, the oldest first; how many."""
        with self._writing() as db:
            over = (
                "hook = ?1 AND number <= "
                "(SELECT number FROM waiting WHERE hook = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)"
            )
            return _bury(db, over, (hook, most), WebhookOverflowError(most=most), at)

    def skip(self, hook: str, reached: int, fault: TwinError, at: datetime) -> None:
        """Go on behind what can no longer be read, and leave a letter that says so."""
        with self._writing() as db:
            row = (hook, reached, None, 0, at.timestamp(), fault.code, fault.text("zh"), fault.text("en"))
            db.execute(f"INSERT INTO letter ({_LETTER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            db.execute("UPDATE hook SET after_seq = ? WHERE id = ?", (reached, hook))

    def first(self, hook: str) -> Waiting | None:
        with self._reading() as db:
            row = db.execute("SELECT * FROM waiting WHERE hook = ? ORDER BY number LIMIT 1", (hook,)).fetchone()
        return row and Waiting(row["number"], row["seq"], Notice.from_json(row["notice"]), row["attempts"])

    def sent(self, hook: str, number: int, at: datetime) -> None:
        with self._writing() as db:
            db.execute("DELETE FROM waiting WHERE number = ?", (number,))
            db.execute("UPDATE hook SET sent = sent + 1, last_success_at = ? WHERE id = ?", (at.timestamp(), hook))

    def failed(self, hook: str, number: int, fault: TwinError, at: datetime, *, for_good: bool) -> None:
        """Count an attempt; ``for_good`` makes a letter of the message."""
        with self._writing() as db:
            db.execute("UPDATE waiting SET attempts = attempts + 1 WHERE number = ?", (number,))
            _note(db, hook, fault, at)
            if for_good:
                _bury(db, "number = ?1", (number,), fault, at)

    def letters(self, *, hook: str | None = None, before: int | None = None, limit: int = 100) -> list[Letter]:
        """The latest first, below number ``before``."""
        asked = (
            "SELECT * FROM letter WHERE (?1 IS NULL OR hook = ?1) AND (?2 IS NULL OR number < ?2) "
            "ORDER BY number DESC LIMIT ?3"
        )
        with self._reading() as db:
            return [_letter(row) for row in db.execute(asked, (hook, before, limit))]

    def retry(self, hook: str, numbers: Sequence[int] = ()) -> int:
        """Let the letters of a hook wait again, in their old order, behind what waits now; how many."""
        chosen = f" AND number IN ({','.join('?' * len(numbers))})" if numbers else ""
        where, values = f"hook = ? AND notice IS NOT NULL{chosen}", (hook, *numbers)
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO waiting (hook, seq, notice)"
                f" SELECT hook, seq, notice FROM letter WHERE {where} ORDER BY number",
                values,
            )
            return db.execute(f"DELETE FROM letter WHERE {where}", values).rowcount

    def states(self) -> list[HookState]:
        """Every hook that was ever started and is not gone, by id."""
        asked = (
            "SELECT id, (SELECT count(*) FROM waiting WHERE hook = hook.id) AS waiting, coalesce("
            "(SELECT attempts FROM waiting WHERE hook = hook.id ORDER BY number LIMIT 1), 0) AS attempts,"
            " (SELECT count(*) FROM letter WHERE hook = hook.id) AS letters,"
            " sent, last_success_at, last_fault_at, fault_zh, fault_en FROM hook ORDER BY id"
        )
        with self._reading() as db:
            return [HookState(**dict(row)) for row in db.execute(asked)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """As it is now; an empty one where no hook was ever started."""
        try:
            with closing(self._connect(self.path if self._is_made() else ":memory:")) as db:
                if not db.execute("PRAGMA user_version").fetchone()[0]:
                    _make(db)
                yield db
        except sqlite3.Error as fault:
            raise StoreFaultError(path=self.path, detail=str(fault)) from fault

    def _is_made(self) -> bool:
        if not self.path.exists():
            return False
        with closing(self._connect(self.path)) as db:
            return bool(db.execute("PRAGMA user_version").fetchone()[0])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, on disk when the block ends well."""
        try:
            with closing(self._connect(self.path)) as db:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
        except sqlite3.Error as fault:
            raise StoreFaultError(path=self.path, detail=str(fault)) from fault

    def _connect(self, path: Path | str) -> sqlite3.Connection:
        db = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S)
        db.row_factory = sqlite3.Row
        return db

    def _require_schema(self, db: sqlite3.Connection) -> None:
        found: int = db.execute("PRAGMA user_version").fetchone()[0]
        if found > SCHEMA_VERSION:
            raise StoreNewerError(path=self.path, found=found, known=SCHEMA_VERSION)
        if found == 0:
            _make(db)


# a hook that is behind does not undo what one before it has read
_KNOW: Final = (
    "INSERT INTO incident (id, facts, seq) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET facts = excluded.facts, seq = excluded.seq WHERE excluded.seq >= incident.seq"
)
_LETTER: Final = "hook, seq, notice, attempts, at, code, reason_zh, reason_en"


def _make(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _bury(db: sqlite3.Connection, where: str, values: tuple[str | int, ...], fault: TwinError, at: datetime) -> int:
    """What waits and ``where`` (of ?1, ?2, …) holds of becomes letters, in its order."""
    said = (at.timestamp(), fault.code, fault.text("zh"), fault.text("en"))
    first = len(values) + 1
    named = ", ".join(f"?{number}" for number in range(first, first + len(said)))
    db.execute(
        f"INSERT INTO letter ({_LETTER}) SELECT hook, seq, notice, attempts, {named}"
        f" FROM waiting WHERE {where} ORDER BY number",
        (*values, *said),
    )
    buried = db.execute(f"DELETE FROM waiting WHERE {where}", values).rowcount
    db.execute("DELETE FROM letter WHERE number <= (SELECT max(number) FROM letter) - ?", (MOST_LETTERS,))
    return buried


def _note(db: sqlite3.Connection, hook: str, fault: TwinError, at: datetime) -> None:
    db.execute(
        "UPDATE hook SET last_fault_at = ?, fault_zh = ?, fault_en = ? WHERE id = ?",
        (at.timestamp(), fault.text("zh"), fault.text("en"), hook),
    )


def _letter(row: sqlite3.Row) -> Letter:
    notice = Notice.from_json(row["notice"]) if row["notice"] is not None else None
    return Letter(**{**dict(row), "notice": notice})
