"""Reading the journal from any process, while another one writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from twin.errors import HistoryDamagedError, StoreFaultError, StoreNewerError
from twin.model.entries import StoredEntry
from twin.store.entry_table import COLUMNS, Row, stored_of_row, table_of_rows

FOLDER: Final = "live"
JOURNAL: Final = "journal.sqlite"
JOURNAL_SCHEMA: Final = 1
_WAIT_S: Final = 10.0
EVER: Final = 2**63 - 1
_ROWS_A_PART: Final = 20_000

Values = tuple[int | str, ...]


def journal_path(campus: Path) -> Path:
    return campus / FOLDER / JOURNAL


@contextmanager
def reading(path: Path, newest_schema: int) -> Iterator[sqlite3.Connection | None]:
    """A consistent view of an SQLite file that is being written, or None where there is none yet."""
    if not path.exists():
        yield None
        return
    try:
        with closing(_open(path, newest_schema)) as connection:
            yield connection if connection.in_transaction else None
    except sqlite3.OperationalError as fault:
        raise StoreFaultError(path=path, detail=str(fault)) from fault
    except sqlite3.DatabaseError as fault:
        raise HistoryDamagedError(path=path, detail=str(fault)) from fault


def _open(path: Path, newest_schema: int) -> sqlite3.Connection:
    """A connection in a transaction; in none where the file is only just being made."""
    where = f"{path.absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=_WAIT_S)
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > newest_schema:
            raise StoreNewerError(path=path, found=found, known=newest_schema)
        if found:
            connection.execute("BEGIN")
    except BaseException:
        connection.close()
        raise
    return connection


@dataclass(frozen=True, slots=True)
class Page:
    """What a follower reads next: all entries it asked for with ``after < seq <= reached``, but for what was pruned.

    ``missing`` numbers in between are no longer in the journal; ``given`` is the highest number ever given.
    """

    entries: list[StoredEntry]
    reached: int
    missing: int
    given: int


class JournalReader:
    """The journal of a campus, read only. Each question opens the file anew, since it may have been replaced."""

    def __init__(self, campus: Path) -> None:
        self._path = journal_path(campus)

    @property
    def path(self) -> Path:
        return self._path

    def last_seq(self) -> int:
        """The newest entry that is on disk; 0 where there is none."""
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            return last_seq_in(connection) if connection else 0

    def count(self) -> int:
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0]) if connection else 0

    def tail(self, after_seq: int, limit: int) -> list[StoredEntry]:
        """The entries that follow ``after_seq``, in order."""
        return [stored_of_row(row) for row in self._rows("seq > ?", after_seq, limit=limit)]

    def page(self, after_seq: int, limit: int, *, besides: Sequence[str] = ()) -> Page:
        """The entries that follow ``after_seq`` whose kind is none of ``besides``, all of one moment."""
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            if connection is None:
                return Page([], after_seq, 0, after_seq)
            kept = f"seq > ? AND kind NOT IN ({', '.join('?' * len(besides))})"
            rows = _select(connection, kept, (after_seq, *besides), limit)
            given = highest_seq(connection)
            reached = rows[-1][0] if len(rows) == limit else max(after_seq, last_seq_in(connection))
            missing = _missing(connection, after_seq, min(reached, pruned_seq_in(connection)))
            return Page([stored_of_row(row) for row in rows], reached, missing, given)

    def table_upto(self, after_seq: int, upto: int, limit: int) -> tuple[pa.Table, int]:
        """Entries with ``after_seq < seq <= upto``, and up to where that is all there is.

        Both of one moment: a journal that is just being replaced has nothing, and must not count as sealed.
        """
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            if connection is None:
                return table_of_rows([]), after_seq
            table = _select_table(connection, "seq > ? AND seq <= ?", (after_seq, upto), limit)
            whole = table.num_rows < limit
            reached = min(upto, last_seq_in(connection)) if whole else table["seq"][-1].as_py()
            return table, max(after_seq, reached)

    def table_of_time(self, first_seq: int, last_seq: int, start_us: int, end_us: int) -> pa.Table:
        """Entries with these numbers that occurred in ``[start_us, end_us)``."""
        condition = "seq >= ? AND seq <= ? AND occurred_us >= ? AND occurred_us < ?"
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            if connection is None:
                return table_of_rows([])
            return _select_table(connection, condition, (first_seq, last_seq, start_us, end_us), EVER)

    def tail_and_pruned(self, after_seq: int) -> tuple[pa.Table, int]:
        """The tail, and the newest entry that was ever pruned, both of one moment."""
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            if connection is None:
                return table_of_rows([]), 0
            return _select_table(connection, "seq > ?", (after_seq,), EVER), pruned_seq_in(connection)

    def pruned_seq(self) -> int:
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            return pruned_seq_in(connection) if connection else 0

    def _rows(self, condition: str, *values: int, limit: int) -> list[Row]:
        with reading(self._path, JOURNAL_SCHEMA) as connection:
            return _select(connection, condition, values, limit) if connection else []


def _missing(connection: sqlite3.Connection, after_seq: int, upto: int) -> int:
    """How many numbers of a span have no entry, which is what was pruned of it."""
    if upto <= after_seq:
        return 0
    span = "SELECT count(*) FROM entries WHERE seq > ? AND seq <= ?"
    return upto - after_seq - int(connection.execute(span, (after_seq, upto)).fetchone()[0])


def _select(connection: sqlite3.Connection, condition: str, values: Values, limit: int) -> list[Row]:
    return _asked(connection, condition, values, limit).fetchall()


def _select_table(connection: sqlite3.Connection, condition: str, values: Values, limit: int) -> pa.Table:
    """As columns, a part at a time: a minute at full load is a million rows, and as objects they take much more."""
    cursor = _asked(connection, condition, values, limit)
    parts = [table_of_rows(rows) for rows in iter(lambda: cursor.fetchmany(_ROWS_A_PART), [])]
    return pa.concat_tables(parts) if parts else table_of_rows([])


def _asked(connection: sqlite3.Connection, condition: str, values: Values, limit: int) -> sqlite3.Cursor:
    sql = f"SELECT {COLUMNS} FROM entries WHERE {condition} ORDER BY seq LIMIT ?"
    return connection.execute(sql, (*values, limit))


def last_seq_in(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT max(seq) FROM entries").fetchone()[0]
    return int(found or 0)


def highest_seq(connection: sqlite3.Connection) -> int:
    """The highest number that was ever given, even if its entry was pruned."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entries'").fetchone()
    return max(last_seq_in(connection), int(found[0]) if found else 0)


def pruned_seq_in(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT value FROM marks WHERE name = 'pruned_seq'").fetchone()
    return int(found[0]) if found else 0
