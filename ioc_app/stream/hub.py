"""The hub: what is on disk goes out to every browser that watches, in batches of 100 ms, each encoded once.

The committing thread only adds to a list (``take``). The event loop makes a batch of it ten times a second. A browser
that comes back says the last number it saw and gets what it missed, or a snapshot when that is no longer kept.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol

from starlette.concurrency import run_in_threadpool

from ioc_app.alarms import flood_dict
from ioc_app.news import Told
from ioc_app.stream.client import Client, Frame
from ioc_app.stream.device_values import DeviceValues
from ioc_app.stream.events import event_shown
from ioc_app.stream.frames import Head, alarms_frame, events_frame, incidents_frame, text_frame, values_frame
from ioc_app.stream.kept_batches import Batch, KeptBatches, Key
from ioc_app.stream.remembered import KEPT_EVENTS, Remembered
from twin.errors import TwinError
from twin.live.alarms.state import AlarmKey, AlarmState
from twin.live.latest import Latest
from twin.live.point_book import PointBook
from twin.live.running import RunningCampus
from twin.live.situation import News
from twin.model.entries import EVENT, StoredEntry
from twin.model.time import AHEAD

BATCH_S: Final = 0.1
BEAT_S: Final = 10.0
SHARED_S: Final = 1.0  # four hundred browsers that come back at once share a snapshot
LOOK_BACK: Final = timedelta(days=1)
MOST_EVENTS: Final = 2_000  # in one batch; the rest is in the journal, and the batch says how many
DEVICES: Final = "devices"

log = logging.getLogger(__name__)


@dataclass
class Waiting:
    """What came since the last batch."""

    stored: list[StoredEntry] = field(default_factory=list)
    changed: dict[str, Latest] = field(default_factory=dict)
    alarms: list[AlarmState] = field(default_factory=list)
    gone: list[AlarmKey] = field(default_factory=list)
    told: Told = field(default_factory=Told)

    def __bool__(self) -> bool:
        return bool(self.stored or self.changed or self.told.alarms or self.told.incidents)


class WallFrames(Protocol):
    """What walls are told; ``turn`` numbers it, and goes on when any of it is otherwise than before."""

    def turn(self) -> int: ...

    def frame_of(self, wall: str) -> str: ...


class Hub:
    """Made once an application, on its event loop."""

    def __init__(
        self,
        running: RunningCampus,
        beat: Callable[[], dict[str, Any]],
        tell: Callable[[News], Told],
        walls: WallFrames,
    ) -> None:
        self.epoch = secrets.token_hex(4)
        self.seq = 0
        self.running = running
        self._beat = beat
        self._tell = tell
        self._walls = walls
        self._walls_turn = walls.turn()
        self._guard = threading.Lock()
        self._waiting = Waiting()
        self._kept = KeptBatches()
        self._remembered = Remembered()
        self._devices = DeviceValues(running)
        self._snapshots: dict[bool, tuple[float, int, list[Frame]]] = {}  # by clearance: when, number, frames
        self._generation = running.points().generation
        self._clients: set[Client] = set()
        self._beaten_s = 0.0
        running.follow(self.take)
        running.watch.follow(self.take_news)

    def __len__(self) -> int:
        return len(self._clients)

    def on_walls(self) -> Counter[str]:
        """How many browsers show each wall. May be asked from any thread."""
        return Counter(one.wall for one in tuple(self._clients) if one.wall is not None)

    def take(self, stored: Sequence[StoredEntry], changed: Sequence[Latest]) -> None:
        """From the committing thread: what is on disk now."""
        with self._guard:
            self._waiting.stored += [one for one in stored if one.entry.kind == EVENT]
            self._waiting.changed.update((one.point_id, one) for one in changed)

    def take_news(self, news: News) -> None:
        """From the thread that judges: what stands otherwise than before."""
        told = self._tell(news)
        with self._guard:
            waiting = self._waiting
            waiting.alarms += news.alarms
            waiting.gone += news.gone
            waiting.told.alarms += told.alarms
            waiting.told.incidents += told.incidents

    async def run(self) -> None:
        """Send a batch every 100 ms while there is something, and a heartbeat every ten seconds."""
        while True:
            await asyncio.sleep(BATCH_S)
            try:
                self._tick()
            except Exception:
                log.exception("a batch could not be sent to the screens; the next one is tried")

    async def look_back(self) -> None:
        """What happened before this process started is news to whoever comes first."""
        now = self.running.clock.now()
        try:
            found = await run_in_threadpool(
                self.running.history.events, now - LOOK_BACK, now + AHEAD, limit=KEPT_EVENTS
            )
        except TwinError:
            log.exception("the events of the last day could not be read; screens start without them")
            return
        self._remembered.take_events(sorted(found, key=lambda one: one.seq))

    def join(self, client: Client, after: str | None) -> None:
        """Let a browser in, with what it missed since ``after`` ("epoch-seq"), or with a snapshot."""
        self._clients.add(client)
        missed = self._missed(client, after)
        if missed is None:
            client.restart(self._snapshot(client))
        else:
            client.offer([self._greeting("hello"), *missed])
        client.offer([*self._wall_frames(client), self._beat_frame()])

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    def recover(self, client: Client) -> None:
        """A browser that was too slow starts over."""
        client.restart([*self._snapshot(client), *self._wall_frames(client)])

    def _tick(self) -> None:
        with self._guard:
            waiting, self._waiting = self._waiting, Waiting()
        self._remembered.take_events(waiting.stored)
        self._remembered.take_told(waiting.told)
        points = self.running.points()
        if points.generation != self._generation:
            self._renumber(points)
        if time.monotonic() - self._beaten_s >= BEAT_S:
            waiting.changed = {**{one.point_id: one for one in self._devices.grown_old(points)}, **waiting.changed}
        if waiting:
            batch = self._batch(points, waiting)
            self._kept.add(batch)
            for client in self._clients:
                client.offer(batch.of(client))
        if (turn := self._walls.turn()) != self._walls_turn:
            self._walls_turn = turn
            for client in self._clients:
                client.offer(self._wall_frames(client))
        if time.monotonic() - self._beaten_s >= BEAT_S:
            self._beaten_s = time.monotonic()
            beat = self._beat_frame()
            for client in self._clients:
                client.offer([beat])

    def _renumber(self, points: PointBook) -> None:
        """A build has switched: what was kept has the numbers of before, and a heartbeat says so at once."""
        self._generation = points.generation
        self._devices.renumber()
        self._remembered.renumber(points.idx_of_device)
        self._kept.clear()
        self._snapshots.clear()
        self._beaten_s = 0.0
        for client in self._clients:
            self.recover(client)

    def _batch(self, points: PointBook, waiting: Waiting) -> Batch:
        self.seq += 1
        frames: dict[Key, list[Frame]] = {}
        head, stored, told = self._head(points), waiting.stored, waiting.told
        values = self._devices.of(points, list(waiting.changed.values()), waiting.alarms, waiting.gone)
        shared: list[Frame] = [values_frame(head, values)] if values else []
        if told.alarms:
            shared.append(alarms_frame(head, told.alarms, self._flood()))
        if told.incidents:
            shared.append(incidents_frame(head, told.incidents))
        for cleared in (False, True):
            found = list(shared)
            if stored:
                shown = self._shown(points, stored[-MOST_EVENTS:], cleared=cleared)
                found.append(events_frame(head, shown))
            frames[DEVICES, cleared] = found
        return Batch(self.seq, frames)

    def _head(self, points: PointBook) -> Head:
        return Head(self.seq, points.generation, self.running.clock.now(), DEVICES)

    def _shown(self, points: PointBook, stored: Iterable[StoredEntry], *, cleared: bool) -> list[dict[str, Any]]:
        """Events with where they are drawn: at their device, or at the position they name, in scene axes."""
        manifest = self.running.campus.generation.manifest
        return [event_shown(one, points, manifest, cleared=cleared) for one in stored]

    def _missed(self, client: Client, after: str | None) -> list[Frame] | None:
        epoch, _, number = (after or "").partition("-")
        if epoch != self.epoch or not number.isdigit():
            return None
        missed = self._kept.after(int(number), self.seq)
        return None if missed is None else [frame for batch in missed for frame in batch.of(client)]

    def _snapshot(self, client: Client) -> list[Frame]:
        hello: list[Frame] = [self._greeting("resync")]
        if DEVICES not in client.layers:
            return hello
        kept = self._snapshots.get(client.cleared)
        now_s = time.monotonic()
        if kept is None or kept[1] != self.seq or now_s - kept[0] > SHARED_S:
            kept = self._snapshots[client.cleared] = (now_s, self.seq, self._whole(cleared=client.cleared))
        return [*hello, *kept[2]]

    def _wall_frames(self, client: Client) -> list[Frame]:
        """To a browser on a wall, and to no other: what is sent there and how the wall is set up."""
        return [] if client.wall is None else [self._walls.frame_of(client.wall)]

    def _whole(self, *, cleared: bool) -> list[Frame]:
        """All that is known now."""
        points = self.running.points()
        if points.generation != self._generation:
            self._renumber(points)
        events = self._shown(points, self._remembered.events, cleared=cleared)
        head = self._head(points)
        return [
            values_frame(head, self._devices.all(points), snapshot=True),
            events_frame(head, events, snapshot=True),
            alarms_frame(head, self._remembered.alarms, self._flood(), snapshot=True),
            incidents_frame(head, self._remembered.incidents, snapshot=True),
        ]

    def _flood(self) -> dict[str, Any]:
        return flood_dict(self.running.watch.flood)

    def _greeting(self, kind: str) -> str:
        """The first frame: where the stream stands, and whose time it tells."""
        return text_frame(kind, epoch=self.epoch, seq=self.seq, timezone=self.running.timezone.key)

    def _beat_frame(self) -> str:
        now = self.running.clock.now().isoformat(timespec="milliseconds")
        return text_frame("beat", epoch=self.epoch, seq=self.seq, at=now, flood=self._flood(), **self._beat())
