"""What somebody looks at is kept ready: who asks about "now" waits only where nobody asked before.

Time is cut into steps of ``every_s``. Whoever asks in a step gets what was made in it or, until that is there, what was
made in the step before; never anything older. What was asked for lately is made anew at the beginning of each step by
one thread, which ends when nobody asks any more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ioc_app.screens.kept import KeptAnswers

LOOKED_AT_S: Final = 60.0
MOST_WATCHED: Final = 500

Value = TypeVar("Value")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched(Generic[Value]):
    make: Callable[[], Value]
    every_s: float
    asked_s: float
    made: int  # in which step last

    def lapsed(self, now_s: float) -> bool:
        """Nobody asks any more; who asks seldom is waited for a little longer than they take."""
        return now_s - self.asked_s > max(LOOKED_AT_S, 1.5 * self.every_s)


class Ready(Generic[Value]):
    """``lasts`` says whether a value may still be given in the step after its own."""

    def __init__(
        self,
        kept: KeptAnswers[Value],
        lasts: Callable[[Value], bool],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._lasts, self._now_s = kept, lasts, now_s
        self._woken = threading.Condition()
        self._watched: OrderedDict[Hashable, _Watched[Value]] = OrderedDict()
        self._thread: threading.Thread | None = None
        self._closed = False

    def of(self, key: Hashable, every_s: float, make: Callable[[], Value]) -> Value:
        """The value of ``key``. Raises what ``make`` raises."""
        now_s = self._now_s()
        step = int(now_s / every_s)
        found = self._kept.find((key, step))
        before = self._kept.find((key, step - 1)) if found is None else None
        lasting = before is not None and self._lasts(before)
        self._look(key, _Watched(make, every_s, now_s, step - 1 if lasting else step))
        if found is not None:
            return found
        if before is not None and lasting:
            return before
        return self._made(key, step, every_s, make)

    def close(self) -> None:
        """Make nothing ahead any more; what is being made is waited for."""
        with self._woken:
            self._closed = True
            self._woken.notify()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _look(self, key: Hashable, look: _Watched[Value]) -> None:
        with self._woken:
            if key not in self._watched:
                self._watched[key] = look
                self._woken.notify()
            self._watched[key].asked_s = look.asked_s
            self._watched.move_to_end(key)
            while len(self._watched) > MOST_WATCHED:
                self._watched.popitem(last=False)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._make_ahead, name="screens-ahead", daemon=True)
                self._thread.start()

    def _made(self, key: Hashable, step: int, every_s: float, make: Callable[[], Value]) -> Value:
        """By one thread, while others that want the same wait. Kept until the end of the next step."""
        return self._kept.of((key, step), make, 2 * every_s)

    def _make_ahead(self) -> None:
        while True:
            with self._woken:
                due = self._due()
                if due is None:
                    if self._closed or not self._watched:
                        self._thread = None
                        return
                    self._woken.wait(self._until_next_s())
                    continue
            key, one, step = due
            try:
                self._made(key, step, one.every_s, one.make)
            except Exception:  # whoever asks is told
                log.exception("a screen's answer could not be made ahead")

    def _due(self) -> tuple[Hashable, _Watched[Value], int] | None:
        """The one that is waiting for longest."""
        now_s = self._now_s()
        for key in [key for key, one in self._watched.items() if one.lapsed(now_s)]:
            del self._watched[key]
        steps = [(key, one, int(now_s / one.every_s)) for key, one in self._watched.items()]
        late = [found for found in steps if found[1].made < found[2]]
        if not late or self._closed:
            return None
        key, one, step = min(late, key=lambda found: found[2] * found[1].every_s)
        one.made = step
        return key, one, step

    def _until_next_s(self) -> float:
        now_s = self._now_s()
        return max(0.01, min(one.every_s - now_s % one.every_s for one in self._watched.values()))
