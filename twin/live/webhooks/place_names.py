"""What people call the buildings, storeys and rooms of the generation in use, for messages that say where."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from twin.errors import TwinError
from twin.live.rules.campus_places import names_of
from twin.store.campus import Campus

LAYERS: Final = ("buildings", "storeys", "spaces")
COLUMNS: Final = ("number", "name")  # as a card shows them


class PlaceNames:
    """Read once a generation. May be used from any thread."""

    def __init__(self, campus_folder: Path) -> None:
        self._folder = campus_folder
        self._guard = threading.Lock()
        self._number: int | None = None
        self._names: dict[str, str] = {}

    def name_of(self, feature_id: str) -> str | None:
        """None where nobody calls it anything, or there is no generation."""
        with self._guard:
            try:
                generation = Campus.open(self._folder).generation
                if generation.number != self._number:
                    self._names, self._number = names_of(generation, LAYERS, COLUMNS), generation.number
            except TwinError:
                return None
            return self._names.get(feature_id)
