"""What was said about alarms, kept so that a question folds only what it is about.

Of every act its numbers are at hand; its text lies compressed until a fold needs it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pyarrow as pa

from twin.live.alarms.acts import Act
from twin.live.alarms.record import speaks
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.rules.entries import DECISIONS, body_of
from twin.live.rules.saying import announced
from twin.model.entries import StoredEntry
from twin.model.time import microseconds
from twin.screens.alarm_numbers import said_by_key
from twin.screens.halts import Halts
from twin.screens.packed_entries import PackedEntries
from twin.screens.quiet import EVER_US, Said, What, unquiet
from twin.screens.spans import Span
from twin.store.entry_table import stored_of_table

_FIELDS: Final = len(Said._fields)


class _Course(NamedTuple):
    """Of one alarm: when it was not quiet, and its acts from where on folds need them."""

    starts_us: Sequence[int]
    ends_us: Sequence[int]
    begins_us: Sequence[int]
    occurred_us: Sequence[int]
    rows: Sequence[int]

    @classmethod
    def of(cls, acts: Sequence[Said], at_us: int = EVER_US) -> _Course:
        times = unquiet(acts, at_us)
        by_begin = sorted((one.begins_us, one.occurred_us, one.row) for one in acts)
        columns = [*zip(*times, strict=True)] or [(), ()], [*zip(*by_begin, strict=True)] or [(), (), ()]
        return cls(*(array("q", one) for part in columns for one in part))

    def quiet_us(self, start_us: int) -> int:
        """The last quiet moment up to then."""
        at = bisect_left(self.starts_us, start_us) - 1
        return self.starts_us[at] if at >= 0 and start_us <= self.ends_us[at] else start_us

    def longest(self) -> int:
        """How many acts there are at most between two quiet moments."""

        def first(at_us: int) -> int:
            return bisect_left(self.begins_us, at_us)

        times = zip(self.starts_us, self.ends_us, strict=True)
        return max((first(end_us + 1) - first(start_us) for start_us, end_us in times), default=0)

    def needed(self, span: Span) -> list[int]:
        others = bisect_left(self.begins_us, 1 - EVER_US)
        first = bisect_left(self.begins_us, self.quiet_us(span.start_us), others)
        wanted = (*range(others), *range(first, len(self.rows)))
        return sorted(self.rows[one] for one in wanted if self.occurred_us[one] <= span.at_us)


@dataclass(slots=True)
class AboutAlarm:
    """All that was said about one alarm, in the order of the journal."""

    numbers: array[int] = field(default_factory=lambda: array("q"))
    last_us: int = -EVER_US  # when the latest of it happened
    last_seq: int = 0
    ahead_us: int = 0  # the latest end that was told
    # what folding all of it leads to from a quiet moment on, and from when on that holds
    since_us: int = EVER_US
    states: Sequence[AlarmState] = ()
    # of those that are over, by when they were opened: their rows, made with these tables of the campus
    rows: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    rows_of: object = None
    halts: Halts = field(default_factory=Halts)
    _course: _Course | None = None

    def add(self, acts: Sequence[Said]) -> None:
        self.halts.reached(acts)
        for one in acts:
            self.numbers.extend(one)
            self.last_us = max(self.last_us, one.occurred_us)
            self.last_seq = max(self.last_seq, one.seq)
            if one.cleared_us < EVER_US:
                self.ahead_us = max(self.ahead_us, one.cleared_us)
        self.since_us, self.states, self.rows, self._course = EVER_US, (), {}, None

    def all_within(self, span: Span) -> bool:
        return self.last_us <= span.at_us and self.ahead_us <= span.at_us and span.knows(self.last_seq)

    def needed(self, span: Span) -> list[int]:
        """Rows of what a fold needs that is to know what stands at the end of the span, or opens in it.

        What is quiet by all that is known was so at any moment of the past, too, but not by what was known earlier.
        """
        if span.known_seq is not None:
            acts = [one for one in self.acts() if one.occurred_us <= span.at_us and span.knows(one.seq)]
            return _Course.of(acts, span.at_us).needed(span)
        return self._course_of_all().needed(span)

    def lacks_halts(self, long: int) -> bool:
        """Whether some moment of the past is so many acts away from the quiet one before it."""
        return len(self.numbers) > long * _FIELDS and not self.halts and self._course_of_all().longest() > long

    def _course_of_all(self) -> _Course:
        if self._course is None:
            self._course = _Course.of([*self.acts()])
        return self._course

    def acts(self) -> Iterator[Said]:
        """In the order of the journal."""
        return map(Said._make, zip(*[iter(self.numbers)] * _FIELDS, strict=True))


class AlarmActs(Mapping[AlarmKey, AboutAlarm]):
    """Those of one campus, by the key of the alarm. For one thread at a time."""

    def __init__(self) -> None:
        self._about: dict[AlarmKey, AboutAlarm] = {}
        self._entries = PackedEntries()
        self.rules: dict[str, int] = {}  # their numbers

    def __getitem__(self, key: AlarmKey) -> AboutAlarm:
        return self._about[key]

    def __iter__(self) -> Iterator[AlarmKey]:
        return iter(self._about)

    def __len__(self) -> int:
        return len(self._about)

    @property
    def count(self) -> int:
        """How much was ever said."""
        return len(self._entries)

    def settled_us(self) -> int:
        """From when on everything that was said holds."""
        return max((max(one.last_us, one.ahead_us) for one in self._about.values()), default=-EVER_US)

    def entries(self, rows: Iterable[int]) -> Iterator[StoredEntry]:
        return self._entries.of(rows)

    def take(self, stored: StoredEntry) -> None:
        """One that was written since."""
        self._note(stored, self._entries.add(stored))

    def take_table(self, table: pa.Table) -> None:
        """A year of them at once: rows in the columns of the journal, all of alarms."""
        first = self._entries.add_table(table)
        by_key = said_by_key(table, first, self.rules)
        if by_key is None:
            for offset, stored in enumerate(stored_of_table(table)):
                self._note(stored, first + offset)
            return
        for key, acts in by_key:
            self._about_of(key).add(acts)

    def _about_of(self, key: AlarmKey) -> AboutAlarm:
        about = self._about.get(key)
        if about is None:
            about = self._about[key] = AboutAlarm()
        return about

    def _note(self, stored: StoredEntry, row: int) -> None:
        body = body_of(stored)
        alarm_type = body.get("alarm_type")
        if isinstance(alarm_type, str):
            about = self._about_of(AlarmKey(stored.entry.subject, alarm_type))
            about.add(self._said(stored, row, body))

    def _said(self, stored: StoredEntry, row: int, body: dict[str, Any]) -> list[Said]:
        """Nothing where the body is not one of ours: ``Record.fold`` takes it for nothing, too."""
        entry, occurred_us = stored.entry, microseconds(stored.entry.occurred_at)
        if entry.kind not in DECISIONS:
            if not isinstance(body.get("author"), str):
                return []
            what = What.ACKNOWLEDGED if entry.kind == Act.ACKNOWLEDGED else What.OTHER
            return [Said(row, stored.seq, occurred_us, what, 0, EVER_US, EVER_US, EVER_US)]
        found = announced(entry.subject, body)
        if found is None or not speaks(body):
            return []
        what = What.WITHDRAWN if body.get("correction") == "withdrawn" else What.DECISION
        rule = self.rules.setdefault(found.rule_id, len(self.rules))
        times = (_limited(one) for one in (found.episode.raised_us, body["cleared_us"], body.get("replaces")))
        return [Said(row, stored.seq, occurred_us, what, rule, *times)]


def _limited(at_us: Any) -> int:
    return max(-EVER_US, min(EVER_US, at_us)) if isinstance(at_us, int) else EVER_US
