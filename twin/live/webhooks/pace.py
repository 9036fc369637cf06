"""No more than so many messages in any minute, for one robot takes no more."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final

MINUTE_S: Final = 60.0


class Pace:
    """Shared by all hooks that lead to one robot."""

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._taken_s: deque[float] = deque()

    def take(self) -> float:
        """0 where a message may go now, which then counts; else how many seconds from now the next one may."""
        now_s = self._monotonic()
        with self._guard:
            while self._taken_s and now_s - self._taken_s[0] >= MINUTE_S:
                self._taken_s.popleft()
            if len(self._taken_s) >= self._per_minute:
                return self._taken_s[0] + MINUTE_S - now_s
            self._taken_s.append(now_s)
            return 0.0
