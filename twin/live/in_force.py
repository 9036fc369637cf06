"""Rules, hours, limits, maintenance and the conduct of incidents, as the files in ``config/`` say them now.

Each file is looked at again and again. One with a mistake changes nothing: what was in force stays, and ``faults`` say
what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from twin.errors import TwinError
from twin.live.alarms.limits import AlarmLimits, default_limits, load_limits
from twin.live.alarms.maintenance import Named, Scope, Window, load_windows
from twin.live.alarms.scope_names import ScopeNames
from twin.live.incidents.register_turns import RegisterTurns
from twin.live.incidents.setup import FILES as SETUP_FILES
from twin.live.incidents.setup import IncidentSetup, load_setup
from twin.live.rules.book import ON_DISK, RuleBook, RuleSet
from twin.live.rules.calendar import Calendar, load_calendar
from twin.live.rules.files import Known
from twin.live.watched import Watched
from twin.mistakes import Mistake
from twin.model.time import microseconds


class InForce:
    """All of them. ``known`` says which names rules may use, ``things`` which a maintenance window may; both are asked
    anew at every check.
    """

    def __init__(
        self,
        config: Path,
        timezone: str,
        known: Callable[[], Known],
        things: Callable[[], ScopeNames],
        now: Callable[[], datetime],
        registered: RegisterTurns | None = None,
    ) -> None:
        self.book = RuleBook(config, known, now)
        self._things = things
        self._names: Mapping[str, str] = {}
        self._registered = registered
        self._calendar = Watched(
            [config / "calendar.toml"], lambda: load_calendar(config, timezone), Calendar(timezone=timezone)
        )
        self._limits = Watched([config / "alarms.toml"], lambda: load_limits(config), default_limits())
        self._windows: Watched[Sequence[Window]] = Watched(
            [config / "maintenance.toml"], lambda: load_windows(config, timezone, self.named, microseconds(now())), ()
        )
        self._setup = Watched(
            [config / name for name in SETUP_FILES],
            lambda: load_setup(
                config, timezone, self._names, self._calendar.value, registered.turns if registered else ()
            ),
            load_setup(None, timezone),
        )
        self.mistakes: tuple[Mistake, ...] = ()
        self.from_disk: list[int] = []  # versions that somebody's edit made, until they are written down
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
    def setup(self) -> IncidentSetup:
        """What opens an incident, how long it may take, who is sent and what is to be done."""
        return self._setup.value

    @property
    def faults(self) -> list[TwinError]:
        """What is wrong in files beside those of the rules, which have ``mistakes``."""
        watched = (self._calendar, self._limits, self._windows, self._setup, self._registered)
        return [one.fault for one in watched if one is not None and one.fault is not None]

    def named(self, scope: Scope) -> Named:
        """The scope of a window by ids, and what in it is unknown; alarm types are those of the rules, too."""
        return self._things().also(alarm_types={one.alarm_type for one in self.rules.rules.values()}).named(scope)

    def look(self) -> tuple[bool, bool]:
        """Whether what the rules engine goes by has changed, and whether anything else has."""
        found = self.book.reload()
        self.mistakes = found.mistakes
        if found.changed and self.book.history.version(found.rules.version).who == ON_DISK[0]:
            self.from_disk.append(found.rules.version)
        calendar = self._calendar.look()
        rosters = self._registered is not None and self._registered.look()
        others = [self._limits.look(), self._windows.look(), self._setup.look()]
        if calendar or rosters:  # who is on duty goes by them
            others.append(self._setup.take())
        return found.changed or calendar, any(others)

    def use_names(self, names: Mapping[str, str]) -> None:
        """What zones and buildings are called, for the reasons that are written down."""
        self._names = names
        self._setup.take()
        self._windows.take()
