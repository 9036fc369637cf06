"""Memory: when Python looks for cycles of objects, and when what was needed for a while goes back to the machine."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pyarrow as pa

# only glibc has it, and needs it (man 3 malloc_trim)
_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


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
    """What was freed goes back. Takes some milliseconds, in which other threads go on.

    Arrow keeps what tables took for the next ones; the C library keeps pieces of all sizes, in a heap for each thread:
    50 MB beside the 114 that a wall's server held after 3,000 changes of screen.
    """
    pa.default_memory_pool().release_unused()
    if _TRIM is not None:
        _TRIM(0)
