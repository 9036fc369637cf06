"""The recent samples of one point in event time: three flat arrays, 17 bytes a sample."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from enum import IntEnum
from typing import Final

from twin.model.live import Quality

GOOD: Final = 0
OUT_OF_RANGE: Final = 3
CODES: Final[dict[str | None, int]] = {
    None: GOOD,
    Quality.GOOD.value: GOOD,
    Quality.STALE.value: 1,
    Quality.OFFLINE.value: 2,
    Quality.OUT_OF_RANGE.value: OUT_OF_RANGE,
}
UNKNOWN_CODE: Final = 4  # a word of others for a quality: certainly not good
BEYOND_TELLING: Final = 5  # out of range, and no number came with it
NAMES: Final = {code: name for name, code in CODES.items() if name} | {
    UNKNOWN_CODE: "unknown",
    BEYOND_TELLING: Quality.OUT_OF_RANGE.value,
}


class Put(IntEnum):
    """Where a sample went."""

    NEWEST = 0
    EARLIER = 1
    NOWHERE = 2  # it is there already, or gives way to another of the same time


class Series:
    """Samples sorted by time, one a time. Of two at one time the better quality, then the higher value stays."""

    __slots__ = ("codes", "newest_us", "times", "values")

    def __init__(self) -> None:
        self.times = array("q")
        self.values = array("d")
        self.codes = array("b")
        self.newest_us = -(1 << 62)

    def put(self, at_us: int, value: float, code: int) -> Put:
        if at_us > self.newest_us:
            self.times.append(at_us)
            self.values.append(value)
            self.codes.append(code)
            self.newest_us = at_us
            return Put.NEWEST
        return self._put_earlier(at_us, value, code)

    def _put_earlier(self, at_us: int, value: float, code: int) -> Put:
        at = bisect_left(self.times, at_us)
        if at < len(self.times) and self.times[at] == at_us:
            # without regard to which came first: the outcome may not depend on arrival
            if (-code, value) <= (-self.codes[at], self.values[at]):
                return Put.NOWHERE
            self.values[at], self.codes[at] = value, code
            return Put.EARLIER
        self.times.insert(at, at_us)
        self.values.insert(at, value)
        self.codes.insert(at, code)
        return Put.EARLIER

    def after(self, at_us: int) -> int:
        """Index of the first sample later than this."""
        return bisect_right(self.times, at_us)

    def forget_before(self, at_us: int) -> None:
        """Drop samples earlier than this; the newest always stays."""
        count = min(bisect_left(self.times, at_us), len(self.times) - 1)
        if count > 0:
            del self.times[:count], self.values[:count], self.codes[:count]
