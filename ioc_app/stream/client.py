"""What waits for one browser: bounded, so that one that stalls costs little and is told to start over."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

MOST_WAITING_BYTES: Final = 8 * 2**20

Frame = bytes | str


class Client:
    """Frames in order. ``offer`` never waits; ``take`` waits for some. All on one event loop."""

    def __init__(self, layers: frozenset[str], *, cleared: bool, wall: str | None = None) -> None:
        self.layers = layers
        self.cleared = cleared
        self.wall = wall  # that it hangs on
        self.lost = False  # too much waited: what it knows is no longer whole
        self._frames: deque[Frame] = deque()
        self._size_bytes = 0
        self._some = asyncio.Event()

    @property
    def waiting_bytes(self) -> int:
        return self._size_bytes

    def offer(self, frames: Sequence[Frame]) -> None:
        """Queue frames, or drop all that waits when it became too much: a snapshot is smaller."""
        if self.lost:
            return
        for one in frames:
            self._frames.append(one)
            self._size_bytes += len(one)
        if self._size_bytes > MOST_WAITING_BYTES:
            self._clear()
            self.lost = True
        if frames:
            self._some.set()

    def restart(self, frames: Sequence[Frame]) -> None:
        """Begin anew with a snapshot."""
        self._clear()
        self.lost = False
        self.offer(frames)

    async def take(self) -> list[Frame]:
        """What waits; nothing when ``lost``."""
        await self._some.wait()
        self._some.clear()
        frames = list(self._frames)
        self._clear()
        return frames

    def _clear(self) -> None:
        self._frames.clear()
        self._size_bytes = 0
