"""Answers that are kept for a while, as many as fit into some bytes, each computed by one thread while others wait."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from ioc_app.key_locks import KeyLocks

MOST_BYTES: Final = 24 * 2**20
_A_CELL_BYTES: Final = 90  # a short text or a number as Python holds it
_SWEEP_S: Final = 10.0

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    bytes: int
    until_s: float


class KeptAnswers(Generic[Value]):
    """``size_of`` says how large a value is."""

    def __init__(self, size_of: Callable[[Value], int], most_bytes: int = MOST_BYTES) -> None:
        self._size_of, self._most_bytes = size_of, most_bytes
        self._guard = threading.Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._bytes = 0
        self._swept_s = time.monotonic()
        self._making = KeyLocks()

    def find(self, key: Hashable) -> Value | None:
        """The value of ``key``, where it is kept."""
        found = self._find(key)
        return None if found is None else found.value

    def of(self, key: Hashable, make: Callable[[], Value], keep_s: float) -> Value:
        """The value of ``key``; what raises is not kept."""
        found = self._find(key)
        if found is not None:
            return found.value  # type: ignore[no-any-return]
        with self._making.holding(key):
            found = self._find(key)
            if found is None:
                value = make()
                self._keep(key, value, keep_s)
                return value
            return found.value  # type: ignore[no-any-return]

    def _find(self, key: Hashable) -> _Kept | None:
        with self._guard:
            found = self._kept.get(key)
            if found is not None and found.until_s < time.monotonic():
                self._drop(key)
                return None
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _keep(self, key: Hashable, value: Value, keep_s: float) -> None:
        size, now_s = self._size_of(value), time.monotonic()
        with self._guard:
            self._sweep(now_s)
            if key in self._kept:
                self._drop(key)
            self._kept[key] = _Kept(value, size, now_s + keep_s)
            self._bytes += size
            while self._bytes > self._most_bytes and len(self._kept) > 1:
                self._drop(next(iter(self._kept)))

    def _sweep(self, now_s: float) -> None:
        """What is over is asked for by nobody: a step has a key of its own."""
        if now_s - self._swept_s >= _SWEEP_S:
            self._swept_s = now_s
            for key in [key for key, one in self._kept.items() if one.until_s < now_s]:
                self._drop(key)

    def _drop(self, key: Hashable) -> None:
        self._bytes -= self._kept.pop(key).bytes


def cells_bytes(rows: int, columns: int) -> int:
    return 1_000 + rows * (columns + 2) * _A_CELL_BYTES
