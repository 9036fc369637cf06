"""Answers that cost something are computed once: Flask-Caching, without Flask serving anything.

The ``Flask`` object only holds the configuration. Functions given to :func:`remember` are plain and are called from
worker threads. Flask-Caching lets twenty callers of one cold key compute it twenty times, so a lock per key stands
in front of it. The key is everything the answer depends on: campus folder, generation, parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import Flask
from flask_caching import Cache

from ioc_app.key_locks import KeyLocks

THRESHOLD = 4096  # entries; the default of 500 throws away answers that are still asked for
TIMEOUT_S = 3600

Answer = TypeVar("Answer")


class AnswerCache:
    """Answers by key, in memory, each computed by one thread while the others wait for it."""

    def __init__(self, threshold: int = THRESHOLD) -> None:
        self._holder = Flask("campus-cache")
        self._cache = Cache(
            self._holder,
            config={
                "CACHE_TYPE": "SimpleCache",
                "CACHE_THRESHOLD": threshold,
                "CACHE_DEFAULT_TIMEOUT": TIMEOUT_S,
            },
        )
        self._making = KeyLocks()

    def remember(self, key: tuple[Hashable, ...], compute: Callable[[], Answer]) -> Answer:
        """The answer stored under ``key``, or that of ``compute``; what raises is not stored."""
        name = repr(key)
        found: tuple[Answer] | None = self._get(name)
        if found is not None:
            return found[0]
        with self._making.holding(name):
            found = self._get(name)
            if found is None:
                found = (compute(),)
                with self._holder.app_context():
                    self._cache.set(name, found)
            return found[0]

    def _get(self, name: str) -> tuple[Any] | None:
        with self._holder.app_context():
            return self._cache.get(name)  # type: ignore[no-any-return]
