"""Entries dated ahead of now: they wait until their time is near, for clocks are a little wrong but not by much."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Final

from twin.live.rules.track import SECOND_US
from twin.model.entries import StoredEntry
from twin.model.time import AHEAD

AHEAD_US: Final = AHEAD // timedelta(microseconds=1)  # dated further ahead than this, an entry waits
_TOO_FAR_US: Final = 3600 * SECOND_US  # and further than this it is left to the lists of faults
_MOST: Final = 100_000


class HeldAhead:
    """What waits, the nearest first; entries of one moment in the order in which they arrived."""

    def __init__(self) -> None:
        self._held: list[tuple[int, int, StoredEntry]] = []
        self._tie = count()

    def hold(self, stored: StoredEntry, at_us: int, now_us: int) -> bool:
        """Keep an entry that occurs at ``at_us``; False where that is too far ahead, or too much waits."""
        if at_us - now_us > _TOO_FAR_US or len(self._held) >= _MOST:
            return False
        heapq.heappush(self._held, (at_us, next(self._tie), stored))
        return True

    def near(self, now_us: int) -> Iterator[tuple[int, StoredEntry]]:
        """Let go of what is near by now."""
        while self._held and self._held[0][0] - now_us <= AHEAD_US:
            at_us, _, stored = heapq.heappop(self._held)
            yield at_us, stored
