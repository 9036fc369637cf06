"""One incident as it stands, with everything that a card shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from twin.live.alarms.state import AlarmKey
from twin.live.incidents.clocks import STOPS_AT, ClockName, ClockReading, Step, read_clock
from twin.live.incidents.transitions import ENDED, UNSETTLED, Outcome
from twin.model.live import Level, Stage, WorkOrderState

Said = Mapping[str, str]  # {zh, en}


class AlarmLine(NamedTuple):
    """An alarm of the incident, as it was when it came to it. ``thing`` and ``spot`` are what merging goes by."""

    alarm_id: str
    originator: str
    alarm_type: str
    level: Level
    title: Said
    thing: str
    spot: str | None
    opened_us: int
    joined_us: int

    @property
    def key(self) -> AlarmKey:
        return AlarmKey(self.originator, self.alarm_type)


class EventLine(NamedTuple):
    event_id: str
    originator: str
    type: str
    text: str
    occurred_us: int


class Report(NamedTuple):
    """What somebody told us; ``reporter`` has name, phone, unit as far as they were given."""

    at_us: int
    by: str
    channel: str
    text: str
    reporter: Mapping[str, str] | None


class Photo(NamedTuple):
    photo_id: str
    at_us: int
    by: str


class Note(NamedTuple):
    """Who said what when: why it is suspended, why urged."""

    at_us: int
    by: str
    text: str


class Rating(NamedTuple):
    at_us: int
    by: str
    score: int
    text: str | None


class Revisit(NamedTuple):
    at_us: int
    by: str
    reached: bool
    satisfied: bool | None
    text: str | None


class HistoryLine(NamedTuple):
    """One entry about it. ``by`` None is the twin itself, which gives its ``reason`` in both languages."""

    seq: int
    at_us: int
    kind: str
    by: str | None
    text: str | None
    reason: Said | None
    order_id: str | None
    stage: Stage


@dataclass(frozen=True, slots=True)
class WorkOrder:
    order_id: str
    number: int
    what: str
    unit: str | None
    unit_title: Said | None
    assignee: str | None
    assignee_title: str | None
    state: WorkOrderState
    issued_us: int
    issued_by: str | None
    due_us: int | None
    reason: Said | None
    result: str | None = None

    @property
    def unsettled(self) -> bool:
        return self.state in UNSETTLED

    def overdue(self, now_us: int) -> bool:
        return self.unsettled and self.due_us is not None and now_us > self.due_us


@dataclass(frozen=True, slots=True)
class IncidentState:
    """``limits`` are seconds by level and clock, as they were configured when it got its kind; so is ``plan``.

    ``kinds`` are all that it has been taken for, the present one last.
    """

    incident_id: str
    kinds: tuple[str, ...]
    kind_title: Said
    level: Level
    title: Said
    text: Said | None
    source: str
    stage: Stage
    place: Mapping[str, Any]
    occurred_us: int
    opened_us: int
    updated_us: int
    revision: int
    steps: tuple[Step, ...]
    limits: Mapping[str, Mapping[str, float]]
    warn_share: float
    unverified: bool
    outcome: Outcome | None = None
    merged_into: str | None = None
    suspended: Note | None = None
    suspended_until_us: int | None = None
    supervised: Note | None = None
    urged: int = 0
    owner: str | None = None
    cause: str | None = None
    alarms: tuple[AlarmLine, ...] = ()
    events: tuple[EventLine, ...] = ()
    reports: tuple[Report, ...] = ()
    photos: tuple[Photo, ...] = ()
    orders: tuple[WorkOrder, ...] = ()
    proposal: Mapping[str, Any] | None = None
    plan: Mapping[str, Any] | None = None
    ticks: Mapping[str, Note] | None = None
    ratings: tuple[Rating, ...] = ()
    revisits: tuple[Revisit, ...] = ()
    warned_us: Mapping[str, int] | None = None
    breached_us: Mapping[str, int] | None = None
    touched: bool = False  # a person did something about it
    history: tuple[HistoryLine, ...] = ()

    @property
    def kind(self) -> str:
        return self.kinds[-1]

    @property
    def open(self) -> bool:
        return self.stage not in ENDED

    @property
    def closed_us(self) -> int | None:
        """Since when it is closed; None while it is open."""
        return None if self.open else self.reached_last(ENDED)

    @property
    def unsettled(self) -> tuple[WorkOrder, ...]:
        return tuple(one for one in self.orders if one.unsettled)

    def reached_last(self, stages: frozenset[Stage]) -> int:
        """The beginning of the last stretch of time in some stages."""
        at_us = self.steps[-1].at_us
        for step in reversed(self.steps):
            if step.stage not in stages:
                break
            at_us = step.at_us
        return at_us

    def order(self, order_id: str) -> WorkOrder | None:
        return next((one for one in self.orders if one.order_id == order_id), None)

    def clock(self, name: ClockName, now_us: int) -> ClockReading:
        limit_us = round(self.limits[self.level][name] * 1_000_000)
        return read_clock(name, limit_us, self.warn_share, self.steps, now_us)

    def clocks(self, now_us: int) -> list[ClockReading]:
        return [self.clock(one, now_us) for one in STOPS_AT]

    def missed(self, name: ClockName, now_us: int) -> bool:
        """Whether a limit was ever passed: a later, more patient level does not undo that."""
        return name in (self.breached_us or {}) or self.clock(name, now_us).breached

    def due_us(self, now_us: int) -> int | None:
        """When the first clock that runs is due."""
        return min((one.due_us for one in self.clocks(now_us) if one.running and one.due_us is not None), default=None)
