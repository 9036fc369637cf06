"""A scenario sent in time with the clock of the campus, with what it achieves said now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from twin.model.time import Clock, microseconds, moment
from twin.simulate.days import SECOND_US
from twin.simulate.scenario import Scenario
from twin.simulate.sending import Sender, Sent

TICK_S: Final = 0.2  # of real time: readings of so long go out together
SAY_S: Final = 5.0
MOST_STRETCH: Final = 64
# so far behind, of real and of the campus' time, readings are thinned; rules leave out what is ten minutes late
_BEHIND_S: Final = 2.0
_BEHIND_SIMULATED_S: Final = 300.0
_HISTORY_STRETCH: Final = 15


@dataclass
class Pace:
    """What was achieved since the last line. ``lag_s`` is how far what was sent lies behind the campus' clock."""

    simulated_at: datetime
    begun_s: float
    sent: Sent = field(default_factory=Sent)
    messages: int = 0
    lag_s: float = 0.0
    stretch: int = 1

    def line(self, timezone: str, rate: float, now_s: float) -> str:
        took_s = max(now_s - self.begun_s, 1e-9)
        at = self.simulated_at.astimezone(ZoneInfo(timezone))
        thinned = "" if self.stretch == 1 else f", 1 reading in {self.stretch}"
        return (
            f"{at:%Y-%m-%d %H:%M:%S} at {rate:g}×: {self.messages / took_s:,.0f} messages/s,"
            f" {self.sent.accepted:,} new, {self.sent.doubled:,} known, {self.sent.refused:,} refused,"
            f" {self.lag_s:.1f} s behind{thinned}"
        )


@dataclass(frozen=True, slots=True)
class Telling:
    """Where lines for people go, and how often one says what is achieved."""

    say: Callable[[str], None]
    timezone: str
    every_s: float = SAY_S


class Run:
    """One simulator at work. ``follow`` says anew what the clock of the campus is, and how fast it runs."""

    def __init__(
        self, scenario: Scenario, sender: Sender, follow: Callable[[], tuple[Clock, float]], telling: Telling
    ) -> None:
        self.total = Sent()
        self._scenario = scenario
        self._sender = sender
        self._follow = follow
        self._clock, self._rate = follow()
        self._telling = telling
        self._say = telling.say
        self._stretch = 1
        self._at_us: int | None = None  # up to where the past was sent
        self._beside = ThreadPoolExecutor(1, "tomorrow")
        self._ahead: Future[None] | None = None

    def backfill(self, hours: float) -> None:
        """What was before, thinned: a reading of each point in a quarter of an hour."""
        now_us = microseconds(self._clock.now())
        at_us = now_us - int(hours * 3600) * SECOND_US
        self._say(f"sending {hours:g} h that lie behind")
        while at_us < now_us:
            until_us = min(at_us + 3600 * SECOND_US, now_us)
            self._send(at_us, until_us, _HISTORY_STRETCH, patrols=False)
            at_us = until_us
        self._at_us = now_us
        self._say(f"{self.total.accepted:,} new, {self.total.doubled:,} known, {self.total.refused:,} refused")

    def go(self, lasts: timedelta | None = None) -> None:
        """Keep up with the clock for so long, or for ever. Readings are thinned before they come late."""
        self._scenario.prepare(microseconds(self._clock.now()))
        until = None if lasts is None else self._clock.now() + lasts
        at_us = microseconds(self._clock.now()) if self._at_us is None else self._at_us
        pace = Pace(moment(at_us), time.monotonic())
        while True:
            begun_s = time.monotonic()
            target_us = microseconds(min(self._clock.now(), until) if until else self._clock.now())
            if target_us > at_us:
                self._make_ahead(target_us)
                sent = self._send(at_us, target_us, self._stretch)
                at_us = target_us
                pace.sent += sent
                pace.messages += sent.accepted + sent.doubled + sent.refused
            pace.simulated_at, pace.stretch = moment(at_us), self._stretch
            now_s = time.monotonic()
            lag_s = pace.lag_s = (self._clock.now() - pace.simulated_at).total_seconds()
            if now_s - pace.begun_s >= self._telling.every_s:
                self._say(pace.line(self._telling.timezone, self._rate, now_s))
                pace = Pace(moment(at_us), now_s)
                self._clock, self._rate = self._follow()
            if until is not None and at_us >= microseconds(until):
                return
            self._stretch = stretch_after(self._stretch, lag_s, self._rate)
            time.sleep(max(TICK_S - (now_s - begun_s), 0.0))

    def _send(self, from_us: int, until_us: int, stretch: int, *, patrols: bool = True) -> Sent:
        messages = self._scenario.between(from_us, until_us, stretch=stretch, patrols=patrols)
        sent = self._sender.send({"events": messages.events, "readings": messages.readings})
        self.total += sent
        return sent

    def _make_ahead(self, at_us: int) -> None:
        """What happens tomorrow takes a second to draw: meanwhile today goes on."""
        tomorrow_us = at_us + 86_400 * SECOND_US
        if self._ahead is None or (self._ahead.done() and not self._scenario.is_prepared(tomorrow_us)):
            self._ahead = self._beside.submit(self._scenario.prepare, tomorrow_us)


def stretch_after(stretch: int, lag_s: float, rate: float) -> int:
    """Of how many readings one is sent next. Fewer in time are worth more than all of them late."""
    behind = lag_s / min(_BEHIND_S * rate, _BEHIND_SIMULATED_S)
    if behind > 1.0:
        return min(stretch * (4 if behind > 4.0 else 2), MOST_STRETCH)
    return max(stretch // 2, 1) if behind < 0.3 else stretch
