"""One clock, and the moment a question is asked about."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# clocks are a little wrong; what is dated further ahead than this is kept, marked, and counts when its time has come
AHEAD: Final = timedelta(minutes=5)
# a clock may be wrong by years and what it says is kept; but a day must exist in every time zone
FIRST_MOMENT: Final = datetime(1900, 1, 1, tzinfo=UTC)
END_OF_TIME: Final = datetime(2200, 1, 1, tzinfo=UTC)
# a bare number is a UNIX time only if it is one of this century, in one unit: the four ranges do not meet
UNIX_UNITS_PER_S: Final = (1, 10**3, 10**6, 10**9)
UNIX_FROM_S: Final = 946_684_800  # 2000-01-01
UNIX_BEFORE_S: Final = 4_102_444_800  # 2100-01-01


class Clock(Protocol):
    """What time it is. There is one in a process; only a simulated campus may have a simulated one."""

    def now(self) -> datetime:
        """The time, UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """Time that begins at ``start`` and runs ``rate`` times as fast as the machine's, whatever becomes of its clock."""

    def __init__(self, start: datetime, rate: float) -> None:
        self.rate = rate
        self._start = start
        self._begun_s = time.monotonic()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun_s) * self.rate)


@dataclass(frozen=True, slots=True)
class AsOf:
    """``at`` compares when things occurred; ``known_seq`` what was known then (journal sequence).

    Screens leave ``known_seq`` open; snapshots, reports and the audit store it, so that what was shown can be
    shown again.
    """

    at: datetime
    known_seq: int | None = None


def microseconds(at: datetime) -> int:
    """A moment as whole microseconds since 1970, which a float of seconds cannot hold."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(microseconds: int) -> datetime:
    """The moment, UTC, that ``microseconds`` counts to."""
    return EPOCH + timedelta(microseconds=microseconds)


def is_number(said: Any) -> bool:
    """Whether a time is said as a number, written or not, so that only ``unix_moment`` could tell what is meant."""
    return isinstance(said, int | float) or (isinstance(said, str) and said.replace(".", "", 1).strip("-").isdigit())


def unix_moment(number: float) -> datetime | None:
    """A UNIX time in s, ms, µs or ns, from 2000 to 2100; None for any other number: it would be a guess."""
    for per_s in UNIX_UNITS_PER_S:
        if UNIX_FROM_S * per_s <= number < UNIX_BEFORE_S * per_s:
            return moment(number * 1_000_000 // per_s if isinstance(number, int) else round(number / per_s * 1e6))
    return None
