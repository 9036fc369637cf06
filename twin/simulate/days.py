"""Days of the campus: when they begin, whether people work, and how the hours of a day look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from twin.model.time import microseconds, moment
from twin.simulate.chance import Floats, Ints

STEP_S = 900  # the quarter of an hour in which meters and weather are worked out
SECOND_US = 1_000_000


def monday_to_friday(day: date) -> bool:
    return day.weekday() < 5


@dataclass
class Days:
    """``is_working_day`` knows the campus' holidays and make-up days."""

    timezone: str
    is_working_day: Callable[[date], bool] = monday_to_friday
    _midnights: dict[date, int] = field(default_factory=dict)

    def day_of(self, at_us: int) -> date:
        return moment(at_us).astimezone(ZoneInfo(self.timezone)).date()

    def midnight_us(self, day: date) -> int:
        """When a day begins."""
        found = self._midnights.get(day)
        if found is None:
            local = datetime.combine(day, time(), ZoneInfo(self.timezone))
            found = self._midnights[day] = microseconds(local.astimezone(UTC))
        return found

    def end_us(self, day: date) -> int:
        return self.midnight_us(day + timedelta(days=1))

    def steps_us(self, day: date) -> Ints:
        """The quarters of a day with both ends; a day on which clocks change has more or fewer."""
        return np.arange(self.midnight_us(day), self.end_us(day) + 1, STEP_S * SECOND_US, dtype=np.int64)


def by_hour(shape: tuple[float, ...], hours: Floats) -> Floats:
    """A day's shape, given at full hours from 0 to 23, in between."""
    return np.interp(hours % 24.0, np.arange(25), [*shape, shape[0]])
