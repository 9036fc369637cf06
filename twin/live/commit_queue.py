"""What waits to be committed: bounded, and with a way to tell each caller what became of his batch."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from twin.errors import JournalBusyError, JournalClosedError
from twin.live.batch import Appended, Batch
from twin.model.entries import Entry

# id, kind, subject and feed of an entry with a short body, as objects
_ENTRY_BYTES: Final = 400
_LONGEST_RETRY_S: Final = 60
_SLOWEST_ROWS_S: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A batch whose caller waits. ``loop`` is where an asyncio future must be resolved."""

    batch: Batch
    size_bytes: int
    future: Future[Appended] | asyncio.Future[Appended]
    loop: asyncio.AbstractEventLoop | None = None


Outcome = Appended | Exception


def size_of(entries: Sequence[Entry]) -> int:
    """About how much memory entries take."""
    return sum(_ENTRY_BYTES + (len(one.body) if one.body else 0) for one in entries)


class CommitQueue:
    """First come, first served. ``put`` refuses when more than the limits wait; one batch always has room alone."""

    def __init__(self, path: Path, most_rows: int, most_bytes: int) -> None:
        self._path, self._most_rows, self._most_bytes = path, most_rows, most_bytes
        self._waiting: deque[Waiting] = deque()
        self._changed = threading.Condition()
        self._rows = self._size_bytes = 0
        self._closed = False
        self._rows_per_s = 0.0

    def put(self, one: Waiting) -> None:
        with self._changed:
            if self._closed:
                raise JournalClosedError(path=self._path)
            rows, size_bytes = self._rows + len(one.batch.entries), self._size_bytes + one.size_bytes
            if self._rows and (rows > self._most_rows or size_bytes > self._most_bytes):
                raise JournalBusyError(rows=self._rows, retry_after_s=self._retry_after_s())
            self._waiting.append(one)
            self._rows, self._size_bytes = rows, size_bytes
            self._changed.notify()

    def take(self, most_rows: int) -> list[Waiting]:
        """What goes into the next transaction; waits for something, and is empty only when closed and done."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            taken: list[Waiting] = []
            rows = 0
            while self._waiting and (not taken or rows + len(self._waiting[0].batch.entries) <= most_rows):
                taken.append(self._waiting.popleft())
                rows += len(taken[-1].batch.entries)
            return taken

    def done(self, taken: Sequence[Waiting], seconds: float) -> None:
        """They wait no longer. How long it took tells the next who is refused when to come again."""
        rows = sum(len(one.batch.entries) for one in taken)
        with self._changed:
            self._rows -= rows
            self._size_bytes -= sum(one.size_bytes for one in taken)
            now = rows / max(seconds, 1e-6)
            self._rows_per_s = now if not self._rows_per_s else 0.8 * self._rows_per_s + 0.2 * now

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _retry_after_s(self) -> int:
        return min(_LONGEST_RETRY_S, max(1, ceil(self._rows / max(self._rows_per_s, _SLOWEST_ROWS_S))))


def tell(outcomes: Iterable[tuple[Waiting, Outcome]]) -> None:
    """Resolve each caller with his own outcome; each event loop is woken once for all of its callers."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[Waiting, Outcome]]] = {}
    for one, outcome in outcomes:
        if one.loop is not None:
            loops.setdefault(one.loop, []).append((one, outcome))
        elif isinstance(one.future, Future) and one.future.set_running_or_notify_cancel():
            _resolve(one, outcome)
    for loop, told in loops.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits there any more
            loop.call_soon_threadsafe(_resolve_all, told)


def _resolve_all(told: list[tuple[Waiting, Outcome]]) -> None:
    for one, outcome in told:
        if not one.future.done():  # its caller may have gone
            _resolve(one, outcome)


def _resolve(one: Waiting, outcome: Outcome) -> None:
    if isinstance(outcome, Exception):
        one.future.set_exception(outcome)
    else:
        one.future.set_result(outcome)
