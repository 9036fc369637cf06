"""One alarm as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from twin.live.rules.entries import entry_id
from twin.model.live import Alarm, Level


class AlarmKey(NamedTuple):
    """What an alarm is unique by."""

    originator: str
    alarm_type: str


class Comment(NamedTuple):
    """What a person wrote about an alarm."""

    occurred_us: int
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class AlarmState:
    """One occurrence: from its first raise until it is cleared and acknowledged.

    ``shelved`` and ``suppressed_by`` (a maintenance window) hold at the moment that was asked about.
    """

    originator: str
    alarm_type: str
    level: Level
    title: Mapping[str, str]
    text: Mapping[str, str]
    opened_us: int
    raised_us: int
    cleared_us: int | None
    acknowledged: bool
    raise_count: int
    event_count: int
    rule_ids: tuple[str, ...]
    value: float | None = None
    unit: str | None = None
    limit: float | None = None
    device: str | None = None
    place: Mapping[str, Any] = field(default_factory=dict)
    acknowledged_by: str | None = None
    acknowledged_us: int | None = None
    assignee: str | None = None
    shelved_until_us: int | None = None
    comments: tuple[Comment, ...] = ()
    shelved: bool = False
    suppressed_by: str | None = None

    @property
    def key(self) -> AlarmKey:
        return AlarmKey(self.originator, self.alarm_type)

    @property
    def alarm_id(self) -> str:
        """Named after its beginning in event time; a correction may move it, ``AlarmBook.find`` follows."""
        return alarm_id(self.key, self.opened_us)

    @property
    def active(self) -> bool:
        return self.cleared_us is None

    @property
    def closed(self) -> bool:
        """Cleared and acknowledged: raised again, it will be a new alarm."""
        return not self.active and self.acknowledged

    def alarm(self) -> Alarm:
        """The word of the model for it."""
        until = self.shelved_until_us
        return Alarm(
            self.alarm_id,
            self.originator,
            self.alarm_type,
            self.level,
            _moment(self.opened_us),
            self.active,
            self.acknowledged,
            None if until is None else _moment(until),
        )


@lru_cache(maxsize=50_000)
def alarm_id(key: AlarmKey, opened_us: int) -> str:
    return "a" + entry_id("alarm", *key, opened_us)[1:26]


def _moment(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1e6, UTC)
