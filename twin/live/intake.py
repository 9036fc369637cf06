"""From the body of a request or message to entries on disk: read, judge, commit, count; what is refused is kept beside.

Nothing here waits for the disk but the last step, whose future is done when the batch is synced.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from twin.errors import in_both
from twin.live.batch import Appended
from twin.live.dead_letters import DeadLetters
from twin.live.feeds import FeedBook
from twin.live.group_commit import GroupCommit
from twin.live.messages import Kind, Messages, Refused
from twin.live.point_book import PointBook
from twin.model.entries import READING, Entry
from twin.model.time import AHEAD, Clock


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a sender is told: how many are on disk now, how many were before, which were not taken and why."""

    accepted: int
    doubled: int
    refused: tuple[Refused, ...]

    def to_dict(self) -> dict[str, Any]:
        rejected = [
            {
                "index": one.index,
                "code": one.fault.code,
                "text": in_both(one.fault),
            }
            for one in self.refused
        ]
        return {"accepted": self.accepted, "doubled": self.doubled, "rejected": rejected}


class Intake:
    """One way for all feeds. ``points`` gives the points as they are known now."""

    def __init__(
        self,
        commit: GroupCommit,
        points: Callable[[], PointBook],
        feeds: FeedBook,
        letters: DeadLetters,
        clock: Clock,
    ) -> None:
        self.commit = commit
        self.feeds = feeds
        self.letters = letters
        self._points = points
        self._clock = clock

    def read(self, kind: Kind[Any], body: bytes, feed: str, *, lines: bool) -> Messages:
        """The entries of ``body``, judged by their points' limits; raises what ``Kind.read`` raises."""
        found = kind.read(body, feed, lines=lines)
        points, horizon = self._points(), self._clock.now() + AHEAD
        for place, entry in enumerate(found.entries):
            if entry.kind == READING:
                entry = points.judged(entry)
            found.entries[place] = _flagged(entry, horizon) if entry.occurred_at > horizon else entry
        return found

    def keep_refused(self, feed: str, refused: list[Refused], topic: str = "") -> None:
        """Waits for the disk: call it from a worker thread."""
        self.letters.keep(feed, [(one.fault, one.raw) for one in refused], self._clock.now(), topic)

    def receipt(self, feed: str, found: Messages, appended: Appended | None) -> Receipt:
        """Count what became of a batch, and say it."""
        doubled = appended.doubled if appended is not None else 0
        now = self._clock.now()
        self.feeds.arrived(feed, found.entries, now, doubled=doubled, refused=len(found.refused))
        return Receipt(len(found.entries) - doubled, doubled, tuple(found.refused))


def _flagged(entry: Entry, horizon: datetime) -> Entry:
    """A time more than five minutes ahead is kept as it was said, and marked: some clock is wrong."""
    body = json.loads(entry.body) if entry.body else {}
    ahead_s = round((entry.occurred_at - horizon + AHEAD).total_seconds())
    return replace(entry, body=json.dumps({**body, "ahead_s": ahead_s}, ensure_ascii=False))
