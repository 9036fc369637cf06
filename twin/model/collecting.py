"""Memory: when Python looks for cycles of objects, and when what was needed for a while goes back to the machine."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


@contextmanager
def no_collection() -> Iterator[None]:
    """It looks through all that is there again and again: of folding a year, two fifths of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def give_back() -> None:
    """What tables took that are gone: Arrow keeps it for the next ones, after a start more than the campus needs."""
    pa.default_memory_pool().release_unused()
