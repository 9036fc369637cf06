"""Vehicles through the gates, and the bays that they fill."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from twin.model.points import point_id
from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.chance import Floats, Ints, generator, key
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


_KEPT: Final = 4  # days


@dataclass(frozen=True, slots=True)
class _Passing:
    """A vehicle at a barrier: when it comes and when it passes, seconds of the day."""

    comes_s: int
    passes_s: int
    way: str
    kind: str
    plate: str
    lane: Device


class Vehicles:
    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days) -> None:
        self._seed = seed
        self._pattern = patterns.vehicles
        self._days = days
        self._lanes = _lanes(campus.of("gate"))
        self._bays = campus.of("parking")
        self._lock = threading.Lock()
        self._queued: dict[date, dict[str, tuple[Floats, Floats]]] = {}

    def of_day(self, day: date) -> Iterator[Happening | Switch]:
        yield from self._through_gates(day)
        yield from self._parked(day, generator(self._seed, "bays", day))

    def waiting(self, gate: str, day: date, at_us: Ints) -> Floats:
        """How many vehicles stand before the barriers of a gate, in and out."""
        seconds = (at_us - self._days.midnight_us(day)) / SECOND_US
        wanted, passed = self._queues(day).get(gate, (np.empty(0), np.empty(0)))
        return np.asarray(np.searchsorted(wanted, seconds, "right") - np.searchsorted(passed, seconds, "right"), float)

    def _through_gates(self, day: date) -> Iterator[Happening | Switch]:
        lifted: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self._passings(day)):
            at_us = self._days.midnight_us(day) + one.passes_s * SECOND_US
            lifted[one.lane.code].append(at_us)
            word = "驶入" if one.way == "in" else "驶出"
            attributes = {"plate": one.plate, "vehicle_kind": one.kind, "lane": one.lane.name}
            event_id = f"sim{self._seed}-{day:%Y%m%d}-gate-{number}"
            text = f"{one.lane.name}{_WORDS[one.kind]}{word}"
            yield Happening(
                at_us, event_id, f"vehicle.{one.way}", one.lane.code, text, one.lane.position, None, attributes
            )
        for pair in self._lanes:
            for lane in (*pair["in"], *pair["out"]):
                yield from openings(lane, "open", lifted[lane.code], _OPEN_US)

    def _passings(self, day: date) -> list[_Passing]:
        """Each comes and goes on the same day; in a lane one after the other."""
        free: dict[str, int] = defaultdict(int)
        found = []
        journeys = self._journeys(day, generator(self._seed, "vehicles", day)) if self._lanes else ()
        for second, way, kind, plate, gate in sorted(journeys):
            lane = min(self._lanes[gate][way], key=lambda one: free[one.code])
            passes_s = max(second, free[lane.code])
            free[lane.code] = passes_s + _PASS_S
            found.append(_Passing(second, passes_s, way, kind, plate, lane))
        return found

    def _queues(self, day: date) -> dict[str, tuple[Floats, Floats]]:
        """By gate, when vehicles came and when they passed, seconds of the day."""
        with self._lock:  # tomorrow is drawn beside today
            if day not in self._queued:
                times: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
                for one in self._passings(day):
                    wanted, passed = times[gate_of(one.lane.name)]
                    wanted.append(one.comes_s)
                    passed.append(one.passes_s)
                while len(self._queued) >= _KEPT:
                    self._queued.pop(min(self._queued))
                self._queued[day] = {gate: (_sorted(came), _sorted(went)) for gate, (came, went) in times.items()}
            return self._queued[day]

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
            stays = max(chance.normal(*_STAYS[kind]), 0.15)
            if kind == "visitor" and chance.random() < pattern.overstay_share:
                stays = float(chance.uniform(*pattern.overstay_h))
            goes = min(comes + stays, 22.5 + 0.3 * chance.random())
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
            for begins, ends in self._stays(bay, chance, work=work):
                for second, value in ((begins, 1), (ends, 0)):
                    yield Switch(self._days.midnight_us(day) + int(second * 3600) * SECOND_US, point, value)

    def _stays(self, bay: Device, chance: np.random.Generator, *, work: bool) -> Iterator[tuple[float, float]]:
        """From when to when a bay is taken, hours: staff once a day, visitors one after the other."""
        if "职工" in bay.name:
            if chance.random() < (0.93 if work else 0.12):
                begins = chance.normal(7.9, 0.3)
                yield begins, begins + max(chance.normal(9.9, 0.6), 1.0)
            return
        hour = chance.uniform(8.2, 10.5) if work else chance.uniform(9.0, 15.0)
        while hour < 17.0 and chance.random() < (0.85 if work else 0.2):
            long = chance.random() < self._pattern.overstay_share
            stays = chance.uniform(*self._pattern.overstay_h) if long else max(chance.normal(1.6, 0.6), 0.3)
            stays = min(stays, 20.0 - hour)
            yield hour, hour + stays
            hour += stays + 0.05 + chance.exponential(0.5)


def _sorted(seconds: list[int]) -> Floats:
    return np.sort(np.array(seconds, np.float64))


def gate_of(name: str) -> str:
    """What its lanes are called after."""
    return name.rstrip("号道闸").rstrip("0123456789")


def _lanes(devices: list[Device]) -> list[dict[str, list[Device]]]:
    """Gates by the name before their lanes' numbers; the first half of the lanes lets in, the others out."""
    by_gate: dict[str, list[Device]] = defaultdict(list)
    for one in sorted(devices, key=lambda one: one.code):
        by_gate[gate_of(one.name)].append(one)
    halves = ((lanes, (len(lanes) + 1) // 2) for lanes in by_gate.values())
    return [{"in": lanes[:half], "out": lanes[half:] or lanes} for lanes, half in halves]
