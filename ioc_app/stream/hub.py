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
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from ioc_app.stream.client import Client, Frame
from ioc_app.stream.frames import STATE_OF_QUALITY, Head, Value, events_frame, text_frame, values_frame
from twin.errors import TwinError
from twin.live.latest import Latest
from twin.live.messages_out import MOVE, event_dict, type_of
from twin.live.running import RunningCampus
from twin.model.entries import READING, StoredEntry
from twin.model.time import AHEAD

BATCH_S: Final = 0.1
BEAT_S: Final = 10.0
SHARED_S: Final = 1.0  # four hundred browsers that come back at once share a snapshot
KEPT_BATCHES: Final = 600
KEPT_EVENTS: Final = 200
KEPT_MOVES: Final = 1000
LOOK_BACK: Final = timedelta(days=1)
MOST_EVENTS: Final = 2_000  # in one batch; the rest is in the journal, and the batch says how many
DEVICES: Final = "devices"

Key = tuple[str, bool]  # layer, cleared

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """The frames of one number, by layer and clearance."""

    seq: int
    frames: dict[Key, list[Frame]]

    def of(self, client: Client) -> list[Frame]:
        return [one for layer in client.layers for one in self.frames.get((layer, client.cleared), ())]


class Hub:
    """Made once an application, on its event loop."""

    def __init__(self, running: RunningCampus, beat: Callable[[], dict[str, Any]]) -> None:
        self.epoch = secrets.token_hex(4)
        self.seq = 0
        self.running = running
        self._beat = beat
        self._guard = threading.Lock()
        self._stored: list[StoredEntry] = []
        self._changed: dict[str, Latest] = {}
        self._kept: deque[Batch] = deque(maxlen=KEPT_BATCHES)
        self._events: deque[StoredEntry] = deque(maxlen=KEPT_EVENTS)
        self._moves: OrderedDict[str, StoredEntry] = OrderedDict()
        self._snapshots: dict[bool, tuple[float, int, list[Frame]]] = {}  # by clearance: when, number, frames
        self._told: dict[int, int] = {}  # idx -> state
        self._clients: set[Client] = set()
        self._beaten_s = 0.0
        running.follow(self.take)

    def __len__(self) -> int:
        return len(self._clients)

    def take(self, stored: Sequence[StoredEntry], changed: Sequence[Latest]) -> None:
        """From the committing thread: what is on disk now."""
        with self._guard:
            self._stored += [one for one in stored if one.entry.kind != READING]
            self._changed.update((one.point_id, one) for one in changed)

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
        self._remember(sorted(found, key=lambda one: one.seq))

    def _remember(self, stored: Iterable[StoredEntry]) -> None:
        """For snapshots: the last events, and where each moving thing was last, which says so every few seconds."""
        for one in stored:
            if type_of(one) == MOVE:
                self._moves[one.entry.subject] = one
                self._moves.move_to_end(one.entry.subject)
            else:
                self._events.append(one)
        while len(self._moves) > KEPT_MOVES:
            self._moves.popitem(last=False)

    def join(self, client: Client, after: str | None) -> None:
        """Let a browser in, with what it missed since ``after`` ("epoch-seq"), or with a snapshot."""
        self._clients.add(client)
        missed = self._missed(client, after)
        if missed is None:
            client.restart(self._snapshot(client))
        else:
            client.offer([text_frame("hello", epoch=self.epoch, seq=self.seq), *missed])
        client.offer([self._beat_frame()])

    def leave(self, client: Client) -> None:
        self._clients.discard(client)

    def recover(self, client: Client) -> None:
        """A browser that was too slow starts over."""
        client.restart(self._snapshot(client))

    def _tick(self) -> None:
        with self._guard:
            stored, self._stored = self._stored, []
            changed, self._changed = self._changed, {}
        self._remember(stored)
        if time.monotonic() - self._beaten_s >= BEAT_S:
            changed = {**{one.point_id: one for one in self._grown_old()}, **changed}
        if stored or changed:
            batch = self._batch(stored, list(changed.values()))
            self._kept.append(batch)
            for client in self._clients:
                client.offer(batch.of(client))
        if time.monotonic() - self._beaten_s >= BEAT_S:
            self._beaten_s = time.monotonic()
            beat = self._beat_frame()
            for client in self._clients:
                client.offer([beat])

    def _grown_old(self) -> list[Latest]:
        """Values that nothing new came for, and that are worth less by now: that is news, too."""
        latest = list(self.running.latest.all().values())
        told = {one.idx: one.state for one in self._values(latest)}
        old = {idx for idx, state in told.items() if self._told.get(idx, state) != state}
        self._told = {**told, **{idx: self._told[idx] for idx in old}}
        points = self.running.points()
        return [one for one in latest if (known := points.get(one.point_id)) and known.main and known.idx in old]

    def _batch(self, stored: list[StoredEntry], changed: list[Latest]) -> Batch:
        self.seq += 1
        frames: dict[Key, list[Frame]] = {}
        head = self._head()
        values = self._values(changed)
        self._told.update((one.idx, one.state) for one in values)
        told: list[Frame] = [values_frame(head, values)] if values else []
        for cleared in (False, True):
            found = list(told)
            if stored:
                shown = self._shown(stored[-MOST_EVENTS:], cleared=cleared)
                found.append(events_frame(head, shown))
            frames[DEVICES, cleared] = found
        return Batch(self.seq, frames)

    def _head(self) -> Head:
        return Head(self.seq, self.running.campus.generation.number, self.running.clock.now(), DEVICES)

    def _values(self, changed: Sequence[Latest]) -> list[Value]:
        """What colours a device is the main one of its points."""
        points, now = self.running.points(), self.running.clock.now()
        found: list[Value] = []
        for one in changed:
            known = points.get(one.point_id)
            if known is not None and known.main and known.idx is not None:
                state = STATE_OF_QUALITY[one.quality_at(now, known.stale_after_s)]
                found.append(Value(known.idx, one.value, state))
        return found

    def _shown(self, stored: Iterable[StoredEntry], *, cleared: bool) -> list[dict[str, Any]]:
        """Events with where they are drawn: at their device, or at the position they name, in scene axes."""
        points, origin = self.running.points(), self.running.campus.generation.manifest.origin
        found = []
        for one in stored:
            event = event_dict(one, cleared=cleared)
            event["idx"] = points.idx_of_device(one.entry.subject)
            if position := event.pop("position", None):
                event["scene"] = [round(at - start, 3) for at, start in zip(position, origin, strict=True)]
            found.append(event)
        return found

    def _missed(self, client: Client, after: str | None) -> list[Frame] | None:
        epoch, _, number = (after or "").partition("-")
        if epoch != self.epoch or not number.isdigit():
            return None
        seen = int(number)
        oldest = self._kept[0].seq if self._kept else self.seq + 1
        if seen > self.seq or seen < oldest - 1:
            return None
        return [frame for batch in self._kept if batch.seq > seen for frame in batch.of(client)]

    def _snapshot(self, client: Client) -> list[Frame]:
        hello: list[Frame] = [text_frame("resync", epoch=self.epoch, seq=self.seq)]
        if DEVICES not in client.layers:
            return hello
        kept = self._snapshots.get(client.cleared)
        now_s = time.monotonic()
        if kept is None or kept[1] != self.seq or now_s - kept[0] > SHARED_S:
            kept = self._snapshots[client.cleared] = (now_s, self.seq, self._whole(cleared=client.cleared))
        return [*hello, *kept[2]]

    def _whole(self, *, cleared: bool) -> list[Frame]:
        """All that is known now."""
        values = self._values(list(self.running.latest.all().values()))
        events = self._shown([*self._events, *self._moves.values()], cleared=cleared)
        head = self._head()
        return [values_frame(head, values, snapshot=True), events_frame(head, events, snapshot=True)]

    def _beat_frame(self) -> str:
        now = self.running.clock.now().isoformat(timespec="milliseconds")
        return text_frame("beat", epoch=self.epoch, seq=self.seq, at=now, **self._beat())
