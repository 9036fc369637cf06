"""What came and could not be taken: kept with the reason, listed, the oldest forgotten when there are too many.

``<campus>/live/dead_letters.sqlite``. That it was counted is certain, that it is kept is as good as the disk: a sender
over HTTP is told anyway, and a broker's message is acknowledged only when it lies here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from twin.errors import TwinError
from twin.model.text import storable

MOST: Final = 100_000
RAW_LENGTH: Final = 16_000
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS letter (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, feed TEXT NOT NULL, code TEXT NOT NULL,
  reason_zh TEXT NOT NULL, reason_en TEXT NOT NULL, topic TEXT NOT NULL, raw TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS letter_feed ON letter (feed, number);
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    number: int
    at: float
    feed: str
    code: str
    reason_zh: str
    reason_en: str
    topic: str
    raw: str


class DeadLetters:
    """May be used from any thread of the serving process, and read by others."""

    def __init__(self, campus_folder: Path) -> None:
        self.path = campus_folder / "live" / "dead_letters.sqlite"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._guard = threading.Lock()
        with closing(self._connect()) as db:
            db.executescript("PRAGMA journal_mode=WAL;" + SCHEMA)

    def keep(self, feed: str, letters: Iterable[tuple[TwinError, str]], at: datetime, topic: str = "") -> int:
        """Keep messages with the fault each had; how many."""
        rows = [
            (at.timestamp(), feed, fault.code, fault.text("zh"), fault.text("en"), topic, storable(raw[:RAW_LENGTH]))
            for fault, raw in letters
        ]
        if not rows:
            return 0
        with self._guard, closing(self._connect()) as db, db:
            db.executemany(
                "INSERT INTO letter (at, feed, code, reason_zh, reason_en, topic, raw) VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            db.execute("DELETE FROM letter WHERE number <= (SELECT max(number) FROM letter) - ?", (MOST,))
        return len(rows)

    def latest(self, *, feed: str | None = None, before: int | None = None, limit: int = 100) -> list[DeadLetter]:
        """The latest first, below number ``before``."""
        asked = (
            "SELECT * FROM letter WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR number < ?2) "
            "ORDER BY number DESC LIMIT ?3"
        )
        with closing(self._connect()) as db:
            return [DeadLetter(*row) for row in db.execute(asked, (feed, before, limit))]

    def counts(self) -> dict[str, int]:
        """Kept letters by feed."""
        with closing(self._connect()) as db:
            return dict(db.execute("SELECT feed, count(*) FROM letter GROUP BY feed"))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=10)
