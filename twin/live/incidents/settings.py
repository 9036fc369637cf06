"""``incidents.toml`` and ``sla.toml``: what becomes an incident, of which kind, and how long its steps may take."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from twin.live.incidents.clocks import ClockName
from twin.live.rules.checked import Flag, Names, Number, Seconds, Strict
from twin.live.rules.settings import TypeName
from twin.mistakes import wrong
from twin.model.levels import LEVELS
from twin.model.live import Level

OTHER = "other"
Minutes = Annotated[Number, Field(gt=0, le=60 * 24 * 90)]
KindName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class GroupOpening(Strict):
    """Many alarms of one cause are an incident of at least this level, however small each of them is.

    ``kinds``: of which kind it is where one thing above all of them is the probable cause.
    """

    alarms: Annotated[int, Field(strict=True, ge=2)]
    level: Level
    kinds: dict[KindName, KindName] = Field(default_factory=dict)


class Opening(Strict):
    """Which alarms open an incident by themselves."""

    level: Level
    settle_s: Seconds
    alarm_levels: dict[TypeName, Level | Literal["never"]] = Field(default_factory=dict)
    group: GroupOpening

    def opens(self, alarm_type: str, level: Level) -> bool:
        least = self.alarm_levels.get(alarm_type, self.level)
        return least != "never" and LEVELS[level].rank <= LEVELS[Level(least)].rank


class Kind(Strict):
    """``level`` is that of a report, or of an event that has none."""

    title: Names
    level: Level
    alarm_types: tuple[TypeName, ...] = ()
    event_types: tuple[TypeName, ...] = ()


class IncidentSettings(Strict):
    unverified: Flag
    satisfied_from: Annotated[int, Field(strict=True, ge=1, le=5)]
    opening: Opening
    kinds: dict[KindName, Kind]

    @model_validator(mode="after")
    def _once(self) -> IncidentSettings:
        if OTHER not in self.kinds:
            raise wrong("no_other_kind")
        strangers = set(self.opening.group.kinds.values()) - set(self.kinds)
        if strangers:
            raise wrong("unknown_name", name=", ".join(sorted(strangers)), known=", ".join(self.kinds))
        for name in ("alarm_types", "event_types"):
            home: dict[str, str] = {}
            for kind, one in self.kinds.items():
                for type_name in getattr(one, name):
                    if type_name in home:
                        raise wrong("two_kinds", type=type_name, kinds=f"{home[type_name]}, {kind}")
                    home[type_name] = kind
        return self

    @cached_property
    def _of_alarm(self) -> Mapping[str, str]:
        return {type_name: kind for kind, one in self.kinds.items() for type_name in one.alarm_types}

    @cached_property
    def _of_event(self) -> Mapping[str, str]:
        return {type_name: kind for kind, one in self.kinds.items() for type_name in one.event_types}

    def kind_of_alarm(self, alarm_type: str) -> str:
        return self._of_alarm.get(alarm_type, OTHER)

    def kind_of_event(self, event_type: str) -> str | None:
        """None where events of this type open nothing."""
        return self._of_event.get(event_type)


class Limits(Strict):
    """Minutes from the opening."""

    accept_min: Minutes
    dispatch_min: Minutes
    feedback_min: Minutes
    close_min: Minutes

    @model_validator(mode="after")
    def _forward(self) -> Limits:
        if not self.accept_min <= self.dispatch_min <= self.feedback_min <= self.close_min:
            raise wrong("limits_backwards")
        return self


class SomeLimits(Strict):
    accept_min: Minutes | None = None
    dispatch_min: Minutes | None = None
    feedback_min: Minutes | None = None
    close_min: Minutes | None = None


class SlaSettings(Strict):
    unverified: Flag
    warn_share: Annotated[Number, Field(gt=0, lt=1)]
    levels: dict[Level, Limits]
    kinds: dict[KindName, dict[Level, SomeLimits]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> SlaSettings:
        missing = [one.value for one in Level if one not in self.levels]
        if missing:
            raise wrong("levels_missing", levels=", ".join(missing))
        for kind, levels in self.kinds.items():
            for level in levels:
                self._limits(kind, level)
        return self

    def _limits(self, kind: str, level: Level) -> Limits:
        own = self.kinds.get(kind, {}).get(level)
        said = own.model_dump(exclude_none=True) if own else {}
        return Limits.model_validate(self.levels[level].model_dump() | said)

    def to_dict(self, kind: str) -> dict[str, Any]:
        """What an incident of this kind carries for its whole life: seconds by level and clock."""
        limits = {
            level.value: {
                clock.value: getattr(self._limits(kind, level), f"{clock.value}_min") * 60 for clock in ClockName
            }
            for level in Level
        }
        return {"limits": limits, "warn_share": self.warn_share, "unverified": self.unverified}
