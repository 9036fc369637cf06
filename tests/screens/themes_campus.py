"""The campus on which the numbers of all shipped screens are recomputed: the demo with three simulated days.

Two closed days and today up to NOW, thinned to a reading an hour but for what lies just before NOW and EARLIER. Today
was judged as a running campus judges it: its alarms and incidents come of what was sent, and people have acted on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from layers import registry
from tests.campuses import demo_campus, own_campus
from tests.live.entries import StandingClock
from twin.errors import TwinError
from twin.live.alarms.acts import Act
from twin.live.alarms.acts import draft as draft_alarm
from twin.live.import_readings import write_history
from twin.live.incidents import acts
from twin.live.incidents.state import IncidentState
from twin.live.journal import Journal
from twin.live.messages import EVENTS, READINGS
from twin.live.rules.entries import Decision
from twin.live.seal import Sealer
from twin.live.situation import Situation
from twin.model.entries import Entry, StoredEntry
from twin.model.feature import table_schema
from twin.model.time import AsOf, microseconds
from twin.screens.asking import Asking
from twin.screens.question import Answer, Question
from twin.screens.said import Window
from twin.simulate.campus import read_campus
from twin.simulate.days import Days
from twin.simulate.ledger import Ledger
from twin.simulate.patterns import load_patterns
from twin.simulate.scenario import Messages, Scenario
from twin.simulate.schedule import Planned
from twin.simulate.scripts import load_scripts
from twin.store.campus import Campus
from twin.store.entry_table import SCHEMA

ZONE: Final = "Asia/Shanghai"
FEED: Final = "http:simulator"
NOW: Final = datetime(2026, 11, 26, 14, 30, tzinfo=ZoneInfo(ZONE))  # a Thursday
EARLIER: Final = datetime(2026, 11, 26, 9, 30, tzinfo=ZoneInfo(ZONE))
BEFORE: Final = (date(2026, 11, 24), date(2026, 11, 25))  # closed days
HAPPENS: Final = (
    ("burst-main", "08:40"), ("feeder-trip", "09:15"), ("flooded-underpass", "11:00"), ("fire-in-building", "13:20"),
    ("intrusion-at-fence", "14:10"), ("fire-in-building", "14:18"),
)  # fmt: skip
SLICE: Final = timedelta(minutes=5)  # judged together
DENSE: Final = timedelta(minutes=30)  # before a moment that is asked about: what is older than that is stale anyway
HOURLY, DENSELY = 60, 4  # of the readings of a minute's point, each so-manieth


@dataclass
class ThemesCampus:
    """The folder, and somebody who answers about it as a reader process does."""

    folder: Path

    @cached_property
    def asking(self) -> Asking:
        return Asking(Campus.open(self.folder), ZONE, {name: table_schema(one) for name, one in registry().items()})

    def answer(self, sql: str, window: Window, at: datetime = NOW, place: str | None = None) -> Answer:
        return self.asking.answer(Question(sql, AsOf(at), window, place=place))


def themes_campus(folder: Path) -> ThemesCampus:
    """``folder``, which is new, with this campus in it."""

    def build(into: Path) -> None:
        demo_campus(into)
        _Days(into).live()

    return ThemesCampus(own_campus("themes", folder, build))


class _Days:
    """The days that the campus has lived."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clock = StandingClock(_local(BEFORE[0], "00:00"))
        scripts = load_scripts()
        orders = [Planned(name, us := microseconds(_local(NOW.date(), clock)), us) for name, clock in HAPPENS]
        self._scenario = Scenario(
            read_campus(folder, ZONE), load_patterns(), scripts, Ledger(5), Days(ZONE), orders=orders,
            by_themselves=False,
        )  # fmt: skip

    def live(self) -> None:
        for day in BEFORE:
            begin = _local(day, "00:00")
            sent = self._sent(begin, begin + timedelta(days=1), HOURLY)
            write_history(self._folder, _table(sent), ZONE, feed=FEED, clock=StandingClock(begin + timedelta(days=1)))
        with Journal(self._folder, clock=self._clock) as journal:
            _Today(self._folder, journal, self._clock, self._sent).live()
        Sealer(self._folder, ZONE, clock=StandingClock(_local(NOW.date(), "12:00"))).seal()

    def _sent(self, begin: datetime, end: datetime, stretch: int) -> Iterator[Entry]:
        while begin < end:
            until = min(begin + timedelta(hours=1), end)
            span = (microseconds(begin), microseconds(until))
            yield from _read(self._scenario.between(*span, stretch=stretch, patrols=stretch == DENSELY))
            begin = until


