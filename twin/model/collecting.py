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


def tables_like_all_else() -> None:
    """Tables of this process take their memory where all else does, from the C library.

    Arrow's own allocator takes huge pages and keeps them: 83 MB for 11 MB of tables after ten minutes of a busy wall.
    """
    pa.set_memory_pool(pa.system_memory_pool())


def give_back() -> None:
    """What was freed goes back to the machine. Takes some milliseconds, in which other threads go on.

    Arrow's allocator keeps what tables took, after a start more than the campus needs. The C library, if tables take
    theirs from it, is asked to go through what it keeps in a heap for each thread (man 3 malloc_trim): pieces of 50 MB
    beside the 114 that a wall's server held after 3,000 changes of screen.
    """
    pa.default_memory_pool().release_unused()
