"""Working hours in campus-local time: ``config/calendar.toml``.

::

    working_days = ["mon", "tue", "wed", "thu", "fri"]
    working_hours = [["08:30", "12:00"], ["14:00", "17:30"]]
    make_up_days = [2026-10-10]          # worked although a Saturday

    [[holidays]]
    from = 2026-10-01
    to = 2026-10-07                      # the last day off
    title = { zh = "国庆节", en = "National Day" }
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr, model_validator

from twin.live.rules.checked import Names, Strict, check_file
from twin.mistakes import wrong

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS_REMEMBERED: Final = 400


class Holidays(Strict):
    """Days off in a row, both ends included."""

    start: date = Field(alias="from")
    end: date = Field(alias="to")
    title: Names | None = None

    @model_validator(mode="after")
    def _forward(self) -> Holidays:
        if self.end < self.start:
            raise wrong("ends_before_start")
        return self


class Calendar(Strict):
    """When people work here. Without a file: Monday to Friday, 08:30-12:00 and 14:00-17:30 (unverified)."""

    working_days: tuple[Weekday, ...] = WEEKDAYS[:5]
    working_hours: tuple[tuple[ClockTime, ClockTime], ...] = (("08:30", "12:00"), ("14:00", "17:30"))
    holidays: tuple[Holidays, ...] = ()
    make_up_days: tuple[date, ...] = ()
    tariff_periods: tuple[dict[str, Any], ...] = ()  # read by the energy pages, not here
    timezone: str = "Asia/Shanghai"
    _days: dict[date, tuple[tuple[int, int], ...]] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _in_order(self) -> Calendar:
        for start, end in self.working_hours:
            if end <= start:
                raise wrong("hours_backwards", start=start, end=end)
        return self

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_working_day(self, day: date) -> bool:
        """A make-up day is worked even where a holiday or a weekend says otherwise."""
        if day in self.make_up_days:
            return True
        off = any(one.start <= day <= one.end for one in self.holidays)
        return WEEKDAYS[day.weekday()] in self.working_days and not off

    def working(self, at_us: int) -> bool:
        """Whether people work at this moment. Hours begin inclusive and end exclusive."""
        day = datetime.fromtimestamp(at_us / 1e6, self._zone).date()
        spans = self._days.get(day)
        if spans is None:
            if len(self._days) >= _DAYS_REMEMBERED:
                self._days.clear()
            spans = self._days[day] = self._spans(day)
        return any(start <= at_us < end for start, end in spans)

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        if not self.is_working_day(day):
            return ()
        return tuple((self._moment_us(day, start), self._moment_us(day, end)) for start, end in self.working_hours)

    def _moment_us(self, day: date, clock: str) -> int:
        if clock == "24:00":
            day, clock = day + timedelta(days=1), "00:00"
        local = datetime.combine(day, time.fromisoformat(clock), self._zone)
        return int(local.astimezone(UTC).timestamp()) * 1_000_000


def load_calendar(config: Path, timezone: str) -> Calendar:
    """``config/calendar.toml``, or the usual hours where there is none."""
    path = config / "calendar.toml"
    if not path.is_file():
        return Calendar(timezone=timezone)
    return check_file(path, Calendar).model_copy(update={"timezone": timezone})
