"""Slow work done once for all who ask for the same within a second, in few threads, never on the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

import anyio

from twin.errors import CamerasBusyError

KEEP_S: Final = 1.0
WAITING_PER_THREAD: Final = 4
RETRY_S: Final = 2

Result = TypeVar("Result")


class Shared(Generic[Result]):
    """On one event loop. ``at_once`` pieces of work run together; beyond a queue of them it says that it is busy."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._limiter: anyio.CapacityLimiter | None = None
        self._tasks: dict[Hashable, asyncio.Task[Result]] = {}

    async def get(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """What ``work`` returns or raises; if it was begun less than a second ago, or still runs, that."""
        task = self._tasks.get(key)
        if task is None:
            task = self._begin(key, work)
        return await asyncio.shield(task)

    def _begin(self, key: Hashable, work: Callable[[], Result]) -> asyncio.Task[Result]:
        if sum(not one.done() for one in self._tasks.values()) >= self._at_once * (1 + WAITING_PER_THREAD):
            raise CamerasBusyError(retry_after_s=RETRY_S)
        loop = asyncio.get_running_loop()
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._at_once)
        task = loop.create_task(anyio.to_thread.run_sync(work, limiter=self._limiter, abandon_on_cancel=True))
        self._tasks[key] = task
        until_s = loop.time() + KEEP_S

        def forget(done: asyncio.Task[Result]) -> None:
            if not done.cancelled():
                done.exception()  # whoever asked may be gone
            loop.call_at(until_s, self._tasks.pop, key, None)

        task.add_done_callback(forget)
        return task
