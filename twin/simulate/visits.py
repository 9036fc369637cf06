"""Visitors, who register at a gate and leave through it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from twin.simulate.campus import SimulatedCampus, staff_of
from twin.simulate.chance import generator
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Patterns

_REASONS: Final = ("公务联系", "会议", "办事", "面试", "送货对接", "参观")


class Visits:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.visitors
        self._days = days
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._gates = sorted(campus.of("gate"), key=lambda one: one.code)

    def of_day(self, day: date) -> Iterator[Happening]:
        chance = generator(self._seed, "visits", day)
        pattern = self._pattern
        mean = pattern.count if self._days.is_working_day(day) else pattern.count_off
        for number in range(int(chance.poisson(mean)) if self._gates else 0):
            gate = self._gates[int(chance.integers(len(self._gates)))]
            host = self._people[int(chance.integers(len(self._people)))]
            comes = min(max(chance.normal(10.4, 2.2), 8.0), 17.0)
            attributes = {
                "visitor": f"访客{chance.integers(10**4):04d}",
                "phone": f"000-{chance.integers(10**4):04d}",
                "host": host[0],
                "reason": _REASONS[int(chance.integers(len(_REASONS)))],
            }
            goes = comes + max(chance.normal(1.6, 0.6), 0.2)
            for way, hour, word in (("in", comes, "访客登记进入"), ("out", goes, "访客离开")):
                yield self._teller.tell(day, hour, f"visit-{way}-{number}", f"visitor.{way}", gate.code, word,
                                        gate.position, attributes)  # fmt: skip
