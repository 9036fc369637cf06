"""Rounds of the guards from checkpoint to checkpoint, and the morning's test of the perimeter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from twin.simulate.campus import Device, SimulatedCampus, staff_of
from twin.simulate.chance import generator, key
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Patterns

_SHIFT_H: Final = 8
_TESTED_H: Final = 6.2
_REMARKS: Final = ("路灯不亮", "井盖松动", "消防通道停车", "门未锁", "树枝折断")


class Rounds:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.rounds
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._zones: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for one in campus.register("checkpoints"):
            self._zones[one["zone_id"] or ""].append(one)
        for zone in self._zones.values():
            zone.sort(key=lambda one: one["sequence"] or 0)
        self._perimeter = campus.register("perimeter")
        self._devices: dict[str, Device] = campus.by_code

    def of_day(self, day: date) -> Iterator[Happening]:
        for zone, points in self._zones.items():
            yield from self._of_zone(day, zone, points) if self._people else ()
        chance = generator(self._seed, "perimeter", day)
        for n, one in enumerate(self._perimeter):
            ok = bool(chance.random() >= self._pattern.segment_fails)
            attributes = {"segment_id": one["segment_id"], "zone_id": one["zone_id"], "ok": ok}
            text = f"{one['name']}自检{'正常' if ok else '异常'}"
            yield self._teller.tell(day, _TESTED_H + n * 0.02, f"perimeter-{n}", "perimeter.tested",
                                    one["segment_id"], text, None, attributes)  # fmt: skip

    def _of_zone(self, day: date, zone: str, points: list[Mapping[str, Any]]) -> Iterator[Happening]:
        """Some rounds are left out, some points are passed by."""
        pattern, chance = self._pattern, generator(self._seed, "rounds", zone, day)
        rounds = int(points[0]["rounds_a_day"] or 0)
        for number in range(rounds):
            begins = (number + float(chance.uniform(0.02, 0.3))) * 24 / rounds
            goes = chance.random() >= pattern.round_left_out
            who = key(self._seed, "guard", zone, day, int(begins // _SHIFT_H)) % len(self._people)
            for n, one in enumerate(points):
                minutes = pattern.minutes_between * (n + float(chance.uniform(-0.2, 0.2)))
                passed_by, remarks = chance.random() < pattern.point_passed_by, chance.random() < pattern.remarks
                if not goes or passed_by:
                    continue
                remark = _REMARKS[int(chance.integers(len(_REMARKS)))] if remarks else None
                yield self._checked(day, begins + max(minutes, 0.0) / 60, one, number + 1, who, remark)

    def _checked(
        self, day: date, hour: float, one: Mapping[str, Any], number: int, who: int, remark: str | None
    ) -> Happening:
        staff_id, name, _ = self._people[who]
        attributes = {
            "checkpoint_id": one["checkpoint_id"],
            "zone_id": one["zone_id"],
            "round": number,
            "person": name,
            "staff_id": staff_id,
            "remark": remark,
        }
        beside = self._devices.get((one["feature_id"] or "").rpartition(":")[2])
        where = None if beside is None else (*beside.position[:2], beside.ground_m)
        return self._teller.tell(day, hour, f"checked-{one['checkpoint_id']}-{number}", "patrol.checked",
                                 one["checkpoint_id"], f"{one['name']}巡更", where, attributes)  # fmt: skip
