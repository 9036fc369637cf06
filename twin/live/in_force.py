"""Rules, working hours, limits and maintenance windows of a campus, as its files in ``config/`` say them now.

Each file is looked at again and again. One with a mistake changes nothing: what was in force stays, and ``faults`` say
what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from twin.errors import TwinError
from twin.live.alarms.limits import AlarmLimits, default_limits, load_limits
from twin.live.alarms.maintenance import Window, load_windows
from twin.live.rules.book import RuleBook, RuleSet
from twin.live.rules.calendar import Calendar, load_calendar
from twin.live.rules.files import Known
from twin.mistakes import Mistake

Value = TypeVar("Value")
Stamp = tuple[int, int] | None  # when it was changed, and its size; None where there is no file


class WatchedFile(Generic[Value]):
    """What one file says; ``fault`` while it holds a mistake."""

    def __init__(self, path: Path, load: Callable[[], Value], otherwise: Value) -> None:
        self._path, self._load = path, load
        self._seen: Stamp | str = "never"
        self.value = otherwise
        self.fault: TwinError | None = None

    def look(self) -> bool:
        """Take up what the file says if it changed; whether something else is in force now."""
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return False
        self._seen = stamp
        try:
            self.value, self.fault = self._load(), None
        except TwinError as fault:
            self.fault = fault
        return self.fault is None


class InForce:
    """All of them. ``known`` says which names rules may use, and is asked anew at every check."""

    def __init__(self, config: Path, timezone: str, known: Callable[[], Known], now: Callable[[], datetime]) -> None:
        self.book = RuleBook(config, known, now)
        self._calendar = WatchedFile(
            config / "calendar.toml", lambda: load_calendar(config, timezone), Calendar(timezone=timezone)
        )
        self._limits = WatchedFile(config / "alarms.toml", lambda: load_limits(config), default_limits())
        self._windows: WatchedFile[Sequence[Window]] = WatchedFile(
            config / "maintenance.toml", lambda: load_windows(config, timezone), ()
        )
        self.mistakes: tuple[Mistake, ...] = ()
        self.look()

    @property
    def rules(self) -> RuleSet:
        return self.book.rules

    @property
    def calendar(self) -> Calendar:
        return self._calendar.value

    @property
    def limits(self) -> AlarmLimits:
        return self._limits.value

    @property
    def windows(self) -> Sequence[Window]:
        return self._windows.value

    @property
    def faults(self) -> list[TwinError]:
        """What is wrong in files beside those of the rules, which have ``mistakes``."""
        watched = (self._calendar, self._limits, self._windows)
        return [one.fault for one in watched if one.fault is not None]

    def look(self) -> tuple[bool, bool]:
        """Whether what the rules engine goes by has changed, and whether anything else has."""
        found = self.book.reload()
        self.mistakes = found.mistakes
        calendar = self._calendar.look()
        others = [self._limits.look(), self._windows.look()]
        return found.changed or calendar, any(others)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
