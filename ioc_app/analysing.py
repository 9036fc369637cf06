"""What the screens ask of the ground and of cameras: the calls that notebooks have, over the same folder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from twin.notebook.campus import Campus

Answer = TypeVar("Answer")


class Analysing:
    """One question at a time: the ground and the surface with buildings are made once, and need the memory once.

    It tells all that the folder has. Whoever may not know where pipes lie is turned away before.
    """

    def __init__(self, campus_folder: Path) -> None:
        self._folder = campus_folder
        self._lock = threading.Lock()
        self._campus: Campus | None = None

    def asked(self, question: Callable[[Campus], Answer]) -> Answer:
        """Blocks: call it from a worker thread. Raises what the question raises."""
        with self._lock:
            if self._campus is None:
                from twin.notebook.campus import Campus  # seldom asked: not at the start of every server
                from twin.notebook.folder import FolderSource

                self._campus = Campus(FolderSource(self._folder, made_by="app"))
            return question(self._campus)
