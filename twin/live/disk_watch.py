"""Is there still room on the disk? Asked before anything is taken, so that nothing is lost halfway."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from twin.errors import DiskLowError

MIN_FREE_BYTES: Final = 512 * 2**20
_EVERY_S: Final = 1.0


def free_bytes_of(folder: Path) -> int:
    """What a process that is not root may still write there."""
    return shutil.disk_usage(folder).free


class DiskWatch:
    """Refuses while less than ``min_free_bytes`` are free; looks once a second at most."""

    def __init__(
        self,
        folder: Path,
        *,
        min_free_bytes: int = MIN_FREE_BYTES,
        free_bytes: Callable[[Path], int] = free_bytes_of,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._min_free_bytes = min_free_bytes
        self._free_bytes = free_bytes
        self._monotonic = monotonic
        self._looked_at_s = float("-inf")
        self._free = 0

    def require_room(self) -> None:
        now_s = self._monotonic()
        if now_s - self._looked_at_s >= _EVERY_S:
            self._free = self._free_bytes(self._folder)
            self._looked_at_s = now_s
        if self._free < self._min_free_bytes:
            raise DiskLowError(
                path=self._folder, free_mb=self._free // 2**20, needed_mb=-(-self._min_free_bytes // 2**20)
            )
