"""Which days are alike: working weekdays, Saturdays, Sundays and holidays."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from twin.analysis.energy.readings import Flags, Ints

_EPOCH: Final = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY: Final = 3  # a Thursday; Monday is 0
WEDNESDAY, SATURDAY, SUNDAY, HOLIDAY = 2, 5, 6, 7
KINDS: Final = 8


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Holidays and make-up days (worked although a weekend) of the campus, as ``config/calendar.toml`` lists them."""

    holidays: Collection[date] = ()
    make_up_days: Collection[date] = ()

    def kinds(self, days: Ints) -> Ints:
        """Monday 0 … Sunday 6, HOLIDAY 7, of days since 1970-01-01. A make-up day is a Wednesday."""
        kinds: Ints = (days + _EPOCH_WEEKDAY) % 7
        kinds[np.isin(days, _numbers(self.holidays))] = HOLIDAY
        kinds[np.isin(days, _numbers(self.make_up_days))] = WEDNESDAY
        return kinds

    def working(self, days: Ints) -> Flags:
        return self.kinds(days) < SATURDAY


def _numbers(days: Collection[date]) -> Ints:
    return np.array([one.toordinal() - _EPOCH for one in days], dtype=np.int64)
