"""What had ever arrived as of a moment: ``Arrived`` of the screens, for any moment and without a running campus."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Final

from ioc_app.reports.sources import Making
from ioc_app.screens.arrived import layer_titles
from twin.model.registers import REGISTERS
from twin.screens.needs import waited_for
from twin.screens.said import Window

_TYPES: Final = "SELECT DISTINCT type FROM events"
_MOST: Final = 10_000


class Arrivals:
    """Asked once a report."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._there: dict[str, Callable[[str], bool]] = {
            "quantity": lambda pattern: _any(self._quantities, pattern),
            "event": self._event,
            "register": self._register,
            "layer": lambda pattern: _any(self._layers, pattern),
        }

    def lacking(self, needs: Sequence[str]) -> list[dict[str, str]]:
        """What of ``needs`` had not arrived, with words for it."""
        return [waited_for(need, layer_titles()) for need in needs if not self._has(*need.split(":", 1))]

    def _has(self, kind: str, pattern: str) -> bool:
        return any(self._there[kind](one) for one in pattern.split("|"))

    @cached_property
    def _quantities(self) -> list[str]:
        return self._ask("SELECT DISTINCT quantity FROM latest", Window.NOW)

    @cached_property
    def _layers(self) -> list[str]:
        return self._making.sources.campus.generation_at(self._making.as_of(self._making.told.at)).layer_ids()

    @cached_property
    def _recent(self) -> list[str]:
        return self._ask(_TYPES, Window.NOW)

    @cached_property
    def _of_a_year(self) -> list[str]:
        return self._ask(_TYPES, Window.YEAR)

    def _event(self, pattern: str) -> bool:
        """Of the last two days first: a year is only looked through for what is missing there."""
        return _any(self._recent, pattern) or _any(self._of_a_year, pattern)

    def _register(self, pattern: str) -> bool:
        """The same as the screens': whether it was ever delivered."""
        campus = self._making.sources.campus
        return any(campus.register_history(one) is not None for one in REGISTERS if fnmatchcase(one, pattern))

    def _ask(self, sql: str, window: Window) -> list[str]:
        answer = self._making.ask(sql, window, self._making.told.at, most_rows=_MOST)
        return [str(value) for row in answer.rows for value in row.values() if value is not None]


def _any(names: Sequence[str], pattern: str) -> bool:
    return any(fnmatchcase(one, pattern) for one in names)
