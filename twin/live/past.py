"""Alarms and incidents as of any moment: the same folding as now, of what had happened by then.

An act counts from the moment it occurred on, in the order of the journal; folding never re-runs a rule. A correction
that tells of something later than the moment counts as far as it had come true. Folds of the journal's beginning are
kept, so that a moment costs what happened since the nearest of them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from twin.live.alarms.book import AlarmBook
from twin.live.alarms.limits import AlarmLimits, default_limits
from twin.live.alarms.maintenance import Maintenance, Window
from twin.live.incidents.book import IncidentBook
from twin.live.kept_acts import KeptActs
from twin.live.rules.entries import CORRECTED, body_of
from twin.model.collecting import give_back, no_collection
from twin.model.entries import EVENT, READING, StoredEntry
from twin.model.last_asked import LastAsked
from twin.model.time import microseconds, moment
from twin.store.entry_table import row_of_stored, stored_of_table, table_of_rows
from twin.store.journal_reader import JournalReader

Books = tuple[AlarmBook, IncidentBook]

FEWEST_BETWEEN: Final = 500  # acts between two kept folds
MOST_KEPT: Final = 16
MOST_RECENT: Final = 12  # folds of moments that were asked for last: the next one is near
BEFORE: Final = (100, 400, 1600)  # acts before such a moment at which a fold is kept, too: some drag backwards
PAGE: Final = 20_000
_AT_ONCE: Final = 5_000  # as objects they are large


class Past:
    """Of one campus; from any thread, in any process. ``windows`` (of the file) and ``limits`` are those of today."""

    def __init__(
        self,
        campus: Path,
        windows: Callable[[], Sequence[Window]] = tuple,
        limits: Callable[[], AlarmLimits] = default_limits,
    ) -> None:
        self._kept_acts, self._journal = KeptActs(campus), JournalReader(campus)
        self._windows, self._limits = windows, limits
        self._guard = threading.Lock()
        self._acts: _Acts | None = None
        self._used: tuple[Sequence[Window], AlarmLimits] | None = None
        self._every = FEWEST_BETWEEN
        self._folds: dict[int, Books] = {}  # number of acts, each so many -> what they lead to
        self._recent: LastAsked[int, Books] = LastAsked(MOST_RECENT)

    def at(self, at: datetime, known_seq: int | None = None) -> Books:
        """The books as of ``at``, of what had been received by ``known_seq`` (default: all that is known now).

        They belong to the caller; ask them with the same moment as ``now_us``. Raises HistoryDamagedError.
        """
        at_us = microseconds(at)
        with self._guard:
            acts = self._read()
            count = acts.known(known_seq)
            whole = min(acts.settled(at_us), count)
            books = self._copy(self._upto(acts, whole))
            _fold(books, acts.as_of(whole, count, at_us))
        return books

    def acts(self) -> pa.Table:
        """All that the twin concluded and people did, as columns in the order of the journal."""
        with self._guard:
            return self._read().table

    def _upto(self, acts: _Acts, count: int) -> Books:
        """What the first ``count`` acts lead to."""
        known = {0: self._nothing(), **self._folds, **self._recent.kept()}
        start = max(one for one in known if one <= count)
        books, every = known[start], self._every
        kept = range((start // every + 1) * every, count, every)
        before = (count - one for one in BEFORE if count - one > start)
        for stop in sorted({*kept, *before, count} - {start}):
            books = self._copy(books)
            _fold(books, acts.whole(start, stop))
            start = stop
            if stop % every == 0:
                self._folds[stop] = books
            else:
                self._recent.keep(stop, books)
        self._recent.keep(count, books)
        return books

    def _read(self) -> _Acts:
        """With what came since the last time."""
        acts = self._acts
        if acts is None:
            after = self._journal.last_seq()
            self._acts = acts = _Acts(self._kept_acts.table(), after)
            self._every = max(FEWEST_BETWEEN, -(-len(acts) // MOST_KEPT))
            self._forget()
            give_back()
        else:
            page = self._journal.page(acts.reached, PAGE, besides=(READING, EVENT))
            if page.missing:  # so long ago that the journal has let go of what followed
                self._acts = None
                return self._read()
            if page.entries:
                self._acts = acts = acts.followed_by(page.entries, page.reached)
            acts.reached = page.reached
            if len(page.entries) == PAGE:
                return self._read()
        used = (self._windows(), self._limits())
        if used != self._used:
            self._used = used
            self._forget()
        return acts

    def _nothing(self) -> Books:
        assert self._used is not None
        windows, limits = self._used
        return AlarmBook(Maintenance(windows), limits), IncidentBook()

    @staticmethod
    def _copy(books: Books) -> Books:
        return books[0].copy(), books[1].copy()

    def _forget(self) -> None:
        self._folds.clear()
        self._recent.clear()


class _Acts:
    """Acts in the order of the journal; ``reached`` is the number up to which the journal was read."""

    def __init__(self, table: pa.Table, reached: int) -> None:
        self.table = table
        self.reached = max(reached, int(table["seq"][-1].as_py()) if len(table) else 0)
        self._seq = table["seq"].to_numpy()
        self._begins, settles = _times(table)
        self._settled = np.maximum.accumulate(settles) if len(settles) else settles

    def __len__(self) -> int:
        return len(self.table)

    def followed_by(self, entries: Sequence[StoredEntry], reached: int) -> _Acts:
        news = table_of_rows([row_of_stored(one) for one in entries])
        return _Acts(pa.concat_tables([self.table, news]).combine_chunks(), reached)

    def known(self, seq: int | None) -> int:
        """How many had been received by ``seq``."""
        return len(self) if seq is None else int(np.searchsorted(self._seq, seq, side="right"))

    def settled(self, at_us: int) -> int:
        """How many of the first hold wholly at ``at_us``, each of them."""
        return int(np.searchsorted(self._settled, at_us, side="right"))

    def whole(self, start: int, stop: int) -> Iterator[list[StoredEntry]]:
        for at in range(start, stop, _AT_ONCE):
            yield stored_of_table(self.table.slice(at, min(_AT_ONCE, stop - at)))

    def as_of(self, start: int, stop: int, at_us: int) -> Iterator[list[StoredEntry]]:
        """Those of these that had occurred, each as far as it holds at ``at_us``."""
        rows = start + np.flatnonzero(self._begins[start:stop] <= at_us)
        for at in range(0, len(rows), _AT_ONCE):
            yield [_as_of(one, at_us) for one in stored_of_table(self.table.take(rows[at : at + _AT_ONCE]))]


def _fold(books: Books, slices: Iterator[list[StoredEntry]]) -> None:
    with no_collection():
        for some in slices:
            for book in books:
                book.fold(some)


def _times(table: pa.Table) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """From when on each act says anything, and from when on it holds as it was written."""
    begins = table["occurred_at"].cast(pa.int64()).to_numpy().copy()
    settles = begins.copy()
    for row in np.flatnonzero(pc.equal(table["kind"], CORRECTED).to_numpy()):
        body = _body(table["body"][int(row)].as_py())
        told = [one for name in ("raised_us", "cleared_us", "replaces") if isinstance(one := body.get(name), int)]
        begins[row] = min([begins[row], *told])
        settles[row] = max([settles[row], *told])
    return begins, settles


def _as_of(stored: StoredEntry, at_us: int) -> StoredEntry:
    """A correction as far as it had come true: what it moves to later is not there yet, what it clears later stands."""
    if stored.entry.kind != CORRECTED:
        return stored
    body = body_of(stored)
    raised_us, cleared_us, replaces = (body.get(name) for name in ("raised_us", "cleared_us", "replaces"))
    if isinstance(raised_us, int) and raised_us > at_us and isinstance(replaces, int):
        told = {"raised_us": replaces, "cleared_us": None, "cleared_value": None, "correction": "withdrawn"}
    elif isinstance(cleared_us, int) and cleared_us > at_us:
        told = {"cleared_us": None, "cleared_value": None}
    else:
        return stored
    occurred_at = min(stored.entry.occurred_at, moment(at_us))
    return replace(stored, entry=replace(stored.entry, occurred_at=occurred_at, body=json.dumps(body | told)))


def _body(text: str | None) -> dict[str, Any]:
    try:
        body = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
