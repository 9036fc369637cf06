"""Requests for repairs from the day they come: taken in, given to a contractor, done, sometimes returned, rated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np

from twin.simulate.campus import Room, SimulatedCampus, staff_of
from twin.simulate.chance import generator
from twin.simulate.days import Days
from twin.simulate.happenings import Happening, Teller
from twin.simulate.patterns import Patterns, RepairKind, Urgency

_NO_REPAIRS: Final = ("楼梯间",)
_LONGEST_DAYS: Final = 7
_LONGEST_H: Final = _LONGEST_DAYS * 24.0
_FROM_H, _TO_H = 8.0, 20.5  # nobody is at work outside these hours
_RESULTS: Final = ("已更换", "已修复", "已调试", "已疏通")


class Repairs:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.repairs
        self._days = days
        self._teller = Teller(seed, days)
        self._people = staff_of(campus, patterns.staff.count, seed)
        self._rooms = [one for one in campus.rooms if one.use not in _NO_REPAIRS]
        self._trades: dict[str, list[str]] = {}
        for one in campus.register("contractors"):
            for trade in (one["trades"] or "").split(";"):
                self._trades.setdefault(trade, []).append(one["contractor_id"])

    def of_day(self, day: date) -> Iterator[Happening]:
        yield from self._teller.falling_in(day, _LONGEST_DAYS, self._begun_on)

    def _begun_on(self, day: date) -> Iterator[Happening]:
        """The requests of a day, each with all that becomes of it."""
        pattern, chance = self._pattern, generator(self._seed, "repairs", day)
        mean = pattern.count if self._days.is_working_day(day) else pattern.count_off
        shares = np.array([one.share for one in pattern.kinds])
        for number in range(max(0, round(chance.normal(mean, mean**0.5 * 0.5))) if self._rooms else 0):
            kind = pattern.kinds[int(chance.choice(len(shares), p=shares / shares.sum()))]
            room = self._rooms[int(chance.integers(len(self._rooms)))]
            yield from self._life(day, number, kind, room, chance)

    def _life(
        self, day: date, number: int, kind: RepairKind, room: Room, chance: np.random.Generator
    ) -> Iterator[Happening]:
        pattern = self._pattern
        staff_id, name, unit = self._people[int(chance.integers(len(self._people)))]
        asked_h = chance.triangular(8.3, 9.6, 17.6) if chance.random() < 0.92 else chance.uniform(0.0, 24.0)
        urgency: Urgency = "urgent" if chance.random() < pattern.urgent_share else "normal"
        about = {"repair_no": f"WX{day:%Y%m%d}-{number:03d}", "category": kind.kind, "building": room.building,
                 "space_id": room.space_id}  # fmt: skip
        request = {
            **about,
            "storey": room.storey,
            "room": room.number,
            "person": name,
            "staff_id": staff_id,
            "unit_id": unit,
            "phone": f"000-{chance.integers(10**4):04d}",
            "urgency": urgency,
            "due_at": self._teller.iso(day, asked_h + pattern.due_h[urgency]),
        }
        words = kind.texts[int(chance.integers(len(kind.texts)))]
        text = f"{kind.zh}报修：{room.building}-{room.number}{room.use}，{words}"
        originator = f"REPAIR-{room.building}-{room.number}"
        yield self._teller.tell(
            day, asked_h, f"repair-{number}", "repair.requested", originator, text, room.position, request
        )
        for step, (hour, what, word, more) in enumerate(self._steps(asked_h, kind, urgency, chance)):
            if hour < _LONGEST_H:
                told = f"{kind.zh}维修{word}：{room.building}-{room.number}"
                yield self._teller.tell(day, hour, f"repair-{number}-{step}", f"repair.{what}", originator, told,
                                        room.position, {**about, **more})  # fmt: skip

    def _steps(
        self, asked_h: float, kind: RepairKind, urgency: Urgency, chance: np.random.Generator
    ) -> Iterator[tuple[float, str, str, dict[str, object]]]:
        """Hour, step, word, attributes. An urgent one goes three times as fast."""
        pattern, pace = self._pattern, 1 / 3 if urgency == "urgent" else 1.0
        trades = self._trades.get(kind.kind, [])
        by = {"contractor_id": trades[int(chance.integers(len(trades)))]} if trades else {}
        hour = _at_work(asked_h + pace * _around(chance, pattern.accepted_h))
        yield hour, "accepted", "受理", {}
        hour = _at_work(hour + pace * _around(chance, pattern.dispatched_h))
        yield hour, "dispatched", "派单", dict(by)
        again = chance.random() >= pattern.first_time_share
        hour = _at_work(hour + pace * _around(chance, pattern.done_h))
        yield hour, "done", "完成", {**by, **self._result(chance, first_time=not again)}
        if again:
            hour = _at_work(hour + float(chance.uniform(0.5, 6.0)))
            yield hour, "returned", "返修", {**by, "reason": "问题仍在"}
            hour = _at_work(hour + pace * _around(chance, pattern.done_h))
            yield hour, "done", "完成", {**by, **self._result(chance, first_time=False)}
        if chance.random() < pattern.rated_share:
            late = hour - asked_h > pattern.due_h[urgency]
            score = int(np.clip(round(chance.normal(4.6 - 1.0 * again - 0.8 * late, 0.7)), 1, 5))
            yield _at_work(hour + float(chance.uniform(0.3, 16.0))), "rated", "评价", {**by, "score": score}

    def _result(self, chance: np.random.Generator, *, first_time: bool) -> dict[str, object]:
        return {
            "first_time": first_time,
            "cost_cny": round(float(chance.uniform(*self._pattern.cost_cny)), -1),
            "result": _RESULTS[int(chance.integers(len(_RESULTS)))],
        }


def _around(chance: np.random.Generator, middle_h: float) -> float:
    """Mostly near the middle, now and then several times as long."""
    return float(middle_h * np.exp(chance.normal(0.0, 0.75)))


def _at_work(hour: float) -> float:
    """The same, or when work begins next: a step of the night is one of the morning."""
    days, rest = divmod(hour, 24.0)
    if rest < _FROM_H:
        return days * 24.0 + _FROM_H + rest / 24.0
    return hour if rest <= _TO_H else (days + 1) * 24.0 + _FROM_H + (rest - _TO_H) / 4.0
