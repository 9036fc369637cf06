"""Guards who walk and cars that drive along the ways of the campus, saying every few seconds where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from twin.simulate.campus import Position, SimulatedCampus, Way, staff_of
from twin.simulate.chance import key, share
from twin.simulate.days import SECOND_US
from twin.simulate.happenings import Happening
from twin.simulate.patterns import Patterns

_SHIFT_S: Final = 8 * 3600


@dataclass(frozen=True, slots=True)
class Round:
    """One who goes to and fro on a way."""

    code: str
    kind: str  # as screens draw it
    title: str
    way: Way
    speed_m_s: float
    begun_m: float

    def position(self, at_us: int) -> Position:
        """There and back again; a closed way is gone round."""
        line = self.way.line
        length = line.length
        gone = self.begun_m + self.speed_m_s * (at_us / SECOND_US)
        along = gone % length if line.is_closed else length - abs(gone % (2 * length) - length)
        spot = line.interpolate(along)
        return spot.x, spot.y, spot.z if spot.has_z else 0.0


class Patrols:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns) -> None:
        self._seed = seed
        self._pattern = patterns.patrols
        self._people = staff_of(campus, patterns.staff.count, seed)
        self.rounds = list(_rounds(campus, seed, patterns))

    def between(self, from_us: int, until_us: int, stretch: int = 1) -> Iterator[Happening]:
        every_us = self._pattern.every_s * SECOND_US * stretch
        for at_us in range(-(-from_us // every_us) * every_us, until_us, every_us):
            shift = at_us // SECOND_US // _SHIFT_S
            for one in self.rounds:
                staff_id, name, _ = self._people[key(self._seed, one.code, shift) % len(self._people)]
                attributes = {"kind": one.kind, "person": name, "staff_id": staff_id, "speed_m_s": one.speed_m_s}
                event_id = f"sim{self._seed}-{one.code}-{at_us // SECOND_US}"
                yield Happening(at_us, event_id, "position", one.code, one.title, one.position(at_us), None, attributes)


def _rounds(campus: SimulatedCampus, seed: int, patterns: Patterns) -> Iterator[Round]:
    """The longest ways first: cars on roads, guards on all."""
    pattern = patterns.patrols
    roads = [one for one in campus.ways if not one.is_path]
    if not patterns.staff.count:
        return
    for n in range(pattern.cars if roads else 0):
        way, code = roads[n % len(roads)], f"XLC-{n + 1:02d}"
        yield Round(code, "vehicle", f"巡逻车{n + 1}号", way, pattern.car_m_s, share(seed, code) * way.line.length)
    for n in range(pattern.guards if campus.ways else 0):
        way, code = campus.ways[n % len(campus.ways)], f"XL-{n + 1:02d}"
        yield Round(code, "patrol", f"巡逻{n + 1}组", way, pattern.guard_m_s, share(seed, code) * way.line.length)
