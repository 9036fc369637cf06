"""Who is on duty when, in campus-local time: by ``duty.toml`` (``roster.py``) and by the register of rosters
(``register_turns.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from twin.live.incidents.register_turns import RegisterTurn
from twin.live.incidents.roster import Away, DutySettings, Shift, Turn
from twin.live.rules.calendar import WEEKDAYS, Calendar
from twin.model.time import moment

_DAY: Final = timedelta(days=1)


class OnDuty(NamedTuple):
    """``zones`` and ``kinds`` are those the turn names, none for all; ``hours`` are campus-local."""

    person: str
    name: str
    phone: str | None
    unit: str
    shift: str
    title: Mapping[str, str]
    hours: str
    zones: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stands_in_for: str | None = None  # the name of the person whose turn it is
    registered: bool = False  # by the register of rosters, not by duty.toml


class Duty:
    """Both rosters, asked at moments: that of ``duty.toml`` first."""

    def __init__(
        self, settings: DutySettings, timezone: str, calendar: Calendar, registered: Sequence[RegisterTurn] = ()
    ) -> None:
        self.settings = settings
        self._zone = ZoneInfo(timezone)
        self._calendar = calendar
        self._registered = registered
        self._units: dict[str, list[str]] = {}  # of the register -> ours
        for unit, one in settings.units.items():
            for name in dict.fromkeys((unit, *one.register_units)):
                self._units.setdefault(name, []).append(unit)

    def shift_at(self, at_us: int) -> tuple[str, Shift, datetime, datetime] | None:
        """The shift that runs, with its beginning and end; the first in the file where several do."""
        for shift_id, shift in self.settings.shifts.items():
            for _, begins, ends in self._around(shift, at_us):
                return shift_id, shift, begins, ends
        return None

    def on_duty(self, at_us: int, unit: str | None = None) -> list[OnDuty]:
        """Who is on duty, in the order of the rosters."""
        found: list[OnDuty] = []
        for turn in self.settings.roster:
            if unit in (None, turn.unit):
                days = [day for day, _, _ in self._around(self.settings.shifts[turn.shift], at_us)]
                found += [
                    person for day in days if self._works(turn, day) for one in turn.people
                    if (person := self._person(turn, one, day)) is not None
                ]  # fmt: skip
        for registered in self._registered:
            if registered.runs_at(at_us):
                ours = [one for one in self._units.get(registered.staff_unit or "", ()) if unit in (None, one)]
                found += [self._of_register(registered, one) for one in ours]
        return found

    def unit_titles(self) -> Mapping[str, Mapping[str, str]]:
        return {unit: one.title.model_dump() for unit, one in self.settings.units.items()}

    def _works(self, turn: Turn, day: date) -> bool:
        return (
            WEEKDAYS[day.weekday()] in turn.weekdays
            and (turn.start is None or turn.start <= day)
            and (turn.end is None or day <= turn.end)
            and (turn.days == "all" or (turn.days == "working") == self._calendar.is_working_day(day))
        )

    def _person(self, turn: Turn, person_id: str, day: date) -> OnDuty | None:
        """Who takes the turn of a person that day; None where that is nobody."""
        taker: str | None = person_id
        asked: set[str] = set()
        while taker is not None and (away := self._away(taker, day)) is not None:
            asked.add(taker)
            taker = away.instead if away.instead not in asked else None
        if taker is None:
            return None
        person, shift = self.settings.people[taker], self.settings.shifts[turn.shift]
        return OnDuty(
            taker,
            person.name,
            person.phone,
            turn.unit,
            turn.shift,
            shift.title.model_dump(),
            f"{shift.start}–{shift.end}",
            turn.zones,
            turn.kinds,
            None if taker == person_id else self.settings.people[person_id].name,
        )

    def _away(self, person: str, day: date) -> Away | None:
        return next((one for one in self.settings.away if one.person == person and one.start <= day <= one.end), None)

    def _of_register(self, turn: RegisterTurn, unit: str) -> OnDuty:
        hours = "–".join(self._clock(one) for one in (turn.start_us, turn.end_us))
        title = {"zh": turn.role or "排班表", "en": turn.role or "roster"}
        zones = (turn.zone_id,) if turn.zone_id else ()
        return OnDuty(
            turn.staff_id, turn.name, turn.phone, unit, turn.roster_id, title, hours, zones, registered=True
        )  # fmt: skip

    def _clock(self, at_us: int | None) -> str:
        return "…" if at_us is None else f"{moment(at_us).astimezone(self._zone):%H:%M}"

    def _around(self, shift: Shift, at_us: int) -> list[tuple[date, datetime, datetime]]:
        """The day, beginning and end of the shift of today or yesterday in which the moment lies."""
        at = moment(at_us)
        today = at.astimezone(self._zone).date()
        found = []
        for day in (today, today - _DAY):
            begins, ends = self._moment(day, shift.start), self._moment(day, shift.end)
            if shift.end <= shift.start:
                ends = self._moment(day + _DAY, shift.end)
            # in UTC: where the clocks are changed, local times of one zone are compared as if they were not
            if begins.astimezone(UTC) <= at < ends.astimezone(UTC):
                found.append((day, begins, ends))
        return found

    def _moment(self, day: date, clock: str) -> datetime:
        if clock == "24:00":
            day, clock = day + _DAY, "00:00"
        return datetime.combine(day, time.fromisoformat(clock), self._zone)


def said_of(one: OnDuty) -> dict[str, Any]:
    """The shift of somebody on duty, in both languages."""
    stands_in = one.stands_in_for
    return {
        "zh": f"{one.title['zh']} {one.hours} 值班：{one.name}" + (f"（代 {stands_in}）" if stands_in else ""),
        "en": f"on duty {one.hours} ({one.title['en']}): {one.name}"
        + (f" instead of {stands_in}" if stands_in else ""),
    }
