"""The live side of one campus in the process that serves it: opened together, closed together.

One process writes ``live/``: a second one that serves the same campus is refused by the journal's lock.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from typing import Final
from zoneinfo import ZoneInfo

from twin.live.dead_letters import DeadLetters
from twin.live.feeds import CONFIG as FEEDS
from twin.live.feeds import FeedBook, load_feed_settings
from twin.live.group_commit import GroupCommit
from twin.live.intake import Intake
from twin.live.journal import Journal
from twin.live.kept_acts import KeptActs
from twin.live.latest import Latest, LatestBook
from twin.live.moment import Moments, latest_of
from twin.live.past import Past
from twin.live.point_book import CONFIG as POINTS
from twin.live.point_book import PointBook, PointsFile, load_point_settings
from twin.live.seal import Sealer
from twin.live.upkeep import Upkeep
from twin.live.watched import ConfigWatch, Watched
from twin.live.watching import Watch
from twin.live.webhooks.running import Webhooks
from twin.live.webhooks.settings import HookSettings
from twin.model.entries import StoredEntry
from twin.model.time import Clock, SystemClock
from twin.store.campus import Campus
from twin.store.history import History

LOOK_S: Final = 1.0  # the file that names the generation is not read for every message

Follower = Callable[[Sequence[StoredEntry], Sequence[Latest]], None]

log = logging.getLogger(__name__)


class RunningCampus:
    """Readers (``history``, ``latest``, ``points``) work at once; ``intake`` is there while it runs."""

    def __init__(self, campus: Campus, timezone: ZoneInfo, clock: Clock | None = None) -> None:
        self.campus = campus
        self.clock = clock or SystemClock()
        self.history = History.open(campus.folder, clock=self.clock)
        self.feeds = FeedBook()
        self.latest = LatestBook()
        self.intake: Intake | None = None
        self._acts = KeptActs(campus.folder)
        self.watch = Watch(campus, timezone, self.clock, self.history, self._acts, self.heard)
        self.timezone = timezone
        self.moments = Moments(self.history, self.clock)
        in_force = self.watch
        self.past = Past(campus.folder, lambda: in_force.in_force.windows, lambda: in_force.in_force.limits)
        self._points: tuple[int, PointsFile, PointBook] | None = None
        self._looked_at_s = 0.0
        self._guard = threading.Lock()
        self._followers: list[Follower] = []
        self._webhooks: Webhooks | None = None
        self._parts: ExitStack | None = None
        self.config = ConfigWatch()
        folder = campus.folder
        self._point_settings = Watched(
            [folder / POINTS], partial(load_point_settings, folder), PointsFile(), settled=True
        )
        feeds: Watched[None] = Watched([folder / FEEDS], self._use_feeds, None, settled=True)
        self.config.add(self._point_settings, feeds)

    def points(self) -> PointBook:
        """The points of the generation in use; a new one is taken up within a second, as are other settings."""
        now_s = time.monotonic()
        with self._guard:
            if self._points is None or now_s - self._looked_at_s >= LOOK_S:
                self._looked_at_s = now_s
                generation, settings = self.campus.generation, self._point_settings.value
                if self._points is None or self._points[0] != generation.number or self._points[1] is not settings:
                    self._points = (generation.number, settings, PointBook.of(generation, settings))
            return self._points[2]

    @property
    def hooks(self) -> Sequence[HookSettings] | None:
        """The webhooks in force; None before the campus runs."""
        return self._webhooks.watched.value if self._webhooks is not None else None

    @cached_property
    def letters(self) -> DeadLetters:
        """What came and could not be taken."""
        return DeadLetters(self.campus.folder)

    def follow(self, follower: Follower) -> None:
        """Be called, in the committing thread, with what is on disk now and which latest values it changed."""
        self._followers.append(follower)

    def heard(self) -> frozenset[str]:
        """Points that ever sent a value, and their devices."""
        points = self.latest.all()
        return frozenset(points) | {one.rpartition(":")[0] for one in points}

    def look_back(self) -> None:
        """Take up the newest values that are kept."""
        self.latest = LatestBook(_known(self.history))

    def look_only(self) -> None:
        """For who reads the past beside the process that writes it: takes no lock and writes nothing."""
        self.points()
        self.look_back()
        self.watch.look_only()

    def start(self) -> bool:
        """Open the journal and go on where the last process stopped; whether it was closed before.

        Raises JournalLockedError, ConfigError.
        """
        if self._parts is not None:
            return False
        self.points()
        with ExitStack() as opened:
            journal = opened.enter_context(Journal(self.campus.folder, clock=self.clock))
            sealer = Sealer(self.campus.folder, self.timezone.key, clock=self.clock)
            for damaged in sealer.start():
                log.error("history: %s is damaged and cannot be written again: %s", damaged.file.name, damaged.detail)
            self.look_back()
            commit = opened.enter_context(GroupCommit(journal, on_committed=self._committed, clock=self.clock))
            self.watch.start(journal, commit)
            opened.callback(self.watch.close)
            self._webhooks = Webhooks(self.campus.folder, journal, self.clock, timezone=self.timezone)
            self._webhooks.start()
            opened.callback(self._webhooks.close)
            self.config.add(self._webhooks.watched)
            opened.callback(self.config.drop, self._webhooks.watched)
            upkeep = Upkeep(journal, sealer, self._acts, self.clock)
            upkeep.start()
            opened.callback(upkeep.close)
            self.config.start()
            opened.callback(self.config.close)
            self.intake = Intake(commit, self.points, self.feeds, self.letters, self.clock)
            self._parts = opened.pop_all()
        return True

    def close(self) -> None:
        """Commit what waits, and let the journal go."""
        if self._parts is None:
            return
        parts, self._parts, self.intake = self._parts, None, None
        parts.close()  # the last opened first

    def _use_feeds(self) -> None:
        self.feeds.use(load_feed_settings(self.campus.folder))

    def _committed(self, stored: list[StoredEntry]) -> None:
        self.watch.take(stored)
        if self._webhooks is not None:
            self._webhooks.wake()
        changed = self.latest.take(stored, self.clock.now())
        for follower in self._followers:
            follower(stored, changed)


def _known(history: History) -> list[Latest]:
    """The newest value of each point, from all that is kept. A campus that was never live has none."""
    return latest_of(history.latest())
