"""Campus-local days: what the history is cut into."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from twin.model.time import microseconds, moment

# offsets of time zones change on quarters of an hour only
_QUARTER_US: Final = 15 * 60 * 1_000_000


class LocalDays:
    """Which day of the campus a moment belongs to, and when that day begins and ends."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self._zone = ZoneInfo(timezone)

    def day_at(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def days_of(self, occurred_us: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """The day of each moment; asks the zone once a quarter of an hour, not once a row."""
        quarters, where = np.unique(occurred_us // _QUARTER_US, return_inverse=True)
        days = np.array([self.day_at(moment(int(one) * _QUARTER_US)) for one in quarters], dtype=object)
        return days[where]

    def bounds_us(self, day: date) -> tuple[int, int]:
        """First microsecond of the day, and of the next one; 23 or 25 hours apart where clocks change."""
        return self._midnight_us(day), self._midnight_us(day + timedelta(days=1))

    def _midnight_us(self, day: date) -> int:
        return microseconds(datetime.combine(day, time(), self._zone).astimezone(UTC))
