"""One hook: reads the journal for it and delivers, in order, each message until it is taken or given up."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from twin.errors import TwinError, WebhookRefusedError, WebhookSkippedError
from twin.live.webhooks.formats import Keys, asked_wait_s, fault_of, post_of
from twin.live.webhooks.notice import (
    OF_A_CASE,
    Facts,
    NameOf,
    Notice,
    expected,
    facts_of,
    grave_enough,
    level_of,
    notice_of,
)
from twin.live.webhooks.pace import Pace
from twin.live.webhooks.settings import HookSettings
from twin.live.webhooks.store import HookStore, Waiting
from twin.model.entries import EVENT, READING, StoredEntry
from twin.model.time import Clock
from twin.remote import Limits, Remote
from twin.store.journal_reader import JournalReader

PAGE: Final = 500
IDLE_S: Final = 5.0  # also how soon letters are noticed that the command line lets wait again
GATHER_S: Final = 0.2  # what is committed within is read together
ANSWER_BYTES: Final = 64_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Surroundings:
    """What all hooks of a campus share."""

    folder: Path
    journal: JournalReader
    store: HookStore
    remote: Remote
    clock: Clock
    name_of: NameOf
    timezone: ZoneInfo


class Courier:
    """A thread of its own, so that a receiver that hangs keeps nobody else waiting."""

    def __init__(self, hook: HookSettings, keys: Keys, pace: Pace, around: Surroundings) -> None:
        self.hook = hook
        self._keys = keys
        self._pace = pace
        self._around = around
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._not_before_s = 0.0  # monotonic: a clock that is set does not move it
        self._thread = threading.Thread(target=self._run, name=f"webhook {hook.id}", daemon=True)

    def again(self) -> Courier:
        """Another of the same, for a thread runs once."""
        return Courier(self.hook, self._keys, self._pace, self._around)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def ask_to_stop(self) -> None:
        self._stop.set()
        self._woken.set()

    def join(self, within_s: float) -> None:
        """A receiver that hangs is not waited for: what it may have got is sent again."""
        if self._thread.is_alive():
            self._thread.join(within_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.read()
                pause_s = self.deliver()
            except TwinError as fault:
                log.error("webhook %s: %s", self.hook.id, fault)
                pause_s = IDLE_S
            except Exception:
                log.exception("webhook %s: trying again in %.0f s", self.hook.id, IDLE_S)
                pause_s = IDLE_S
            if self._woken.wait(min(pause_s, IDLE_S)):
                self._woken.clear()
                self._stop.wait(GATHER_S)

    def read(self) -> None:
        """Take what the journal has that this hook is told of."""
        around, hook = self._around, self.hook
        after = around.store.cursor(hook.id)
        while not self._stop.is_set():
            page = around.journal.page(after, PAGE, besides=(READING, EVENT))
            if page.given < after:  # an older copy of the journal was put back
                log.error("webhook %s: the journal ends at %d, before %d; going on there", hook.id, page.given, after)
                around.store.take(hook.id, (), page.given)
                after = page.given
                continue
            if page.missing:
                fault = WebhookSkippedError(first=after + 1, last=page.reached, count=page.missing)
                log.error("webhook %s: %s", hook.id, fault)
                around.store.skip(hook.id, after, fault, around.clock.now())
            if page.reached == after:
                return
            told, facts = self._told(page.entries)
            around.store.take(hook.id, told, page.reached, facts)
            if told and (over := around.store.shorten(hook.id, hook.most_waiting, around.clock.now())):
                log.error("webhook %s: %d messages put aside, more than %d wait", hook.id, over, hook.most_waiting)
            after = page.reached

    def _told(self, entries: Sequence[StoredEntry]) -> tuple[list[Notice], dict[str, Facts]]:
        """What to tell of these, and what the incidents among them are about now: later entries do not repeat it."""
        cases = {one.entry.subject for one in entries if one.entry.kind.startswith(OF_A_CASE)}
        facts, told = self._around.store.facts(cases), []
        for one in entries:
            about = facts_of(one, facts.get(one.entry.subject, {}) if one.entry.subject in cases else {})
            if one.entry.kind.startswith(OF_A_CASE):
                facts[one.entry.subject] = about
            wanted = self.hook.tells_of(one.entry.kind) and grave_enough(level_of(about), self.hook.at_least)
            if wanted and not expected(one):
                told.append(notice_of(one, self._around.name_of, about))
        return told, facts

    def deliver(self) -> float:
        """Send what waits, one after the other; how many seconds until there may be something to do."""
        while not self._stop.is_set():
            wait_s = self._not_before_s - time.monotonic()
            if wait_s > 0:
                return wait_s
            first = self._around.store.first(self.hook.id)
            if first is None:
                return IDLE_S
            if wait_s := self._pace.take():
                return wait_s
            if not self._try(first):
                return max(self._not_before_s - time.monotonic(), 0.0)
        return 0.0

    def _try(self, first: Waiting) -> bool:
        """Whether the receiver has it now."""
        store, clock = self._around.store, self._around.clock
        fault, asked_s = self.send(first.notice)
        if fault is None:
            store.sent(self.hook.id, first.number, clock.now())
            return True
        attempts = first.attempts + 1
        for_good = isinstance(fault, WebhookRefusedError) or attempts >= self.hook.attempts
        store.failed(self.hook.id, first.number, fault, clock.now(), for_good=for_good)
        log.warning("webhook %s: %s (attempt %d of %d)", self.hook.id, fault, attempts, self.hook.attempts)
        if not isinstance(fault, WebhookRefusedError):
            self._not_before_s = time.monotonic() + max(asked_s, self._wait_s(attempts))
        return False

    def _wait_s(self, attempts: int) -> float:
        """Doubled with every attempt, and a little apart, so that not all come back at once."""
        doubled_s: float = self.hook.first_wait_s * 2 ** min(attempts - 1, 40)
        return min(doubled_s, self.hook.longest_wait_s) * random.uniform(0.75, 1.0)

    def send(self, notice: Notice) -> tuple[TwinError | None, float]:
        """One attempt: what went wrong, and how long the receiver asks to wait."""
        now = self._around.clock.now()
        post = post_of(notice, self.hook, self._keys, now, self._around.timezone)
        limits = Limits(read_s=self.hook.timeout_s, total_s=self.hook.timeout_s, answer_bytes=ANSWER_BYTES)
        try:
            answer = self._around.remote.send("POST", post.url, headers=post.headers, body=post.body, limits=limits)
        except TwinError as fault:
            return fault, 0.0
        return fault_of(answer, self.hook, self._keys), asked_wait_s(answer, now)
