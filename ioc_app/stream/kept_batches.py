"""The last batches, for browsers that come back: as many as one of them may be sent at once."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import Final

from ioc_app.stream.client import MOST_WAITING_BYTES, Client, Frame

KEPT_BATCHES: Final = 600

Key = tuple[str, bool]  # layer, cleared


@dataclass(frozen=True, slots=True)
class Batch:
    """The frames of one number, by layer and clearance."""

    seq: int
    frames: dict[Key, list[Frame]]

    def of(self, client: Client) -> list[Frame]:
        return [one for layer in client.layers for one in self.frames.get((layer, client.cleared), ())]

    @property
    def size_bytes(self) -> int:
        """Of what is the most for one clearance."""
        sizes = Counter[bool]()
        for (_, cleared), some in self.frames.items():
            sizes[cleared] += sum(map(len, some))
        return max(sizes.values(), default=0)


class KeptBatches:
    """In their order, one number after the other."""

    def __init__(self, most: int = KEPT_BATCHES, most_bytes: int = MOST_WAITING_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._batches: deque[Batch] = deque()
        self._bytes = 0

    def add(self, batch: Batch) -> None:
        self._batches.append(batch)
        self._bytes += batch.size_bytes
        while self._batches and (len(self._batches) > self._most or self._bytes > self._most_bytes):
            self._bytes -= self._batches.popleft().size_bytes

    def clear(self) -> None:
        self._batches.clear()
        self._bytes = 0

    def after(self, seen: int, newest: int) -> list[Batch] | None:
        """What came after ``seen``; None where some of it is no longer here, or is still to come."""
        oldest = self._batches[0].seq if self._batches else newest + 1
        if not oldest - 1 <= seen <= newest:
            return None
        return [one for one in self._batches if one.seq > seen]
