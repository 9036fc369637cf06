"""Who did what, when, from where: append-only, each line chained to the one before.

A line's hash covers its content and the hash before it (a hash chain, as in RFC 6962's predecessors): changing,
leaving out or moving a line breaks every later one. Somebody who can rewrite the whole file can also make a new
chain, and cutting off the end breaks nothing: both show against a *head* (number and hash of a line) that was written
down elsewhere. So the head of each day goes into the duty report and to the sink that ``config/security.toml`` names.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from twin.errors import AuditBrokenError, AuditHeadMissingError, BadHeadError
from twin.model.text import storable
from twin.model.time import Clock
from twin.people.identity import Actor

START: Final = "0" * 64
DETAIL_LENGTH: Final = 2000
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS line (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL, address TEXT NOT NULL,
  action TEXT NOT NULL, target TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS kept_as_written BEFORE UPDATE ON line
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
CREATE TRIGGER IF NOT EXISTS kept_whole BEFORE DELETE ON line
  BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
"""
_COLUMNS: Final = ("seq", "at", "actor", "kind", "address", "action", "target", "detail")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """``at`` is ISO 8601 in UTC; ``detail`` a JSON object as text, hashed as it stands."""

    seq: int
    at: str
    actor: str
    kind: str
    address: str
    action: str
    target: str
    detail: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last line at some moment. Written ``12-9f86d0…``."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}-{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Raises BadHeadError."""
        seq, _, found = text.strip().partition("-")
        if not seq.isdigit() or len(found) != len(START) or set(found) - set("0123456789abcdef"):
            raise BadHeadError(head=text)
        return cls(int(seq), found)


class AuditLog:
    """``<campus>/people/audit.sqlite``. The server and the command line both append: SQLite's lock puts them in
    order.
    """

    def __init__(self, campus_folder: Path, clock: Clock) -> None:
        self.path = campus_folder / "people" / "audit.sqlite"
        self.clock = clock
        self.path.parent.mkdir(mode=0o700, exist_ok=True)
        with closing(self._connect()) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + SCHEMA)
        self.path.chmod(0o600)

    def append(self, actor: Actor, action: str, target: str = "", **detail: Any) -> AuditLine:
        """Write down an act; on disk when this returns."""
        text = _detail(detail)
        with closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            last = _head(db)
            at = self.clock.now().astimezone(UTC).isoformat(timespec="microseconds")
            said = (at, actor.name, actor.kind.value, actor.address, action, target, text)
            content = (last.seq + 1, *map(storable, said))
            row = (*content, _chained(last.hash, content))
            db.execute("INSERT INTO line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            db.execute("COMMIT")
        line: dict[str, Any] = dict(zip((*_COLUMNS, "hash"), row, strict=True))
        return AuditLine(**line)

    def lines(
        self, *, before: int | None = None, limit: int = 100, action: str = "", actor: str = ""
    ) -> list[AuditLine]:
        """The latest first, below line number ``before``."""
        asked = (
            "SELECT * FROM line WHERE (?1 IS NULL OR seq < ?1) "
            "AND (?2 = '' OR action = ?2) AND (?3 = '' OR actor = ?3) ORDER BY seq DESC LIMIT ?4"
        )
        with closing(self._connect()) as db:
            return [AuditLine(**row) for row in db.execute(asked, (before, action, actor, limit))]

    def head(self) -> Head:
        with closing(self._connect()) as db:
            return _head(db)

    def daily_heads(self, timezone: ZoneInfo) -> list[tuple[date, Head]]:
        """The last line of each day, in the campus' own days."""
        found: dict[date, Head] = {}
        with closing(self._connect()) as db:
            for row in db.execute("SELECT seq, at, hash FROM line ORDER BY seq"):
                day = datetime.fromisoformat(row["at"]).astimezone(timezone).date()
                found[day] = Head(row["seq"], row["hash"])
        return sorted(found.items())

    def verify(self, head: Head | None = None) -> Head:
        """Recompute the chain; the head of it. Raises AuditBrokenError, and AuditHeadMissingError when ``head`` is
        not in it.
        """
        last = Head(0, START)
        seen = head is None or head == last
        for line in self._all():
            content = tuple(getattr(line, name) for name in _COLUMNS)
            if line.seq != last.seq + 1 or line.hash != _chained(last.hash, content):
                raise AuditBrokenError(path=self.path, seq=last.seq + 1, at=line.at)
            last = Head(line.seq, line.hash)
            seen = seen or last == head
        if not seen:
            raise AuditHeadMissingError(path=self.path, head=head, lines=last.seq)
        return last

    def _all(self) -> Iterator[AuditLine]:
        with closing(self._connect()) as db:
            for row in db.execute("SELECT * FROM line ORDER BY seq"):
                yield AuditLine(**row)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, timeout=10)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous=FULL")
        return db


def _head(db: sqlite3.Connection) -> Head:
    row = db.execute("SELECT seq, hash FROM line ORDER BY seq DESC LIMIT 1").fetchone()
    return Head(0, START) if row is None else Head(row["seq"], row["hash"])


def _chained(before: str, content: tuple[Any, ...]) -> str:
    said = json.dumps([before, *content], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def _detail(detail: dict[str, Any]) -> str:
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str)
    return text if len(text) <= DETAIL_LENGTH else json.dumps({"cut": text[:DETAIL_LENGTH]}, ensure_ascii=False)
