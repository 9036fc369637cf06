"""Who reads a generation holds a lease on it, so that nobody removes it from under a reader.

A lease is a shared lock of the kernel on ``manifest.json`` of the generation, which is there anyhow: nothing is
written, a folder that may only be read can be leased, and a lease dies with its process, however that ends. Whoever
removes a generation takes the same lock for himself. On Windows an open file alone keeps its folder from being renamed.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LEASED = "manifest.json"


class Lease:
    """Held from here on as long as this object lives. A generation that is not there has none."""

    def __init__(self, generation: Path) -> None:
        try:
            descriptor = os.open(generation / _LEASED, os.O_RDONLY)
        except OSError:  # whoever reads the manifest next says what is wrong with it
            return
        with suppress(OSError):  # some file systems know no locks: there, nothing is leased
            _lock(descriptor, shared=True)
        self.release = weakref.finalize(self, os.close, descriptor)


@contextmanager
def nobody_reading(generation: Path) -> Iterator[bool]:
    """Whether nobody holds a lease on it; if so, nobody gets one within the block."""
    try:
        descriptor = os.open(generation / _LEASED, os.O_RDONLY)
    except FileNotFoundError:  # damaged, and of no use to any reader
        yield True
        return
    try:
        try:
            _lock(descriptor, shared=False)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def is_leased(generation: Path) -> bool:
    """Whether somebody reads it at this moment."""
    with nobody_reading(generation) as free:
        return not free


def _lock(descriptor: int, *, shared: bool) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        return
    fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
