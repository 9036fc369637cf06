"""What devices measure at a moment. Each point has its own second in the interval at which it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from twin.model.points import point_id, point_types
from twin.simulate.campus import Device, SimulatedCampus
from twin.simulate.catering import Catering
from twin.simulate.chance import Floats, Ints, Keys, keys, uniform, wander
from twin.simulate.days import SECOND_US, Days
from twin.simulate.meters import COUNTERS, KINDS, Meters
from twin.simulate.patterns import SWITCHES, Patterns
from twin.simulate.vehicles import Vehicles
from twin.simulate.weather import Weather

STATION: Final = "weather"  # no device of the campus; config/points.toml names its points
# digits behind the point that such devices send
_DIGITS: Final = {
    "temperature": 1, "obscuration": 2, "battery": 0, "concentration": 1, "level": 3, "pressure": 1, "power": 2,
    "energy": 2, "flow": 3, "volume": 3, "online": 0, "rain": 1, "waiting": 0, "charging": 0, "cover_open": 0,
}  # fmt: skip
_BATTERY_YEARS: Final = (4.0, 8.0)
_BATTERY_CHANGED_AT: Final = (14.0, 22.0)  # percent; some are changed late
_YEAR_S: Final = 365.25 * 86_400
_KPA_PER_M: Final = 9.81
_CHARGES_KW: Final = 0.5
_SLOT_S: Final = 6 * 3600

Model = Callable[[Ints, Ints], Floats]  # place in the group, moment -> value


@dataclass(frozen=True)
class Group:
    """The points of one quantity of one type of device."""

    quantity: str
    digits: int
    every_s: int
    devices: list[Device]
    point_ids: list[str]
    offsets_s: Ints  # of each point in its interval
    model: Model
    steady: Model | None = None  # a draw without the flicker of its readings, which no counter adds up


@dataclass(frozen=True, slots=True)
class Due:
    """The readings of a group in a stretch of time: whose, when, what."""

    group: Group
    places: Ints
    at_us: Ints
    values: Floats


class Measuring:
    """Every point that measures."""

    def __init__(
        self, campus: SimulatedCampus, seed: int, patterns: Patterns, days: Days, catering: Catering, vehicles: Vehicles
    ) -> None:
        self._seed = seed
        self._catering, self._vehicles = catering, vehicles
        self._patterns = patterns
        self._days = days
        self.weather = Weather(seed, patterns.weather, days)
        self.meters = Meters(campus, seed, patterns, days, self.weather)
        self._lowest_m = min((one.position[2] for one in campus.of("pressure")), default=0.0)
        self.groups = [*self._of_devices(campus), *self._of_the_station()]

    def due(self, from_us: int, until_us: int, stretch: int = 1, points: Set[str] | None = None) -> Iterator[Due]:
        """What is measured in ``[from_us, until_us)``; ``stretch`` leaves out all but each so-manieth reading.

        The stretch of time must not be longer than a day. ``points``: only of these.
        """
        for group in self.groups:
            here = None if points is None else [one in points for one in group.point_ids]
            if here is not None and not any(here):
                continue
            every_us = group.every_s * SECOND_US * stretch
            offsets_us = group.offsets_s * SECOND_US
            first = -((offsets_us - from_us) // every_us)
            count = np.maximum(-((offsets_us - until_us) // every_us) - first, 0)
            count = count if here is None else np.where(here, count, 0)
            if count.any():
                places = np.repeat(np.arange(len(count)), count)
                rank = np.arange(len(places)) - np.repeat(np.cumsum(count) - count, count)
                at_us = offsets_us[places] + (first[places] + rank) * every_us
                yield Due(group, places, at_us, self._by_day(group.model, places, at_us))

    def drawn(self, group: Group, place: int, at_us: Ints) -> Floats:
        """What a meter adds up, at some moments of one day or two."""
        return self._by_day(group.steady or group.model, np.full(len(at_us), place), at_us)

    def _by_day(self, model: Model, places: Ints, at_us: Ints) -> Floats:
        """Models look at one day at a time."""
        first, last = self._days.day_of(int(at_us.min())), self._days.day_of(int(at_us.max()))
        if first == last:
            return model(places, at_us)
        found = np.empty(len(at_us))
        border_us = self._days.midnight_us(last)
        for side in (at_us < border_us, at_us >= border_us):
            found[side] = model(places[side], at_us[side])
        return found

    def _of_devices(self, campus: SimulatedCampus) -> Iterator[Group]:
        for device_type, devices in campus.by_type.items():
            if device_type in SWITCHES:
                continue
            for one in point_types().get(device_type, ()):
                model = self._model(device_type, one.quantity, devices)
                if model is not None:
                    yield self._group(one.quantity, devices, model, device_type)

    def _of_the_station(self) -> Iterator[Group]:
        station = [Device(STATION, STATION, "气象站", (0.0, 0.0, 0.0), 0.0)]
        told = {"temperature": self.weather.temperature, "rain": self.weather.rain}
        for quantity, model in told.items():
            yield self._group(quantity, station, _everywhere(model), STATION)

    def _group(self, quantity: str, devices: list[Device], model: Model, device_type: str) -> Group:
        every_s = self._patterns.cadence_s.get(device_type, 60)
        ids = [point_id(one.code, quantity) for one in devices]
        offsets = keys(self._seed, "offset", of=[one.code for one in devices]) % np.uint64(every_s)
        steady = self._steady(devices) if quantity in COUNTERS else None
        digits = _DIGITS.get(quantity, 2)
        return Group(quantity, digits, every_s, devices, ids, offsets.astype(np.int64), model, steady)

    def _model(self, device_type: str, quantity: str, devices: list[Device]) -> Model | None:
        if device_type in KINDS and quantity in (*COUNTERS, *COUNTERS.values()):
            return self._metered(devices, is_counter=quantity in COUNTERS.values())
        make = {
            ("temperature", "temperature"): self._room,
            ("smoke", "obscuration"): self._obscuration,
            ("smoke", "battery"): self._battery,
            ("gas", "concentration"): self._gas,
            ("level", "level"): self._level,
            ("pressure", "pressure"): self._pressure,
            ("camera", "online"): self._online,
            ("hydrant", "pressure"): self._pressure,
            ("tank", "level"): self._tank,
            ("queue", "waiting"): self._waiting,
            ("charger", "charging"): self._charging,
            ("cover", "cover_open"): self._cover,
        }.get((device_type, quantity))
        return make(devices) if make is not None else None

    def _keys(self, what: str, devices: list[Device]) -> Keys:
        return keys(self._seed, what, of=[one.code for one in devices])

    # --- one model a quantity ---

    def _metered(self, devices: list[Device], *, is_counter: bool) -> Model:
        steady, own = self._steady(devices), self._keys("meter-reads", devices)
        rows = self._rows(devices)

        def draw(places: Ints, at_us: Ints) -> Floats:
            flicker = 1.0 + 0.02 * (2.0 * uniform(own[places], at_us // SECOND_US) - 1.0)
            return np.asarray(steady(places, at_us) * flicker)

        def counter(places: Ints, at_us: Ints) -> Floats:
            return self.meters.day(self._days.day_of(int(at_us[0]))).counter_at(rows[places], at_us)

        return counter if is_counter else draw

    def _steady(self, devices: list[Device]) -> Model:
        rows = self._rows(devices)
        return lambda places, at_us: self.meters.day(self._days.day_of(int(at_us[0]))).draw_at(rows[places], at_us)

    def _rows(self, devices: list[Device]) -> Ints:
        return np.array([self.meters.devices.index(one) for one in devices], np.int64)

    def _room(self, devices: list[Device]) -> Model:
        own = self._keys("room", devices)
        told = [self._patterns.room(one.room_use) for one in devices]
        holds, wanders, people_k = (
            np.array([getattr(one, name) for one in told]) for name in ("holds_cel", "wanders_k", "people_k")
        )
        bias = 0.8 * (2.0 * uniform(own, np.zeros(1, np.int64)) - 1.0)
        uses = sorted({one.use or "" for one in devices})
        use_of = np.array([uses.index(one.use or "") for one in devices])

        def model(places: Ints, at_us: Ints) -> Floats:
            day = self._days.day_of(int(at_us[0]))
            people = np.empty(len(at_us))
            for n, use in enumerate(uses):
                here = use_of[places] == n
                people[here] = self.meters.people(use, day, at_us[here])
            slow = wander(own[places], at_us / SECOND_US, 5400.0)
            return np.asarray(holds[places] + bias[places] + wanders[places] * slow + people_k[places] * people)

        return model

    def _obscuration(self, devices: list[Device]) -> Model:
        own = self._keys("smoke", devices)

        def model(places: Ints, at_us: Ints) -> Floats:
            dust = 0.02 + 0.06 * uniform(own[places], np.zeros(1, np.int64))
            return np.asarray(dust + 0.03 * (1.0 + wander(own[places], at_us / SECOND_US, 900.0)))

        return model

    def _battery(self, devices: list[Device]) -> Model:
        """Full when new, and changed when low: each at its own time."""
        own = self._keys("battery", devices)
        low, high = _BATTERY_YEARS
        life_s = (low + (high - low) * uniform(own, np.full(1, 1, np.int64))) * _YEAR_S
        age = uniform(own, np.full(1, 2, np.int64))
        least, most = _BATTERY_CHANGED_AT

        def model(places: Ints, at_us: Ints) -> Floats:
            lived = at_us / SECOND_US / life_s[places] + age[places]
            changed_at = least + (most - least) * uniform(own[places], np.floor(lived).astype(np.int64) + 3)
            return np.asarray(100.0 - (100.0 - changed_at) * (lived % 1.0))

        return model

    def _gas(self, devices: list[Device]) -> Model:
        """Kitchens have a little while they cook."""
        own = self._keys("gas", devices)
        kitchen = np.array([one.building is not None for one in devices])

        def model(places: Ints, at_us: Ints) -> Floats:
            day = self._days.day_of(int(at_us[0]))
            cooking = self.meters.people("canteen", day, at_us) * kitchen[places]
            there = 0.4 + 0.4 * wander(own[places], at_us / SECOND_US, 1200.0) + 1.6 * cooking
            return np.asarray(np.maximum(there, 0.0))

        return model

    def _level(self, devices: list[Device]) -> Model:
        """Storm drains follow the rain, sewers the people, open water hardly anything."""
        own = self._keys("level", devices)
        pattern = self._patterns.water
        is_storm = np.array(["雨水" in one.name or "storm" in one.name.lower() for one in devices])
        is_open = np.array([one.ground_m == one.position[2] for one in devices])
        lot = uniform(own, np.zeros(1, np.int64))

        def model(places: Ints, at_us: Ints) -> Floats:
            day = self._days.day_of(int(at_us[0]))
            wet, storm, still = self.weather.wetness(at_us), is_storm[places], is_open[places]
            low, high = np.where(storm[:, None], pattern.drain_m, pattern.sewer_m).T
            base = np.where(still, 1.2, low + (high - low) * lot[places])
            runoff = (
                pattern.drain_m_per_mm_h * wet * np.where(still, 0.08, np.where(storm, 0.7 + 0.6 * lot[places], 0.15))
            )
            used = pattern.sewer_busy_m * self.meters.people("office", day, at_us) * ~(storm | still)
            ripple = 0.008 * wander(own[places], at_us / SECOND_US, 400.0)
            return np.asarray(np.maximum(base + runoff + used + ripple, 0.0))

        return model

    def _pressure(self, devices: list[Device]) -> Model:
        own = self._keys("pressure", devices)
        above_m = np.array([one.position[2] for one in devices]) - self._lowest_m
        pattern = self._patterns.water

        def model(places: Ints, at_us: Ints) -> Floats:
            day = self._days.day_of(int(at_us[0]))
            use = self.meters.people("office", day, at_us)
            wave = 4.0 * wander(own[places], at_us / SECOND_US, 240.0)
            return np.asarray(pattern.static_kpa - _KPA_PER_M * above_m[places] - pattern.drop_kpa * use + wave)

        return model

    def _tank(self, devices: list[Device]) -> Model:
        """Filled up now and then; what is lost in between is little."""
        own = self._keys("tank", devices)

        def model(places: Ints, at_us: Ints) -> Floats:
            return np.asarray(self._patterns.water.tank_m + 0.12 * wander(own[places], at_us / SECOND_US, 5 * 3600.0))

        return model

    def _waiting(self, devices: list[Device]) -> Model:
        """Persons before the windows of a canteen, vehicles before the barriers of a gate."""
        own = self._keys("queue", devices)

        def model(places: Ints, at_us: Ints) -> Floats:
            day = self._days.day_of(int(at_us[0]))
            work = self._days.is_working_day(day)
            hours = (at_us - self._days.midnight_us(day)) / (3600 * SECOND_US)
            ragged = 1.0 + 0.25 * wander(own[places], at_us / SECOND_US, 150.0)
            found = np.empty(len(at_us))
            for n in np.unique(places):
                here, one = places == n, devices[n]
                if one.building is None:
                    found[here] = self._vehicles.waiting(one.name.removesuffix("排队"), day, at_us[here])
                else:
                    persons = self._catering.waiting(one.space_id, hours[here], work=work)
                    found[here] = np.round(persons * ragged[here])
            return found

        return model

    def _charging(self, devices: list[Device]) -> Model:
        steady = self._steady(devices)
        return lambda places, at_us: np.asarray(steady(places, at_us) > _CHARGES_KW, np.float64)

    def _cover(self, devices: list[Device]) -> Model:
        """Lifted now and then for a look into the manhole."""
        own, (low, high) = self._keys("cover", devices), self._patterns.water.cover_lifted_s

        def model(places: Ints, at_us: Ints) -> Floats:
            seconds = at_us / SECOND_US
            slot = np.floor(seconds / _SLOT_S).astype(np.int64)
            comes = uniform(own[places], 3 * slot) < self._patterns.water.cover_lifted
            begins = slot * _SLOT_S + uniform(own[places], 3 * slot + 1) * (_SLOT_S - high)
            lasts = low + (high - low) * uniform(own[places], 3 * slot + 2)
            return np.asarray(comes & (seconds >= begins) & (seconds < begins + lasts), np.float64)

        return model

    def _online(self, devices: list[Device]) -> Model:
        assert devices
        return lambda places, _at_us: np.ones(len(places))


def _everywhere(model: Callable[[Ints], Floats]) -> Model:
    return lambda _places, at_us: model(at_us)
