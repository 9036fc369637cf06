"""What a browser that comes new is told: the last events, where each moving thing was last, and what stands."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any, Final

from ioc_app.news import Told
from twin.live.messages_out import MOVE, type_of
from twin.model.entries import StoredEntry

KEPT_EVENTS: Final = 200
KEPT_MOVES: Final = 1000


class Remembered:
    """Bounded, apart from alarms and incidents, which stand until they are closed."""

    def __init__(self) -> None:
        self._events: deque[StoredEntry] = deque(maxlen=KEPT_EVENTS)
        self._moves: OrderedDict[str, StoredEntry] = OrderedDict()
        self._alarms: dict[tuple[str, str], dict[str, Any]] = {}
        self._incidents: dict[str, dict[str, Any]] = {}

    def take_events(self, stored: Iterable[StoredEntry]) -> None:
        """A moving thing says where it is every few seconds: of those only the last counts."""
        for one in stored:
            if type_of(one) == MOVE:
                self._moves[one.entry.subject] = one
                self._moves.move_to_end(one.entry.subject)
            else:
                self._events.append(one)
        while len(self._moves) > KEPT_MOVES:
            self._moves.popitem(last=False)

    def take_told(self, told: Told) -> None:
        for one in told.alarms:
            key = one["originator"], one["alarm_type"]
            if one["closed"]:
                self._alarms.pop(key, None)
            else:
                self._alarms[key] = one
        for one in told.incidents:
            if one["closed_at"] is not None:
                self._incidents.pop(one["incident_id"], None)
            else:
                self._incidents[one["incident_id"]] = one

    def renumber(self, idx_of_device: Callable[[str], int | None]) -> None:
        """Another generation is in use: alarms are where their devices are now."""
        for key, one in self._alarms.items():
            self._alarms[key] = {**one, "idx": idx_of_device(one["device"]) if one.get("device") else None}

    @property
    def events(self) -> list[StoredEntry]:
        return [*self._events, *self._moves.values()]

    @property
    def alarms(self) -> list[dict[str, Any]]:
        return list(self._alarms.values())

    @property
    def incidents(self) -> list[dict[str, Any]]:
        return list(self._incidents.values())
