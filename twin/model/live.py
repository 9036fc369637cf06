"""Points, readings, events and what follows from them. The live campus builds on these words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class PointKind(StrEnum):
    """What a reading says: how much there is, what was counted ever, what an interval added, or a state."""

    GAUGE = "gauge"
    COUNTER = "counter"
    DELTA = "delta"  # of an interval that begins when the reading says
    STATE = "state"


class Quality(StrEnum):
    """A stale value is not a value."""

    GOOD = "good"
    STALE = "stale"
    OFFLINE = "offline"
    OUT_OF_RANGE = "out_of_range"


class Level(StrEnum):
    """Major = red I, A = orange II, B = yellow III, C = blue IV; each has its own shape on screen."""

    MAJOR = "major"
    A = "A"
    B = "B"
    C = "C"


class WorkOrderState(StrEnum):
    ISSUED = "issued"
    ACCEPTED = "accepted"
    DONE = "done"
    VERIFIED = "verified"
    REJECTED = "rejected"


class Stage(StrEnum):
    """Stages of an incident: 发现 受理 派单 处置 反馈 核查 办结 评价."""

    FOUND = "found"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    HANDLED = "handled"
    REPORTED_BACK = "reported_back"
    VERIFIED = "verified"
    CLOSED = "closed"
    RATED = "rated"


@dataclass(frozen=True, slots=True)
class Point:
    """Something measured at a device. ``unit`` is a UCUM code."""

    point_id: str
    device_code: str
    quantity: str
    unit: str
    kind: PointKind = PointKind.GAUGE
    low_limit: float | None = None
    high_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    point_id: str
    observed_at: datetime
    value: float
    quality: Quality
    message_id: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened. ``position`` is x, y, z in the campus CRS."""

    event_id: str
    originator: str
    type: str
    occurred_at: datetime
    text: str
    level: Level | None = None
    position: tuple[float, float, float] | None = None
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something asks for action. Unique per originator and type while open."""

    alarm_id: str
    originator: str
    type: str
    level: Level
    raised_at: datetime
    active: bool
    acknowledged: bool
    shelved_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """The case: groups events, alarms and reports; owns stage, level and the service clock."""

    incident_id: str
    title: str
    level: Level
    stage: Stage
    opened_at: datetime
    alarm_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One job under an incident."""

    work_order_id: str
    incident_id: str
    text: str
    state: WorkOrderState
    issued_at: datetime
    assignee: str | None = None