class _Today:
    """Today as the process that serves a campus lives it, one slice after the other, without its threads."""

    def __init__(
        self,
        folder: Path,
        journal: Journal,
        clock: StandingClock,
        sent: Callable[[datetime, datetime, int], Iterator[Entry]],
    ) -> None:
        self._journal, self._clock, self._sent = journal, clock, sent
        self._heard: set[str] = set()
        self._situation = Situation(Campus.open(folder), ZoneInfo(ZONE), clock, lambda: self._heard)

    def live(self) -> None:
        at = _local(NOW.date(), "00:00")
        self._clock.at = at
        self._situation.begin([], [], microseconds(at))
        while at < NOW:
            until = at + SLICE
            dense = any(one - DENSE <= at < one for one in (EARLIER, NOW)) or _happening(at)
            arrived = list(self._sent(at, until, DENSELY if dense else HOURLY))
            at = self._clock.at = until
            self._take(arrived)
            self._people(microseconds(at))

    def _take(self, entries: Sequence[Entry]) -> None:
        now_us = microseconds(self._clock.at)
        stored = self._append(entries)
        self._heard |= {name for one in entries for name in (one.subject, one.subject.rpartition(":")[0])}
        self._situation.fold(stored)
        self._write(self._situation.judge(stored, now_us))
        self._write(self._situation.tick(now_us))

    def _people(self, now_us: int) -> None:
        """Whoever is on duty acknowledges what cleared, and moves incidents one step on; some stay as they are."""
        situation = self._situation
        for number, alarm in enumerate(situation.alarms.standing(now_us)):
            if not alarm.active and not alarm.acknowledged and number % 4:
                self._write([draft_alarm(Act.ACKNOWLEDGED, alarm, "li.wei", now_us, 3600.0)])
        for state in sorted(situation.incidents.open(now_us), key=lambda one: one.incident_id):
            if sum(map(ord, state.incident_id)) % 4 or state.stage == "found":
                with suppress(TwinError):
                    self._write(self._next(state, now_us))

    def _next(self, state: IncidentState, now_us: int) -> list[Decision]:
        setup = self._situation.in_force.setup
        if state.stage == "accepted":
            return acts.issue(state, "dispatcher", now_us, {}, setup.duty.settings, setup.propose(state, now_us))
        if state.stage == "dispatched" and state.orders:
            return acts.draft_order("done", state, state.orders[-1], "wang", now_us, {"text": "已处理"})
        act = {"found": "accept", "handled": "report_back", "reported_back": "verify", "verified": "close"}
        said = {"text": "已核实"} if state.stage in ("handled", "verified") else {}
        return acts.draft(act[state.stage], state, "li.wei", now_us, said)

    def _write(self, decisions: Iterable[Decision]) -> None:
        entries = [one.entry() for one in decisions]
        if entries:
            self._situation.fold(self._append(entries))

    def _append(self, entries: Sequence[Entry]) -> list[StoredEntry]:
        return list(self._journal.append(list(entries)).stored) if entries else []


def _happening(at: datetime) -> bool:
    return any(0 <= (at - _local(at.date(), clock)).total_seconds() < 2400 for _, clock in HAPPENS)


def _local(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(ZONE))


def _read(messages: Messages) -> Iterator[Entry]:
    for kind, lines in ((EVENTS, messages.events), (READINGS, messages.readings)):
        for first in range(0, len(lines), 2000):
            body = "[" + ",".join(lines[first : first + 2000]) + "]"
            yield from kind.read(body.encode(), FEED, lines=False).entries


def _table(entries: Iterable[Entry]) -> pa.Table:
    """Received when it occurred."""
    columns: dict[str, list[Any]] = {name: [] for name in ("entry_id", "kind", "subject", "occurred_at", "received_at")}
    columns |= {"value": [], "quality": [], "body": []}
    for one in entries:
        for name, values in columns.items():
            values.append(getattr(one, "occurred_at" if name == "received_at" else name))
    return pa.table({name: pa.array(values, SCHEMA.field(name).type) for name, values in columns.items()})
