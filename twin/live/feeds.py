"""Each way in as a person watches it: up or down, how fast, how late, what was refused.

A feed is up while something of it arrives. How long it may be silent is said in ``config/feeds.toml``::

    [feeds."http:gateway-3"]
    name = { zh = "三号网关", en = "Gateway 3" }
    silent_after_s = 120

A feed that is named there and never came is listed, too, as waiting.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from twin.config_file import Settings, load_config
from twin.model.entries import Entry
from twin.model.text import Title

CONFIG: Final = Path("config") / "feeds.toml"
SILENT_AFTER_S: Final = 900.0
RATE_OVER_S: Final = 60


class FeedState(StrEnum):
    WAITING = "waiting"  # named in the settings, nothing came yet
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class FeedStatus:
    """``rate_per_s`` is over the last minute; ``lag_s`` how long after its time the last message came."""

    feed: str
    title: Title
    state: FeedState
    rate_per_s: float
    first_at: datetime | None
    last_at: datetime | None
    silent_s: float | None
    lag_s: float | None
    accepted: int
    doubled: int
    refused: int
    connected: bool | None = None  # of feeds that hold a connection
    fault: str = ""


class FeedSettings(Settings):
    name: Title | None = None
    silent_after_s: Annotated[float, Field(gt=0)] = SILENT_AFTER_S


class _FeedsFile(Settings):
    feeds: dict[str, FeedSettings] = Field(default_factory=dict)


def load_feed_settings(campus_folder: Path) -> dict[str, FeedSettings]:
    """Raises ConfigError with the line of the first mistake."""
    return load_config(campus_folder / CONFIG, _FeedsFile).feeds


@dataclass(slots=True)
class _Counts:
    first_at: datetime | None = None
    last_at: datetime | None = None
    last_s: float = 0.0
    lag_s: float | None = None
    accepted: int = 0
    doubled: int = 0
    refused: int = 0
    connected: bool | None = None
    fault: str = ""
    seconds: deque[tuple[int, int]] = field(default_factory=deque)  # second, messages in it


class FeedBook:
    """Counts since the server started. May be used from any thread."""

    def __init__(
        self, settings: dict[str, FeedSettings] | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.settings = settings or {}
        self._monotonic = monotonic
        self._guard = threading.Lock()
        self._feeds: dict[str, _Counts] = {}

    def use(self, settings: dict[str, FeedSettings]) -> None:
        """Other names and times of silence from now on."""
        with self._guard:
            self.settings = settings

    def arrived(self, feed: str, entries: Sequence[Entry], at: datetime, *, doubled: int = 0, refused: int = 0) -> None:
        """Count a batch of which ``entries`` were taken, ``doubled`` of them known before."""
        now_s = self._monotonic()
        with self._guard:
            counts = self._feeds.setdefault(feed, _Counts())
            counts.first_at = counts.first_at or at
            counts.last_at, counts.last_s = at, now_s
            counts.accepted += len(entries) - doubled
            counts.doubled += doubled
            counts.refused += refused
            if entries:
                counts.lag_s = (at - max(one.occurred_at for one in entries)).total_seconds()
            _count(counts.seconds, int(now_s), len(entries) + refused)

    def connected(self, feed: str, connected: bool, fault: str) -> None:
        """A feed that holds a connection says whether it does."""
        with self._guard:
            counts = self._feeds.setdefault(feed, _Counts())
            counts.connected, counts.fault = connected, fault

    def status(self) -> list[FeedStatus]:
        """Every feed that came or is expected, by name."""
        now_s = self._monotonic()
        with self._guard:
            names = sorted({*self._feeds, *self.settings})
            return [self._status(name, self._feeds.get(name), now_s) for name in names]

    def _status(self, feed: str, counts: _Counts | None, now_s: float) -> FeedStatus:
        settings = self.settings.get(feed, FeedSettings())
        title = settings.name or Title(feed, feed)
        if counts is None:
            return FeedStatus(feed, title, FeedState.WAITING, 0.0, None, None, None, None, 0, 0, 0)
        never = counts.first_at is None
        silent_s = now_s - counts.last_s
        lately = sum(messages for second, messages in counts.seconds if second > now_s - RATE_OVER_S)
        return FeedStatus(
            feed,
            title,
            _state(counts, silent_s > settings.silent_after_s),
            round(lately / RATE_OVER_S, 2),
            counts.first_at,
            counts.last_at,
            None if never else round(silent_s, 1),
            counts.lag_s,
            counts.accepted,
            counts.doubled,
            counts.refused,
            counts.connected,
            counts.fault,
        )


def _state(counts: _Counts, silent: bool) -> FeedState:
    if counts.connected is False:
        return FeedState.DOWN
    if counts.first_at is None:
        return FeedState.WAITING
    return FeedState.DOWN if silent else FeedState.UP


def _count(seconds: deque[tuple[int, int]], second: int, messages: int) -> None:
    if seconds and seconds[-1][0] == second:
        seconds[-1] = (second, seconds[-1][1] + messages)
    else:
        seconds.append((second, messages))
    while seconds[0][0] < second - RATE_OVER_S:
        seconds.popleft()
