"""The webhooks of a campus while it runs: followers of the journal, each with its own place in it.

Wired with ``running.follow(lambda stored, changed: hooks.wake())``; the journal itself is what they read.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from twin.config_file import secret
from twin.errors import TwinError, UnknownWebhookError
from twin.live.watched import Watched
from twin.live.webhooks.courier import Courier, Surroundings
from twin.live.webhooks.formats import Keys
from twin.live.webhooks.notice import TEST, NameOf, Notice
from twin.live.webhooks.pace import Pace
from twin.live.webhooks.place_names import PlaceNames
from twin.live.webhooks.settings import CONFIG, HookSettings, load_webhook_settings
from twin.live.webhooks.store import HookStore
from twin.model.text import Title
from twin.model.time import Clock, SystemClock
from twin.remote import CONFIG as OUTGOING
from twin.remote import Remote
from twin.store.journal_reader import JournalReader

CLOSE_S: Final = 2.0
CAMPUS_TIME: Final = ZoneInfo("Asia/Shanghai")


class Webhooks:
    """All hooks of ``config/webhooks.toml``, through the allowlist, as they are now.

    What is wrong in the files at the start is ``watched.fault``, and nobody is told until it is put right.
    """

    def __init__(
        self,
        campus_folder: Path,
        journal_reader: JournalReader,
        clock: Clock | None = None,
        *,
        timezone: ZoneInfo = CAMPUS_TIME,
        name_of: NameOf | None = None,
    ) -> None:
        self._around = Surroundings(
            campus_folder,
            journal_reader,
            HookStore(campus_folder),
            Remote(campus_folder),
            clock or SystemClock(),
            name_of or PlaceNames(campus_folder).name_of,
            timezone,
        )
        self._couriers: list[Courier] = []
        self._guard = threading.Lock()
        self._closing = threading.Event()
        paths = [campus_folder / CONFIG, campus_folder / OUTGOING]
        self.watched: Watched[list[HookSettings]] = Watched(paths, self._take_up, [], settled=True)

    def start(self) -> None:
        """Go on where the last process stopped; a hook that is new begins with what comes from now on."""
        self.watched.look()

    def _take_up(self) -> list[HookSettings]:
        """Other hooks from now on, or the same ones by other settings. Raises ConfigError, and nothing has changed."""
        folder = self._around.folder
        hooks = load_webhook_settings(folder).hooks
        around = replace(self._around, remote=Remote.of(folder))
        new = couriers(hooks, around)
        self._let_go()  # before others begin: a message must not be on its way twice
        try:
            if new or around.store.path.exists():
                around.store.prepare([one.id for one in hooks], around.journal.page(0, 1).given, around.clock.now())
        except TwinError:
            self._begin([one.again() for one in self._couriers])
            raise
        self._begin(new)
        return hooks

    def _begin(self, new: list[Courier]) -> None:
        with self._guard:
            if not self._closing.is_set():
                self._couriers = new
                for one in new:
                    one.start()

    def _let_go(self) -> None:
        """Of each courier when what it is sending is decided."""
        for one in self._couriers:
            one.ask_to_stop()
        for one in self._couriers:
            one.join(one.hook.timeout_s + CLOSE_S)

    def wake(self) -> None:
        """The journal has something new. Returns at once, from any thread."""
        for one in self._couriers:
            one.wake()

    def close(self) -> None:
        with self._guard:
            self._closing.set()
            going = self._couriers
        for one in going:
            one.ask_to_stop()
        for one in going:
            one.join(CLOSE_S)


def couriers(hooks: list[HookSettings], around: Surroundings) -> list[Courier]:
    """One for each hook; those that lead to one robot share its pace."""
    path = around.folder / CONFIG
    paces: dict[str, Pace] = {}
    made = []
    for hook in hooks:
        keys = Keys(secret(hook.url, path), secret(hook.secret, path) if hook.secret else "")
        pace = paces.setdefault(keys.url, Pace(hook.robot().per_minute))
        made.append(Courier(hook, keys, pace, around))
    return made


def send_test(campus_folder: Path, hook_id: str, clock: Clock | None = None) -> TwinError | None:
    """A message that says it is a test, at once and past what waits; the fault, if there was one."""
    hooks = load_webhook_settings(campus_folder).hooks
    chosen = [one for one in hooks if one.id == hook_id]
    if not chosen:
        raise UnknownWebhookError(hook=hook_id, known=", ".join(one.id for one in hooks) or "-")
    clock = clock or SystemClock()
    journal, store = JournalReader(campus_folder), HookStore(campus_folder)
    remote = Remote.of(campus_folder)
    around = Surroundings(campus_folder, journal, store, remote, clock, lambda _: None, CAMPUS_TIME)
    [courier] = couriers(chosen, around)
    fault, _ = courier.send(_test_notice(clock.now()))
    return fault


def _test_notice(at: datetime) -> Notice:
    said = Title("园区平台的测试消息，请忽略。", "A test message of the campus twin. Nothing has happened.")
    return Notice("~test", 0, TEST, at.isoformat(timespec="seconds"), "webhooks", said, Title("", ""), None, "", {})
