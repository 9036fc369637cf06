"""An incident as it is opened: the entry that carries its kind, clocks, plan and proposal for its whole life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twin.live.alarms.state import AlarmState
from twin.live.incidents.acts import order_id_of
from twin.live.incidents.setup import IncidentSetup
from twin.live.incidents.state import AlarmLine, EventLine
from twin.live.incidents.transitions import OPENED
from twin.live.rules.entries import Decision, entry_id
from twin.model.live import Level


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when it is opened. ``title`` None takes that of the kind."""

    incident_id: str
    kind: str
    level: Level
    source: str
    occurred_us: int
    place: Mapping[str, Any]
    title: Mapping[str, str] | None = None
    said: Mapping[str, str] | None = None
    alarms: Sequence[AlarmLine] = ()
    events: Sequence[EventLine] = ()
    cause: str | None = None
    report: Mapping[str, Any] | None = None
    photos: Sequence[str] = ()
    author: str | None = None


def incident_id_of(*facts: object) -> str:
    return "i" + entry_id("incident", *facts)[1:26]


def opened(one: Opening, setup: IncidentSetup, now_us: int) -> Decision:
    """The entry. Its name follows from the incident's, so opening one twice opens it once."""
    carried = setup.of_kind(one.kind)
    proposal = setup.dispatcher.propose(one.kind, one.level, one.place, now_us, carried["sla"]["limits"])
    if proposal:
        proposal["order_id"] = order_id_of(one.incident_id, 1)
    body = {
        **carried,
        "level": one.level.value,
        "title": dict(one.title or carried["kind_title"]),
        "said": one.said,
        "source": one.source,
        "occurred_us": one.occurred_us,
        "place": dict(one.place),
        "cause": one.cause,
        "alarms": [line._asdict() for line in one.alarms],
        "events": [line._asdict() for line in one.events],
        "report": one.report,
        "photos": list(one.photos),
        "proposal": proposal,
        "author": one.author,
    }
    return Decision(OPENED, entry_id(OPENED, one.incident_id), one.incident_id, now_us, body)


def alarm_line(alarm: AlarmState, now_us: int) -> AlarmLine:
    """An alarm as an incident keeps it. Two of one type belong together in one room, or outdoors in one zone."""
    place = alarm.place
    zones = place.get("zone_ids") or ()
    spot = place.get("space_id") or (zones[0] if zones and not place.get("building_id") else None)
    said = (alarm.alarm_id, alarm.originator, alarm.alarm_type, alarm.level, dict(alarm.title))
    return AlarmLine(*said, alarm.device or alarm.originator, spot, alarm.opened_us, now_us)
