"""The newest value of every point, by its own time: what arrives late changes nothing newer, what is ahead waits.

A value more than five minutes ahead of the clock is not the newest of anything until its time has come.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from twin.model.entries import READING, StoredEntry
from twin.model.live import Quality
from twin.model.time import AHEAD

MOST_AHEAD: Final = 10_000


@dataclass(slots=True, unsafe_hash=True)
class Latest:
    """A value as it was sent; ``quality_at`` says what it is worth later."""

    point_id: str
    observed_at: datetime
    value: float | None
    quality: str
    received_at: datetime
    seq: int

    def quality_at(self, now: datetime, stale_after_s: float) -> Quality:
        """A stale value is not a value, whatever it was when it came."""
        stale = (now - self.observed_at).total_seconds() > stale_after_s
        return Quality.STALE if stale and self.quality == Quality.GOOD else Quality(self.quality)


class LatestBook:
    """Fed in the order of the journal, asked from any thread."""

    def __init__(self, known: Iterable[Latest] = ()) -> None:
        self._guard = threading.Lock()
        self._latest = {one.point_id: one for one in known}
        self._ahead: list[Latest] = []

    def take(self, stored: Iterable[StoredEntry], now: datetime) -> list[Latest]:
        """Take readings up; those that became the newest of their point."""
        horizon = now + AHEAD
        with self._guard:
            changed = {one.point_id: one for one in self._due(now)}
            for one in stored:
                if one.entry.kind != READING:
                    continue
                point_id, at = one.entry.subject, one.entry.occurred_at
                if at > horizon:
                    self._wait(_latest(one))
                    continue
                known = self._latest.get(point_id)
                if known is None or at > known.observed_at or (at == known.observed_at and one.seq > known.seq):
                    self._latest[point_id] = changed[point_id] = _latest(one)
            return list(changed.values())

    def get(self, point_id: str) -> Latest | None:
        with self._guard:
            return self._latest.get(point_id)

    def all(self) -> dict[str, Latest]:
        with self._guard:
            return dict(self._latest)

    def _newer(self, found: Latest) -> bool:
        known = self._latest.get(found.point_id)
        return known is None or (found.observed_at, found.seq) > (known.observed_at, known.seq)

    def _wait(self, found: Latest) -> None:
        self._ahead.append(found)
        if len(self._ahead) > MOST_AHEAD:  # a broken clock; the journal has them all
            del self._ahead[: MOST_AHEAD // 2]

    def _due(self, now: datetime) -> list[Latest]:
        if not self._ahead:
            return []
        due = [one for one in self._ahead if one.observed_at <= now + AHEAD]
        self._ahead = [one for one in self._ahead if one.observed_at > now + AHEAD]
        taken = []
        for one in due:
            if self._newer(one):
                self._latest[one.point_id] = one
                taken.append(one)
        return taken


def _latest(stored: StoredEntry) -> Latest:
    entry = stored.entry
    quality = entry.quality or Quality.GOOD.value
    return Latest(entry.subject, entry.occurred_at, entry.value, quality, stored.received_at, stored.seq)
