"""What meters measure: the draw of a building over the day, and counters that are its integral and never go back."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.chance import Floats, Ints, Keys, keys, uniform, wander
from twin.simulate.days import SECOND_US, STEP_S, Days, by_hour
from twin.simulate.patterns import BuildingPattern, Patterns
from twin.simulate.weather import Weather

# the quantity that is integrated, and the counter it drives
COUNTERS: Final = {"power": "energy", "flow": "volume"}
METERS: Final = ("electricity_meter", "water_meter", "gas_meter", "heat_meter")
KINDS: Final = (*METERS, "pv", "charger")
SINCE: Final = date(2025, 7, 1)  # when the counters stood at nothing
LOSSES: Final = 1.03  # what a main meter sees more than those of the storeys: lifts, halls, losses
_WARM_CEL: Final = 26.0
_COOL_CEL: Final = 12.0
_KEPT: Final = 6


@dataclass(frozen=True, slots=True)
class DayOfMeters:
    """The draw of every meter at the quarters of a day, and its counter there."""

    steps_us: Ints
    draw: Floats  # meters × steps, kW or m³/h
    counter: Floats  # kWh or m³

    def draw_at(self, meter: Ints, at_us: Ints) -> Floats:
        step, part = self._place(at_us)
        here, there = self.draw[meter, step], self.draw[meter, step + 1]
        return np.asarray(here + (there - here) * part)

    def counter_at(self, meter: Ints, at_us: Ints) -> Floats:
        """The integral of what ``draw_at`` gives."""
        step, part = self._place(at_us)
        here, there = self.draw[meter, step], self.draw[meter, step + 1]
        hours = part * (STEP_S / 3600)
        return np.asarray(self.counter[meter, step] + hours * (here + (there - here) * part / 2))

    def _place(self, at_us: Ints) -> tuple[Ints, Floats]:
        place = (at_us - self.steps_us[0]) / (STEP_S * SECOND_US)
        step = np.clip(place.astype(np.int64), 0, len(self.steps_us) - 2)
        return step, place - step


class Meters:
    """All meters of a campus, by their place in ``devices``."""

    def __init__(self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days, weather: Weather) -> None:
        self.devices = [one for kind in KINDS for one in campus.of(kind)]
        self._rows = {kind: np.flatnonzero([one.type == kind for one in self.devices]) for kind in KINDS}
        self._campus = campus
        self._patterns = patterns
        self._calendar = days
        self._weather = weather
        self._keys = keys(seed, "meter", of=[one.code for one in self.devices])
        self._sky = keys(seed, "sky", of=["campus"])
        self._groups = self._by_building()
        self._shares = self._storey_shares()
        self._mains = self._main_meters()
        self._kept: OrderedDict[date, DayOfMeters] = OrderedDict()
        self._midnights: dict[date, Floats] = {SINCE: np.zeros(len(self.devices))}

    def day(self, day: date) -> DayOfMeters:
        """A day's draw and counters; asked day after day it costs a day's work."""
        found = self._kept.get(day)
        if found is None:
            start = self._counters_at(day)
            steps, draw = self._draw(day)
            found = DayOfMeters(steps, draw, start[:, None] + _integral(draw))
            self._kept[day] = found
            self._midnights.setdefault(day + timedelta(days=1), found.counter[:, -1])
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found

    def _counters_at(self, day: date) -> Floats:
        """At midnight: everything since the counters began. Before that they stand."""
        if day <= SINCE:
            return self._midnights[SINCE]
        known = max(one for one in self._midnights if one <= day)
        while known < day:
            _, draw = self._draw(known)
            following = known + timedelta(days=1)
            self._midnights[following] = self._midnights[known] + _integral(draw)[:, -1]
            known = following
        return self._midnights[day]

    def _draw(self, day: date) -> tuple[Ints, Floats]:
        steps = self._calendar.steps_us(day)
        if day < SINCE:
            return steps, np.zeros((len(self.devices), len(steps)))
        outdoors = self._weather.temperature(steps)
        draw = np.zeros((len(self.devices), len(steps)))
        for rows in self._groups.values():
            draw[rows] = self._of_building(self.devices[rows[0]], day, steps, outdoors)
        draw *= self._shares[:, None] * (1.0 + 0.09 * wander(self._keys[:, None], steps / SECOND_US, 1500.0))
        for row, storeys in self._mains.items():
            draw[row] = LOSSES * draw[storeys].sum(axis=0)
        hours = (steps - steps[0]) / (3600 * SECOND_US)
        draw[self._rows["pv"]] = self._sun(day, steps, hours, self._keys[self._rows["pv"]])
        draw[self._rows["charger"]] = self._charged(day, hours, self._keys[self._rows["charger"]])
        return steps, draw

    def _sun(self, day: date, steps: Ints, hours: Floats, own: Keys) -> Floats:
        """What photovoltaics give, kW: the hill of a day, lower in winter, under a sky of its own and less in rain."""
        pattern = self._patterns.photovoltaics
        season = 0.8 + 0.2 * np.cos(2 * np.pi * (day.timetuple().tm_yday - 172) / 365)
        hill = np.maximum(np.sin(np.pi * (hours - 6.2) / 11.6), 0.0) ** 1.3 * ((hours > 6.2) & (hours < 17.8))
        clear = pattern.overcast + (1 - pattern.overcast) * uniform(self._sky, np.array([day.toordinal()]))[0]
        clouds = 1.0 + 0.15 * wander(own[:, None], steps / SECOND_US, 1500.0)
        wet = np.where(self._weather.rain(steps) > 0.2, pattern.overcast, 1.0)
        return np.asarray(pattern.peak_kw / 1.15 * season * clear * hill * wet * clouds)

    def _charged(self, day: date, hours: Floats, own: Keys) -> Floats:
        """What piles draw, kW: a vehicle in the forenoon, one in the afternoon, or none."""
        pattern, work = self._patterns.charging, self._calendar.is_working_day(day)
        found = np.zeros((len(own), len(hours)))
        for n, (comes, begin_h, lasts_h) in enumerate(
            ((pattern.forenoon, 8.0, pattern.forenoon_h), (pattern.afternoon, 15.5, pattern.afternoon_h))
        ):
            lots = [uniform(own, np.array([day.toordinal() * 6 + n * 3 + k])) for k in range(3)]
            begins = begin_h + 1.5 * lots[1]
            ends = begins + lasts_h[0] + (lasts_h[1] - lasts_h[0]) * lots[2]
            there = lots[0] < (comes if work else pattern.off)
            found += (there[:, None] & (hours >= begins[:, None]) & (hours < ends[:, None])) * pattern.kw
        return np.minimum(found, pattern.kw)

    def _of_building(self, device: Device, day: date, steps: Ints, outdoors: Floats) -> Floats:
        """What a building draws of what this meter measures, kW or m³/h."""
        pattern = self._patterns.building(device.use)
        building = self._campus.buildings.get(device.building or "")
        area_m2 = building.floor_area_m2 if building is not None else 1000.0
        people = self.people(device.use, day, steps)
        return area_m2 / 1000.0 * _PER_1000_M2[device.type](pattern, people, outdoors)

    def people(self, use: str | None, day: date, at_us: Ints) -> Floats:
        """The share of a use's people that are there. Between two days the shape goes over by itself."""
        pattern = self._patterns.building(use)
        hours = (at_us - self._calendar.midnight_us(day)) / (3600 * SECOND_US)
        here, then = (
            by_hour(pattern.work if self._calendar.is_working_day(one) else pattern.off, hours)
            for one in (day, day + timedelta(days=1))
        )
        over = np.clip(hours - 23.0, 0.0, 1.0)
        return np.asarray(here + (then - here) * over)

    def _storey_shares(self) -> Floats:
        """Storeys share a building unevenly; a building's only meter has all of it."""
        weights = np.array(
            [0.7 + 0.6 * uniform(self._keys[n : n + 1], np.array([0]))[0] for n in range(len(self._keys))]
        )
        found = np.ones(len(self.devices))
        for group in self._groups.values():
            storeys = [n for n in group if not self.devices[n].is_main]
            if storeys:
                found[storeys] = weights[storeys] / weights[storeys].sum() / LOSSES
        return found

    def _main_meters(self) -> dict[int, list[int]]:
        mains: dict[int, list[int]] = {}
        for group in self._groups.values():
            storeys = [n for n in group if not self.devices[n].is_main]
            mains |= {n: storeys for n in group if self.devices[n].is_main and storeys}
        return mains

    def _by_building(self) -> dict[tuple[str, str], list[int]]:
        groups: dict[tuple[str, str], list[int]] = {}
        for n, one in enumerate(one for one in self.devices if one.type in METERS):
            groups.setdefault((one.type, one.building or one.code), []).append(n)
        return groups


