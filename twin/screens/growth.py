"""How much a process has grown since it was warm: of each answer an allocator keeps a little that is of no use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FIRST: Final = 300  # answers until it is warm
_EVERY: Final = 100  # answers from one look to the next
ROOM_MB: Final = 250


class Growth:
    """Of one process after another."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Another process."""
        self._answers = 0
        self._warm_mb: float | None = None
        self.is_outgrown = False

    def answered(self, pid: int) -> None:
        self._answers += 1
        if self._answers < FIRST or self._answers % _EVERY:
            return
        now_mb = resident_mb(pid)
        if now_mb is not None and self._warm_mb is None:
            self._warm_mb = now_mb
        self.is_outgrown = now_mb is not None and self._warm_mb is not None and now_mb > self._warm_mb + ROOM_MB


def resident_mb(pid: int) -> float | None:
    """None where the system does not tell it so (only Linux does)."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
