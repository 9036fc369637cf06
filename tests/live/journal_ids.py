"""What senders have in a journal, asked of SQLite itself. What the twin concluded from it is not counted."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def ids_in_journal(campus_folder: Path) -> list[str]:
    path = campus_folder / "live" / "journal.sqlite"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        sql = "SELECT entry_id FROM entries WHERE kind IN ('reading', 'event') ORDER BY seq"
        return [one for (one,) in db.execute(sql)]
