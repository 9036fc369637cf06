"""Trips of the official fleet; some end on the next day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from twin.simulate.campus import SimulatedCampus, staff_of
from twin.simulate.chance import generator, share
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Patterns

_PURPOSES: Final = (
    ("公务出行", "市区"),
    ("会议接送", "会展中心"),
    ("文件交换", "省直单位"),
    ("调研", "县区"),
    ("保障用车", "机场"),
)
_LAST_H: Final = 20.0


class Trips:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.trips
        self._days = days
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._fleet = campus.register("fleet")

    def of_day(self, day: date) -> Iterator[Happening]:
        yield from self._teller.falling_in(day, 1, self._begun_on)

    def _begun_on(self, day: date) -> Iterator[Happening]:
        if not self._days.is_working_day(day) or not self._people:
            return
        chance, number = generator(self._seed, "trips", day), 0
        for vehicle in self._fleet:
            if self._is_away(day - timedelta(days=1), vehicle):
                continue
            for begins, ends in self._times(day, vehicle, chance):
                yield from self._trip(day, number, vehicle, begins, ends, chance)
                number += 1

    def _times(
        self, day: date, vehicle: Mapping[str, Any], chance: np.random.Generator
    ) -> Iterator[tuple[float, float]]:
        """One after the other; the last one may go on overnight."""
        hour = float(chance.uniform(7.8, 10.5))
        for _ in range(int(chance.poisson(self._pattern.a_day))):
            ends = hour + float(chance.uniform(*self._pattern.lasts_h))
            if ends > _LAST_H:
                return
            yield hour, ends
            hour = ends + float(chance.uniform(0.2, 2.0))
        if self._is_away(day, vehicle) and hour < _LAST_H:
            yield hour, 24.0 + float(chance.uniform(9.5, 17.5))

    def _is_away(self, day: date, vehicle: Mapping[str, Any]) -> bool:
        """Whether it stays out over the night after ``day``."""
        there = share(self._seed, "overnight", day, vehicle["vehicle_id"]) < self._pattern.overnight_share
        return there and self._days.is_working_day(day)

    def _trip(
        self,
        day: date,
        number: int,
        vehicle: Mapping[str, Any],
        begins: float,
        ends: float,
        chance: np.random.Generator,
    ) -> Iterator[Happening]:
        purpose, destination = _PURPOSES[int(chance.integers(len(_PURPOSES)))]
        about = {
            "trip_no": f"CC{day:%Y%m%d}-{number:03d}",
            "vehicle_id": vehicle["vehicle_id"],
            "plate": vehicle["plate"],
            "unit_id": vehicle["unit_id"],
            "driver": self._people[int(chance.integers(len(self._people)))][1],
            "purpose": purpose,
            "destination": destination,
        }
        speed_km_h = float(chance.uniform(*self._pattern.km_h))
        came = {**about, "km": round(speed_km_h * min(ends - begins, self._pattern.driven_h), 1)}
        for event_type, hour, said, word in (("started", begins, about, "出车"), ("ended", ends, came, "收车")):
            yield self._teller.tell(day, hour, f"trip-{event_type}-{number}", f"trip.{event_type}",
                                    vehicle["vehicle_id"], f"公务车{word}：{purpose}", None, said)  # fmt: skip
