"""Locks that the kernel drops when their holder dies, however that ends. Nothing stale is ever left."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import IO


def try_lock(descriptor: int) -> bool:
    """Take the lock of an open file, or say that somebody has it."""
    try:
        import fcntl
    except ModuleNotFoundError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


class FileLock:
    """A lock file, held while this object is open; it names its holder for whoever is refused."""

    def __init__(self, handle: IO[str]) -> None:
        self._handle = handle

    @staticmethod
    def take(path: Path, wait_s: float = 0.0) -> FileLock | str:
        """The lock, or who has it (a process number, ``?`` where that cannot be read)."""
        handle = path.open("a+", encoding="ascii")
        give_up = time.monotonic() + wait_s
        while not try_lock(handle.fileno()):
            if time.monotonic() >= give_up:
                holder = _holder(handle)
                handle.close()
                return holder
            time.sleep(0.02)
        _sign(handle)
        return FileLock(handle)

    def release(self) -> None:
        self._handle.close()


def _sign(handle: IO[str]) -> None:
    """Write who holds it. A full disk must not keep anybody from starting."""
    with suppress(OSError):
        os.ftruncate(handle.fileno(), 0)
        os.write(handle.fileno(), str(os.getpid()).encode())


def _holder(handle: IO[str]) -> str:
    try:
        handle.seek(0)
        return handle.read().strip() or "?"
    except OSError:  # Windows locks the bytes themselves
        return "?"
