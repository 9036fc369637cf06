"""What has ever arrived, so that a panel says which feed it waits for and shows no zeros."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import cache
from typing import Any, Final

from layers import registry
from twin.live.messages_out import type_of
from twin.live.running import RunningCampus
from twin.model.entries import EVENT
from twin.model.registers import REGISTERS
from twin.model.text import Title
from twin.screens.needs import lacking
from twin.store.campus import Campus
from twin.store.history_view import ask

_TYPES: Final = f"SELECT DISTINCT try(body ->> '$.type') AS type FROM entries WHERE kind = '{EVENT}'"


class Arrived:
    """Of one running campus. The types of events are read from the history once and followed from then on."""

    def __init__(self, running: RunningCampus) -> None:
        self._running = running
        self._guard = threading.Lock()
        self._event_types: set[str] | None = None
        self._fresh: set[str] = set()
        running.follow(lambda stored, _: self._fresh.update(filter(None, map(_event_type, stored))))
        self._there: dict[str, Callable[[], Iterable[str]]] = {
            "quantity": self._quantities,
            "event": self._types,
            "register": lambda: _registers(running.campus),
            "layer": lambda: running.campus.generation.layer_ids(),
        }

    def lacking(self, needs: Sequence[str]) -> list[dict[str, str]]:
        """What of ``needs`` never arrived, with words for it."""
        return lacking(needs, self._there, layer_titles())

    def _quantities(self) -> set[str]:
        book = self._running.points()
        found = set()
        for one in self._running.latest.all():
            known = book.get(one)
            found.add(known.point.quantity if known is not None else one.rpartition(":")[2])
        return found

    def _types(self) -> set[str]:
        with self._guard:
            if self._event_types is None:
                with closing(self._running.history.connection()) as connection:
                    found = ask(connection, _TYPES)["type"].to_pylist()
                self._event_types = {one for one in found if one}
            return self._event_types | set(self._fresh)


def _event_type(stored: Any) -> str | None:
    return type_of(stored) if stored.entry.kind == EVENT else None


def _registers(campus: Campus) -> list[str]:
    return [name for name in REGISTERS if campus.register_history(name) is not None]


@cache
def layer_titles() -> dict[str, Title]:
    return {name: one.title for name, one in registry().items()}
