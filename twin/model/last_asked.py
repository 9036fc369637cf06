"""A few values by key, those that were asked for last: the one that nobody has asked for longest makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class LastAsked(Generic[Key, Value]):
    """``most`` of them. For one thread at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def keep(self, key: Key, value: Value) -> Value:
        """In place of what was there; the value."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value

    def made(self, key: Key, make: Callable[[], Value]) -> Value:
        """What is kept, or what ``make`` gives; where that raises nothing is kept."""
        if key in self._values:
            self._values.move_to_end(key)
            return self._values[key]
        return self.keep(key, make())

    def kept(self) -> dict[Key, Value]:
        """All of them, which asks for none."""
        return dict(self._values)

    def clear(self) -> None:
        self._values.clear()
