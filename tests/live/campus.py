"""A small campus, a journal in memory, and entries by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from twin.live.alarms.book import AlarmBook
from twin.live.rules.book import RuleSet
from twin.live.rules.calendar import Calendar
from twin.live.rules.engine import RuleEngine
from twin.live.rules.entries import Decision
from twin.live.rules.files import Known, load_rules
from twin.live.rules.places import Place, Places
from twin.model.entries import EVENT, READING, Entry, StoredEntry
from twin.model.time import microseconds, moment

S = 1_000_000
# Thursday 2026-11-26, 10:00 in Shanghai
START = 1_795_658_400 * S

PLACES = Places.of(
    [
        Place("T1", "temperature", "一号温度", "r101", "s1", "b1", ("z1",)),
        Place("T2", "temperature", None, "r102", "s1", "b1", ("z1",)),
        Place("K1", "smoke", None, "r101", "s1", "b1", ("z1",)),
        Place("G1", "gas", None, "r201", "s2", "b1", ()),
        Place("E1", "electricity_meter", None, "r202", "s2", "b2", ()),
        Place("D1", "door", "东门", "r101", "s1", "b1", ("z1",)),
        Place("V1", "vehicle"),
    ],
    {"yard": [(0, 0), (100, 0), (100, 100), (0, 100)]},
)


def line(
    entry_id: str,
    kind: str,
    subject: str,
    at_us: int,
    received_us: int | None = None,
    *,
    seq: int = 0,
    feed: str = "test",
    value: float | None = None,
    quality: str | None = None,
    body: str | None = None,
) -> StoredEntry:
    """An entry as the journal gives it; it is received when it happens unless said otherwise."""
    entry = Entry(entry_id, kind, subject, moment(at_us), feed, value, quality, body)
    return StoredEntry(seq, moment(at_us if received_us is None else received_us), entry)


def occurred_us(stored: StoredEntry) -> int:
    return microseconds(stored.entry.occurred_at)


def received_us(stored: StoredEntry) -> int:
    return microseconds(stored.received_at)


def arriving(stored: StoredEntry, received_us: int, entry_id: str | None = None) -> StoredEntry:
    """The same entry received at another time, perhaps under another name."""
    entry = replace(stored.entry, entry_id=entry_id or stored.entry.entry_id)
    return replace(stored, received_at=moment(received_us), entry=entry)


def reading(point: str, at_s: float, value: float | None, quality: str = "good", late_s: float = 0) -> StoredEntry:
    """A reading at so many seconds after the start."""
    at_us = START + round(at_s * S)
    name = f"r-{point}-{at_s}-{value}-{quality}"
    return line(name, READING, point, at_us, at_us + round(late_s * S), value=value, quality=quality)


def event(originator: str, at_s: float, event_type: str, text: str = "", late_s: float = 0, **more: Any) -> StoredEntry:
    at_us = START + round(at_s * S)
    body = json.dumps({"type": event_type, "text": text, **more})
    name = f"e-{originator}-{at_s}-{event_type}-{text}-{more}"
    return line(name, EVENT, originator, at_us, at_us + round(late_s * S), body=body)


def rule_set(text: str, version: int = 1) -> RuleSet:
    """Rules from TOML; a mistake in a test's rules fails the test."""
    loaded = load_rules({"test.toml": text.encode()}, Known.of(PLACES))
    assert not loaded.mistakes, [str(one) for one in loaded.mistakes]
    return RuleSet(version, "", loaded.rules)


@dataclass
class Campus:
    """An engine and a book around one journal, as a service would run them."""

    rules: RuleSet
    places: Places = PLACES
    calendar: Calendar = field(default_factory=Calendar)
    book: AlarmBook = field(default_factory=AlarmBook)
    journal: list[StoredEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = RuleEngine(self.rules, self.places, self.calendar)
        self.ids: set[str] = set()

    def arrive(self, *lines: StoredEntry, now_s: float | None = None) -> list[Decision]:
        """Entries arrive together; without a time, at the latest of their own."""
        now_us = max(map(received_us, lines)) if now_s is None else START + round(now_s * S)
        return self.write(self.engine.on_entries(self.append(lines), now_us), now_us)

    def tick(self, now_s: float) -> list[Decision]:
        now_us = START + round(now_s * S)
        return self.write(self.engine.tick(now_us), now_us)

    def write(self, decisions: Iterable[Decision], now_us: int) -> list[Decision]:
        """Journal decisions and fold them, as often as the journal takes them."""
        made = list(decisions)
        self.book.fold(self.append([StoredEntry(0, moment(now_us), one.entry()) for one in made]))
        return made

    def append(self, lines: Sequence[StoredEntry]) -> list[StoredEntry]:
        """What is new to the journal: ids are unique in it, a repeat is left alone."""
        taken = []
        for one in lines:
            if one.entry.entry_id not in self.ids:
                self.ids.add(one.entry.entry_id)
                taken.append(replace(one, seq=len(self.journal) + 1))
                self.journal.append(taken[-1])
        return taken


def told(decisions: Iterable[Decision]) -> list[tuple[str, str, float]]:
    """Kind without ``alarm.``, subject, seconds after the start."""
    return [(one.kind.removeprefix("alarm."), one.subject, (one.occurred_us - START) / S) for one in decisions]


def restart(campus: Campus, now_s: float) -> Campus:
    """Another process on the same journal."""
    other = Campus(campus.rules)
    other.ids = {one.entry.entry_id for one in campus.journal}
    other.journal = list(campus.journal)
    other.book.fold(campus.journal)
    now_us = START + round(now_s * S)
    recent = [one for one in campus.journal if received_us(one) >= now_us - other.engine.lookback_us]
    other.write(other.engine.restore(list(other.book.announced()), recent, now_us), now_us)
    return other
