"""Who is on duty when: units, shifts, people and the roster (``duty.toml``), in campus-local time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from twin.live.rules.calendar import WEEKDAYS, ClockTime, Weekday
from twin.live.rules.checked import Flag, Names, Strict
from twin.mistakes import wrong
from twin.model.time import moment

Id = Annotated[str, Field(min_length=1, max_length=200)]


class Shift(Strict):
    """Hours of a day; one that ends at or before its beginning ends on the next day."""

    title: Names
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class Unit(Strict):
    title: Names
    phone: str | None = None


class Person(Strict):
    name: Id
    phone: str | None = None


class Turn(Strict):
    """People of a unit, in a shift, on some days; the day of a shift is that on which it begins."""

    unit: Id
    shift: Id
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    zones: tuple[Id, ...] = ()


class DutySettings(Strict):
    unverified: Flag
    shifts: dict[Id, Shift]
    units: dict[Id, Unit]
    people: dict[Id, Person] = Field(default_factory=dict)
    roster: tuple[Turn, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> DutySettings:
        for index, turn in enumerate(self.roster):
            strangers = [one for one in turn.people if one not in self.people]
            strangers += [turn.unit] if turn.unit not in self.units else []
            strangers += [turn.shift] if turn.shift not in self.shifts else []
            if strangers:
                raise wrong("roster_strangers", turn=index + 1, names=", ".join(strangers))
        return self


class OnDuty(NamedTuple):
    person: str
    name: str
    phone: str | None
    unit: str
    shift: str
    zones: tuple[str, ...]


class Duty:
    """The roster, asked at moments."""

    def __init__(self, settings: DutySettings, timezone: str) -> None:
        self.settings = settings
        self._zone = ZoneInfo(timezone)

    def shift_at(self, at_us: int) -> tuple[str, Shift, datetime, datetime] | None:
        """The shift that runs, with its beginning and end; the first in the file where several do."""
        for shift_id, shift in self.settings.shifts.items():
            for _, begins, ends in self._around(shift, at_us):
                return shift_id, shift, begins, ends
        return None

    def on_duty(self, at_us: int, unit: str | None = None) -> list[OnDuty]:
        """Who is on duty, in the order of the roster."""
        found: list[OnDuty] = []
        for turn in self.settings.roster:
            if unit not in (None, turn.unit):
                continue
            days = [day for day, _, _ in self._around(self.settings.shifts[turn.shift], at_us)]
            if any(_works(turn, day) for day in days):
                found += [self._person(turn, one) for one in turn.people]
        return found

    def unit_titles(self) -> Mapping[str, Mapping[str, str]]:
        return {unit: one.title.model_dump() for unit, one in self.settings.units.items()}

    def _person(self, turn: Turn, person_id: str) -> OnDuty:
        person = self.settings.people[person_id]
        return OnDuty(person_id, person.name, person.phone, turn.unit, turn.shift, turn.zones)

    def _around(self, shift: Shift, at_us: int) -> list[tuple[date, datetime, datetime]]:
        """The day, beginning and end of the shift of today or yesterday in which the moment lies."""
        at = moment(at_us).astimezone(self._zone)
        found = []
        for day in (at.date(), at.date() - timedelta(days=1)):
            begins, ends = self._moment(day, shift.start), self._moment(day, shift.end)
            if ends <= begins:
                ends = self._moment(day + timedelta(days=1), shift.end)
            if begins <= at < ends:
                found.append((day, begins, ends))
        return found

    def _moment(self, day: date, clock: str) -> datetime:
        hours, minutes = int(clock[:2]), int(clock[3:])
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        if hours == 24:
            return datetime(day.year, day.month, day.day, tzinfo=self._zone) + timedelta(days=1)
        return midnight.replace(hour=hours, minute=minutes)


def _works(turn: Turn, day: date) -> bool:
    return (
        WEEKDAYS[day.weekday()] in turn.weekdays
        and (turn.start is None or turn.start <= day)
        and (turn.end is None or day <= turn.end)
    )
