"""What the twin concluded and people did, by what it is about: alarms and incidents as of any moment.

The journal is followed, so that "now" folds only what something new was said about. A moment that is past folds those
that something was said about since. Folding never re-runs a rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from twin.live.alarms.acts import ACT_KINDS
from twin.live.alarms.maintenance import CLOSED, OPENED
from twin.live.incidents.book import KINDS as INCIDENT_KINDS
from twin.live.incidents.handover import HANDOVER_KINDS
from twin.live.kept_acts import KeptActs
from twin.live.rules.entries import DECISIONS, body_of
from twin.live.said_before import like
from twin.model.collecting import give_back, no_collection
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.model.time import microseconds
from twin.screens.alarm_acts import AlarmActs
from twin.screens.spans import Span
from twin.store.entry_table import stored_of_table
from twin.store.journal_reader import JournalReader

_AT_ONCE: Final = 5_000
_ALARMS: Final = DECISIONS | ACT_KINDS
_INCIDENTS: Final = INCIDENT_KINDS - HANDOVER_KINDS
_MAINTENANCE: Final = frozenset({OPENED, CLOSED})
_NEVER: Final = -(1 << 62)


class Act(NamedTuple):
    """An entry without its text, and its body as a table."""

    stored: StoredEntry
    occurred_us: int
    body: dict[str, Any]


@dataclass(slots=True)
class About:
    """All that was said about one incident, in the order of the journal."""

    acts: list[Act] = field(default_factory=list)
    last_us: int = _NEVER  # when the latest of it happened
    last_seq: int = 0
    whole: Any = None  # what folding all of it leads to, until more is said

    def add(self, stored: StoredEntry, body: dict[str, Any]) -> None:
        act = _act(stored, like(body, self.acts[-1].body if self.acts else {}))
        self.acts.append(act)
        self.last_us = max(self.last_us, act.occurred_us)
        self.last_seq = act.stored.seq
        self.whole = None

    def all_within(self, span: Span) -> bool:
        return self.last_us <= span.at_us and span.knows(self.last_seq)

    def within(self, span: Span) -> list[Act]:
        return [one for one in self.acts if one.occurred_us <= span.at_us and span.knows(one.stored.seq)]


class FollowedActs:
    """Those of one campus; for one thread at a time."""

    def __init__(self, campus: Path) -> None:
        self._campus = campus
        self._journal = JournalReader(campus)
        self._seq: int | None = None
        self._begin()

    def _begin(self) -> None:
        self.alarms = AlarmActs()
        self.incidents: dict[str, About] = {}
        self.maintenance: list[StoredEntry] = []

    def follow(self) -> None:
        """Take up what was written since. Raises HistoryDamagedError, StoreFaultError."""
        if self._seq is None:
            self._from_the_beginning()
        while True:
            assert self._seq is not None
            page = self._journal.page(self._seq, _AT_ONCE, besides=(READING, EVENT))
            if page.missing:  # not looked at for so long that the journal forgot some
                self._from_the_beginning()
                continue
            self.take(page.entries)
            self._seq = page.reached
            if len(page.entries) < _AT_ONCE:
                return

    def _from_the_beginning(self) -> None:
        self._begin()
        with no_collection():
            whole = KeptActs(self._campus, keep=False).table()
            is_alarm = pc.is_in(whole["kind"], pa.array(sorted(_ALARMS)))
            self.alarms.take_table(whole.filter(is_alarm))
            self.take(stored_of_table(whole.filter(pc.invert(is_alarm))))
        give_back()
        self._seq = max(pc.max(whole["seq"]).as_py() or 0, self._journal.pruned_seq())

    def take(self, entries: Iterable[StoredEntry]) -> None:
        for stored in entries:
            kind = stored.entry.kind
            if kind in _ALARMS:
                self.alarms.take(stored)
            elif kind in _INCIDENTS:
                self.incidents.setdefault(stored.entry.subject, About()).add(stored, body_of(stored))
            elif kind in _MAINTENANCE:
                self.maintenance.append(stored)


def _act(stored: StoredEntry, body: dict[str, Any]) -> Act:
    entry = stored.entry
    bare = Entry(entry.entry_id, intern(entry.kind), intern(entry.subject), entry.occurred_at, intern(entry.feed))
    return Act(StoredEntry(stored.seq, stored.received_at, bare), microseconds(entry.occurred_at), body)
