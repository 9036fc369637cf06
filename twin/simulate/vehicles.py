"""Vehicles through the gates, and the bays that they fill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np

from twin.model.points import point_id
from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.chance import generator, key
from twin.simulate.days import SECOND_US, Days
from twin.simulate.happenings import Happening, Switch, openings
from twin.simulate.patterns import Patterns

_OPEN_US: Final = 9 * SECOND_US
_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_PASS_S: Final = 6  # a lane lets a vehicle through in so long
_WORDS: Final = {"staff": "职工车辆", "official": "公务车辆", "delivery": "送货车辆", "visitor": "访客车辆"}
# when each kind comes (middle, spread; or from, to where evenly) and how long it stays, hours
_COMES: Final = {"staff": (7.95, 0.38), "official": (9.5, 2.2), "delivery": (7.5, 1.6), "visitor": (10.8, 2.2)}
_STAYS: Final = {"staff": (9.9, 0.6), "official": (2.2, 0.9), "delivery": (0.6, 0.2), "visitor": (1.7, 0.7)}


class Vehicles:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.vehicles
        self._days = days
        self._lanes = _lanes(campus.of("gate"))
        self._bays = campus.of("parking")

    def of_day(self, day: date) -> Iterator[Happening | Switch]:
        if self._lanes:
            yield from self._through_gates(day, generator(self._seed, "vehicles", day))
        yield from self._parked(day, generator(self._seed, "bays", day))

    def _through_gates(self, day: date, chance: np.random.Generator) -> Iterator[Happening | Switch]:
        """Each comes and goes on the same day; in a lane one after the other."""
        free: dict[str, int] = defaultdict(int)
        lifted: dict[str, list[int]] = defaultdict(list)
        for number, (second, way, kind, plate, gate) in enumerate(sorted(self._journeys(day, chance))):
            lanes = self._lanes[gate][way]
            lane = min(lanes, key=lambda one: free[one.code])
            second = max(second, free[lane.code])
            free[lane.code] = second + _PASS_S
            at_us = self._days.midnight_us(day) + second * SECOND_US
            lifted[lane.code].append(at_us)
            word = "驶入" if way == "in" else "驶出"
            attributes = {"plate": plate, "vehicle_kind": kind, "lane": lane.name}
            event_id = f"sim{self._seed}-{day:%Y%m%d}-gate-{number}"
            text = f"{lane.name}{_WORDS[kind]}{word}"
            yield Happening(at_us, event_id, f"vehicle.{way}", lane.code, text, lane.position, None, attributes)
        for pair in self._lanes:
            for lane in (*pair["in"], *pair["out"]):
                yield from openings(lane, "open", lifted[lane.code], _OPEN_US)

    def _journeys(self, day: date, chance: np.random.Generator) -> Iterator[tuple[int, str, str, str, int]]:
        pattern = self._pattern
        count = pattern.count if self._days.is_working_day(day) else pattern.count_off
        count = max(0, round(chance.normal(count, count * 0.015)))
        shares = (pattern.staff_share, pattern.official_share, pattern.delivery_share)
        kinds = chance.choice(len(_COMES), count, p=(*shares, 1.0 - sum(shares)))
        weights = np.array([(*pattern.gate_shares, *([0.0] * len(self._lanes)))[n] for n in range(len(self._lanes))])
        gates = chance.choice(len(self._lanes), (count, 2), p=weights / weights.sum())
        for n, kind in enumerate(np.array(list(_COMES))[kinds]):
            kind = str(kind)
            comes = min(max(chance.normal(*_COMES[kind]), 5.0), 20.0)
            goes = min(comes + max(chance.normal(*_STAYS[kind]), 0.15), 22.5 + 0.3 * chance.random())
            plate = self._plate(kind, n if kind in ("staff", "official") else int(chance.integers(10**6)))
            yield int(comes * 3600), "in", kind, plate, int(gates[n, 0])
            yield int(goes * 3600), "out", kind, plate, int(gates[n, 1])

    def _plate(self, kind: str, number: int) -> str:
        """Invented; that of the same vehicle is the same every day."""
        drawn = key(self._seed, "plate", kind, number)
        signs = "".join(_SIGNS[drawn // len(_SIGNS) ** place % len(_SIGNS)] for place in range(5))
        return f"闽A·{signs}"

    def _parked(self, day: date, chance: np.random.Generator) -> Iterator[Switch]:
        work = self._days.is_working_day(day)
        for bay in self._bays:
            point = point_id(bay.code, "occupied")
            for begins, ends in _stays(bay, chance, work=work):
                for second, value in ((begins, 1), (ends, 0)):
                    yield Switch(self._days.midnight_us(day) + int(second * 3600) * SECOND_US, point, value)


def _stays(bay: Device, chance: np.random.Generator, *, work: bool) -> Iterator[tuple[float, float]]:
    """From when to when a bay is taken, hours: staff once a day, visitors one after the other."""
    if "职工" in bay.name:
        if chance.random() < (0.93 if work else 0.12):
            begins = chance.normal(7.9, 0.3)
            yield begins, begins + max(chance.normal(9.9, 0.6), 1.0)
        return
    hour = chance.uniform(8.2, 10.5) if work else chance.uniform(9.0, 15.0)
    while hour < 17.0 and chance.random() < (0.85 if work else 0.2):
        stays = min(max(chance.normal(1.6, 0.6), 0.3), 20.0 - hour)
        yield hour, hour + stays
        hour += stays + 0.05 + chance.exponential(0.5)


def _lanes(devices: list[Device]) -> list[dict[str, list[Device]]]:
    """Gates by the name before their lanes' numbers; the first half of the lanes lets in, the others out."""
    by_gate: dict[str, list[Device]] = defaultdict(list)
    for one in sorted(devices, key=lambda one: one.code):
        by_gate[one.name.rstrip("号道闸").rstrip("0123456789")].append(one)
    halves = ((lanes, (len(lanes) + 1) // 2) for lanes in by_gate.values())
    return [{"in": lanes[:half], "out": lanes[half:] or lanes} for lanes, half in halves]
