"""``duty.toml``: units that can be sent, shifts, people, the roster, and who is away."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from twin.live.incidents.settings import KindName
from twin.live.rules.calendar import WEEKDAYS, ClockTime, Weekday
from twin.live.rules.checked import Flag, Names, Strict
from twin.mistakes import wrong

Id = Annotated[str, Field(min_length=1, max_length=200)]
Days = Literal["all", "working", "off"]  # of config/calendar.toml: with its holidays and make-up days


class Shift(Strict):
    """Hours of a day; one that ends at or before its beginning ends on the next day."""

    title: Names
    start: ClockTime = Field(alias="from")
    end: ClockTime = Field(alias="to")


class Unit(Strict):
    """``register_units`` are the units of the register of staff whose people it sends; its own id is always one."""

    title: Names
    phone: str | None = None
    register_units: tuple[Id, ...] = ()


class Person(Strict):
    name: Id
    phone: str | None = None


class Turn(Strict):
    """People of a unit, in a shift, on some days; the day of a shift is that on which it begins."""

    unit: Id
    shift: Id
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    days: Days = "all"
    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")
    zones: tuple[Id, ...] = ()
    kinds: tuple[KindName, ...] = ()


class Away(Strict):
    """A person who does not take their turns on some days, both ends included, and who takes them instead."""

    person: Id
    start: date = Field(alias="from")
    end: date = Field(alias="to")
    instead: Id | None = None

    @model_validator(mode="after")
    def _forward(self) -> Away:
        if self.end < self.start:
            raise wrong("ends_before_start")
        return self


class DutySettings(Strict):
    unverified: Flag
    shifts: dict[Id, Shift]
    units: dict[Id, Unit]
    people: dict[Id, Person] = Field(default_factory=dict)
    roster: tuple[Turn, ...] = ()
    away: tuple[Away, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> DutySettings:
        for index, turn in enumerate(self.roster):
            strangers = [one for one in turn.people if one not in self.people]
            strangers += [turn.unit] if turn.unit not in self.units else []
            strangers += [turn.shift] if turn.shift not in self.shifts else []
            if strangers:
                raise wrong("roster_strangers", turn=index + 1, names=", ".join(strangers))
        for index, away in enumerate(self.away):
            strangers = [one for one in (away.person, away.instead) if one is not None and one not in self.people]
            if strangers:
                raise wrong("away_strangers", entry=index + 1, names=", ".join(strangers))
        return self
