"""What happens on the campus, as it is sent: events, and switches that change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from twin.model.points import point_id
from twin.model.time import moment
from twin.simulate.campus import Device, Position
from twin.simulate.days import SECOND_US, Days


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. Its id says the seed, the day and the count, so that it is the same whenever it is made again."""

    at_us: int
    event_id: str
    type: str
    originator: str
    text: str = ""
    position: Position | None = None
    level: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        said: dict[str, Any] = {
            "event_id": self.event_id,
            "originator": self.originator,
            "type": self.type,
            "occurred_at": iso(self.at_us),
        }
        if self.text:
            said["text"] = self.text
        if self.level:
            said["level"] = self.level
        if self.position is not None:
            said["position"] = [round(one, 2) for one in self.position]
        if self.attributes:
            said["attributes"] = self.attributes
        return json.dumps(said, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Teller:
    """Makes happenings of a day: what is told at an hour of it (which may lie beyond its end)."""

    seed: int
    days: Days

    def tell(
        self,
        day: date,
        hour: float,
        name: str,
        event_type: str,
        originator: str,
        text: str,
        position: Position | None = None,
        attributes: Mapping[str, object] | None = None,
    ) -> Happening:
        """``name`` with the day is the event's id; attributes that are None are left out."""
        told = {key: one for key, one in (attributes or {}).items() if one is not None}
        event_id = f"sim{self.seed}-{day:%Y%m%d}-{name}"
        return Happening(self.at_us(day, hour), event_id, event_type, originator, text, position, None, told)

    def at_us(self, day: date, hour: float) -> int:
        return self.days.midnight_us(day) + int(hour * 3600) * SECOND_US

    def iso(self, day: date, hour: float) -> str:
        return iso(self.at_us(day, hour))

    def falling_in(self, day: date, back: int, begun_on: Callable[[date], Iterable[Happening]]) -> Iterator[Happening]:
        """What falls into a day of that which began on it or on one of ``back`` days before."""
        begin_us, end_us = self.days.midnight_us(day), self.days.end_us(day)
        for before in range(back + 1):
            for one in begun_on(day - timedelta(days=before)):
                if begin_us <= one.at_us < end_us:
                    yield one


@dataclass(frozen=True, slots=True)
class Switch:
    """A door, barrier or bay that changes: a reading of its state."""

    at_us: int
    point: str
    value: int

    def line(self) -> str:
        return f'{{"point_id": "{self.point}", "observed_at": "{iso(self.at_us)}", "value": {self.value}}}'


def iso(at_us: int) -> str:
    """UTC; whole seconds without a fraction."""
    text = datetime.fromtimestamp(at_us // SECOND_US, UTC).isoformat()
    return text if at_us % SECOND_US == 0 else moment(at_us).isoformat()


def openings(device: Device, quantity: str, begun_us: Iterable[int], lasts_us: int) -> list[Switch]:
    """A door that opens at each passage and closes when for so long nobody has come."""
    point, found = point_id(device.code, quantity), []
    closes_us = 0
    for at_us in sorted(begun_us):
        if at_us > closes_us:
            if closes_us:
                found.append(Switch(closes_us, point, 0))
            found.append(Switch(at_us, point, 1))
        closes_us = at_us + lasts_us
    if closes_us:
        found.append(Switch(closes_us, point, 0))
    return found
