"""What is on disk and not judged yet: handed from the committing thread to the one that judges, in bounds.

When too much waits it is let go here and read from the journal again, so memory stays flat and nothing is passed over.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from twin.model.entries import StoredEntry

MOST_WAITING: Final = 50_000
_AT_ONCE: Final = 10_000

Tail = Callable[[int, int], list[StoredEntry]]


class Arrivals:
    """``put`` never waits; ``take`` gives everything after ``after_seq`` once and in order."""

    def __init__(self, tail: Tail, after_seq: int, most_waiting: int = MOST_WAITING) -> None:
        self._tail = tail
        self._most_waiting = most_waiting
        self._some = threading.Condition()
        self._waiting: deque[Sequence[StoredEntry]] = deque()
        self._count = 0
        self._taken_seq = self._newest_seq = after_seq
        self._behind = False  # what waits is to be read from the journal
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many entries are not judged yet; numbers may be left out, so it is at most that."""
        return self._newest_seq - self._taken_seq

    def put(self, stored: Sequence[StoredEntry]) -> None:
        with self._some:
            if stored[0].seq <= self._taken_seq:  # on disk before it was handed over, and read from there meanwhile
                stored = [one for one in stored if one.seq > self._taken_seq]
                if not stored:
                    return
            self._newest_seq = stored[-1].seq
            if not self._behind:
                self._waiting.append(stored)
                self._count += len(stored)
                if self._count > self._most_waiting:
                    self._forget()
                    self._behind = True
            self._some.notify()

    def take(self, timeout_s: float) -> list[StoredEntry]:
        """What has come, or nothing after ``timeout_s``; raises what reading the journal raises."""
        with self._some:
            if not (self._waiting or self._behind or self._closed):
                self._some.wait(timeout_s)
            if not self._behind:
                taken = [one for batch in self._waiting for one in batch]
                self._forget()
                self._taken_seq = taken[-1].seq if taken else self._taken_seq
                return taken
        return self._catch_up()

    def close(self) -> None:
        with self._some:
            self._closed = True
            self._some.notify()

    def _catch_up(self) -> list[StoredEntry]:
        found = self._tail(self._taken_seq, _AT_ONCE)
        with self._some:
            self._taken_seq = found[-1].seq if found else self._newest_seq
            self._newest_seq = max(self._newest_seq, self._taken_seq)
            self._behind = self._taken_seq < self._newest_seq
        return found

    def _forget(self) -> None:
        self._waiting.clear()
        self._count = 0
