"""Everything that a simulated campus sends in a stretch of time."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeVar

import numpy as np

from twin.model.points import point_id, point_types
from twin.simulate.campus import SimulatedCampus
from twin.simulate.catering import Catering
from twin.simulate.chance import Floats, Ints, Keys, key
from twin.simulate.days import SECOND_US, Days
from twin.simulate.faults import Faults
from twin.simulate.fire_watch import FireWatch
from twin.simulate.happenings import Happening, Switch, iso
from twin.simulate.incidents import Occurrence, occurrence
from twin.simulate.ledger import Ledger
from twin.simulate.meters import COUNTERS
from twin.simulate.passages import Passages
from twin.simulate.patrols import Patrols
from twin.simulate.patterns import SWITCHES, Patterns
from twin.simulate.readings import Due, Group, Measuring
from twin.simulate.repairs import Repairs
from twin.simulate.rounds import Rounds
from twin.simulate.schedule import Planned, scheduled
from twin.simulate.scripts import Script
from twin.simulate.trips import Trips
from twin.simulate.vehicles import Vehicles
from twin.simulate.visits import Visits

LONGEST_US: Final = 3600 * SECOND_US  # asked for more, a scenario is asked hour by hour
_DAYS_KEPT: Final = 3
_SETTLES_US: Final = 1200 * SECOND_US  # so long after an incident its points are still looked at closely
One = TypeVar("One", Happening, Switch)


@dataclass(frozen=True)
class Messages:
    """JSON objects as the interfaces take them, in order of time where that matters."""

    readings: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.readings) + len(self.events)


@dataclass(frozen=True)
class _Day:
    happenings: list[Happening]
    switches: list[Switch]
    states: Mapping[str, list[Switch]]


class Scenario:
    """The campus, moment by moment. ``orders`` are incidents that somebody asked for."""

    def __init__(
        self,
        campus: SimulatedCampus,
        patterns: Patterns,
        scripts: Mapping[str, Script],
        ledger: Ledger,
        days: Days,
        *,
        orders: Iterable[Planned] = (),
        by_themselves: bool = True,
    ) -> None:
        self.seed = ledger.seed
        self.campus = campus
        told = (campus, self.seed, patterns, days)
        catering, vehicles = Catering(*told), Vehicles(*told)
        self.measuring = Measuring(*told, catering, vehicles)
        self._patterns = patterns
        self._scripts = scripts
        self._ledger = ledger
        self._days = days
        self._orders = list(orders)
        self._by_themselves = by_themselves
        self._faults = Faults(*told)
        self._patrols = Patrols(campus, self.seed, patterns)
        self._makers: tuple[Callable[[date], Iterator[Happening | Switch]], ...] = (
            Passages(*told).of_day,
            vehicles.of_day,
            catering.of_day,
            Visits(*told).of_day,
            Repairs(*told).of_day,
            Trips(*told).of_day,
            Rounds(*told).of_day,
            FireWatch(*told).of_day,
            self._faults.of_day,
        )
        self._made: dict[date, _Day] = {}
        self._fault_keys = {
            id(one): self._faults.keys([two.code for two in one.devices]) for one in self.measuring.groups
        }
        self._names = {id(one): [json.dumps(two) for two in one.point_ids] for one in self.measuring.groups}
        self._places = {
            point: (group, place) for group in self.measuring.groups for place, point in enumerate(group.point_ids)
        }
        self._switches = [
            (point_id(one.code, kind.quantity), patterns.cadence_s.get(device_type, 3600))
            for device_type in SWITCHES
            for one in campus.of(device_type)
            for kind in point_types()[device_type]
        ]
        self.under_way = [one for one in map(self._occur, ledger.under_way) if one is not None]
        self._lately: list[Occurrence] = []

    def between(self, from_us: int, until_us: int, *, stretch: int = 1, patrols: bool = True) -> Messages:
        """What is sent in ``[from_us, until_us)``; ``stretch`` leaves out all but each so-manieth reading."""
        found = Messages()
        while from_us < until_us:
            end_us = min(until_us, from_us + LONGEST_US)
            self._take_up(from_us, end_us)
            for due in self.measuring.due(from_us, end_us, stretch):
                found.readings.extend(self._lines(due))
            found.readings.extend(self._standing(from_us, end_us))
            happened: list[Happening] = []
            for day in self._days_between(from_us, end_us):
                made = self.day(day)
                happened += _within(made.happenings, from_us, end_us)
                found.readings.extend(one.line() for one in _within(made.switches, from_us, end_us))
            for one in self.under_way:
                happened += _within(one.happenings, from_us, end_us)
            if patrols:
                happened += self._patrols.between(from_us, end_us, stretch)
            found.events.extend(one.line() for one in sorted(happened, key=lambda one: one.at_us))
            from_us = end_us
        return found

    def incidents_between(self, from_us: int, until_us: int) -> Messages:
        """Of what is sent in at most an hour: what incidents tell, and each reading of the points that they change."""
        self._take_up(from_us, until_us)
        found = Messages()
        happened = [two for one in self.under_way for two in _within(one.happenings, from_us, until_us)]
        found.events.extend(one.line() for one in sorted(happened, key=lambda one: one.at_us))
        spans = {
            point: (one.begin_us, one.end_us + _SETTLES_US)
            for one in (*self._lately, *self.under_way)
            if one.begin_us < until_us and one.end_us + _SETTLES_US > from_us
            for point in one.changes
        }
        for due in self.measuring.due(from_us, until_us, points=spans.keys()) if spans else ():
            begin, end = np.array([spans[due.group.point_ids[one]] for one in due.places.tolist()], np.int64).T
            near = (due.at_us >= begin) & (due.at_us < end)
            if near.any():
                places, at_us, values = due.places[near], due.at_us[near], due.values[near]
                found.readings.extend(self._lines(replace(due, places=places, at_us=at_us, values=values)))
        return found

    def told_between(self, from_us: int, until_us: int, event_types: Set[str]) -> list[str]:
        """Of what people do anyway, the events of these types."""
        days = (self.day(day) for day in self._days_between(from_us, until_us))
        happened = (one for day in days for one in _within(day.happenings, from_us, until_us))
        return [one.line() for one in happened if one.type in event_types]

    def prepare(self, at_us: int) -> None:
        """Draw a day before it is asked for; another thread may do so."""
        self.day(self._days.day_of(at_us))

    def is_prepared(self, at_us: int) -> bool:
        return self._days.day_of(at_us) in self._made

    def day(self, day: date) -> _Day:
        """What people and vehicles do on a day."""
        made = self._made.get(day)
        if made is None:
            both = [one for maker in self._makers for one in maker(day)]
            happenings = sorted((one for one in both if isinstance(one, Happening)), key=lambda one: one.at_us)
            switches = sorted((one for one in both if isinstance(one, Switch)), key=lambda one: one.at_us)
            states = defaultdict(list)
            for one in switches:
                states[one.point].append(one)
            made = self._made[day] = _Day(happenings, switches, states)
            if len(self._made) > _DAYS_KEPT:
                self._made.pop(min(self._made))
        return made

    # --- incidents ---

    def _take_up(self, from_us: int, until_us: int) -> None:
        """Begin what begins in this stretch of time; what is over stays on the counters only."""
        over = [one for one in self.under_way if one.end_us <= from_us]
        for one in over:
            self._carry(one)
        self._lately = [one for one in (*self._lately, *over) if one.end_us > from_us - _SETTLES_US]
        planned = scheduled(self.seed, self._patterns.incidents, from_us, until_us) if self._by_themselves else []
        planned += [one for one in self._orders if from_us <= one.begin_us < until_us]
        known = {(one.script.id, one.begin_us) for one in self.under_way}
        decided_us = self._ledger.until_us  # what begins before was played already, also when the past is sent again
        new = [one for one in planned if one.begin_us >= decided_us and (one.name, one.begin_us) not in known]
        fresh = [self._occur(one) for one in new]
        self.under_way = [one for one in self.under_way if one not in over] + [one for one in fresh if one is not None]
        self._ledger.until_us = max(decided_us, until_us)
        if over or fresh:
            self._ledger.under_way = [Planned(one.script.id, one.begin_us, one.number) for one in self.under_way]
            self._ledger.save()

    def _occur(self, planned: Planned) -> Occurrence | None:
        script = self._scripts.get(planned.name)
        return None if script is None else occurrence(script, planned.begin_us, planned.number, self.campus, self.seed)

    def _carry(self, over: Occurrence) -> None:
        for point in over.changes:
            counter = _counter_of(point)
            if counter is not None and counter in self._places:
                more = over.extra(point, self._draw(point), np.array([over.end_us], np.int64))[0]
                if more:
                    self._ledger.carried[counter] = self._ledger.carried.get(counter, 0.0) + float(more)

    def _draw(self, point: str) -> Callable[[Ints], Floats]:
        group, place = self._places[point]
        return lambda at_us: self.measuring.drawn(group, place, at_us)

    # --- readings ---

    def _lines(self, due: Due) -> Iterator[str]:
        group = due.group
        values = self._with_incidents(due)
        own: Keys = self._fault_keys[id(group)]
        values = np.where(self._faults.silent(own[due.places], due.at_us), np.nan, values)
        names, digits = self._names[id(group)], group.digits
        told: dict[int, str] = {}
        for place, at_us, value in zip(due.places.tolist(), due.at_us.tolist(), values.tolist(), strict=True):
            if value == value:  # a silent device is no number
                at = told.get(at_us) or told.setdefault(at_us, iso(at_us))
                yield f'{{"point_id": {names[place]}, "observed_at": "{at}", "value": {value:.{digits}f}}}'

    def _with_incidents(self, due: Due) -> Floats:
        group, values = due.group, due.values
        is_counter = group.quantity in COUNTERS.values()
        if not self.under_way and not (is_counter and self._ledger.carried):
            return values
        values = values.copy()
        for place in set(due.places.tolist()):
            self._change(group, place, due, values, is_counter=is_counter)
        return values

    def _change(self, group: Group, place: int, due: Due, values: Floats, *, is_counter: bool) -> None:
        """Put into ``values`` what incidents make of one point."""
        point = group.point_ids[place]
        rate = _rate_of(point) if is_counter else None
        touched = [one for one in self.under_way if point in one.changes or rate in one.changes]
        carried = self._ledger.carried.get(point, 0.0) if is_counter else 0.0
        if not touched and not carried:
            return
        here = due.places == place
        at_us = due.at_us[here]
        changed = values[here] + carried
        for one in touched:
            if rate is not None and rate in one.changes:
                changed = changed + one.extra(rate, self._draw(rate), at_us)
            changed = one.value(point, changed, at_us)
        values[here] = changed

    def _standing(self, from_us: int, until_us: int) -> Iterator[str]:
        """Switches say now and then how they stand, though nothing happened."""
        for point, every_s in self._switches:
            every_us = every_s * SECOND_US
            offset_us = key(self.seed, "offset", point) % every_s * SECOND_US
            for at_us in range(offset_us + -((offset_us - from_us) // every_us) * every_us, until_us, every_us):
                history = self.day(self._days.day_of(at_us)).states.get(point, [])
                before = bisect_left(history, at_us, key=lambda one: one.at_us)
                if before == len(history) or history[before].at_us != at_us:  # one reading a moment
                    yield Switch(at_us, point, history[before - 1].value if before else 0).line()

    def _days_between(self, from_us: int, until_us: int) -> Iterator[date]:
        day = self._days.day_of(from_us)
        while day <= self._days.day_of(until_us - 1):
            yield day
            day += timedelta(days=1)


def _within(ordered: list[One], from_us: int, until_us: int) -> list[One]:
    first = bisect_left(ordered, from_us, key=lambda one: one.at_us)
    return ordered[first : bisect_left(ordered, until_us, key=lambda one: one.at_us)]


def _counter_of(point: str) -> str | None:
    """``DB-0001:power`` -> ``DB-0001:energy``."""
    device, _, quantity = point.rpartition(":")
    return point_id(device, COUNTERS[quantity]) if quantity in COUNTERS else None


def _rate_of(point: str) -> str:
    device, _, quantity = point.rpartition(":")
    return point_id(device, next(rate for rate, counter in COUNTERS.items() if counter == quantity))
