"""What else people do in a day: they eat, visit, and ask for repairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import numpy as np

from twin.simulate.campus import Position, SimulatedCampus, staff_of
from twin.simulate.chance import generator
from twin.simulate.days import SECOND_US, Days
from twin.simulate.happenings import Happening
from twin.simulate.patterns import Patterns

_NO_REPAIRS: Final = ("楼梯间",)
_METHODS: Final = ("card", "code", "face")
_REASONS: Final = ("公务联系", "会议", "办事", "面试", "送货对接", "参观")


class Services:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._patterns = patterns
        self._days = days
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._rooms = [one for one in campus.rooms if one.use not in _NO_REPAIRS]
        self._gates = sorted(campus.of("gate"), key=lambda one: one.code)
        doors = [one for one in campus.of("door") if one.use == "canteen"]
        self._canteen = doors[0].building if doors else None
        self._tills = [doors[n % len(doors)].position if doors else None for n in range(patterns.canteen.tills)]

    def of_day(self, day: date) -> Iterator[Happening]:
        work = self._days.is_working_day(day)
        yield from self._payments(day, generator(self._seed, "payments", day), work=work)
        yield from self._visits(day, generator(self._seed, "visits", day), work=work)
        yield from self._repairs(day, generator(self._seed, "repairs", day), work=work)

    def _payments(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        pattern = self._patterns.canteen
        mean = pattern.payments if work else pattern.payments_off
        shares = np.array([one.share for one in pattern.meals])
        for number in range(max(0, round(chance.normal(mean, mean * 0.03)))):
            meal = pattern.meals[int(chance.choice(len(shares), p=shares / shares.sum()))]
            till = int(chance.integers(len(self._tills)))
            staff_id, name, _ = self._people[int(chance.integers(len(self._people)))]
            attributes = {
                "amount_cny": round(float(chance.uniform(*meal.amount_cny)) * 2) / 2,
                "meal": meal.meal,
                "method": _METHODS[int(chance.integers(len(_METHODS)))],
                "person": name,
                "staff_id": staff_id,
                "building": self._canteen,
            }
            second = chance.triangular(meal.from_h, meal.from_h + 0.4 * (meal.to_h - meal.from_h), meal.to_h)
            yield self._happening(
                day,
                "pay",
                number,
                second,
                "payment",
                f"POS-{till + 1:02d}",
                f"{meal.zh}消费",
                self._tills[till],
                attributes,
            )

    def _visits(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        pattern = self._patterns.visitors
        count = int(chance.poisson(pattern.count if work else pattern.count_off)) if self._gates else 0
        for number in range(count):
            gate = self._gates[int(chance.integers(len(self._gates)))]
            host = self._people[int(chance.integers(len(self._people)))]
            comes = min(max(chance.normal(10.4, 2.2), 8.0), 17.0)
            attributes = {
                "visitor": f"访客{chance.integers(10**4):04d}",
                "phone": f"000-{chance.integers(10**4):04d}",
                "host": host[0],
                "reason": _REASONS[int(chance.integers(len(_REASONS)))],
            }
            for suffix, hour, event_type, word in (
                ("in", comes, "visitor.in", "访客登记进入"),
                ("out", comes + max(chance.normal(1.6, 0.6), 0.2), "visitor.out", "访客离开"),
            ):
                yield self._happening(
                    day, f"visit-{suffix}", number, hour, event_type, gate.code, word, gate.position, attributes
                )

    def _repairs(self, day: date, chance: np.random.Generator, *, work: bool) -> Iterator[Happening]:
        pattern = self._patterns.repairs
        mean = pattern.count if work else pattern.count_off
        shares = np.array([one.share for one in pattern.kinds])
        for number in range(max(0, round(chance.normal(mean, mean**0.5 * 0.5))) if self._rooms else 0):
            kind = pattern.kinds[int(chance.choice(len(shares), p=shares / shares.sum()))]
            room = self._rooms[int(chance.integers(len(self._rooms)))]
            staff_id, name, unit = self._people[int(chance.integers(len(self._people)))]
            words = kind.texts[int(chance.integers(len(kind.texts)))]
            hour = chance.triangular(8.3, 9.6, 17.6) if chance.random() < 0.92 else chance.uniform(0.0, 24.0)
            attributes = {
                "category": kind.kind,
                "building": room.building,
                "storey": room.storey,
                "room": room.number,
                "space_id": room.space_id,
                "person": name,
                "staff_id": staff_id,
                "unit_id": unit,
                "phone": f"000-{chance.integers(10**4):04d}",
            }
            text = f"{kind.zh}报修：{room.building}-{room.number}{room.use}，{words}"
            originator = f"REPAIR-{room.building}-{room.number}"
            yield self._happening(
                day, "repair", number, hour, "repair.requested", originator, text, room.position, attributes
            )

    def _happening(
        self,
        day: date,
        what: str,
        number: int,
        hour: float,
        event_type: str,
        originator: str,
        text: str,
        position: Position | None,
        attributes: Mapping[str, object],
    ) -> Happening:
        at_us = self._days.midnight_us(day) + int(hour * 3600) * SECOND_US
        event_id = f"sim{self._seed}-{day:%Y%m%d}-{what}-{number}"
        told = {name: one for name, one in attributes.items() if one is not None}
        return Happening(at_us, event_id, event_type, originator, text, position, None, told)
