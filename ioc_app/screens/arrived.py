"""What has ever arrived, so that a panel says which feed it waits for and shows no zeros."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from fnmatch import fnmatchcase
from typing import Any, Final

from layers import registry
from twin.live.messages_out import type_of
from twin.live.running import RunningCampus
from twin.model.entries import EVENT
from twin.model.points import point_types
from twin.model.registers import REGISTERS
from twin.model.text import Title
from twin.store.campus import Campus
from twin.store.history_view import ask

_TYPES: Final = f"SELECT DISTINCT try(body ->> '$.type') AS type FROM entries WHERE kind = '{EVENT}'"
_WORDS: Final = {
    "quantity": ("正在等待{title}数据（{name} 测点）", "Waiting for readings of {title} (points '{name}')"),
    "event": ("正在等待{title}（{name} 事件）", "Waiting for events of type '{name}'"),
    "register": ("正在等待台账：{title}（{name}）", "Waiting for the register of {title} ('{name}')"),
    "layer": ("正在等待图层：{title}（{name}）", "Waiting for the layer {title} ('{name}')"),
}


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
        return [waited_for(need) for need in needs if not self._has(*need.split(":", 1))]

    def _has(self, kind: str, pattern: str) -> bool:
        there, either = set(self._there[kind]()), pattern.split("|")
        return any(fnmatchcase(one, name) for one in there for name in either)

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


def waited_for(need: str) -> dict[str, str]:
    """What is waited for, in words."""
    kind, name = need.split(":", 1)
    titles = [_title(kind, one) for one in name.split("|")]
    title = Title("或".join(one.zh for one in titles), " or ".join(one.en for one in titles))
    zh, en = _WORDS[kind]
    return {
        "need": need,
        "zh": zh.format(title=title.zh, name=name),
        "en": en.format(title=title.en, name=name),
        "short_zh": f"缺{title.zh}",
        "short_en": f"No {title.en[:1].lower()}{title.en[1:]}",
    }


def _title(kind: str, name: str) -> Title:
    if kind == "quantity":
        found = (one.title for kinds in point_types().values() for one in kinds if one.quantity == name)
        return next(found, Title(name, name))
    if kind == "register":
        return REGISTERS[name].title if name in REGISTERS else Title(name, name)
    if kind == "layer":
        return registry()[name].title if name in registry() else Title(name, name)
    return Title("事件", "events")
