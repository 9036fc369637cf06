"""What the fire panel and the wardens tell in a day: detectors isolated or at fault, ways out that are blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from twin.simulate.campus import SimulatedCampus, staff_of
from twin.simulate.chance import generator
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Patterns

_REASONS: Final = ("动火作业", "装修粉尘", "检修", "清洗烟感")
_FAULTS: Final = ("communication", "contaminated", "battery")
_OBSTACLES: Final = ("快递纸箱", "待修家具", "绿植盆架", "临时展板", "施工材料")
_WORDS: Final = {"communication": "通信故障", "contaminated": "污染告警", "battery": "电池欠压"}


class FireWatch:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.fire_watch
        self._days = days
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._smoke = campus.of("smoke")
        self._exits = campus.register("exits")
        self._codes = {f"building:campus:{code}": code for code in campus.buildings}

    def of_day(self, day: date) -> Iterator[Happening]:
        yield from self._teller.falling_in(day, 1, self._begun_on)

    def _begun_on(self, day: date) -> Iterator[Happening]:
        """Each with its end, which may come on the next day."""
        yield from self._isolated(day)
        yield from self._at_fault(day)
        yield from self._blocked(day)

    def _isolated(self, day: date) -> Iterator[Happening]:
        pattern, chance = self._pattern, generator(self._seed, "isolated", day)
        mean = pattern.isolations if self._days.is_working_day(day) else pattern.isolations * 0.2
        for number in range(int(chance.poisson(mean)) if self._smoke and self._people else 0):
            one = self._smoke[int(chance.integers(len(self._smoke)))]
            begins, lasts = chance.uniform(8.3, 16.5), chance.uniform(*pattern.isolated_h)
            attributes = {
                "isolation_no": f"GL{day:%Y%m%d}-{number:02d}",
                "reason": _REASONS[int(chance.integers(len(_REASONS)))],
                "person": self._people[int(chance.integers(len(self._people)))][1],
                "until": self._teller.iso(day, begins + lasts),
                "building": one.building,
                "storey": one.storey,
            }
            for event_type, hour, word in (
                ("detector.isolated", begins, "已屏蔽"),
                ("detector.reinstated", begins + lasts, "已恢复"),
            ):
                yield self._teller.tell(day, hour, f"{event_type}-{number}", event_type, one.code, f"{one.name}{word}",
                                        one.position, attributes)  # fmt: skip

    def _at_fault(self, day: date) -> Iterator[Happening]:
        pattern, chance = self._pattern, generator(self._seed, "at-fault", day)
        for number in range(int(chance.poisson(pattern.faults)) if self._smoke else 0):
            one = self._smoke[int(chance.integers(len(self._smoke)))]
            begins, lasts = chance.uniform(0.0, 24.0), chance.uniform(*pattern.fault_h)
            fault = _FAULTS[int(chance.integers(len(_FAULTS)))]
            attributes = {"fault_no": f"GZ{day:%Y%m%d}-{number:02d}", "fault": fault, "building": one.building,
                          "storey": one.storey}  # fmt: skip
            for event_type, hour, word in (
                ("detector.fault", begins, _WORDS[fault]),
                ("detector.fault.cleared", begins + lasts, f"{_WORDS[fault]}已消除"),
            ):
                yield self._teller.tell(day, hour, f"{event_type}-{number}", event_type, one.code, f"{one.name}{word}",
                                        one.position, attributes)  # fmt: skip

    def _blocked(self, day: date) -> Iterator[Happening]:
        pattern, chance = self._pattern, generator(self._seed, "blocked", day)
        for number in range(int(chance.poisson(pattern.blocked)) if self._exits and self._people else 0):
            one = self._exits[int(chance.integers(len(self._exits)))]
            begins, lasts = chance.uniform(7.5, 19.0), chance.uniform(*pattern.blocked_h)
            attributes = {
                "block_no": f"DS{day:%Y%m%d}-{number:02d}",
                "exit_id": one["exit_id"],
                "building": self._codes.get(one["building_id"] or ""),
                "storey": (one["storey_id"] or "").rpartition(".")[2] or None,
                "obstacle": _OBSTACLES[int(chance.integers(len(_OBSTACLES)))],
                "person": self._people[int(chance.integers(len(self._people)))][1],
            }
            for event_type, hour, word in (
                ("exit.blocked", begins, "被占用堵塞"),
                ("exit.cleared", begins + lasts, "已清理畅通"),
            ):
                yield self._teller.tell(day, hour, f"{event_type}-{number}", event_type, one["exit_id"],
                                        f"{one['name']}{word}", None, attributes)  # fmt: skip
