"""Many senders, one disk: what waits is committed together, and each sender hears when his own is on disk.

A sync costs the same for one row and for thousands, so while one transaction is being synced the next one gathers.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from twin.errors import JournalFaultError, TwinError
from twin.live.batch import Appended, Batch
from twin.live.commit_queue import CommitQueue, Outcome, Waiting, size_of, tell
from twin.live.disk_watch import DiskWatch
from twin.live.journal import Journal
from twin.model.entries import Entry, StoredEntry
from twin.model.time import Clock, SystemClock

_CAUGHT_UP_AT_ONCE: Final = 5_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommitLimits:
    """How much may wait, and how much goes into one transaction."""

    transaction_rows: int = 5_000
    waiting_rows: int = 200_000
    waiting_bytes: int = 128 * 2**20


class GroupCommit:
    """Takes batches from any thread or event loop, and commits them in a thread of its own."""

    def __init__(
        self,
        journal: Journal,
        *,
        on_committed: Callable[[list[StoredEntry]], None] | None = None,
        limits: CommitLimits | None = None,
        disk: DiskWatch | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._journal = journal
        self._on_committed = on_committed
        self._limits = limits or CommitLimits()
        self._disk = disk or DiskWatch(journal.path.parent)
        self._clock = clock or SystemClock()
        self._queue = CommitQueue(journal.path, self._limits.waiting_rows, self._limits.waiting_bytes)
        self._announced_seq = journal.last_seq()
        self._failing = self._unsure = False
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, entries: Sequence[Entry]) -> Future[Appended]:
        """Hand over a batch; the future is done when it is synced. Refuses when too much waits or the disk is low."""
        future: Future[Appended] = Future()
        self._put(entries, future, None)
        return future

    def submit_async(self, entries: Sequence[Entry]) -> asyncio.Future[Appended]:
        """As ``submit``, for the running event loop."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Appended] = loop.create_future()
        self._put(entries, future, loop)
        return future

    def _put(
        self,
        entries: Sequence[Entry],
        future: Future[Appended] | asyncio.Future[Appended],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        self._disk.require_room()
        self._queue.put(Waiting(Batch(entries, self._clock.now()), size_of(entries), future, loop))

    def close(self) -> None:
        """Take nothing more, commit what waits, and end."""
        self._queue.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        while taken := self._queue.take(self._limits.transaction_rows):
            began_s = time.monotonic()
            outcomes = self._commit(taken)
            self._queue.done(taken, time.monotonic() - began_s)
            tell(zip(taken, outcomes, strict=True))
            self._announce([entry for one in outcomes if isinstance(one, Appended) for entry in one.stored])

    def _commit(self, taken: list[Waiting]) -> list[Outcome]:
        """All in one transaction; if one batch is at fault, each in its own, so that only that one fails."""
        try:
            outcomes: list[Outcome] = [*self._journal.append_many([one.batch for one in taken])]
        except JournalFaultError as fault:
            self._note(fault)
            return [fault for _ in taken]
        except Exception as fault:
            return [fault] if len(taken) == 1 else [self._commit([one])[0] for one in taken]
        self._note(None)
        return outcomes

    def _note(self, fault: TwinError | None) -> None:
        """One line when the disk fails, one when it is well again."""
        if fault is not None and not self._failing:
            _log.error("journal: commits fail: %s", fault)
        elif fault is None and self._failing:
            _log.warning("journal: commits succeed again")
            # a commit that failed may be on disk all the same: its sender repeats it and hears that it is known,
            # so the hook must learn of it from the journal
            self._unsure = True
        self._failing = fault is not None

    def _announce(self, stored: list[StoredEntry]) -> None:
        """Tell the hook what is on disk now, in order, and nothing twice."""
        if self._unsure:
            self._unsure = False
            while missed := self._journal.tail(self._announced_seq, _CAUGHT_UP_AT_ONCE):
                self._tell_hook(missed)
        elif stored:
            self._tell_hook(stored)

    def _tell_hook(self, stored: list[StoredEntry]) -> None:
        self._announced_seq = stored[-1].seq
        if self._on_committed is None:
            return
        try:
            self._on_committed(stored)
        except Exception:
            _log.exception("journal: what follows on a commit failed; the entries are stored")
