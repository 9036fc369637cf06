"""People through doors: 4,500 staff who come, eat and go home, and those who enter locked rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np

from twin.simulate.campus import Device, SimulatedCampus, staff_of
from twin.simulate.chance import generator, key, keys, uniform
from twin.simulate.days import SECOND_US, Days
from twin.simulate.happenings import Happening, Switch, openings
from twin.simulate.patterns import Patterns

_OPEN_US: Final = 7 * SECOND_US
_WORDS: Final = {"in": "刷卡进入", "out": "刷卡离开"}
Passage = tuple[int, int, str]  # person, second of the day, in or out


class Passages:
    """The staff of a campus and their doors."""

    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.staff
        self._days = days
        self.people = staff_of(campus, patterns.staff.count, seed)
        doors = campus.of("door")
        self.entrances = [one for one in doors if one.building and not one.in_stated_room]
        self.locked = [one for one in doors if one.in_stated_room]
        self._doors = self._own_doors(campus)

    def of_day(self, day: date) -> Iterator[Happening | Switch]:
        chance = generator(self._seed, "passages", day)
        by_door: dict[str, list[int]] = defaultdict(list)
        if self.entrances:
            for number, (person, second, way) in enumerate(self._staff(day, chance)):
                door = self._doors[person]
                at_us = self._days.midnight_us(day) + second * SECOND_US
                by_door[door.code].append(at_us)
                yield self._passage(day, number, door, at_us, person, f"access.{way}", _WORDS[way])
        number = 0
        for door in self.locked:
            for second in self._room_entries(day, chance):
                at_us = self._days.midnight_us(day) + second * SECOND_US
                by_door[door.code].append(at_us)
                person = int(chance.integers(len(self.people))) if self.people else 0
                yield self._passage(day, number, door, at_us, person, "door.entry", "刷卡进入", "room-")
                number += 1
        for door in (*self.entrances, *self.locked):
            yield from openings(door, "open", by_door[door.code], _OPEN_US)

    def _passage(
        self, day: date, number: int, door: Device, at_us: int, person: int, event_type: str, word: str, what: str = ""
    ) -> Happening:
        staff_id, name, unit = self.people[person] if self.people else ("", "", "")
        attributes = {
            "person": name,
            "staff_id": staff_id,
            "unit_id": unit,
            "card_no": f"88{key(self._seed, 'card', staff_id) % 10**6:06d}",
            "building": door.building,
        }
        event_id = f"sim{self._seed}-{day:%Y%m%d}-{what}door-{number}"
        return Happening(at_us, event_id, event_type, door.code, f"{door.name}{word}", door.position, None, attributes)

    def _staff(self, day: date, chance: np.random.Generator) -> Iterator[Passage]:
        """Whoever comes also goes, on the same day."""
        pattern = self._pattern
        share = pattern.present if self._days.is_working_day(day) else pattern.present_off
        there = chance.random(len(self.people)) < share
        for person in np.flatnonzero(there):
            arrives = chance.normal(*pattern.arrive_h)
            late = chance.random() < pattern.overtime
            leaves = chance.normal(*(pattern.overtime_leave_h if late else pattern.leave_h))
            out_h, out_s = chance.normal(*pattern.lunch_out_h), chance.uniform(*pattern.lunch_s)
            yield int(person), _second(arrives, 5.5, 11.0), "in"
            if chance.random() < pattern.out_at_lunch:
                second = _second(out_h, 11.2, 13.0)
                yield int(person), second, "out"
                yield int(person), second + int(out_s), "in"
            yield int(person), _second(leaves, 15.0, 23.5), "out"

    def _room_entries(self, day: date, chance: np.random.Generator) -> Iterator[int]:
        pattern = self._pattern
        work = self._days.is_working_day(day)
        for _ in range(chance.poisson(pattern.room_entries if work else 0.0)):
            forenoon = chance.random() < 0.5
            yield int(chance.uniform(*((8.6, 11.9) if forenoon else (14.1, 17.4))) * 3600)
        for _ in range(chance.poisson(pattern.night_entries)):
            yield int(chance.uniform(19.0, 23.5) * 3600)

    def _own_doors(self, campus: SimulatedCampus) -> list[Device]:
        """Everybody has a building, the larger the more, and there a door."""
        offices = [one for one in self.entrances if one.use not in ("canteen", "sport")] or self.entrances
        if not offices:
            return []
        areas = {code: one.floor_area_m2 for code, one in campus.buildings.items()}
        of_building = defaultdict(list)
        for one in offices:
            of_building[one.building or ""].append(one)
        weights = np.array(
            [areas.get(one.building or "", 1000.0) / len(of_building[one.building or ""]) for one in offices]
        )
        borders = np.cumsum(weights / weights.sum())
        drawn = uniform(keys(self._seed, "own-door", of=[one[0] for one in self.people]), np.zeros(1, np.int64))
        places = np.minimum(np.searchsorted(borders, drawn), len(offices) - 1)
        return [offices[int(one)] for one in places]


def _second(hour: float, least: float, most: float) -> int:
    return int(min(max(hour, least), most) * 3600)