def _integral(draw: Floats) -> Floats:
    """Of values at the quarters of an hour, from the first on."""
    middle = (draw[:, 1:] + draw[:, :-1]) / 2 * (STEP_S / 3600)
    return np.concatenate([np.zeros((len(draw), 1)), np.cumsum(middle, axis=1)], axis=1)


def _electricity(pattern: BuildingPattern, people: Floats, outdoors: Floats) -> Floats:
    air = np.maximum(outdoors - _WARM_CEL, 0.0) + 0.6 * np.maximum(_COOL_CEL - outdoors, 0.0)
    return pattern.base_w_m2 + pattern.busy_w_m2 * people + pattern.air_w_m2_k * air * (0.5 + 0.5 * people)


def _water(pattern: BuildingPattern, people: Floats, _outdoors: Floats) -> Floats:
    return pattern.base_l_m2_h + pattern.busy_l_m2_h * people


def _gas(pattern: BuildingPattern, people: Floats, outdoors: Floats) -> Floats:
    return pattern.gas_m3_h_1000m2 * people * (1.0 + 0.05 * np.maximum(_COOL_CEL - outdoors, 0.0))


def _heat(pattern: BuildingPattern, people: Floats, outdoors: Floats) -> Floats:
    air = np.maximum(outdoors - _WARM_CEL, 0.0) + np.maximum(_COOL_CEL + 4.0 - outdoors, 0.0)
    return pattern.thermal_w_m2_k * air * (0.25 + 0.75 * people)


_PER_1000_M2: Final = {"electricity_meter": _electricity, "water_meter": _water, "gas_meter": _gas, "heat_meter": _heat}
