"""An incident as it happens once: which values it changes, what it tells, and what it leaves on the counters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from twin.model.points import point_id, point_types
from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.chance import Floats, Ints, generator
from twin.simulate.choosing import chosen, over_the_fence
from twin.simulate.days import SECOND_US
from twin.simulate.happenings import Happening
from twin.simulate.scripts import Script, Step

_FINE_US = 10 * SECOND_US  # in which what a counter is given is added up
_FINE_H = 10 / 3600
_MOVES_EVERY_S = 3

Draw = Callable[[Ints], Floats]


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one point from a moment to another, with a way there and a way back."""

    from_us: int
    until_us: int
    over_us: int
    back_us: int
    kind: str
    value: float

    def strength(self, at_us: Ints) -> Floats:
        """0 where nothing is changed, 1 where all is."""
        rise = (at_us - self.from_us) / self.over_us if self.over_us else np.ones(len(at_us))
        fall = (self.until_us - at_us) / self.back_us if self.back_us else np.ones(len(at_us))
        here = (at_us >= self.from_us) & (at_us < self.until_us)
        return np.asarray(np.where(here, np.clip(np.minimum(rise, fall), 0.0, 1.0), 0.0))

    def apply(self, values: Floats, at_us: Ints) -> Floats:
        """The values as they are with it; a silenced one is no number."""
        strength = self.strength(at_us)
        if self.kind == "to":
            return np.asarray(values + strength * (self.value - values))
        if self.kind == "add":
            return np.asarray(values + strength * self.value)
        if self.kind == "times":
            return np.asarray(values * (1.0 + strength * (self.value - 1.0)))
        return np.where(strength > 0.0, np.nan, values)


@dataclass
class Occurrence:
    """One time that a script is played. ``number`` decides where."""

    script: Script
    begin_us: int
    number: int
    changes: dict[str, list[Change]] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    _extra: dict[str, tuple[int, Floats, Floats]] = field(default_factory=dict)

    @property
    def end_us(self) -> int:
        return self.begin_us + int(self.script.lasts_s * SECOND_US)

    def value(self, point: str, values: Floats, at_us: Ints) -> Floats:
        for change in self.changes.get(point, ()):
            values = change.apply(values, at_us)
        return values

    def extra(self, point: str, draw: Draw, at_us: Ints) -> Floats:
        """What a counter has more (or less) for what changed at ``point``, the draw that it adds up."""
        if point not in self._extra:
            self._extra[point] = self._added_up(point, draw)
        begin_us, more, told = self._extra[point]
        place = np.clip((at_us - begin_us) / _FINE_US, 0.0, len(more) - 1)
        step = np.minimum(place.astype(np.int64), len(more) - 2)
        part = place - step
        return np.asarray(told[step] + part * _FINE_H * (more[step] + (more[step + 1] - more[step]) * part / 2))

    def _added_up(self, point: str, draw: Draw) -> tuple[int, Floats, Floats]:
        """On steps that the quarters of the draw are a multiple of: so no counter ever goes back by a rounding."""
        begin_us = self.begin_us // _FINE_US * _FINE_US
        grid = np.arange(begin_us, self.end_us + 2 * _FINE_US, _FINE_US, dtype=np.int64)
        usual = draw(grid)
        changed = usual
        for one in self.changes.get(point, ()):
            changed = changed if one.kind == "silent" else one.apply(changed, grid)
        more = changed - usual
        return begin_us, more, np.concatenate([[0.0], np.cumsum((more[1:] + more[:-1]) / 2 * _FINE_H)])


def occurrence(script: Script, begin_us: int, number: int, campus: SimulatedCampus, seed: int) -> Occurrence | None:
    """A script at a time; None where the campus has nothing that its first choice fits."""
    devices = chosen(script, campus, generator(seed, script.id, number))
    if any(not one for one in list(devices.values())[:1]):
        return None
    found = Occurrence(script, begin_us, number)
    for n, step in enumerate(script.steps):
        name = f"sim{seed}-{script.id}-{begin_us // SECOND_US}-{n}"
        for rank, device in enumerate(devices.get(step.on, ())):
            starts_us = begin_us + int((step.at_s + rank * step.each_s) * SECOND_US)
            if step.event:
                found.happenings += _told(step, device, starts_us, f"{name}-{rank}", campus, begin_us)
            else:
                for point in _points(step, device):
                    found.changes.setdefault(point, []).append(_change(step, starts_us, begin_us))
        if step.point:
            starts_us = begin_us + int(step.at_s * SECOND_US)
            found.changes.setdefault(step.point, []).append(_change(step, starts_us, begin_us))
    found.happenings.sort(key=lambda one: one.at_us)
    return found


def _points(step: Step, device: Device) -> list[str]:
    if step.quantity:
        return [point_id(device.code, step.quantity)]
    return [point_id(device.code, one.quantity) for one in point_types().get(device.type, ())]


def _change(step: Step, starts_us: int, begin_us: int) -> Change:
    assert step.change is not None
    assert step.until_s is not None
    until_us = begin_us + int(step.until_s * SECOND_US)
    return Change(
        starts_us, until_us, int(step.over_s * SECOND_US), int(step.back_s * SECOND_US), step.change, step.value
    )


def _told(
    step: Step, device: Device, at_us: int, name: str, campus: SimulatedCampus, begin_us: int
) -> Iterator[Happening]:
    words = {
        "code": device.code,
        "name": device.name,
        "building": device.building or "",
        "storey": device.storey or "",
        "zone": device.zone or "",
    }
    originator = step.originator.format_map(words) if step.originator else device.code
    text = step.text.format_map(words)
    attributes = dict(step.attributes) | {
        key: one for key, one in words.items() if key in ("building", "storey") and one
    }
    if not step.moves_m_s:
        yield Happening(at_us, name, step.event, originator, text, device.position, step.level, attributes)
        return
    line = over_the_fence(campus, device, step.outside_m, step.inside_m)
    until_us = begin_us + int((step.until_s or 0.0) * SECOND_US)
    for second in range(0, int(line.length / step.moves_m_s) + 1, _MOVES_EVERY_S):
        spot = line.interpolate(second * step.moves_m_s)
        then_us = at_us + second * SECOND_US
        if then_us >= until_us:
            return
        where = (spot.x, spot.y, spot.z)
        yield Happening(then_us, f"{name}-{second}", step.event, originator, text, where, step.level, attributes)
