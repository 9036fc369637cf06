"""A desk with a journal in memory: entries are stored once, in order, and folded, as a running campus does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.live.campus import START, S
from twin.live.alarms.state import AlarmKey, AlarmState, alarm_id
from twin.live.incidents import acts
from twin.live.incidents.book import IncidentBook
from twin.live.incidents.opening import Opening, alarm_line, incident_id_of, opened
from twin.live.incidents.setup import IncidentSetup, load_setup
from twin.live.incidents.state import AlarmLine, IncidentState
from twin.live.rules.entries import Decision
from twin.model.entries import StoredEntry
from twin.model.live import Level
from twin.model.time import moment

ZONE = "Asia/Shanghai"
PLACE = {"device": "P-201", "device_type": "pressure", "building_id": None, "zone_ids": ["zone:grid:Z01"]}
SETUP = load_setup(None, ZONE)


def us(at_s: float) -> int:
    return START + round(at_s * S)


def alarm(
    device: str = "P-201",
    at_s: float = 0,
    *,
    alarm_type: str = "pressure.low",
    level: Level = Level.A,
    place: dict[str, Any] | None = None,
    **more: Any,
) -> AlarmState:
    """A standing alarm."""
    return AlarmState(
        originator=f"{device}:{alarm_type}",
        alarm_type=alarm_type,
        level=level,
        title={"zh": "供水压力低", "en": "Water pressure low"},
        text={"zh": f"{device} 低", "en": f"{device} low"},
        opened_us=us(at_s),
        raised_us=us(at_s),
        cleared_us=None,
        acknowledged=False,
        raise_count=1,
        event_count=1,
        rule_ids=("r",),
        device=device,
        place=PLACE | {"device": device} if place is None else place,
        **more,
    )


def lined(device: str, at_s: float, level: Level = Level.A) -> AlarmLine:
    return alarm_line(alarm(device, at_s, level=level), us(at_s))


def case_id(name: str) -> str:
    return incident_id_of("test", name)


def opening(
    name: str = "one",
    at_s: float = 0,
    *,
    kind: str = "burst_main",
    level: Level = Level.A,
    setup: IncidentSetup = SETUP,
    **more: Any,
) -> Decision:
    known: dict[str, Any] = {"source": "alarm", "occurred_us": us(at_s), "place": PLACE} | more
    return opened(Opening(case_id(name), kind, level, **known), setup, us(at_s))


@dataclass
class Desk:
    book: IncidentBook = field(default_factory=IncidentBook)
    journal: list[StoredEntry] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def write(self, decisions: Iterable[Decision]) -> list[Decision]:
        """Journal and fold; what the journal has already is left alone. What was new."""
        new = []
        for one in decisions:
            if one.entry_id not in self.ids:
                self.ids.add(one.entry_id)
                self.journal.append(StoredEntry(len(self.journal) + 1, moment(one.occurred_us), one.entry()))
                self.book.fold(self.journal[-1:])
                new.append(one)
        return new

    def open(self, name: str = "one", at_s: float = 0, **more: Any) -> IncidentState:
        self.write([opening(name, at_s, **more)])
        return self.book.find(case_id(name))

    def do(self, act: str, at_s: float, *, case: str = "one", author: str = "li.wei", **said: Any) -> IncidentState:
        self.write(acts.draft(act, self.book.find(case_id(case)), author, us(at_s), said))
        return self.book.find(case_id(case))

    def issue(self, at_s: float, *, case: str = "one", author: str = "dispatcher", **said: Any) -> IncidentState:
        state = self.book.find(case_id(case))
        proposal = SETUP.propose(state, us(at_s))
        self.write(acts.issue(state, author, us(at_s), said, SETUP.duty.settings, proposal))
        return self.book.find(case_id(case))

    def order(self, act: str, at_s: float, number: int = 1, *, case: str = "one", **said: Any) -> IncidentState:
        state = self.book.find(case_id(case))
        self.write(acts.draft_order(act, state, state.orders[number - 1], "wang", us(at_s), said))
        return self.book.find(case_id(case))

    def tick(self, at_s: float) -> list[tuple[str, str | None, float]]:
        """Kind, clock and second of what time brought."""
        made = self.write(self.book.due(us(at_s)))
        return [(one.kind, one.body.get("clock"), (one.occurred_us - START) / S) for one in made]


__all__ = ["PLACE", "SETUP", "AlarmKey", "Desk", "alarm", "alarm_id", "case_id", "lined", "opening", "us"]
