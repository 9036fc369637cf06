"""Maintenance windows: alarms in their scope are recorded as suppressed, not lost.

``config/maintenance.toml``::

    [[windows]]
    id = "pump-room-2"
    from = 2026-11-26T08:00:00+08:00
    to = 2026-11-26T12:00:00+08:00
    author = "li.wei"
    reason = "replacing the valves"
    scope = { devices = ["P-201"], device_types = ["pressure"] }

All that a scope gives must hold; ``scope_names`` says what things it may name, and how.

or, while running, journal entries ``maintenance.opened`` and ``maintenance.closed`` whose subject is the window's id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from twin.config_file import Parsed, mistake_at, parse
from twin.errors import ConfigMistakesError, WindowRefusedError
from twin.live.rules.checked import Strict, check_file
from twin.live.rules.entries import Decision, body_of, entry_id
from twin.mistakes import Mistake, Mistakes, wrong
from twin.model.entries import StoredEntry
from twin.model.time import microseconds

OPENED: Final = "maintenance.opened"
CLOSED: Final = "maintenance.closed"
_MOST: Final = 10_000


class Scope(Strict):
    """What is worked on: all that is given must hold."""

    devices: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    buildings: tuple[str, ...] = ()
    storeys: tuple[str, ...] = ()
    device_types: tuple[str, ...] = ()
    alarm_types: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _something(self) -> Scope:
        if not any(getattr(self, name) for name in Scope.model_fields):
            raise wrong("scope_empty")
        return self

    def holds(self, alarm_type: str, place: Mapping[str, Any]) -> bool:
        """Whether an alarm of this type at this place is in it."""
        zones = place.get("zone_ids") or ()
        return (
            (not self.devices or place.get("device") in self.devices)
            and (not self.zones or not set(self.zones).isdisjoint(zones))
            and (not self.buildings or place.get("building_id") in self.buildings)
            and (not self.storeys or place.get("storey_id") in self.storeys)
            and (not self.device_types or place.get("device_type") in self.device_types)
            and (not self.alarm_types or alarm_type in self.alarm_types)
        )


Named = tuple[Scope, list[tuple[str, str, dict[str, str]]]]  # by ids; setting, mistake and words of what is unknown


@dataclass(frozen=True, slots=True)
class Window:
    """From inclusive, to exclusive."""

    window_id: str
    from_us: int
    to_us: int
    scope: Scope
    author: str
    reason: str

    def covers(self, at_us: int) -> bool:
        return self.from_us <= at_us < self.to_us


class WindowSettings(Strict):
    id: str = Field(min_length=1)
    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    author: str = Field(min_length=1)
    reason: str = Field(min_length=1)
    scope: Scope

    @model_validator(mode="after")
    def _forward(self) -> WindowSettings:
        if (self.start.tzinfo is None) != (self.end.tzinfo is None):
            raise wrong("one_offset")
        if self.end <= self.start:
            raise wrong("empty_span")
        return self

    def window(self, timezone: ZoneInfo) -> Window:
        return Window(self.id, _us(self.start, timezone), _us(self.end, timezone), self.scope, self.author, self.reason)


class MaintenanceFile(Strict):
    windows: tuple[WindowSettings, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> MaintenanceFile:
        ids = [one.id for one in self.windows]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise wrong("windows_twice", names=", ".join(twice))
        return self


class Maintenance:
    """All windows that are known: those of the file, and those that the journal opened."""

    def __init__(self, windows: Iterable[Window] = ()) -> None:
        self._filed = {one.window_id: one for one in windows}
        self._opened: dict[str, Window] = {}

    def copy(self) -> Maintenance:
        """The same windows, to be changed by themselves."""
        made = Maintenance(self._filed.values())
        made._opened = self._opened.copy()
        return made

    def use(self, windows: Iterable[Window]) -> None:
        """What the file says now."""
        self._filed = {one.window_id: one for one in windows}

    def fold(self, stored: StoredEntry) -> None:
        """Take up an entry of the journal; one that is no window of ours is passed over."""
        entry, body = stored.entry, body_of(stored)
        if entry.kind == CLOSED:
            at_us = microseconds(entry.occurred_at)
            for windows in (self._opened, self._filed):
                if known := windows.get(entry.subject):
                    windows[entry.subject] = replace(known, to_us=min(known.to_us, at_us))
            return
        try:
            window = Window(
                entry.subject,
                int(body["from_us"]),
                int(body["to_us"]),
                Scope.model_validate(body["scope"]),
                str(body["author"]),
                str(body["reason"]),
            )
        except (KeyError, TypeError, ValueError, ValidationError):
            return
        self._opened[entry.subject] = window
        while len(self._opened) > _MOST:
            del self._opened[next(iter(self._opened))]

    def opening(self, window: Window, now_us: int) -> Decision:
        """The entry that opens a window; raises WindowRefusedError for one that is known or over."""
        if window.to_us <= max(window.from_us, now_us):
            raise WindowRefusedError(
                window=window.window_id,
                why_zh="结束时间不晚于开始时间或现在",
                why_en="its end does not lie after its start and after now",
            )
        known = self._find(window.window_id)
        if known is not None and known.to_us > now_us:
            raise WindowRefusedError(
                window=window.window_id, why_zh="同名检修仍有效", why_en="another one of this name is still open"
            )
        return open_window(window, now_us)

    def closing(self, window_id: str, author: str, now_us: int) -> Decision:
        """The entry that ends a window; raises WindowRefusedError where nothing is left to end."""
        known = self._find(window_id)
        if known is None or known.to_us <= now_us:
            raise WindowRefusedError(window=window_id, why_zh="没有有效的检修", why_en="there is none that is open")
        return close_window(window_id, author, now_us)

    def _find(self, window_id: str) -> Window | None:
        return self._opened.get(window_id) or self._filed.get(window_id)

    def windows(self) -> Iterator[Window]:
        yield from self._filed.values()
        yield from self._opened.values()

    def covering(self, alarm_type: str, place: Mapping[str, Any], *moments_us: int) -> str | None:
        """The window, if any, in which all these moments lie and whose scope holds such an alarm."""
        return next(
            (
                one.window_id
                for one in self.windows()
                if all(one.covers(at_us) for at_us in moments_us) and one.scope.holds(alarm_type, place)
            ),
            None,
        )


def load_windows(
    config: Path, timezone: str, named: Callable[[Scope], Named] | None = None, now_us: int = 0
) -> Sequence[Window]:
    """``config/maintenance.toml``; times without an offset are campus-local.

    ``named`` knows what there is; a window that is over may name what is gone. Raises ConfigMistakesError.
    """
    path = config / "maintenance.toml"
    if not path.is_file():
        return ()
    zone = ZoneInfo(timezone)
    windows = [one.window(zone) for one in check_file(path, MaintenanceFile).windows]
    if named is None:
        return windows
    mistakes: list[Mistake] = []
    parsed = parse("", path.read_bytes())
    for index, one in enumerate(windows):
        if one.to_us <= now_us:
            continue
        scope, unknown = named(one.scope)
        windows[index] = replace(one, scope=scope)
        if isinstance(parsed, Parsed):
            at = ("windows", index, "scope")
            mistakes += [mistake_at("", parsed, (*at, setting), kind, **told) for setting, kind, told in unknown]
    if mistakes:
        raise ConfigMistakesError(path=path, mistakes=Mistakes(mistakes))
    return windows


def open_window(window: Window, now_us: int) -> Decision:
    """The entry that opens a window."""
    body = {
        "from_us": window.from_us,
        "to_us": window.to_us,
        "scope": window.scope.model_dump(mode="json"),
        "author": window.author,
        "reason": window.reason,
    }
    return Decision(OPENED, entry_id(OPENED, window.window_id, now_us), window.window_id, now_us, body)


def close_window(window_id: str, author: str, now_us: int) -> Decision:
    """The entry that ends a window before its time."""
    return Decision(CLOSED, entry_id(CLOSED, window_id, now_us), window_id, now_us, {"author": author})


def _us(moment: datetime, timezone: ZoneInfo) -> int:
    local = moment if moment.tzinfo else moment.replace(tzinfo=timezone)
    return round(local.timestamp() * 1_000_000)
